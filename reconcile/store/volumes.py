"""How much was pushed day by day, and how much waits to be."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from reconcile.content import digest
from reconcile.pushing.blast_radius import Volume
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.staging import OPEN

DAY = timedelta(days=1)
REMEMBERED = 30
AMOUNTS = ("total", "amount")  # what an invoice, a payment and a card movement come to


def waiting_volume(session: Session, org_id: str, target: System, entity: Entity) -> tuple[Volume, str]:
    """What a push could send, and a mark of eight hex digits over exactly that."""
    table = tables.PushOperation
    rows = session.exec(
        select(table.id, table.expect, table.body_sha256)
        .where(table.org_id == org_id, table.target == target, table.entity == entity, col(table.status).in_(OPEN))
        .order_by(col(table.id))
    ).all()
    volume = sum((_volume(expect) for _, expect, _ in rows), Volume())
    return volume, digest([[name, body] for name, _, body in rows])[:8]


def past_volumes(
    session: Session, org_id: str, target: System, entity: Entity, now: datetime
) -> tuple[Volume, list[Volume]]:
    """What was sent in the last 24 hours, and on each earlier day on which anything was, within the last 30 days."""
    table = tables.PushOperation
    rows = session.exec(
        select(table.sent_at, table.expect).where(
            table.org_id == org_id,
            table.target == target,
            table.entity == entity,
            col(table.status).in_(["done", "raced"]),
            col(table.sent_at) > now - REMEMBERED * DAY,
        )
    )
    days: dict[int, Volume] = defaultdict(Volume)
    for sent_at, expect in rows:
        if sent_at is not None:
            days[(now - sent_at) // DAY] += _volume(expect)
    return days.pop(0, Volume()), list(days.values())


def _volume(expect: str) -> Volume:
    said = json.loads(expect)
    amount = next((said[name] for name in AMOUNTS if name in said), "0")
    return Volume(1, abs(Decimal(amount)))
