"""Flags on records: raised when found, cleared when gone, both with their time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import insert, update
from sqlmodel import Session, col, func, select

from reconcile.flagging import Finding, Raised
from reconcile.records import Entity
from reconcile.store import tables
from reconcile.store.snapshots import CHUNK


class Flagged(Raised, Protocol):
    """A flag that stands."""

    @property
    def id(self) -> int | None: ...


def replace_flags(
    session: Session,
    org_id: str,
    entity: Entity,
    names: Sequence[str],
    findings: Sequence[Finding],
    run_seq: int,
    now: datetime,
) -> tuple[int, int]:
    """Make the standing flags of some names be these; returns how many were raised and cleared.

    A flag that stands with the same words is left alone.
    """
    before = [row for row in standing_flags(session, org_id, entity) if row.name in names]
    return change_flags(session, org_id, before, findings, run_seq, now)


def change_flags(
    session: Session,
    org_id: str,
    before: Sequence[Flagged],
    findings: Sequence[Finding],
    run_seq: int,
    now: datetime,
) -> tuple[int, int]:
    """Raise and clear what makes these findings of the flags that stood before; returns how many were raised and cleared."""
    wanted = {(f.entity, f.system, f.record_id, f.name): f for f in findings}
    standing = {(row.entity, row.system, row.record_id, row.name): row for row in before}
    cleared = [
        row.id
        for key, row in standing.items()
        if key not in wanted or (row.group_id, row.detail) != (wanted[key].group_id, wanted[key].detail)
    ]
    gone = set(cleared)
    kept = {key for key, row in standing.items() if row.id not in gone}
    for start in range(0, len(cleared), CHUNK):
        chunk = cleared[start : start + CHUNK]
        session.connection().execute(update(tables.Flag).where(col(tables.Flag.id).in_(chunk)).values(cleared_at=now))
    fresh = [
        {
            "org_id": org_id,
            "entity": f.entity,
            "system": f.system,
            "record_id": f.record_id,
            "name": f.name,
            "group_id": f.group_id,
            "detail": f.detail,
            "run_seq": run_seq,
            "raised_at": now,
            "cleared_at": None,
        }
        for key, f in wanted.items()
        if key not in kept
    ]
    if fresh:
        session.connection().execute(insert(tables.Flag), fresh)
    return len(fresh), len(cleared)


def standing_flags(
    session: Session, org_id: str, entity: Entity | None = None, name: str = ""
) -> Sequence[tables.Flag]:
    """The flags that have not been cleared."""
    query = select(tables.Flag).where(tables.Flag.org_id == org_id, col(tables.Flag.cleared_at).is_(None))
    if entity is not None:
        query = query.where(tables.Flag.entity == entity)
    if name:
        query = query.where(tables.Flag.name == name)
    return session.exec(query.order_by(col(tables.Flag.id))).all()


def count_flags(session: Session, org_id: str) -> int:
    """How many flags stand."""
    query = select(func.count()).select_from(tables.Flag)
    return session.exec(query.where(tables.Flag.org_id == org_id, col(tables.Flag.cleared_at).is_(None))).one()
