"""A failed run tells somebody what happened and what to do, over real HTTP."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from prefect import Flow, flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ParameterTypeError
from prefect.states import Crashed, Failed, State

from flows.at_once import handle_webhooks
from flows.automations import SILENCE, ZOMBIES, ensure_automations, zombie_automation
from flows.nightly import nightly_reconciliation
from flows.push import push_approved
from reconcile.clients.alerts import send_alert
from reconcile.errors import DecisionsRejected, GateClosed, NotReady, Reconnect, Retry
from tasks.alerts import explain
from tasks.killed import SILENT, tell_of_killed

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


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (
            Failed(data=Retry("Xero cannot be reached.")),
            "north: Xero cannot be reached. Nothing is lost: retry the run",
        ),
        (
            Failed(data=GateClosed("Shut.", rows=("C1", "C2"), remedy="Decide them.")),
            "north: Shut. (2 rows) Decide them.",
        ),
        (
            Failed(data=OSError(28, "No space left on device", "/home/ana/x")),
            "No space left on device. Look at the disk",
        ),
        (Failed(data=ParameterTypeError("- entity: no such choice")), "parameters that do not fit: - entity"),
        (Failed(data=ValueError("Jane Citizen, 0400 000 000")), "north failed: ValueError. Read the run's log."),
        (Crashed(message="status code: -9"), "north was killed. Nothing is lost"),
    ],
)
def test_an_alert_names_the_organisation_the_cause_and_the_remedy_and_nobody(state: State[Any], says: str) -> None:
    said = explain("north", state)
    assert says in said
    assert not {"Jane", "ana"} & set(said.replace("/", " ").split())


def test_what_a_webhooks_run_could_not_reach_is_left_to_the_next_sweep(
    sample: Any, room: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_ALERT_URL", room[0])
    (hook,) = handle_webhooks.on_failure_hooks
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(handle_webhooks, parameters={"org": "north"})
    hook(handle_webhooks, run, Failed(data=Retry("Xero cannot be reached.")))
    assert room[1] == []
    hook(handle_webhooks, run, Failed(data=Reconnect("The connection was withdrawn.")))
    assert [told["title"] for told in room[1]] == ["at-once north failed"]


def test_a_failure_that_was_foreseen_is_logged_once_in_words_with_what_is_concerned(
    sample: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ('row 7, column decision: found "Jane Citizen": is no decision. Write link or skip.',)

    @flow
    def refused() -> None:
        raise DecisionsRejected("report.csv: 1 problem(s).", problems=rows, remedy="Correct these rows.")

    logging.getLogger("prefect").propagate = True
    try:
        with caplog.at_level(logging.ERROR), pytest.raises(DecisionsRejected):
            refused()
    finally:
        logging.getLogger("prefect").propagate = False
    said = [record for record in caplog.records if "report.csv: 1 problem(s)." in record.getMessage()]
    words = "\n".join(record.getMessage() for record in said)
    assert "Correct these rows." in words
    assert "row 7, column decision" in words
    assert "Write link or skip." in words
    assert "Jane" not in words
    assert not [record for record in said if record.exc_info]


def test_an_alert_that_cannot_be_delivered_is_no_second_failure() -> None:
    assert send_alert("http://127.0.0.1:9/", "t", "x") is False


def test_an_alert_goes_over_https_only() -> None:
    with pytest.raises(NotReady):
        send_alert("http://chat.example.com/", "t", "x")


def test_a_silent_run_is_marked_as_crashed_and_an_ended_one_is_not() -> None:
    trigger = zombie_automation().trigger
    assert trigger.within == SILENCE
    assert "prefect.flow-run.Completed" in trigger.expect


def test_the_sweep_keeps_one_automation_that_finds_killed_runs(sample: Any) -> None:
    for _ in range(2):
        ensure_automations()
    with get_client(sync_client=True) as client:
        assert [found.name for found in client.read_automations_by_name(ZOMBIES)] == [ZOMBIES]
        client.delete_automation(client.read_automations_by_name(ZOMBIES)[0].id)


def test_a_run_that_was_killed_with_its_worker_is_told_once_however_often_the_sweep_looks(
    sample: Any, room: tuple[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_ALERT_URL", "http://127.0.0.1:9/")
    silent, other = crashed(nightly_reconciliation, SILENT), crashed(nightly_reconciliation, "status code: -9")
    assert tell_of_killed() == 0
    monkeypatch.setenv("RECONCILE_ALERT_URL", room[0])
    assert [tell_of_killed(), tell_of_killed()] == [1, 0]
    (alert,) = room[1]
    assert alert["title"] == f"{silent} crashed"
    assert "retry the run" in alert["text"]
    assert other not in alert["title"]


def crashed(of: Flow[..., Any], message: str) -> str:
    """A run of ours that is over; returns its name."""
    with get_client(sync_client=True) as client:
        run = client.create_flow_run(of, tags=["reconcile"])
        client.set_flow_run_state(run.id, State(type=StateType.CRASHED, message=message), force=True)
        return run.name
