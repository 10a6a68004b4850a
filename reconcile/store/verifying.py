"""The last step of a push: what the next pull shows is what we believe, or a person is told."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from reconcile.ports import Page
from reconcile.pushing import differing
from reconcile.records import Entity, Record
from reconcile.store import tables
from reconcile.store.audit import Event, record_events
from reconcile.store.runs import latest_run
from reconcile.store.snapshots import Scope, current_records, store_page

BY = "reconcile"


def unverified_since(session: Session, scope: Scope) -> datetime | None:
    """When the oldest write was sent that no pull has confirmed yet, None when there is none."""
    table = tables.PushOperation
    return session.exec(select(func.min(table.sent_at)).where(*_finished(scope), col(table.seen_at).is_(None))).one()


def any_unseen(session: Session, org_id: str, entities: Sequence[Entity]) -> bool:
    """Whether anything was written that no pull has shown yet."""
    table = tables.PushOperation
    query = select(table.id).where(
        table.org_id == org_id,
        col(table.entity).in_(list(entities)),
        col(table.status).in_(["sending", "done"]),
        col(table.seen_at).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def _finished(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    table = tables.PushOperation
    return (
        col(table.org_id) == scope.org_id,
        col(table.target) == scope.system,
        col(table.entity) == scope.entity,
        col(table.status) == "done",
    )


def unshown(session: Session, scope: Scope, pulled_from: datetime) -> list[str]:
    """The targets of finished writes that the snapshot does not show; in order.

    That alone says little: Xero lists some changes to nobody, such as the due date of a part-paid invoice (facts, section 3).
    """
    rows = _unverified(session, scope, pulled_from)
    known = {record.id: record for record in current_records(session, scope, sorted({row.target_id for row in rows}))}
    found = (row for row in rows if row.target_id and _problem(row, known.get(row.target_id), {}))
    return sorted({row.target_id for row in found})


def keep_seen(session: Session, scope: Scope, records: Sequence[Record]) -> None:
    """Store records that were looked at by themselves, as the newest run saw them."""
    run = latest_run(session, scope.org_id)
    if run is not None and run.seq is not None:
        store_page(session, scope, run.seq, Page(tuple(records)))


def _unverified(session: Session, scope: Scope, pulled_from: datetime) -> Sequence[tables.PushOperation]:
    """The finished writes that no pull has confirmed and that one which began then must show."""
    table = tables.PushOperation
    since = (col(table.seen_at).is_(None), col(table.settled_at) < pulled_from)
    return session.exec(select(table).where(*_finished(scope), *since)).all()


def verify_done(
    session: Session, scope: Scope, pulled_from: datetime, now: datetime, shown: Sequence[Record] | None = None
) -> tuple[int, int]:
    """Hold finished writes against the snapshot of a pull that began at ``pulled_from``; how many hold, how many do not.

    ``shown`` is what such a pull listed where no snapshot of it is kept. A write that was settled before the pull began must
    show in it. One that does not, or whose mark two records carry, becomes ``raced``: somebody replaced it since, or it was
    carried out twice after all.
    """
    rows = _unverified(session, scope, pulled_from)
    if not rows:
        return 0, 0
    records = current_records(session, scope) if shown is None else shown
    by_id = {record.id: record for record in records}
    carriers = _carriers(records)
    held, problems = 0, []
    for row in rows:
        problem = _problem(row, by_id.get(row.target_id), carriers)
        row.seen_at = now
        if problem:
            row.status, row.problem, row.remedy = "raced", problem, "Compare the record in both systems."
            problems.append(Event("not_verified", row.id, {"target": row.target}))
        held += not problem
        session.add(row)
    session.flush()
    record_events(session, scope.org_id, now, BY, problems)
    return held, len(rows) - held


def _carriers(records: Iterable[Record]) -> dict[str, list[str]]:
    """Which live records carry which mark of ours."""
    found: dict[str, list[str]] = {}
    for record in records:
        if str(getattr(record, "status", "")).lower() in ("voided", "deleted"):
            continue
        marks = {str(getattr(record, name, "")) for name in ("contact_number", "reference", "external_reference")}
        for mark in marks - {""}:
            found.setdefault(mark, []).append(record.id)
    return found


def _problem(row: tables.PushOperation, record: Record | None, carriers: dict[str, list[str]]) -> str:
    what = f"{row.entity} {row.target_id}"
    if row.verb == "create" and len(carriers.get(row.stamp, ())) > 1:
        return f"Several {row.entity} in {row.target} carry the mark {row.stamp}: {', '.join(carriers[row.stamp])}."
    if record is None:
        return f"{what} was written, and the next pull from {row.target} does not show it."
    fields = differing(record, json.loads(row.expect))
    return f"{what} was written, and the next pull from {row.target} shows another {fields}." if fields else ""
