"""Webhooks: nothing is believed that is not signed, and nothing is parsed before."""

import base64
import json
from datetime import UTC, datetime

import pytest

from reconcile.clients.webhooks import MAX_BYTES, TooLarge, Unsigned, is_signed, receive, sign
from reconcile.errors import BadData
from reconcile.ports import Write

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EVENT = {
    "resourceUrl": "https://api.xero.com/api.xro/2.0/Contacts/c-1",
    "resourceId": "c-1",
    "eventDateUtc": "2026-11-22T08:59:00.1234567",
    "eventType": "UPDATE",
    "eventCategory": "CONTACT",
    "tenantId": "t-1",
    "tenantType": "ORGANISATION",
}


def body(*events):
    """Irregular spaces, as Xero writes them: a body that was read and written again would not keep its signature."""
    text = json.dumps({"events": events, "firstEventSequence": 1, "lastEventSequence": len(events), "entropy": "S"})
    return text.replace('"events":', '"events" :  ').encode()


def take(raw, key="key", **more):
    return receive(raw, sign(raw, key), **{"keys": ["key"], "now": NOW, **more})


def test_a_known_signature():
    """The example for HMAC-SHA256 that everybody prints."""
    digest = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"

    signature = sign(b"The quick brown fox jumps over the lazy dog", "key")

    assert signature == base64.b64encode(bytes.fromhex(digest)).decode()


def test_events_say_where_to_look():
    (event,) = take(body(EVENT))

    assert (event.tenant_id, event.entity, event.record_id, event.type) == ("t-1", "contacts", "c-1", "UPDATE")
    assert event.at == datetime(2026, 11, 22, 8, 59, 0, 123456, tzinfo=UTC)


def test_intent_to_receive_is_an_empty_list():
    assert take(body()) == ()


@pytest.mark.parametrize("position", [0, 10, 43])
def test_a_signature_that_differs_in_one_character_is_wrong(position):
    raw = body()
    right = sign(raw, "key")
    wrong = right[:position] + ("A" if right[position] != "A" else "B") + right[position + 1 :]

    assert is_signed(raw, right, ["key"])
    with pytest.raises(Unsigned):
        receive(raw, wrong, ["key"], NOW)


@pytest.mark.parametrize("signature", ["", " ", "ü", "a" * 10_000, "\x00"])
def test_nonsense_is_not_a_signature(signature):
    with pytest.raises(Unsigned):
        receive(body(EVENT), signature, ["key"], NOW)


def test_without_a_key_nothing_is_believed():
    raw = body(EVENT)

    for keys in ([], [""]):
        with pytest.raises(Unsigned):
            receive(raw, sign(raw, ""), keys, NOW)


def test_two_keys_let_one_be_replaced():
    raw = body(EVENT)

    assert receive(raw, sign(raw, "new"), ["old", "new"], NOW)
    assert receive(raw, sign(raw, "old"), ["old", "new"], NOW)


def test_garbage_is_not_parsed_before_the_signature_is_right():
    with pytest.raises(Unsigned):
        receive(b"[" * 100_000, "x", ["key"], NOW)
    with pytest.raises(BadData):
        take(b"[" * 100_000)
    with pytest.raises(TooLarge):
        take(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize("raw", [b"[]", b"{}", b'{"events": 7}', b'{"events": ["x"]}', b"null"])
def test_a_signed_body_that_makes_no_sense_is_bad_data(raw):
    with pytest.raises(BadData):
        take(raw)


def test_the_same_event_twice_is_one_look():
    assert len(take(body(EVENT, EVENT))) == 1
    assert take(body(EVENT)) == take(body(EVENT))


@pytest.mark.parametrize("when", ["2026-10-01T00:00:00", "2027-01-01T00:00:00"])
def test_events_of_another_time_are_left_out(when):
    assert take(body({**EVENT, "eventDateUtc": when})) == ()


@pytest.mark.parametrize("missing", ["eventCategory", "eventDateUtc", "resourceId"])
def test_kinds_that_are_not_followed_are_left_out(missing):
    assert take(body({**EVENT, missing: ""})) == ()
    assert take(body({**EVENT, "eventCategory": "SUBSCRIPTION"})) == ()


def test_the_sandbox_signs_as_xero_does(served, xero):
    received = []

    def answer(_url, headers, raw):
        try:
            received.extend(receive(raw, headers["x-xero-signature"], ["hook-key"], datetime.now(UTC)))
        except Unsigned:
            return 401
        return 200

    hooks = served.sandbox.webhooks
    hooks.url, hooks.key, hooks.post = "http://127.0.0.1:1/hook", "hook-key", answer

    made = xero.send(Write("contacts", "create", {"Name": "Ann Example"}, key="k"))
    assert hooks.deliver() == 200
    assert [(event.entity, event.record_id, event.type) for event in received] == [("contacts", made.id, "CREATE")]
    assert xero.get("contacts", received[0].record_id) == made
