"""Webhooks: thin events signed over the raw bytes, kept until received; intent-to-receive."""

import base64
import hashlib
import hmac
import json
import threading

import pytest

KEY = "wh-key=="


class Receiver:
    """What a client's endpoint does, in a few lines; `answer` overrides its status."""

    def __init__(self):
        self.bodies, self.answer = [], None

    def __call__(self, _url, headers, body):
        right = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(right, headers.get("x-xero-signature") or headers["x-pooltrackr-signature"]):
            return 401
        self.bodies.append(body)
        return self.answer or 200


@pytest.fixture
def receiver(sandbox):
    sandbox.webhooks.url, sandbox.webhooks.key, sandbox.webhooks.post = "http://localhost/hook", KEY, Receiver()
    return sandbox.webhooks.post


def events(receiver):
    return [event for body in receiver.bodies for event in json.loads(body)["events"]]


def test_contacts_and_invoices_fire_created_and_updated(sandbox, receiver, xero, contact, invoice):
    xero.post(f"Contacts/{contact['ContactID']}", json={"FirstName": "M"})
    sandbox.webhooks.deliver()

    assert [(e["eventCategory"], e["eventType"]) for e in events(receiver)] == [
        ("CONTACT", "CREATE"),
        ("INVOICE", "CREATE"),
        ("CONTACT", "UPDATE"),
    ]


def test_a_payment_and_its_deletion_fire_an_invoice_update(sandbox, receiver, xero, invoice):
    body = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 1}
    sandbox.webhooks.deliver()
    payment = xero.put("Payments", json=body).json()["Payments"][0]
    xero.post(f"Payments/{payment['PaymentID']}", json={"Status": "DELETED"})
    receiver.bodies.clear()
    sandbox.webhooks.deliver()

    assert [(e["eventCategory"], e["eventType"]) for e in events(receiver)] == [("INVOICE", "UPDATE")] * 2


def test_items_and_accounts_fire_nothing(sandbox, receiver, xero):
    xero.put("Items", json={"Code": "A"})
    sandbox.webhooks.deliver()

    assert receiver.bodies == []


def test_an_event_is_thin_and_its_time_has_no_zone(sandbox, receiver, contact, world):
    sandbox.webhooks.deliver()

    assert events(receiver) == [
        {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/Contacts/{contact['ContactID']}",
            "resourceId": contact["ContactID"],
            "eventDateUtc": "2026-11-22T01:00:00.000",
            "eventType": "CREATE",
            "eventCategory": "CONTACT",
            "tenantId": world.tenant_id,
            "tenantType": "ORGANISATION",
        }
    ]


def test_the_body_does_not_survive_being_serialised_again(sandbox, receiver, contact):
    sandbox.webhooks.deliver()
    body = receiver.bodies[0]

    assert json.dumps(json.loads(body), separators=(",", ":")).encode() != body
    assert json.dumps(json.loads(body)).encode() != body


def test_events_are_kept_until_they_are_received_and_come_once(sandbox, receiver, contact):
    receiver.answer = 500
    first = sandbox.webhooks.deliver()
    receiver.answer = None
    receiver.bodies.clear()
    sandbox.webhooks.deliver()
    sandbox.webhooks.deliver()

    assert first == 500
    assert len(events(receiver)) == 1
    assert json.loads(receiver.bodies[0])["firstEventSequence"] == 1


def test_pooltrackr_tells_of_created_and_changed_records_with_a_signature(sandbox, pooltrackr):
    hooks, receiver = sandbox.pooltrackr_webhooks, Receiver()
    hooks.url, hooks.key, hooks.post = "http://localhost/hook", KEY, receiver
    made = pooltrackr.post("invoices", json={"number": "1", "total": "10.00"}).json()
    pooltrackr.post("payments", json={"invoice_id": made["id"], "amount": "10.00"})
    hooks.deliver()

    assert [(e["entity"], e["type"]) for e in events(receiver)] == [
        ("invoices", "CREATE"),
        ("payments", "CREATE"),
        ("invoices", "UPDATE"),
    ]
    assert events(receiver)[0] == {
        "organisation_id": "PT-ORG-1",
        "entity": "invoices",
        "id": made["id"],
        "type": "CREATE",
        "at": "2026-11-22T01:00:00.000Z",
    }


def test_an_automatic_subscription_delivers_after_every_call(sandbox, receiver, xero):
    told = threading.Event()
    sandbox.webhooks.post = lambda *_: told.set() or 200
    sandbox.webhooks.auto = True
    xero.put("Contacts", json={"Name": "A"})

    assert told.wait(5)


def test_intent_to_receive_passes_only_a_receiver_that_tells_good_from_bad(sandbox, receiver):
    passed = sandbox.webhooks.intent_to_receive()
    sandbox.webhooks.post = lambda *_: 200

    assert (passed, sandbox.webhooks.intent_to_receive()) == (True, False)


def test_intent_to_receive_sends_signatures_that_differ_by_one_character(sandbox, receiver):
    sent = []
    sandbox.webhooks.post = lambda _url, headers, body: sent.append((headers["x-xero-signature"], body)) or 200
    sandbox.webhooks.intent_to_receive()
    right = sent[0][0]

    assert all(json.loads(body)["events"] == [] for _, body in sent)
    assert [sum(a != b for a, b in zip(right, signature, strict=True)) for signature, _ in sent] == [0, 0, 1, 1]
