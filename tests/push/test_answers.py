"""What the pusher makes of each kind of answer, through the real Xero client."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconcile.clients.open import open_xero
from reconcile.clock import FixedClock
from reconcile.errors import Parked, Reconnect, Retry, Unknown
from reconcile.pushing import End, Intention, Operation, Pusher, Tally
from reconcile.records import System
from tests.push.shop import settings_for

STAMP = "PT-C1"
CREATED = {"ContactID": "11111111-1111-4111-8111-111111111111", "Name": "Ann", "ContactNumber": STAMP}
Answers = Callable[[httpx.Request], httpx.Response]


class Notebook:
    """An outbox of one operation that remembers what it was told."""

    def __init__(self, clock: FixedClock, count: int = 1) -> None:
        self.operations = [
            Operation(
                id=f"op-{n}",
                target="xero",
                entity="contacts",
                verb="create",
                subject_id=f"C{n}",
                stamp=f"PT-C{n}",
                body={"Name": f"Ann {n}", "ContactNumber": f"PT-C{n}"},
                expect={"contact_number": f"PT-C{n}"},
                fence=1,
                lease_until=clock.now() + timedelta(seconds=600),
            )
            for n in range(1, count + 1)
        ]
        self.waiting = list(self.operations)
        self.ends: dict[str, str] = {}
        self.released: list[str] = []

    def claim(self, _target: System, _limit: int) -> tuple[Operation, ...]:
        claimed, self.waiting = tuple(self.waiting), []
        return claimed

    def intend(self, intentions: Sequence[Intention]) -> tuple[Intention, ...]:
        return tuple(intentions)

    def settle(self, operation: Operation, settlement: Any) -> None:
        self.settle_all([(operation, settlement)])

    def settle_all(self, ends: Sequence[End]) -> tuple[End, ...]:
        self.ends.update({operation.id: settlement.status for operation, settlement in ends})
        return tuple(ends)

    def release(self, operations: Sequence[Operation]) -> None:
        self.released += [operation.id for operation in operations]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def push(
    clock: FixedClock,
    tmp_path: Path,
    write_answer: Answers,
    count: int = 1,
    reads: Any = None,
    notebook: Notebook | None = None,
) -> tuple[Notebook, Tally]:
    """Push; reads find nothing (or what ``reads`` says), writes get the given answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "/connect/token" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 1800})
        if request.method == "GET":
            return httpx.Response(200, json={"Contacts": reads() if reads else []})
        return write_answer(request)

    notebook, tally = notebook or Notebook(clock, count), Tally()
    client = open_xero(settings_for("http://127.0.0.1:9", tmp_path), clock, transport=httpx.MockTransport(answer))
    Pusher(notebook, client, clock).step(tally)
    client.close()
    return notebook, tally


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_met_a_server_error_is_in_doubt_and_not_sent_again(
    clock: FixedClock, tmp_path: Path, status: int
) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["idempotency-key"])
        return httpx.Response(status, text="The Xero API is temporarily unavailable")

    notebook, tally = push(clock, tmp_path, answer)
    assert sent == ["op-1.1"]
    assert (notebook.ends, notebook.released, tally.unknown) == ({}, [], 1)


@pytest.mark.parametrize("body", [b"<html>", b'{"Contacts": [{"ContactID"', b"{}", b"[]", b'{"Contacts": []}'])
def test_an_unreadable_success_is_in_doubt(clock: FixedClock, tmp_path: Path, body: bytes) -> None:
    notebook, tally = push(clock, tmp_path, lambda _request: httpx.Response(200, content=body))
    assert (notebook.ends, notebook.released, tally.unknown) == ({}, [], 1)


def test_a_refused_connection_means_that_nothing_was_sent(clock: FixedClock, tmp_path: Path) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    notebook, tally = Notebook(clock), Tally()
    client = open_xero(settings_for("http://127.0.0.1:9", tmp_path), clock, transport=httpx.MockTransport(refuse))
    with pytest.raises(Retry):
        Pusher(notebook, client, clock).step(tally)
    assert notebook.released == ["op-1"]


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({"x-rate-limit-problem": "day", "retry-after": "66975"}, 429, Parked),
        ({"www-authenticate": "insufficient_scope"}, 403, Reconnect),
    ],
)
def test_what_stops_the_whole_push_leaves_everything_staged(
    clock: FixedClock, tmp_path: Path, headers: dict[str, str], status: int, error: type[Exception]
) -> None:
    began = clock.now()
    with pytest.raises(error):
        push(clock, tmp_path, lambda _request: httpx.Response(status, headers=headers))
    assert clock.now() - began < timedelta(seconds=5)


def test_one_bad_record_of_a_batch_costs_the_others_nothing(clock: FixedClock, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        elements = json.loads(request.content)["Contacts"]
        shown: list[dict[str, Any]] = [
            {**element, "ContactID": f"1111111{n}-1111-4111-8111-111111111111", "StatusAttributeString": "OK"}
            for n, element in enumerate(elements)
        ]
        shown[1] |= {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "Email address must be valid"}]}
        return httpx.Response(200, json={"Contacts": shown})

    notebook, _ = push(clock, tmp_path, answer, count=3)
    assert notebook.ends == {"op-1": "done", "op-2": "failed", "op-3": "done"}


def test_a_batch_that_is_refused_as_a_whole_is_sent_record_by_record(clock: FixedClock, tmp_path: Path) -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        elements = json.loads(request.content)["Contacts"]
        if len(elements) > 1 or elements[0]["ContactNumber"] == "PT-C2":
            return httpx.Response(400, json={"Message": "Input string was not in a correct format"})
        shown = {**elements[0], "ContactID": CREATED["ContactID"], "StatusAttributeString": "OK"}
        return httpx.Response(200, json={"Contacts": [shown]})

    notebook, _ = push(clock, tmp_path, answer, count=3)
    assert notebook.ends == {"op-1": "done", "op-2": "failed", "op-3": "done"}
    assert keys[1:] == ["op-1.1", "op-2.1", "op-3.1"]


def test_a_name_that_is_taken_by_our_own_late_record_is_not_a_conflict(clock: FixedClock, tmp_path: Path) -> None:
    looks = iter([[], [{**CREATED, "ContactStatus": "ACTIVE"}]])
    taken = {"Message": "The contact number PT-C1 is already assigned to another contact."}
    refusal = {**CREATED, "StatusAttributeString": "ERROR", "ValidationErrors": [taken]}
    notebook, _ = push(
        clock, tmp_path, lambda _request: httpx.Response(200, json={"Contacts": [refusal]}), reads=lambda: next(looks)
    )
    assert notebook.ends == {"op-1": "done"}


def test_nothing_is_sent_when_looking_took_so_long_that_the_claim_is_nearly_over(
    clock: FixedClock, tmp_path: Path
) -> None:
    def slow_look() -> list[Any]:
        clock.wait(200)
        return []

    def never(_request: httpx.Request) -> httpx.Response:
        raise AssertionError("sent too late")

    with pytest.raises(Retry, match="nothing was sent"):
        push(clock, tmp_path, never, reads=slow_look)


def test_a_target_that_stopped_answering_is_left_alone(clock: FixedClock, tmp_path: Path) -> None:
    sent: list[int] = []

    def silent(request: httpx.Request) -> httpx.Response:
        sent.append(1)
        raise httpx.ReadTimeout("no answer", request=request)

    notebook = Notebook(clock, 200)
    with pytest.raises(Unknown):
        push(clock, tmp_path, silent, notebook=notebook)
    assert len(sent) == 3
    assert notebook.released == [f"op-{number}" for number in range(151, 201)]
    assert notebook.ends == {}
