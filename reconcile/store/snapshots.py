"""Snapshots: what each source record said, from which run until which.

A version is stored only when a record's content changed, so that a night costs what changed and not what exists. The
snapshot of a run is the set of versions valid then; any run's can be read again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, update
from sqlmodel import Session, col, func, or_, select

from reconcile.content import canonical, content_hash, from_json, to_json
from reconcile.ports import Page
from reconcile.records import Entity, Record, System
from reconcile.store.tables import Bookmark, RecordVersion

CHUNK = 500


@dataclass(frozen=True)
class Scope:
    """One entity of one system of one organisation."""

    org_id: str
    system: System
    entity: Entity


@dataclass(frozen=True)
class Stored:
    """What storing a page did."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.changed + other.changed, self.same + other.same)


def read_bookmark(session: Session, scope: Scope) -> datetime | None:
    """Where the next incremental pull starts; None for a first, full one."""
    mark = session.get(Bookmark, (scope.org_id, scope.system, scope.entity))
    return mark.value if mark else None


def store_page(session: Session, scope: Scope, run_seq: int, page: Page) -> Stored:
    """Store the new and changed records of a page and move the bookmark, in the caller's transaction.

    The bookmark is never ahead of stored data and never moves backwards.
    """
    total = Stored()
    records = list({record.id: record for record in page.records}.values())
    for start in range(0, len(records), CHUNK):
        total += _store_chunk(session, scope, run_seq, records[start : start + CHUNK])
    _move_bookmark(session, scope, run_seq, page.bookmark)
    return total


def _store_chunk(session: Session, scope: Scope, run_seq: int, records: Sequence[Record]) -> Stored:
    present = _current_hashes(session, scope, [record.id for record in records])
    fresh = []
    closed = []
    returned = []
    new = changed = 0
    for record in records:
        wanted = content_hash(record)
        version_id, known, missing = present.get(record.id, (None, None, None))
        if known == wanted:
            if missing is not None:
                returned.append(version_id)
            continue
        if version_id is None:
            new += 1
        else:
            changed += 1
            closed.append(version_id)
        fresh.append(
            {
                "org_id": scope.org_id,
                "system": scope.system,
                "entity": scope.entity,
                "record_id": record.id,
                "content_hash": wanted,
                "body": canonical(to_json(record)),
                "updated_at": getattr(record, "updated_at", None),
                "run_from": run_seq,
                "run_to": None,
                "missing_since": None,
            }
        )
    if closed:
        session.connection().execute(
            update(RecordVersion).where(col(RecordVersion.id).in_(closed)).values(run_to=run_seq)
        )
    if returned:
        session.connection().execute(
            update(RecordVersion).where(col(RecordVersion.id).in_(returned)).values(missing_since=None, missed=0)
        )
    if fresh:
        session.connection().execute(insert(RecordVersion), fresh)
    return Stored(new, changed, len(records) - new - changed)


def _current_hashes(
    session: Session, scope: Scope, ids: Sequence[str]
) -> dict[str, tuple[int | None, str, datetime | None]]:
    rows = session.exec(
        select(
            RecordVersion.record_id, RecordVersion.id, RecordVersion.content_hash, RecordVersion.missing_since
        ).where(*_current(scope), col(RecordVersion.record_id).in_(ids))
    )
    return {record_id: (version_id, known, missing) for record_id, version_id, known, missing in rows}


def _move_bookmark(session: Session, scope: Scope, run_seq: int, value: datetime | None) -> None:
    mark = session.get(Bookmark, (scope.org_id, scope.system, scope.entity))
    if mark is None:
        mark = Bookmark(org_id=scope.org_id, system=scope.system, entity=scope.entity)
    if value is not None and (mark.value is None or value > mark.value):
        mark.value = value
        mark.run_seq = run_seq
    session.add(mark)
    session.flush()


def vanished(session: Session, scope: Scope, listed: Iterable[str]) -> list[str]:
    """The ids of current records that a complete listing did not show."""
    known = session.exec(
        select(RecordVersion.record_id).where(*_current(scope), col(RecordVersion.missing_since).is_(None))
    )
    return sorted(set(known) - set(listed))


def mark_missing(session: Session, scope: Scope, ids: Sequence[str], now: datetime) -> None:
    """Mark records that a complete listing did not show; they are kept, and come back when they are seen again."""
    for start in range(0, len(ids), CHUNK):
        session.connection().execute(
            update(RecordVersion)
            .where(*_current(scope), col(RecordVersion.record_id).in_(ids[start : start + CHUNK]))
            .values(missing_since=now, missed=1)
        )


