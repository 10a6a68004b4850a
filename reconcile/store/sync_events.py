"""Webhook events as they were told: each once, however often it is delivered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from reconcile.records import Entity, System
from reconcile.store import tables


@dataclass(frozen=True)
class Told:
    """One event: something happened to a record."""

    system: System
    entity: Entity
    record_id: str
    type: str
    at: datetime


def store_events(session: Session, org_id: str, events: Iterable[Told], now: datetime) -> int:
    """Store those that are new; returns how many there were."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    stored = 0
    for event in events:
        row = {**vars(event), "org_id": org_id, "received_at": now, "handled_at": None}
        statement = insert(tables.WebhookEvent).values(row)
        once = statement.on_conflict_do_nothing(
            index_elements=["org_id", "system", "entity", "record_id", "type", "at"]
        )
        stored += len(session.connection().execute(once.returning(col(tables.WebhookEvent.id))).all())
    return stored


def unhandled_events(session: Session, org_id: str) -> Sequence[tables.WebhookEvent]:
    """The events that nobody has looked into yet, oldest first."""
    table = tables.WebhookEvent
    query = select(table).where(table.org_id == org_id, col(table.handled_at).is_(None))
    return session.exec(query.order_by(col(table.id))).all()


def mark_handled(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Note that these were looked into."""
    table = tables.WebhookEvent
    session.connection().execute(update(table).where(col(table.id).in_(ids)).values(handled_at=now))
