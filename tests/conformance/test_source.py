"""What the rest of the program takes for granted of every source."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from reconcile.clients.pooltrackr.records import READERS
from reconcile.content import NOT_CONTENT, content_hash, from_json, to_json
from reconcile.errors import NotReady
from reconcile.records import RECORD_TYPES

FAR = datetime(2100, 1, 1, tzinfo=UTC)


def test_it_says_which_system_it_is(source):
    assert source.client.system == ("xero" if source.name == "xero" else "pooltrackr")


def test_there_is_something_to_read(source):
    counts = {entity: len(source.all_of(entity)) for entity in source.entities}

    assert all(count for entity, count in counts.items() if entity != "credits"), counts


def test_records_are_of_the_entitys_type_and_have_ids_of_their_own(source):
    for entity in source.entities:
        records = source.all_of(entity)
        assert {type(record) for record in records} <= {RECORD_TYPES[entity]}
        assert len({record.id for record in records}) == len(records)
        assert all(record.id and isinstance(record.id, str) for record in records)


def test_every_field_holds_a_value_of_its_kind(source):
    allowed = (str, int, Decimal, date, datetime, tuple, type(None))
    for entity in source.entities:
        for record in source.all_of(entity):
            values = [getattr(record, field.name) for field in fields(record)]
            assert all(isinstance(value, allowed) and not isinstance(value, float | bool) for value in values)


def test_times_are_aware_and_in_utc(source):
    for entity in source.entities:
        moments = [getattr(record, "updated_at", None) for record in source.all_of(entity)]
        assert all(at.utcoffset() == timedelta(0) for at in moments if at is not None)


def test_reading_twice_gives_the_same_content(source):
    for entity in source.entities:
        first, second = ({record.id: content_hash(record) for record in source.all_of(entity)} for _ in range(2))
        assert first == second


def test_records_survive_the_snapshot(source):
    for entity in source.entities:
        for record in source.all_of(entity):
            assert from_json(entity, to_json(record)) == record


def test_one_record_by_id_is_the_same_as_in_the_list(source):
    for entity in source.entities:
        if entity == "tax_rates":
            continue
        for record in source.all_of(entity)[:3]:
            assert source.client.get(entity, record.id) == record


def test_a_record_that_is_not_there_is_none(source):
    for entity in source.entities:
        assert source.client.get(entity, "00000000-0000-4000-8000-000000000000") is None


def test_archived_records_come_too(source):
    assert "archived" in {record.status for record in source.all_of("contacts")}


def test_a_bookmark_is_the_newest_change_and_never_goes_back(source):
    for entity in source.entities:
        pages = list(source.client.pages(entity))
        marks = [page.bookmark for page in pages]
        if not source.client.is_incremental(entity):
            assert set(marks) <= {None}
        elif pages:
            newest = max(record.updated_at for page in pages for record in page.records)
            assert marks == sorted(marks)
            assert marks[-1] == newest


def test_an_incremental_pull_brings_the_changes_and_all_of_an_overlap(source):
    for entity in source.entities:
        everything = source.all_of(entity)
        if not source.client.is_incremental(entity):
            assert source.all_of(entity, FAR) == everything
            continue
        if not everything:
            continue
        since = sorted(record.updated_at for record in everything)[len(everything) // 2]
        found = source.all_of(entity, since)
        assert {r.id for r in everything if r.updated_at > since} <= {r.id for r in found}
        assert all(r.updated_at > since - timedelta(minutes=6) for r in found)
        assert source.all_of(entity, FAR) == []


def test_pages_come_one_at_a_time(source):
    """A consumer that stops early costs no more calls."""
    before = len(source.served.calls)

    next(source.client.pages("contacts"))

    assert len(source.served.calls) - before <= 1


def test_what_the_system_does_not_have_is_said(source):
    absent = "pools" if source.name == "xero" else "accounts"

    with pytest.raises(NotReady, match=absent):
        list(source.client.pages(absent))


def test_the_export_and_the_api_tell_the_same_story(source, served):
    """Only times and versions may differ: an export need not hold them."""
    if source.name != "csv":
        return
    for entity in source.entities:
        exported = {record.id: without_stamps(record) for record in source.all_of(entity)}
        shown = [READERS[entity](d.fields) for d in served.world.pooltrackr.tables[entity].rows.values()]
        assert exported == {record.id: without_stamps(record) for record in shown}


def without_stamps(record):
    return {name: value for name, value in to_json(record).items() if name not in NOT_CONTENT}