def missing_records(session: Session, scope: Scope) -> dict[str, int]:
    """How many complete listings in a row did not show a record, by id, for those that are missing."""
    rows = session.exec(
        select(RecordVersion.record_id, RecordVersion.missed).where(
            *_current(scope), col(RecordVersion.missing_since).is_not(None)
        )
    )
    return dict(rows.all())


def count_missed(session: Session, scope: Scope, ids: Sequence[str]) -> None:
    """Note for missing records that one more complete listing did not show them."""
    for start in range(0, len(ids), CHUNK):
        session.connection().execute(
            update(RecordVersion)
            .where(*_current(scope), col(RecordVersion.record_id).in_(ids[start : start + CHUNK]))
            .values(missed=col(RecordVersion.missed) + 1)
        )


def listed_whole_at(session: Session, scope: Scope) -> datetime | None:
    """When everything was last listed, for entities that are otherwise pulled by what changed."""
    mark = session.get(Bookmark, (scope.org_id, scope.system, scope.entity))
    return mark.full_at if mark else None


def mark_listed_whole(session: Session, scope: Scope, now: datetime) -> None:
    """Note that everything was listed."""
    mark = session.get(Bookmark, (scope.org_id, scope.system, scope.entity))
    mark = mark or Bookmark(org_id=scope.org_id, system=scope.system, entity=scope.entity)
    mark.full_at = now
    session.add(mark)
    session.flush()


def count_current(session: Session, scope: Scope) -> int:
    """How many records there are, missing ones left out."""
    query = select(func.count()).select_from(RecordVersion)
    return session.exec(query.where(*_current(scope), col(RecordVersion.missing_since).is_(None))).one()


def current_records(session: Session, scope: Scope, ids: Sequence[str] | None = None) -> list[Record]:
    """The records as last pulled, ordered by id, missing ones left out; only some of them if ids are given."""
    query = (
        select(RecordVersion.body)
        .where(*_current(scope), col(RecordVersion.missing_since).is_(None))
        .order_by(col(RecordVersion.record_id))
    )
    if ids is not None:
        bodies: list[str] = []
        for start in range(0, len(ids), CHUNK):
            bodies += session.exec(query.where(col(RecordVersion.record_id).in_(ids[start : start + CHUNK]))).all()
        return [from_json(scope.entity, json.loads(body)) for body in bodies]
    return [from_json(scope.entity, json.loads(body)) for body in session.exec(query)]


def current_record(session: Session, scope: Scope, record_id: str) -> Record | None:
    """One record as last pulled."""
    found = current_records(session, scope, [record_id])
    return found[0] if found else None


def records_at(session: Session, scope: Scope, run_seq: int, ids: Sequence[str]) -> dict[str, Record]:
    """Some records as they were at a run, by id."""
    query = select(RecordVersion.body).where(
        *_scope(scope),
        RecordVersion.run_from <= run_seq,
        or_(col(RecordVersion.run_to).is_(None), col(RecordVersion.run_to) > run_seq),
    )
    found: dict[str, Record] = {}
    for start in range(0, len(ids), CHUNK):
        for body in session.exec(query.where(col(RecordVersion.record_id).in_(ids[start : start + CHUNK]))):
            record = from_json(scope.entity, json.loads(body))
            found[record.id] = record
    return found


def snapshot_records(session: Session, scope: Scope, run_seq: int) -> list[Record]:
    """The records as they were at a run."""
    query = (
        select(RecordVersion.body)
        .where(
            *_scope(scope),
            RecordVersion.run_from <= run_seq,
            or_(col(RecordVersion.run_to).is_(None), col(RecordVersion.run_to) > run_seq),
        )
        .order_by(col(RecordVersion.record_id))
    )
    return [from_json(scope.entity, json.loads(body)) for body in session.exec(query)]


def changed_ids(session: Session, scope: Scope, after_run: int) -> list[str]:
    """The ids of records whose current version is newer than a run."""
    query = select(RecordVersion.record_id).where(*_current(scope), RecordVersion.run_from > after_run)
    return list(session.exec(query.order_by(col(RecordVersion.record_id))))


def _scope(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        col(RecordVersion.org_id) == scope.org_id,
        col(RecordVersion.system) == scope.system,
        col(RecordVersion.entity) == scope.entity,
    )


def _current(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (*_scope(scope), col(RecordVersion.run_to).is_(None))
