"""Links: which Pooltrackr record is which Xero record, one to one, with history."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from reconcile.errors import TargetTaken
from reconcile.proposing import Linked
from reconcile.records import Entity
from reconcile.store import tables
from reconcile.store.audit import record_event


def open_link(
    session: Session,
    org_id: str,
    entity: Entity,
    pooltrackr_id: str,
    xero_id: str,
    decision_id: str,
    by: str,
    now: datetime,
) -> tables.Link:
    """Link two records, or return the link that already says so. Raises TargetTaken when either is held by another."""
    for link in open_links(session, org_id, entity, pooltrackr_id=pooltrackr_id):
        if link.xero_id == xero_id:
            return link
        raise TargetTaken(f"{pooltrackr_id} is already linked to {link.xero_id}.", remedy="Unlink it first.")
    version = (
        1
        + session.exec(
            select(func.count())
            .select_from(tables.Link)
            .where(
                tables.Link.org_id == org_id, tables.Link.entity == entity, tables.Link.pooltrackr_id == pooltrackr_id
            )
        ).one()
    )
    link = tables.Link(
        id="L" + uuid5(NAMESPACE_URL, f"{org_id}/{entity}/{pooltrackr_id}/{xero_id}/{version}").hex[:16].upper(),
        org_id=org_id,
        entity=entity,
        pooltrackr_id=pooltrackr_id,
        xero_id=xero_id,
        version=version,
        decision_id=decision_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(link)
            session.flush()
    except IntegrityError:
        holder = open_links(session, org_id, entity, xero_id=xero_id)
        held_by = holder[0].pooltrackr_id if holder else "another record"
        raise TargetTaken(
            f"{xero_id} is already linked to {held_by}.", remedy="Choose another record, or unlink that one first."
        ) from None
    record_event(session, org_id, now, by, "linked", link.id, {"pooltrackr": pooltrackr_id, "xero": xero_id})
    return link


def close_link(session: Session, link: tables.Link, by: str, now: datetime, because: str) -> None:
    """Close a link and keep it as history."""
    link.closed_at = now
    link.closed_because = because
    session.add(link)
    session.flush()
    record_event(session, link.org_id, now, by, "unlinked", link.id, {"because": because})


def mark_stamped(session: Session, link_id: str, now: datetime) -> None:
    """Note when the other systems were told of a link."""
    session.connection().execute(update(tables.Link).where(col(tables.Link.id) == link_id).values(stamped_at=now))


def open_links(
    session: Session, org_id: str, entity: Entity, *, pooltrackr_id: str = "", xero_id: str = ""
) -> Sequence[tables.Link]:
    """The links that stand, of one record if given."""
    query = select(tables.Link).where(
        tables.Link.org_id == org_id, tables.Link.entity == entity, col(tables.Link.closed_at).is_(None)
    )
    if pooltrackr_id:
        query = query.where(tables.Link.pooltrackr_id == pooltrackr_id)
    if xero_id:
        query = query.where(tables.Link.xero_id == xero_id)
    return session.exec(query.order_by(col(tables.Link.pooltrackr_id))).all()


def linked(session: Session, org_id: str, entity: Entity, share: Callable[[str], str] = str) -> Linked:
    """The links that stand, both ways; ``share`` gives one object for all equal ids where that saves memory."""
    query = select(tables.Link.pooltrackr_id, tables.Link.xero_id).where(
        tables.Link.org_id == org_id, tables.Link.entity == entity, col(tables.Link.closed_at).is_(None)
    )
    pairs = session.exec(query.order_by(col(tables.Link.pooltrackr_id))).all()
    ours = {share(pooltrackr_id): share(xero_id) for pooltrackr_id, xero_id in pairs}
    return Linked(ours, {xero_id: pooltrackr_id for pooltrackr_id, xero_id in ours.items()})


def count_links(session: Session, org_id: str, entity: Entity) -> int:
    """How many links stand."""
    query = select(func.count()).select_from(tables.Link)
    ours = (tables.Link.org_id == org_id, tables.Link.entity == entity, col(tables.Link.closed_at).is_(None))
    return session.exec(query.where(*ours)).one()
