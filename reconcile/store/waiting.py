"""What is staged and not settled yet."""

from sqlmodel import Session, col, func, select

from reconcile.records import Entity, System
from reconcile.store import tables


def count_waiting(session: Session, org_id: str, target: System, entity: Entity) -> int:
    """How many operations of one entity wait for one system, those that are being sent included."""
    table = tables.PushOperation
    return session.exec(
        select(func.count())
        .select_from(table)
        .where(
            table.org_id == org_id,
            table.target == target,
            table.entity == entity,
            col(table.status).in_(["staged", "sending"]),
        )
    ).one()
