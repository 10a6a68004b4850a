"""A failed run tells somebody what happened and what to do, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from flows.automations import SILENCE, zombie_automation
from flows.push import push_approved
from reconcile.clients.alerts import send_alert
from reconcile.errors import NotReady, Reconnect

pytestmark = pytest.mark.flows


class Room(BaseHTTPRequestHandler):
    """A chat room that keeps what it is told."""

    told: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def room() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    handler = type("HeardRoom", (Room,), {"told": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", handler.told
    server.shutdown()
    server.server_close()


def test_a_run_that_fails_says_why_and_what_to_do(
    sample: Any, room: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    url, told = room
    monkeypatch.setenv("RECONCILE_ALERT_URL", url)
    monkeypatch.setenv("RECONCILE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RECONCILE_XERO_CLIENT_ID", "")
    with pytest.raises((NotReady, Reconnect)):
        push_approved("")
    (alert,) = told
    assert alert["title"].startswith("push-approved")
    assert "RECONCILE_XERO_CLIENT_ID" in alert["text"]


def test_an_alert_that_cannot_be_delivered_is_no_second_failure() -> None:
    assert send_alert("http://127.0.0.1:9/", "t", "x") is False


def test_an_alert_goes_over_https_only() -> None:
    with pytest.raises(NotReady):
        send_alert("http://chat.example.com/", "t", "x")


def test_a_silent_run_is_marked_as_crashed_and_an_ended_one_is_not() -> None:
    trigger = zombie_automation().trigger
    assert trigger.within == SILENCE
    assert "prefect.flow-run.Completed" in trigger.expect
