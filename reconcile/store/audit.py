"""The audit trail: append-only, each row sealed with the hash of the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, text
from sqlmodel import Session, col, select

from reconcile.content import canonical, digest
from reconcile.store.tables import Audit

_LAST_SEAL = select(Audit.seal).where(Audit.org_id == bindparam("org")).order_by(col(Audit.id).desc()).limit(1)
_APPEND = insert(Audit)


@dataclass(frozen=True)
class Event:
    """One thing that happened to a subject."""

    action: str
    subject: str
    detail: Mapping[str, Any]


def record_event(
    session: Session, org_id: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Append one event to an organisation's trail, in the caller's transaction."""
    record_events(session, org_id, at, actor, [Event(action, subject, detail)])


def await_turn(session: Session, org_id: str) -> None:
    """Wait until no other transaction is adding to an organisation's trail; others wait from here on.

    SQLite has one writer at a time anyway. What is read after this is not decided on by two transactions at once.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:org))"), {"org": f"audit {org_id}"})


def record_events(session: Session, org_id: str, at: datetime, actor: str, events: Sequence[Event]) -> None:
    """Append what happened at one moment, in this order, in the caller's transaction; one statement for all of it."""
    if not events:
        return
    session.flush()
    await_turn(session, org_id)
    connection = session.connection()
    previous = connection.execute(_LAST_SEAL, {"org": org_id}).scalar() or ""
    rows = []
    for event in events:
        said = (org_id, at.isoformat(), actor, event.action, event.subject, canonical(dict(event.detail)))
        seal = digest([*said, previous])
        rows.append(
            {
                "org_id": org_id,
                "at": at,
                "actor": actor,
                "action": event.action,
                "subject": event.subject,
                "detail": said[-1],
                "previous": previous,
                "seal": seal,
            }
        )
        previous = seal
    connection.execute(_APPEND, rows)


def broken_seals(session: Session, org_id: str, after: int = 0) -> list[int]:
    """The rows whose seal or chain does not hold; empty when the trail is whole.

    ``after`` is a row up to which the trail has been found whole already.
    """
    broken = []
    known = session.get(Audit, after) if after else None
    previous = known.seal if known else ""
    newer = select(Audit).where(Audit.org_id == org_id, col(Audit.id) > after)
    for row in session.exec(newer.order_by(col(Audit.id))):
        if row.previous != previous or row.seal != _seal(row):
            broken.append(row.id or 0)
        previous = row.seal
    return broken


def _seal(row: Audit) -> str:
    return digest([row.org_id, row.at.isoformat(), row.actor, row.action, row.subject, row.detail, row.previous])
