"""The boards' rows: writes to the systems by status, newest first, with who approved them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.runs import as_it_stands

PAGE = 100


@dataclass(frozen=True)
class BoardRow:
    """One write to a system as a board shows it; times are UTC."""

    id: str
    target: str
    entity: str
    verb: str
    subject_id: str
    target_id: str
    status: str
    tries: int
    problem: str
    remedy: str
    by: str
    staged_at: datetime
    settled_at: datetime | None


def board_rows(session: Session, org_id: str, statuses: Sequence[str], number: int = 1) -> tuple[list[BoardRow], int]:
    """One page of a board, numbered from 1, and how many rows there are in all."""
    table, decision = tables.PushOperation, tables.Decision
    found = (table.org_id == org_id, col(table.status).in_(list(statuses)))
    total = session.exec(select(func.count()).select_from(table).where(*found)).one()
    query = (
        select(table, decision.by)
        .join(decision, col(decision.id) == col(table.decision_id))
        .where(*found)
        .order_by(func.coalesce(col(table.settled_at), col(table.staged_at)).desc(), col(table.id))
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return [_row(operation, by) for operation, by in session.exec(query)], total


def waiting_places(session: Session, org_id: str) -> list[tuple[System, Entity]]:
    """Where something waits to be sent: the systems and kinds of records of the staged writes."""
    table = tables.PushOperation
    query = select(table.target, table.entity).distinct().where(table.org_id == org_id, table.status == "staged")
    return [(cast("System", target), cast("Entity", entity)) for target, entity in sorted(session.exec(query))]


def same_problem(session: Session, org_id: str, operation_id: str) -> list[str]:
    """The failed or conflicting writes with the same problem as this one, itself included (B07)."""
    table = tables.PushOperation
    one = session.get(table, operation_id)
    if one is None or one.org_id != org_id:
        return []
    query = select(table.id).where(table.org_id == org_id, table.status == one.status, table.problem == one.problem)
    return list(session.exec(query))


def recent_runs(session: Session, org_id: str, limit: int = 50) -> Sequence[tables.Run]:
    """The newest runs first (B10), those that were killed as such."""
    table = tables.Run
    rows = session.exec(select(table).where(table.org_id == org_id).order_by(col(table.seq).desc()).limit(limit)).all()
    return [as_it_stands(session, row) for row in rows]


def _row(operation: tables.PushOperation, by: str) -> BoardRow:
    names = BoardRow.__dataclass_fields__.keys() - {"by"}
    return BoardRow(**{name: getattr(operation, name) for name in names}, by=by)
