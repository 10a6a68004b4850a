"""The sandbox over real sockets: connections that break, answers that come late, five at once."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from reconcile.sandbox.faults import Fault
from reconcile.sandbox.server import serve_in_thread


@pytest.fixture(scope="module")
def served():
    with serve_in_thread() as served:
        served.world.settings.limits.minute = 100_000
        yield served


@pytest.fixture
def client(served):
    form = {"grant_type": "client_credentials"}
    token = httpx.post(f"{served.xero_identity_url}/connect/token", data=form, auth=("id", "secret")).json()
    headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
    with httpx.Client(base_url=served.xero_api_url, headers=headers, timeout=5) as client:
        yield client


def test_the_sandbox_listens_on_this_machine_only(served):
    assert served.url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{served.url}/_sandbox/ready").json()["ready"] is True


def test_work_done_over_http_is_in_the_world(served, client):
    made = client.put("/Contacts", json={"Name": "Over HTTP"}).json()["Contacts"][0]

    assert served.world.first_books.contacts.rows[made["ContactID"]].name == "Over HTTP"
    assert (served.calls[-1].method, served.calls[-1].status) == ("PUT", 200)


def test_pooltrackr_answers_with_any_token(served):
    headers = {"Authorization": "Bearer any"}
    made = httpx.post(f"{served.pooltrackr_url}/contacts", headers=headers, json={"company": "Blue Water Pty Ltd"})

    assert httpx.get(f"{served.pooltrackr_url}/contacts/{made.json()['id']}", headers=headers).json() == made.json()


@pytest.mark.parametrize(("kind", "done"), [("request_lost", 0), ("answer_lost", 1)])
def test_a_broken_connection_shows_no_status(served, client, kind, done):
    served.sandbox.faults.add(Fault(kind, method="PUT"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.put("/Contacts", json={"Name": f"Lost {kind}"})
    found = client.get("/Contacts", params={"where": f'Name=="Lost {kind}"'}).json()["Contacts"]

    assert len(found) == done


def test_a_late_answer_runs_into_the_callers_timeout_with_the_work_done(served, client):
    served.sandbox.faults.add(Fault("late", method="PUT", seconds=0.6))
    with pytest.raises(httpx.ReadTimeout):
        client.put("/Contacts", json={"Name": "Late"}, timeout=0.2)

    assert len(client.get("/Contacts", params={"where": 'Name=="Late"'}).json()["Contacts"]) == 1


def test_a_truncated_body_arrives_whole_as_http_and_broken_as_json(served, client):
    served.sandbox.faults.add(Fault("truncated"))
    answer = client.get("/Accounts")

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def wait_until_idle(served):
    deadline = time.monotonic() + 10
    while any(served.sandbox.meter.in_flight.values()) and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_sixth_call_at_once_is_refused(served, client):
    wait_until_idle(served)
    served.sandbox.faults.add(Fault("late", path="Organisation", seconds=0.5, times=6))
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda _: client.get("/Organisation").status_code, range(6)))
    served.sandbox.faults.clear()

    assert statuses == [200] * 5 + [429]
    assert client.get("/Organisation").status_code == 200


def test_connections_are_kept_open(served, client):
    async def many():
        async with httpx.AsyncClient(headers=client.headers, base_url=served.xero_api_url) as fast:
            return [(await fast.get("/Organisation")).status_code for _ in range(50)]

    assert set(asyncio.run(many())) == {200}


def test_a_slash_in_an_address_arrives_as_a_slash(client):
    client.put("/Items", json={"Code": "A/1"})

    assert client.get("/Items/A%2F1").status_code == 404


def test_webhooks_are_posted_over_http(served, client):
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((self.headers["x-xero-signature"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Quiet."""

    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
    httpx.post(f"{served.url}/_sandbox/webhooks", json={"url": url, "key": "k"})
    client.put("/Contacts", json={"Name": "Told"})
    told = httpx.post(f"{served.url}/_sandbox/webhooks/deliver").json()
    receiver.shutdown()
    receiver.server_close()
    nobody = httpx.post(f"{served.url}/_sandbox/webhooks/intent-to-receive").json()

    assert (told, nobody) == ({"status": 200}, {"passed": False})
    assert b"CONTACT" in received[0][1]


def test_a_busy_port_is_an_error(served):
    port = int(served.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"), serve_in_thread(port=port):
        pass
