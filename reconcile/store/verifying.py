"""The last step of a push: what the next pull shows is what we believe, or a person is told."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from reconcile.content import to_json
from reconcile.pushing import shows
from reconcile.records import Record
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.snapshots import Scope, current_records

BY = "reconcile"


def verify_done(session: Session, scope: Scope, pulled_from: datetime, now: datetime) -> tuple[int, int]:
    """Hold finished writes against the snapshot of a pull that began at ``pulled_from``; how many hold, how many do not.

    A write that was settled before the pull began must show in it. One that does not, or whose mark two records carry,
    becomes ``raced``: somebody replaced it since, or it was carried out twice after all.
    """
    rows = session.exec(
        select(tables.PushOperation).where(
            tables.PushOperation.org_id == scope.org_id,
            tables.PushOperation.target == scope.system,
            tables.PushOperation.entity == scope.entity,
            tables.PushOperation.status == "done",
            col(tables.PushOperation.seen_at).is_(None),
            col(tables.PushOperation.settled_at) < pulled_from,
        )
    ).all()
    if not rows:
        return 0, 0
    records = current_records(session, scope)
    by_id = {record.id: record for record in records}
    carriers = _carriers(records)
    held = 0
    for row in rows:
        problem = _problem(row, by_id.get(row.target_id), carriers)
        row.seen_at = now
        if problem:
            row.status, row.problem, row.remedy = "raced", problem, "Compare the record in both systems."
            record_event(session, scope.org_id, now, BY, "not_verified", row.id, {"target": row.target})
        held += not problem
        session.add(row)
    session.flush()
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
    expect = json.loads(row.expect)
    if shows(record, expect):
        return ""
    said = to_json(record)
    fields = ", ".join(sorted(name for name in expect if str(said.get(name, "")) != str(expect[name])))
    return f"{what} was written, and the next pull from {row.target} shows another {fields}."
