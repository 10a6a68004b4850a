"""Keeps the flag "already selected" true: raised on every row of a group, cleared as soon as one row changes (A28, A30)."""

from datetime import datetime

from sqlmodel import Session

from reconcile.flagging import COLLISION, find_collisions
from reconcile.records import Entity
from reconcile.store.flags import replace_flags
from reconcile.store.links import linked
from reconcile.store.selections import current_selections


def refresh_collisions(session: Session, org_id: str, entity: Entity, run_seq: int, now: datetime) -> int:
    """Flag the proposals that select the same record as another, or one that is linked; returns how many stand.

    What is linked selects nothing any more, also when a run that had begun before brings its proposal back.
    """
    held = linked(session, org_id, entity)
    selections = [s for s in current_selections(session, org_id, entity) if s.proposal.record_id not in held.pooltrackr]
    findings = find_collisions(selections, held.xero)
    replace_flags(session, org_id, entity, [COLLISION[entity]], findings, run_seq, now)
    return len(findings)
