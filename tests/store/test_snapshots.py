"""Snapshots: what changed is stored, nothing else, and every run can be read again."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, func, select

from reconcile.ports import Page
from reconcile.records import Contact
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.snapshots import (
    Scope,
    changed_ids,
    count_current,
    current_records,
    mark_missing,
    read_bookmark,
    snapshot_records,
    store_page,
    vanished,
)

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
SCOPE = Scope("org", "xero", "contacts")
ANN, BOB = Contact(id="X1", name="Ann"), Contact(id="X2", name="Bob")


def store(engine: Engine, run: int, *records: Contact, bookmark: datetime | None = None) -> tuple[int, int, int]:
    with writing(engine) as session:
        stored = store_page(session, SCOPE, run, Page(records, bookmark))
    return stored.new, stored.changed, stored.same


def rows(session: Session) -> int:
    return session.exec(select(func.count()).select_from(tables.RecordVersion)).one()


def test_the_same_page_again_stores_nothing(engine: Engine) -> None:
    assert store(engine, 1, ANN, BOB) == (2, 0, 0)
    assert store(engine, 2, ANN, BOB) == (0, 0, 2)
    with reading(engine) as session:
        assert rows(session) == 2


def test_a_record_twice_on_a_page_is_stored_once(engine: Engine) -> None:
    assert store(engine, 1, ANN, ANN) == (1, 0, 0)


def test_a_change_keeps_the_old_version_and_both_runs_can_be_read(engine: Engine) -> None:
    store(engine, 1, ANN, BOB)
    assert store(engine, 2, Contact(id="X1", name="Anne")) == (0, 1, 0)
    with reading(engine) as session:
        assert [r.name for r in snapshot_records(session, SCOPE, 1)] == ["Ann", "Bob"]
        assert [r.name for r in snapshot_records(session, SCOPE, 2)] == ["Anne", "Bob"]
        assert [r.name for r in current_records(session, SCOPE)] == ["Anne", "Bob"]
        assert changed_ids(session, SCOPE, 1) == ["X1"]


def test_the_bookmark_never_moves_backwards(engine: Engine) -> None:
    store(engine, 1, ANN, bookmark=NOW)
    store(engine, 2, BOB, bookmark=NOW - timedelta(days=1))
    store(engine, 3, bookmark=None)
    with reading(engine) as session:
        assert read_bookmark(session, SCOPE) == NOW


def test_a_record_that_a_full_listing_does_not_show_is_missing_until_it_is_seen_again(engine: Engine) -> None:
    store(engine, 1, ANN, BOB)
    with writing(engine) as session:
        gone = vanished(session, SCOPE, {"X1"})
        mark_missing(session, SCOPE, gone, NOW)
    with reading(engine) as session:
        assert gone == ["X2"]
        assert [r.id for r in current_records(session, SCOPE)] == ["X1"]
        assert count_current(session, SCOPE) == 1
    store(engine, 2, BOB)
    with reading(engine) as session:
        assert count_current(session, SCOPE) == 2


def test_systems_and_entities_do_not_mix(engine: Engine) -> None:
    store(engine, 1, ANN)
    with reading(engine) as session:
        assert current_records(session, Scope("org", "pooltrackr", "contacts")) == []
        assert current_records(session, Scope("other", "xero", "contacts")) == []
