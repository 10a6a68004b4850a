"""The first of what waits for a person, by id: for those who see ids only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, case, col, exists, select

from reconcile.records import System
from reconcile.store import tables
from reconcile.store.staging import troubled

_PROPOSAL = tables.Proposal
_URGENT = ("conflict", "unlink", "void", "update")
_ASKED = {
    "link": "are these the same?",
    "skip": "look at it: nothing is certain",
    "create": "only here: create it there?",
}
_OTHER: dict[str, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}


@dataclass(frozen=True)
class Waiting:
    """A write that needs a person, or a suggestion that nobody has decided; the ids of both records, "" for none."""

    what: str
    entity: str
    pooltrackr_id: str
    xero_id: str


def first_waiting(session: Session, org_id: str, most: int) -> list[Waiting]:
    """What waits for a person, at most so many: writes that did not arrive, then what is in dispute, then what is new."""
    writes = [_write(row) for row in troubled(session, org_id, most)]
    suggestions = _undecided(session, org_id, most - len(writes)) if len(writes) < most else ()
    return [*writes, *(_suggestion(row) for row in suggestions)]


def _undecided(session: Session, org_id: str, most: int) -> Sequence[tables.Proposal]:
    decision = tables.Decision
    stands = exists().where(
        col(decision.org_id) == org_id,
        col(decision.proposal_id) == col(_PROPOSAL.id),
        col(decision.withdrawn_at).is_(None),
    )
    urgency = case({kind: place for place, kind in enumerate(_URGENT)}, value=_PROPOSAL.kind, else_=len(_URGENT))
    query = select(_PROPOSAL).where(_PROPOSAL.org_id == org_id, col(_PROPOSAL.closed_at).is_(None), ~stands)
    asked = case({suggested: place for place, suggested in enumerate(_ASKED)}, value=_PROPOSAL.suggested, else_=0)
    order = urgency, asked, col(_PROPOSAL.entity), col(_PROPOSAL.record_id), col(_PROPOSAL.id)
    return session.exec(query.order_by(*order).limit(most)).all()


def _write(row: tables.PushOperation) -> Waiting:
    ids = {row.target: row.target_id, _OTHER[row.target]: row.subject_id}
    return Waiting(f"{row.verb} in {row.target}: {row.status}", row.entity, ids["pooltrackr"], ids["xero"])


def _suggestion(row: tables.Proposal) -> Waiting:
    ids = {row.system: row.record_id, _OTHER[row.system]: row.suggested_id}
    return Waiting(
        _ASKED.get(row.suggested, row.kind) if row.kind == "match" else row.kind,
        row.entity,
        ids["pooltrackr"],
        ids["xero"],
    )
