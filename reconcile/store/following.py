"""What follows from a write that was carried out: a created record becomes linked, and the side it came from is told."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from reconcile.content import to_json
from reconcile.errors import TargetTaken
from reconcile.pushplan import PlannedWrite, link_products, point_contact
from reconcile.records import Contact, Entity, Product, Record
from reconcile.store import tables
from reconcile.store.audit import Event, record_events
from reconcile.store.links import open_link
from reconcile.store.proposals import close_proposals
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.staging import OPEN, Staging, stage_all

Teller = Callable[[Record, Record], tuple[PlannedWrite, ...]]
"""From a Pooltrackr record and what was created from it in Xero to the writes that tell Pooltrackr."""


def tell_contact(source: Record, created: Record) -> tuple[PlannedWrite, ...]:
    """Which Xero contact a Pooltrackr contact has become."""
    return point_contact(source, created.id) if isinstance(source, Contact) else ()


def tell_product(source: Record, created: Record) -> tuple[PlannedWrite, ...]:
    """Which Xero item a Pooltrackr product has become."""
    return link_products(source, created.id) if isinstance(source, Product) else ()


TELLERS: Mapping[Entity, Teller] = {"contacts": tell_contact, "products": tell_product}


Done = tuple[tables.PushOperation, Record | None]
"""An operation that is done, and its target as the server last showed it."""


def follow_all(
    session: Session, done: Sequence[Done], owner: str, now: datetime, tellers: Mapping[Entity, Teller]
) -> None:
    """Store what follows from operations that are done; one whose record is linked elsewhere becomes a conflict.

    The operations are of one entity. A batch costs a few statements, not a few per record.
    """
    created = [(row, shown) for row, shown in done if row.verb == "create" and shown is not None]
    fresh = _link_created(session, created, owner, now) if created else []
    if fresh:
        _tell(session, fresh, now, tellers)
    linked = {row.link_id for row, _ in done if row.link_id and row.status == "done"}
    _stamp(session, linked, now)


def _stamp(session: Session, link_ids: set[str], now: datetime) -> None:
    """Links of which nothing is left to be told."""
    if not link_ids:
        return
    table = tables.PushOperation
    still_open = select(table.link_id).where(col(table.link_id).in_(link_ids), col(table.status).in_(OPEN))
    waiting = set(session.exec(still_open))
    told = [link_id for link_id in link_ids if link_id not in waiting]
    session.connection().execute(update(tables.Link).where(col(tables.Link.id).in_(told)).values(stamped_at=now))


def _link_created(
    session: Session, created: Sequence[tuple[tables.PushOperation, Record]], owner: str, now: datetime
) -> list[tuple[tables.PushOperation, Record]]:
    """Link what was created; returns those for which that was possible."""
    pairs = {row.id: _pair(row, shown) for row, shown in created}
    known = _known_ids(session, created[0][0], list(pairs.values()))
    fresh, linked = [], []
    for row, shown in created:
        left, right = pairs[row.id]
        if left in known or right in known:
            if not _link_alone(session, row, left, right, owner, now):
                continue
        else:
            link_id = "L" + uuid5(NAMESPACE_URL, f"{row.org_id}/{row.entity}/{left}/{right}/1").hex[:16].upper()
            session.add(
                tables.Link(
                    id=link_id,
                    org_id=row.org_id,
                    entity=row.entity,
                    pooltrackr_id=left,
                    xero_id=right,
                    decision_id=row.decision_id,
                    created_at=now,
                )
            )
            linked.append(Event("linked", link_id, {"pooltrackr": left, "xero": right}))
            row.link_id = link_id
            known |= {left, right}
        session.add(row)
        fresh.append((row, shown))
    session.flush()
    record_events(session, created[0][0].org_id, now, owner, linked)
    decisions = {row.decision_id for row, _ in fresh}
    table = tables.Decision
    proposals = session.exec(select(table.proposal_id).where(col(table.id).in_(decisions))) if decisions else ()
    close_proposals(session, list(proposals), now, "created")
    return fresh


def _pair(row: tables.PushOperation, shown: Record) -> tuple[str, str]:
    return (row.subject_id, shown.id) if row.target == "xero" else (shown.id, row.subject_id)


def _known_ids(session: Session, like: tables.PushOperation, pairs: Sequence[tuple[str, str]]) -> set[str]:
    """The ids among these that any link, open or closed, has named before."""
    table = tables.Link
    lefts, rights = [left for left, _ in pairs], [right for _, right in pairs]
    rows = session.exec(
        select(table.pooltrackr_id, table.xero_id).where(
            table.org_id == like.org_id,
            table.entity == like.entity,
            or_(col(table.pooltrackr_id).in_(lefts), col(table.xero_id).in_(rights)),
        )
    )
    return {name for pair in rows for name in pair}


def _link_alone(session: Session, row: tables.PushOperation, left: str, right: str, owner: str, now: datetime) -> bool:
    """Link records that have a history; False when one of them is linked elsewhere, which is a conflict."""
    try:
        link = open_link(session, row.org_id, cast("Entity", row.entity), left, right, row.decision_id, owner, now)
    except TargetTaken as error:
        row.status, row.problem, row.remedy = "conflict", error.message, error.remedy
        session.add(row)
        return False
    row.link_id = link.id
    return True


def _tell(
    session: Session,
    fresh: Sequence[tuple[tables.PushOperation, Record]],
    now: datetime,
    tellers: Mapping[Entity, Teller],
) -> None:
    """Stage what tells Pooltrackr of records that were created in Xero."""
    entity = cast("Entity", fresh[0][0].entity)
    subjects = [row.subject_id for row, _ in fresh if row.target == "xero"]
    if entity not in tellers or not subjects:
        return
    scope = Scope(fresh[0][0].org_id, "pooltrackr", entity)
    sources = {record.id: record for record in current_records(session, scope, subjects)}
    told: dict[int, list[Staging]] = defaultdict(list)
    for row, created in fresh:
        source = sources.get(row.subject_id)
        for write in tellers[entity](source, created) if source is not None else ():
            said = to_json(source) if source is not None else {}
            replaces = {name: str(said.get(name, "")) for name in write.expect}
            told[row.run_seq].append(Staging(row.decision_id, row.link_id, write, replaces))
    for run_seq, stagings in told.items():
        stage_all(session, scope.org_id, stagings, run_seq, now)
