"""The clients on a sandbox that misbehaves on demand, over real HTTP."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from reconcile.clients.open import open_xero
from reconcile.clients.webhooks import receive
from reconcile.errors import Parked, RateLimited, Reconnect, Retry, Unknown, WrongTenant
from reconcile.ports import Write
from reconcile.sandbox.faults import Fault
from reconcile.sandbox.server import serve_in_thread


class Impatient:
    """The machine's clock, put forward where it should wait."""

    def __init__(self):
        self.waits, self.ahead = [], timedelta()

    def now(self):
        return datetime.now(UTC) + self.ahead

    def wait(self, seconds):
        self.waits.append(seconds)
        self.ahead += timedelta(seconds=seconds)


@pytest.fixture
def pauses():
    return Impatient()


@pytest.fixture
def client(served, settings_for, pauses):
    client = open_xero(settings_for(served.url), pauses)
    yield client
    client.close()


def contact(number):
    body = {"Name": f"Contact {number}", "ContactNumber": f"PT-{number}"}
    return Write("contacts", "create", body, key=f"key-{number}", stamp=f"PT-{number}")


def puts(served):
    return [(call.key, call.status, call.fault) for call in served.calls if call.method == "PUT"]


def count(served):
    return len(served.world.first_books.contacts)


def test_a_token_that_expires_in_the_middle_costs_one_refresh_and_nothing_is_done_twice(served, client):
    served.sandbox.faults.add(Fault("token_expired", method="PUT", skip=3))

    made = [client.send(contact(number)) for number in range(6)]

    assert [(key, status) for key, status, _ in puts(served)] == [
        *((f"key-{n}", 200) for n in range(3)),
        ("key-3", 401),
        *((f"key-{n}", 200) for n in range(3, 6)),
    ]
    assert len({record.id for record in made}) == count(served) == 6
    assert sum(call.system == "identity" for call in served.calls) == 2


@pytest.mark.parametrize(("problem", "asked"), [("minute", 7), ("concurrent", None), ("appminute", 3)])
def test_limits_are_waited_out_in_order_and_burn_no_attempt(served, client, pauses, problem, asked):
    served.sandbox.faults.add(Fault("rate_limit", method="PUT", times=6, problem=problem, retry_after=asked))

    client.send(contact(1))

    assert len(puts(served)) == 7
    assert {key for key, _, _ in puts(served)} == {"key-1"}
    assert len(pauses.waits) == 6
    assert all(pause == asked if asked else 1 <= pause <= 2 for pause in pauses.waits)
    assert count(served) == 1


def test_a_day_limit_stops_everything_and_says_until_when(served, client, pauses):
    served.sandbox.faults.add(Fault("rate_limit", path="Contacts", times=0, problem="day", retry_after=66_975))

    with pytest.raises(Parked) as caught:
        list(client.pages("contacts"))
    with pytest.raises(Parked):
        client.send(contact(1))

    assert 66_900 < (caught.value.until - datetime.now(UTC)).total_seconds() <= 66_975
    assert [call.status for call in served.calls if call.system == "xero"] == [429]
    assert pauses.waits == []
    assert client.parked_until == caught.value.until


@pytest.mark.parametrize("kind", ["request_lost", "server_error", "unavailable", "truncated", "html"])
def test_reads_survive_three_failures(served, client, kind):
    client.send(contact(1))
    served.sandbox.faults.add(Fault(kind, method="GET", times=3))

    assert [record.contact_number for page in client.pages("contacts") for record in page.records] == ["PT-1"]


def test_reads_give_up_after_four(served, client):
    served.sandbox.faults.add(Fault("unavailable", method="GET", times=0))

    with pytest.raises(Retry):
        client.get("contacts", "c")
    assert sum(call.method == "GET" for call in served.calls) == 4


@pytest.mark.parametrize(
    ("kind", "done"),
    [("request_lost", 0), ("answer_lost", 1), ("truncated", 1), ("html", 1), ("server_error", 0), ("unavailable", 0)],
)
def test_a_write_in_doubt_is_unknown_sent_once_and_found_by_the_look(served, client, kind, done):
    served.sandbox.faults.add(Fault(kind, method="PUT"))

    with pytest.raises(Unknown):
        client.send(contact(1))

    assert len(puts(served)) == 1
    assert len(client.find_many("contacts", ["PT-1"])) == count(served) == done


def test_a_remembered_error_is_not_replayed_under_a_new_key(served, client):
    """Xero remembers a 500 under its key for six minutes (facts, section 2)."""
    served.sandbox.faults.add(Fault("server_error", method="PUT"))

    for _ in range(2):
        with pytest.raises(Unknown):
            client.send(contact(1))

    assert client.send(Write("contacts", "create", contact(1).body, key="another")).contact_number == "PT-1"


def test_a_tenant_that_was_disconnected_is_the_wrong_tenant(served, client):
    client.organisation()
    served.sandbox.faults.add(Fault("tenant_gone"))

    with pytest.raises(WrongTenant, match="reconcile connect"):
        client.send(contact(1))


def test_a_pinned_tenant_that_the_connection_does_not_show_is_refused(served, settings_for, pauses):
    client = open_xero(settings_for(served.url), pauses, tenant_id="11111111-2222-4333-8444-555555555555")

    with pytest.raises(WrongTenant):
        client.organisation()
    with pytest.raises(WrongTenant):
        client.send(contact(1))
    client.close()


def test_a_missing_permission_says_so(served, settings_for, pauses):
    client = open_xero(settings_for(served.url), pauses, scopes=("accounting.contacts",))

    with pytest.raises(Reconnect, match="permission"):
        list(client.pages("products"))
    client.close()


def test_many_threads_never_meet_xeros_limit_of_calls_in_flight(served, settings_for, real_clock):
    """The client's own minute is kept as well: what does not fit is told, not sent."""
    served.world.settings.latency_seconds = 0.05
    client, refused = open_xero(settings_for(served.url), real_clock), []

    def work():
        for _ in range(4):
            try:
                client.get("contacts", "nobody")
            except RateLimited as error:
                refused.append(error)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()

    assert {call.status for call in served.calls if call.system == "xero"} == {404}
    assert refused == []


def test_a_server_with_more_room_is_used_at_its_speed(settings_for, real_clock):
    with serve_in_thread() as served:
        served.world.settings.limits.minute = 10_000
        client, start = open_xero(settings_for(served.url), real_clock), time.monotonic()
        for _ in range(150):
            client.get("contacts", "nobody")
        client.close()

    assert time.monotonic() - start < 20


@pytest.mark.parametrize("system", ["xero", "pooltrackr"])
def test_webhooks_of_both_systems_are_received(served, xero, pooltrackr, system):
    received = []

    def answer(_url, headers, raw):
        signature = headers[f"x-{system}-signature"]
        received.extend(receive(raw, signature, ["hook-key"], datetime.now(UTC)))
        return 200

    hooks = served.sandbox.webhooks if system == "xero" else served.sandbox.pooltrackr_webhooks
    hooks.url, hooks.key, hooks.post = "http://127.0.0.1:1/hook", "hook-key", answer
    client = xero if system == "xero" else pooltrackr
    body = {"Name": "A"} if system == "xero" else {"type": "Company", "company": "A", "name": "A"}
    made = client.send(Write("contacts", "create", body, key="k"))

    assert hooks.deliver() == 200
    assert [(event.entity, event.record_id, event.type) for event in received] == [("contacts", made.id, "CREATE")]
