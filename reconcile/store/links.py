"""Links: which Pooltrackr record is which Xero record, one to one, with history."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from reconcile.proposing import Linked
from reconcile.records import Entity
from reconcile.store import tables
from reconcile.store.audit import record_events
from reconcile.store.link_book import LinkBook


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
    book = LinkBook(org_id, now)
    book.read(session, [(entity, pooltrackr_id, xero_id)])
    link = book.open(entity, pooltrackr_id, xero_id, decision_id)
    book.store(session)
    record_events(session, org_id, now, by, book.events)
    return link


def close_link(session: Session, link: tables.Link, by: str, now: datetime, because: str) -> None:
    """Close a link and keep it as history."""
    book = LinkBook(link.org_id, now)
    book.close(link, because)
    session.add(link)
    book.store(session)
    record_events(session, link.org_id, now, by, book.events)


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
