"""The audit trail: append-only, each row sealed with the hash of the one before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from reconcile.content import canonical, digest
from reconcile.store.tables import Audit


def record_event(
    session: Session, org_id: str, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Append one event to an organisation's trail, in the caller's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(hashtext(:org))"), {"org": f"audit {org_id}"})
    last = session.exec(
        select(Audit.seal).where(Audit.org_id == org_id).order_by(col(Audit.id).desc()).limit(1)
    ).first()
    row = Audit(
        org_id=org_id,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=canonical(dict(detail)),
        previous=last or "",
        seal="",
    )
    row.seal = _seal(row)
    session.add(row)
    session.flush()


def broken_seals(session: Session, org_id: str) -> list[int]:
    """The rows whose seal or chain does not hold; empty when the trail is whole."""
    broken = []
    previous = ""
    for row in session.exec(select(Audit).where(Audit.org_id == org_id).order_by(col(Audit.id))):
        if row.previous != previous or row.seal != _seal(row):
            broken.append(row.id or 0)
        previous = row.seal
    return broken


def _seal(row: Audit) -> str:
    return digest([row.org_id, row.at.isoformat(), row.actor, row.action, row.subject, row.detail, row.previous])
