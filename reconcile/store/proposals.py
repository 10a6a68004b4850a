"""The review tables' proposals: saving what is new, closing what no longer holds, reading what is current."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from reconcile.content import canonical
from reconcile.proposals import Candidate, Change, Proposal
from reconcile.records import Entity
from reconcile.store import tables
from reconcile.store.snapshots import CHUNK
from reconcile.store.tables_review import SecondLook

_PLAIN_FIELDS = {field.name for field in fields(Proposal)} - {"candidates", "changes"}


@dataclass(frozen=True)
class Saved:
    """How many proposals were new, stood already, and were closed."""

    new: int = 0
    kept: int = 0
    closed: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(self.new + other.new, self.kept + other.kept, self.closed + other.closed)


def save_proposals(
    session: Session,
    org_id: str,
    entity: Entity,
    kinds: Sequence[str],
    proposals: Sequence[Proposal],
    run_seq: int,
    now: datetime,
) -> Saved:
    """Make the current proposals of some kinds of an entity be these; the same ones again write nothing.

    A proposal whose basis moved is closed, with the decision that stood on it, and a new one takes its place.
    """
    standing = {p.id for p in current_proposals(session, org_id, entity, kinds)}
    wanted = {proposal.id: proposal for proposal in proposals}
    gone = sorted(standing - set(wanted))
    close_proposals(session, gone, now, "superseded")
    fresh = [proposal for key, proposal in wanted.items() if key not in standing]
    add_proposals(session, org_id, fresh, run_seq, now)
    return Saved(len(fresh), len(standing) - len(gone), len(gone))


def add_proposals(session: Session, org_id: str, proposals: Sequence[Proposal], run_seq: int, now: datetime) -> None:
    """Store proposals that do not stand yet; nothing else may stand for the same record and kind."""
    fresh = [_row(org_id, proposal, run_seq, now) for proposal in proposals]
    reopened = _reopen(session, fresh)
    fresh = [row for row in fresh if row["id"] not in reopened]
    for start in range(0, len(fresh), CHUNK):
        session.connection().execute(insert(tables.Proposal), fresh[start : start + CHUNK])


def _reopen(session: Session, rows: Sequence[dict[str, object]]) -> set[str]:
    """A proposal that was closed and holds again (the record changed back) is opened again, undecided."""
    ids = [str(row["id"]) for row in rows]
    known: set[str] = set()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        known |= set(session.exec(select(tables.Proposal.id).where(col(tables.Proposal.id).in_(chunk))))
    for row in rows:
        if row["id"] in known:
            values = {name: value for name, value in row.items() if name not in ("id", "created_at")}
            session.connection().execute(
                update(tables.Proposal).where(col(tables.Proposal.id) == row["id"]).values(**values)
            )
    return known


def close_proposals(session: Session, ids: Sequence[str], now: datetime, because: str) -> None:
    """Close proposals; a superseded one takes its standing decision and what was staged for it along."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        session.connection().execute(
            update(tables.Proposal)
            .where(col(tables.Proposal.id).in_(chunk))
            .values(closed_at=now, closed_because=because)
        )
        _void_waiting(session, chunk, now, because)
        if because == "superseded":
            session.connection().execute(
                update(tables.Decision)
                .where(col(tables.Decision.proposal_id).in_(chunk), col(tables.Decision.withdrawn_at).is_(None))
                .values(withdrawn_at=now, withdrawn_by="reconcile")
            )
            withdrawn = select(tables.Decision.id).where(col(tables.Decision.proposal_id).in_(chunk))
            session.connection().execute(
                update(tables.PushOperation)
                .where(
                    col(tables.PushOperation.decision_id).in_(withdrawn),
                    col(tables.PushOperation.status) == "staged",
                    col(tables.PushOperation.sent_at).is_(None),
                )
                .values(status="withdrawn", settled_at=now)
            )


def _void_waiting(session: Session, ids: Sequence[str], now: datetime, because: str) -> None:
    """What waited for a second person on a proposal that is closed can be confirmed no more."""
    session.connection().execute(
        update(SecondLook)
        .where(col(SecondLook.proposal_id).in_(ids), col(SecondLook.state) == "waiting")
        .values(state="void", settled_at=now, settled_by="reconcile", settled_note=because)
    )


def current_proposals(
    session: Session, org_id: str, entity: Entity | None = None, kinds: Sequence[str] = ()
) -> list[Proposal]:
    """The proposals that are not closed, ordered by id."""
    return [to_proposal(row) for row in current_rows(session, org_id, entity, kinds)]


def current_rows(
    session: Session, org_id: str, entity: Entity | None = None, kinds: Sequence[str] = ()
) -> Sequence[tables.Proposal]:
    """The rows of the proposals that are not closed, ordered by id."""
    query = select(tables.Proposal).where(tables.Proposal.org_id == org_id, col(tables.Proposal.closed_at).is_(None))
    if entity is not None:
        query = query.where(tables.Proposal.entity == entity)
    if kinds:
        query = query.where(col(tables.Proposal.kind).in_(list(kinds)))
    return session.exec(query.order_by(col(tables.Proposal.id))).all()


def closed_reasons(session: Session, org_id: str, ids: Iterable[str]) -> dict[str, str]:
    """Why each of these proposals was closed, for those that were."""
    rows = session.exec(
        select(tables.Proposal.id, tables.Proposal.closed_because).where(
            tables.Proposal.org_id == org_id,
            col(tables.Proposal.id).in_(list(ids)),
            col(tables.Proposal.closed_at).is_not(None),
        )
    )
    return dict(rows.all())


def to_proposal(row: tables.Proposal) -> Proposal:
    """A row as the frozen value that the rules work on."""
    plain: dict[str, Any] = row.model_dump(include=_PLAIN_FIELDS)
    return Proposal(
        **plain,
        candidates=tuple(Candidate(**candidate) for candidate in json.loads(row.candidates)),
        changes=tuple(Change(**change) for change in json.loads(row.changes)),
    )


def _row(org_id: str, proposal: Proposal, run_seq: int, now: datetime) -> dict[str, object]:
    plain = {name: value for name, value in asdict(proposal).items() if name in _PLAIN_FIELDS}
    return {
        **plain,
        "org_id": org_id,
        "candidates": canonical([asdict(candidate) for candidate in proposal.candidates]),
        "changes": canonical([asdict(change) for change in proposal.changes]),
        "run_seq": run_seq,
        "created_at": now,
        "closed_at": None,
        "closed_because": "",
    }


def scores_of(session: Session, org_id: str, entity: Entity | None = None, suggested: str = "") -> list[float]:
    """The match scores of the proposals that stand, of one entity and with one suggestion if given."""
    table = tables.Proposal
    query = select(table.score).where(
        table.org_id == org_id, col(table.closed_at).is_(None), col(table.score).is_not(None)
    )
    query = query.where(table.entity == entity) if entity is not None else query
    query = query.where(table.suggested == suggested) if suggested else query
    return [score for score in session.exec(query.order_by(col(table.id))) if score is not None]
