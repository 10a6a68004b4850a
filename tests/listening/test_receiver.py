"""The receiver over real HTTP: signatures, sizes, duplicates, disorder, and that it answers before it works."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import Engine
from sqlmodel import col, select

from reconcile.clients.webhooks import MAX_BYTES, sign
from reconcile.errors import Retry
from reconcile.listening.app import Listener, create_app
from reconcile.listening.serving import still_waiting, sweeping, to_begin_with
from reconcile.listening.waking import Wakers
from reconcile.sandbox.server import serve_in_thread
from reconcile.store import tables
from reconcile.store.engine import open_engine, reading, require_current, writing

KEY, OLD_KEY, PT_KEY = "webhook-key", "key-before", "pooltrackr-key"


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Receiver:
    port: int
    engine: Engine
    woken: list[str] = field(default_factory=list)

    def post(self, body: bytes, signature: str, system: str = "xero", org: str = "") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", f"/webhooks/{system}{org}", body, {f"x-{system}-signature": signature})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert text == b""
        return answer.status

    def stored(self) -> list[tuple[str, str, str]]:
        with reading(self.engine) as session:
            rows = session.exec(select(tables.WebhookEvent).order_by(tables.WebhookEvent.id)).all()
            return [(row.system, row.entity, row.record_id) for row in rows]


@pytest.fixture
def receiver(tmp_path: Path, fresh_database: Callable[[Path], str]) -> Iterator[Receiver]:
    engine = open_engine(fresh_database(tmp_path))
    require_current(engine)
    with writing(engine) as session:
        session.add(tables.Organisation(id="org", name="Org", xero_tenant_id="t1", created_at=Clock().now()))
        session.add(tables.Organisation(id="other", name="Other", xero_tenant_id="t3", created_at=Clock().now()))
        for name, account in (("org", "o"), ("other", "p")):
            session.add(tables.Registration(org_id=name, pooltrackr_account=account, updated_at=Clock().now()))
    found = Receiver(0, engine)
    keys = {"xero": (KEY, OLD_KEY), "pooltrackr": (PT_KEY,)}
    listener = Listener(engine, Clock(), keys, found.woken.append)
    config = uvicorn.Config(create_app(listener), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    socket = config.bind_socket()
    socket.listen()
    found.port = socket.getsockname()[1]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    yield found
    server.should_exit = True
    thread.join(10)
    engine.dispose()


def told(*ids: str, tenant: str = "t1", at: datetime | None = None) -> bytes:
    moment = (at or datetime(2026, 11, 20, tzinfo=UTC)).replace(tzinfo=None).isoformat(timespec="milliseconds")
    events = [
        {"resourceId": i, "eventCategory": "CONTACT", "eventType": "UPDATE", "eventDateUtc": moment, "tenantId": tenant}
        for i in ids
    ]
    return json.dumps({"events": events, "entropy": "x"}).encode()


def recent(*ids: str, **kinds: Any) -> bytes:
    return told(*ids, at=Clock().now() - timedelta(hours=1), **kinds)


def test_a_signed_event_is_stored_answered_and_looked_into(receiver: Receiver) -> None:
    body = recent("X1", "X2")
    assert receiver.post(body, sign(body, KEY)) == 200
    assert receiver.stored() == [("xero", "contacts", "X1"), ("xero", "contacts", "X2")]
    assert len(receiver.woken) == 1


def test_a_key_that_is_being_replaced_still_counts(receiver: Receiver) -> None:
    body = recent("X1")
    assert receiver.post(body, sign(body, OLD_KEY)) == 200


@pytest.mark.parametrize("signature", ["", "x", sign(b"other", KEY)])
def test_a_wrong_signature_is_refused_and_stores_nothing(receiver: Receiver, signature: str) -> None:
    assert receiver.post(recent("X1"), signature) == 401
    assert receiver.stored() == []
    assert receiver.woken == []


def test_one_systems_key_does_not_sign_for_the_other(receiver: Receiver) -> None:
    body = recent("X1")
    assert receiver.post(body, sign(body, PT_KEY)) == 401


def test_the_same_delivery_again_and_out_of_order_is_one_event(receiver: Receiver) -> None:
    first, second = told("X1", at=Clock().now()), told("X1", at=Clock().now() - timedelta(minutes=5))
    for body in (first, second, first, second, first):
        assert receiver.post(body, sign(body, KEY)) == 200
    assert len(receiver.stored()) == 2
    assert len(receiver.woken) == 2


def test_an_event_of_another_organisation_and_one_too_old_are_no_business_of_ours(receiver: Receiver) -> None:
    for body in (recent("X1", tenant="t2"), told("X1", at=Clock().now() - timedelta(days=40))):
        assert receiver.post(body, sign(body, KEY)) == 200
    assert receiver.stored() == []


def test_a_body_larger_than_any_real_one_is_refused(receiver: Receiver) -> None:
    body = b" " * (MAX_BYTES + 1)
    assert receiver.post(body, sign(body, KEY)) == 413


def test_a_signed_body_that_makes_no_sense_is_answered_and_forgotten(receiver: Receiver) -> None:
    for body in (b"{", b"[]", b'{"events": 7}'):
        assert receiver.post(body, sign(body, KEY)) == 200
    assert receiver.stored() == []


def test_pooltrackrs_events_come_in_the_same_way(receiver: Receiver) -> None:
    moment = (Clock().now() - timedelta(minutes=1)).isoformat()
    event = {"entity": "invoices", "id": "I1", "type": "created", "at": moment, "organisation_id": "o"}
    body = json.dumps({"events": [event]}).encode()
    assert receiver.post(body, sign(body, PT_KEY), "pooltrackr") == 200
    assert receiver.stored() == [("pooltrackr", "invoices", "I1")]


def owners(receiver: Receiver) -> list[str]:
    with reading(receiver.engine) as session:
        return list(session.exec(select(tables.WebhookEvent.org_id).order_by(col(tables.WebhookEvent.id))))


def test_each_organisation_gets_its_own_events_by_xeros_tenant(receiver: Receiver) -> None:
    for body in (recent("X1", tenant="t3"), recent("X1", tenant="t1")):
        assert receiver.post(body, sign(body, KEY)) == 200
    assert owners(receiver) == receiver.woken == ["other", "org"]


def test_each_organisation_gets_its_own_events_by_pooltrackrs_account_and_an_address_cannot_redirect_them(
    receiver: Receiver,
) -> None:
    moment = (Clock().now() - timedelta(minutes=1)).isoformat()
    for account, address in (("p", ""), ("o", "/org"), ("p", "/org"), ("stranger", ""), ("stranger", "/other")):
        event = {"entity": "invoices", "id": "I1", "type": "created", "at": moment, "organisation_id": account}
        body = json.dumps({"events": [event]}).encode()
        assert receiver.post(body, sign(body, PT_KEY), "pooltrackr", address) == 200
    assert owners(receiver) == ["other", "org"]


def test_xeros_own_intent_to_receive_passes_and_its_deliveries_are_answered(receiver: Receiver) -> None:
    with serve_in_thread() as sandbox:
        hooks = sandbox.sandbox.webhooks
        hooks.url, hooks.key = f"http://127.0.0.1:{receiver.port}/webhooks/xero", KEY
        assert hooks.intent_to_receive()
        sandbox.world.first_books.note("CONTACT", "X9", "UPDATE", sandbox.world.clock.now_ms())
        assert hooks.deliver() == 200


def test_what_came_while_nobody_worked_is_looked_into_at_the_start_and_else_one_loads_what_is_needed(
    receiver: Receiver,
) -> None:
    assert to_begin_with(receiver.engine) == ["org"]
    body = recent("X1", tenant="t3")
    assert receiver.post(body, sign(body, KEY)) == 200
    assert to_begin_with(receiver.engine) == ["other"]
    assert to_begin_with(receiver.engine, "org") == ["org"]


def test_what_could_not_be_looked_into_is_said_in_words_and_looked_into_again_without_being_told(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """As when Xero is down for a while: no stack trace, and no event waits until the night."""
    tried, ended = [], threading.Event()

    def work(org: str) -> None:
        tried.append(org)
        if len(tried) == 1:
            raise Retry("Xero cannot be reached.", remedy="The next run tries again.")
        ended.set()

    body = recent("X1")
    assert receiver.post(body, sign(body, KEY)) == 200
    assert still_waiting(receiver.engine) == ["org"]
    wakers = Wakers(work)
    with sweeping(receiver.engine, wakers, seconds=0.05):
        wakers.wake("org")
        assert ended.wait(20)
    wakers.stop()
    assert {*tried} == {"org"}
    (said,) = [record for record in caplog.records if record.name == "reconcile.listening"]
    assert said.getMessage().startswith("org: Xero cannot be reached. The next run tries again.")
    assert said.exc_info is None
