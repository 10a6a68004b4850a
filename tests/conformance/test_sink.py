"""What the push protocol takes for granted of every sink."""

import itertools
from dataclasses import replace

import pytest

from reconcile.errors import BadData, Conflict, TargetTaken, Unknown
from reconcile.ports import Write
from reconcile.sandbox.faults import Fault

numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def no_faults_left(sink):
    yield
    sink.served.sandbox.faults.clear()


def new_contact(sink, name=None, stamp=None):
    """A create, in the target's own words."""
    number = next(numbers)
    name, stamp = name or f"Conformance {sink.name} {number}", stamp or f"PT-conf-{sink.name}-{number}"
    if sink.name == "xero":
        body = {"Name": name, "ContactNumber": stamp}
    else:
        body = {"type": "Company", "name": name, "company": name, "external_reference": stamp}
    return Write("contacts", "create", body, key=f"key-{sink.name}-{number}", stamp=stamp)


def change(sink, record, abn="51824753556", **more):
    body = {"TaxNumber": abn} if sink.name == "xero" else {"abn": abn}
    return Write("contacts", "update", body, key=f"change-{next(numbers)}", target_id=record.id, **more)


def stamps(sink, stamp):
    return [r for r in sink.all_of("contacts") if stamp in (r.contact_number, r.external_reference)]


def test_what_was_created_is_found_by_its_stamp_and_by_its_id(sink):
    write = new_contact(sink)

    made = sink.client.send(write)

    assert sink.client.find("contacts", write.stamp) == made
    assert sink.client.get("contacts", made.id) == made
    assert sink.client.find_many("contacts", [write.stamp, "PT-none"]) == {write.stamp: made}
    assert sink.client.get_many("contacts", [made.id]) == {made.id: made}


def test_what_was_never_created_is_not_found(sink):
    assert sink.client.find("contacts", "PT-none") is None
    assert sink.client.find_many("contacts", ["PT-none"]) == {}
    assert sink.client.get_many("contacts", ["00000000-0000-4000-8000-000000000000"]) == {}


@pytest.mark.parametrize("count", [1, 7, 41, 95])
def test_many_are_looked_up_in_few_calls(sink, count):
    records = sink.all_of("contacts")[:count]
    before = len(sink.served.calls)

    found = sink.client.get_many("contacts", [record.id for record in records])

    assert found == {record.id: record for record in records}
    most = -(-count // 40) if sink.name == "xero" else (count if count < 8 else 3)
    assert len(sink.served.calls) - before <= most


def test_strange_stamps_are_looked_up_as_they_are(sink):
    for stamp in (
        'PT-"quoted"',
        "PT-a/b?c=d&e",
        "PT-ü",
        "PT-a OR 1",
        "PT-100%",
        "PT-a+b",
        "11111111-2222-4333-8444-555555555555",
    ):
        write = new_contact(sink, stamp=stamp)
        made = sink.client.send(write)
        assert sink.client.find_many("contacts", [stamp]) == {stamp: made}
        assert sink.client.find("contacts", stamp) == made


def test_a_second_create_with_the_same_stamp_is_refused(sink):
    write = new_contact(sink)
    sink.client.send(write)
    again = new_contact(sink, stamp=write.stamp)

    with pytest.raises(TargetTaken):
        sink.client.send(again)
    assert len(stamps(sink, write.stamp)) == 1


def test_the_same_request_under_the_same_key_is_carried_out_once(sink):
    write = new_contact(sink)

    assert sink.client.send(write) == sink.client.send(write)
    assert len(stamps(sink, write.stamp)) == 1


def test_another_request_under_the_same_key_is_a_conflict(sink):
    write = new_contact(sink)
    sink.client.send(write)

    with pytest.raises(Conflict):
        sink.client.send(replace(new_contact(sink), key=write.key))


def test_a_change_shows_what_the_server_now_has(sink):
    made = sink.client.send(new_contact(sink))

    changed = sink.client.send(change(sink, made))

    assert (changed.id, changed.abn, changed.name) == (made.id, "51824753556", made.name)
    assert sink.client.get("contacts", made.id) == changed


def test_a_batch_is_settled_element_by_element(sink):
    taken = new_contact(sink)
    sink.client.send(taken)
    writes = (new_contact(sink), new_contact(sink, stamp=taken.stamp), new_contact(sink))

    outcomes = sink.client.send_batch(writes, f"batch-{next(numbers)}")

    assert [type(outcome) for outcome in outcomes][1] is TargetTaken
    for write, outcome in zip(writes[::2], outcomes[::2], strict=True):
        assert sink.client.find("contacts", write.stamp) == outcome


def test_a_batch_of_changes_keeps_its_order(sink):
    made = [sink.client.send(new_contact(sink)) for _ in range(4)]
    writes = tuple(replace(change(sink, record), key="") for record in reversed(made))

    outcomes = sink.client.send_batch(writes, f"batch-{next(numbers)}")

    assert [outcome.id for outcome in outcomes] == [record.id for record in reversed(made)]


@pytest.mark.parametrize("kind", ["answer_lost", "truncated", "html"])
def test_a_lost_answer_is_unknown_and_the_look_finds_what_was_done(sink, kind):
    write = new_contact(sink)
    sink.served.sandbox.faults.add(Fault(kind, path="/contacts|/Contacts"))

    with pytest.raises(Unknown):
        sink.client.send(write)
    assert sink.client.find("contacts", write.stamp) is not None
    assert len(stamps(sink, write.stamp)) == 1


def test_a_lost_request_is_unknown_and_the_look_finds_nothing(sink):
    write = new_contact(sink)
    sink.served.sandbox.faults.add(Fault("request_lost", path="/contacts|/Contacts"))

    with pytest.raises(Unknown):
        sink.client.send(write)
    assert sink.client.find("contacts", write.stamp) is None


def test_a_refused_record_is_bad_data(sink):
    write = new_contact(sink)
    body = {**write.body, "EmailAddress": "no address"} if sink.name == "xero" else {**write.body, "emails": "none"}

    with pytest.raises(BadData):
        sink.client.send(replace(write, body=body))
    assert sink.client.find("contacts", write.stamp) is None
