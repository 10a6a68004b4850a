"""Completing the initialisation: once, and only when every gate is open (A42)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from reconcile.gates import Gate, require_open
from reconcile.store.audit import record_event
from reconcile.store.tables import Organisation


def complete_initialisation(session: Session, org_id: str, gates: Sequence[Gate], by: str, now: datetime) -> bool:
    """Note that an organisation is set up; False when it was already. Raises GateClosed."""
    require_open(*gates)
    org = session.get_one(Organisation, org_id)
    if org.initialised_at is not None:
        return False
    org.initialised_at = now
    session.add(org)
    session.flush()
    record_event(session, org_id, now, by, "initialised", org_id, {})
    return True


def initialised_at(session: Session, org_id: str) -> datetime | None:
    """When the initialisation was completed, None when it has not been."""
    return session.get_one(Organisation, org_id).initialised_at
