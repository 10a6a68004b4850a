"""Nothing that belongs to one organisation is read or written while another one is worked on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, bindparam, insert
from sqlmodel import Session, col, delete, func, select, update

from reconcile.store import tables
from reconcile.store.confining import Trespass, confine
from reconcile.store.engine import open_engine, reading, require_current, writing
from reconcile.store.runs import start_run

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def shared(tmp_path: Path, fresh_database: Callable[[Path], str]) -> Iterator[Engine]:
    """A database with two organisations and a run of each, seen by one who works on the first."""
    url = fresh_database(tmp_path)
    engine = open_engine(url)
    require_current(engine)
    with writing(engine) as session:
        for name in ("ours", "theirs"):
            session.add(tables.Organisation(id=name, name=name, xero_tenant_id=f"t-{name}", created_at=NOW))
            session.flush()
            start_run(session, name, "nightly", f"R-{name}", 0, NOW)
    confine(engine, "ours")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "query",
    [
        select(tables.Run),
        select(tables.Run).where(tables.Run.kind == "nightly"),
        select(tables.Run.id).where(tables.Run.org_id == "theirs"),
        select(tables.Run).where(col(tables.Run.org_id).in_(["ours", "theirs"])),
        select(tables.Run).where(tables.Run.org_id != "theirs"),
        select(func.count()).select_from(tables.Run),
        select(tables.Link.id).where(
            tables.Link.org_id == "ours", col(tables.Link.decision_id).in_(select(tables.Audit.subject))
        ),
        update(tables.Run).values(kind="x"),
        delete(tables.Run),
        insert(tables.Run).values(id="R-x", org_id="theirs", kind="x", started_at=NOW),
    ],
    ids=str,
)
def test_a_statement_that_is_not_tied_to_our_organisation_is_refused(shared: Engine, query: object) -> None:
    with pytest.raises(Trespass), writing(shared) as session:
        session.connection().execute(query)  # type: ignore[call-overload]


def test_ours_is_read_counted_and_changed(shared: Engine) -> None:
    with writing(shared) as session:
        session.connection().execute(update(tables.Run).where(col(tables.Run.org_id) == "ours").values(kind="push"))
    with reading(shared) as session:
        assert [run.id for run in session.exec(select(tables.Run).where(tables.Run.org_id == "ours"))] == ["R-ours"]
        assert session.exec(select(func.count()).where(tables.Run.org_id == "ours")).one() == 1


def test_a_text_that_has_passed_once_is_still_held_to_its_values(shared: Engine) -> None:
    def runs_of(session: Session, *names: str) -> list[str]:
        by_name = select(tables.Run.id).where(tables.Run.org_id == names[0])
        return list(
            session.exec(by_name if len(names) == 1 else select(tables.Run.id).where(col(tables.Run.org_id).in_(names)))
        )

    with reading(shared) as session:
        assert runs_of(session, "ours") == ["R-ours"]
        assert runs_of(session, "ours", "ours") == ["R-ours"]
        with pytest.raises(Trespass):
            runs_of(session, "theirs")
        with pytest.raises(Trespass):
            runs_of(session, "ours", "theirs")


def test_each_of_many_changes_sent_together_is_held_to_our_organisation(shared: Engine) -> None:
    change = update(tables.Run).where(col(tables.Run.org_id) == bindparam("whose")).values(kind="push")
    with pytest.raises(Trespass), writing(shared) as session:
        session.connection().execute(change, [{"whose": "ours"}, {"whose": "theirs"}])


def test_a_key_opens_our_row_and_not_theirs(shared: Engine) -> None:
    with reading(shared) as session:
        found = session.get(tables.Run, 1)
        assert found is not None
        assert found.org_id == "ours"
        with pytest.raises(Trespass):
            session.get(tables.Run, 2)


def test_a_row_of_theirs_is_not_written(shared: Engine) -> None:
    with pytest.raises(Trespass), writing(shared) as session:
        start_run(session, "theirs", "nightly", "R-new", 0, NOW)
    rows = [{"id": f"R-{name}", "org_id": name, "kind": "x", "started_at": NOW} for name in ("ours", "theirs")]
    with pytest.raises(Trespass), writing(shared) as session:
        session.connection().execute(insert(tables.Run), rows)


def test_a_join_must_tie_both_sides(shared: Engine) -> None:
    tied = select(tables.Decision.id).join(tables.Proposal, col(tables.Proposal.id) == tables.Decision.proposal_id)
    with reading(shared) as session:
        assert session.exec(tied.where(tables.Decision.org_id == "ours")).all() == []
        loose = select(tables.Decision.id).where(
            tables.Decision.org_id == "ours", tables.Decision.target_id == tables.Link.xero_id
        )
        with pytest.raises(Trespass, match="link"):
            session.exec(loose)
