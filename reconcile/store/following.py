"""What follows from a write that was carried out: a created record becomes linked, and the side it came from is told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from sqlmodel import Session

from reconcile.errors import TargetTaken
from reconcile.pushplan import PlannedWrite, link_products, point_contact
from reconcile.records import Contact, Entity, Product, Record
from reconcile.store import tables
from reconcile.store.links import mark_stamped, open_link
from reconcile.store.proposals import close_proposals
from reconcile.store.snapshots import Scope, current_record
from reconcile.store.staging import open_operations, stage

Teller = Callable[[Record, Record], tuple[PlannedWrite, ...]]
"""From a Pooltrackr record and what was created from it in Xero to the writes that tell Pooltrackr."""


def tell_contact(source: Record, created: Record) -> tuple[PlannedWrite, ...]:
    """Which Xero contact a Pooltrackr contact has become."""
    return point_contact(source, created.id) if isinstance(source, Contact) else ()


def tell_product(source: Record, created: Record) -> tuple[PlannedWrite, ...]:
    """Which Xero item a Pooltrackr product has become."""
    return link_products(source, created.id) if isinstance(source, Product) else ()


TELLERS: Mapping[Entity, Teller] = {"contacts": tell_contact, "products": tell_product}


def follow(
    session: Session,
    row: tables.PushOperation,
    shown: Record | None,
    owner: str,
    now: datetime,
    tellers: Mapping[Entity, Teller],
) -> None:
    """Store what follows from an operation that is done; it becomes a conflict when its record is linked elsewhere."""
    if row.verb == "create" and shown is not None:
        _link_created(session, row, shown, owner, now, tellers)
    elif row.link_id and not open_operations(session, row.link_id):
        mark_stamped(session, row.link_id, now)


def _link_created(
    session: Session,
    row: tables.PushOperation,
    created: Record,
    owner: str,
    now: datetime,
    tellers: Mapping[Entity, Teller],
) -> None:
    left, right = (row.subject_id, created.id) if row.target == "xero" else (created.id, row.subject_id)
    entity = cast("Entity", row.entity)
    try:
        link = open_link(session, row.org_id, entity, left, right, row.decision_id, owner, now)
    except TargetTaken as error:
        row.status, row.problem, row.remedy = "conflict", error.message, error.remedy
        session.add(row)
        session.flush()
        return
    row.link_id = link.id
    session.add(row)
    decision = session.get_one(tables.Decision, row.decision_id)
    close_proposals(session, [decision.proposal_id], now, "created")
    source = current_record(session, Scope(row.org_id, "pooltrackr", entity), left)
    if row.target == "xero" and source is not None and entity in tellers:
        for write in tellers[entity](source, created):
            stage(session, row.org_id, row.decision_id, link.id, write, row.run_seq, now)
    if not open_operations(session, link.id):
        mark_stamped(session, link.id, now)
