"""Proposals: the same again writes nothing; a moved basis takes the old one's decision along."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import select

from reconcile.flagging import Finding
from reconcile.proposals import Candidate, Change, Proposal
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.proposals import Saved, closed_reasons, current_proposals, save_proposals

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
ANN = Proposal(
    id="P1", entity="contacts", system="pooltrackr", record_id="C1", name="Ann", basis="b1", suggested="link",
    suggested_id="X1", score=0.75, candidates=(Candidate(id="X1", score=0.75),), changes=(Change(field="f", old="", new="n"),),
)  # fmt: skip


def save(engine: Engine, *proposals: Proposal, run: int = 1) -> Saved:
    with writing(engine) as session:
        return save_proposals(session, "org", "contacts", ["match"], proposals, run, NOW)


def test_a_proposal_is_read_as_it_was_saved(engine: Engine) -> None:
    assert save(engine, ANN) == Saved(new=1)
    with reading(engine) as session:
        assert current_proposals(session, "org", "contacts") == [ANN]


def test_the_same_proposals_again_write_nothing(engine: Engine) -> None:
    save(engine, ANN)
    assert save(engine, ANN, run=2) == Saved(kept=1)
    with reading(engine) as session:
        assert session.exec(select(tables.Proposal.run_seq)).one() == 1


def test_a_moved_basis_closes_the_old_proposal_with_its_decision_and_what_it_staged(engine: Engine) -> None:
    save(engine, ANN)
    with writing(engine) as session:
        session.add(
            tables.Decision(
                id="D1", org_id="org", proposal_id="P1", verdict="create", by="me", at=NOW, via="csv", basis="b1"
            )
        )
        session.flush()
        session.add(
            tables.PushOperation(
                id="O1", org_id="org", decision_id="D1", target="xero", entity="contacts", verb="create", subject_id="C1",
                body="{}", body_sha256="", staged_at=NOW,
            )
        )  # fmt: skip
    assert save(engine, replace(ANN, id="P2", basis="b2"), run=2) == Saved(new=1, closed=1)
    with reading(engine) as session:
        assert closed_reasons(session, "org", ["P1", "P2"]) == {"P1": "superseded"}
        assert session.get_one(tables.Decision, "D1").withdrawn_at is not None
        assert session.get_one(tables.PushOperation, "O1").status == "withdrawn"


def test_a_record_that_changes_back_gets_its_proposal_again_undecided(engine: Engine) -> None:
    save(engine, ANN)
    save(engine, replace(ANN, id="P2", basis="b2"), run=2)
    save(engine, ANN, run=3)
    with reading(engine) as session:
        assert [p.id for p in current_proposals(session, "org")] == ["P1"]


def test_flags_are_raised_once_and_cleared_when_gone(engine: Engine) -> None:
    found = Finding(entity="contacts", system="pooltrackr", record_id="C1", name="veto", detail="ABN differs.")

    def flag(*findings: Finding) -> tuple[int, int]:
        with writing(engine) as session:
            return replace_flags(session, "org", "contacts", ["veto"], findings, 1, NOW)

    assert flag(found) == (1, 0)
    assert flag(found) == (0, 0)
    assert flag(replace(found, detail="Other words.")) == (1, 1)
    assert flag() == (0, 1)
    with reading(engine) as session:
        assert standing_flags(session, "org") == []
        assert len(session.exec(select(tables.Flag)).all()) == 2
