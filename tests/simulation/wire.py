"""The wire between a worker and the sandbox: slow, lossy, and written down."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from reconcile.sandbox.faults import Fault
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.table import Table
from reconcile.sandbox.wire import Request, Response, parse_request
from tests.simulation.hub import Hub

READ_TIMEOUT = 30.0
REQUEST_LIFE = 300.0
FAULTS = (
    ("request_lost", 5),
    ("answer_lost", 5),
    ("late_delivery", 12),
    ("rate_limit", 3),
    ("server_error", 3),
    ("unavailable", 2),
    ("truncated", 2),
    ("html", 1),
    ("token_expired", 2),
)


@dataclass(frozen=True)
class Landing:
    """One change that a write made in one of the systems: who sent it, when, and the record before and after."""

    at: datetime
    sent_at: datetime
    claimed_at: datetime
    looked_at: datetime
    worker: str
    table: str
    id: str
    before: object
    after: object
    key: str


Change = tuple[str, str, Any, Any]
"""A table, an id, the record before and after."""

FOLLOWS: dict[str, tuple[set[str], set[str]]] = {
    "xero invoices": ({"xero payments"}, {"paid", "status", "fully_paid_on", "updated_ms"}),
    "xero contacts": ({"xero invoices", "xero bank_transactions"}, {"is_customer", "is_supplier", "updated_ms"}),
    "pooltrackr invoices": ({"pooltrackr payments"}, {"payment", "version", "updated_at"}),
}
"""What either system does by itself when something else is written: in which table, after what, to which fields."""


@dataclass
class Wire:
    """Carries requests to the sandbox under the hub's dice; ``landings`` is everything that writes changed.

    ``sent`` are the writes that went out, method, path and body; ``tokens`` what they were sent with.
    """

    hub: Hub
    sandbox: Sandbox
    fault_rate: float
    landings: list[Landing] = field(default_factory=list)
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    writes: int = 0
    _seen: dict[str, tuple[int, dict[str, object]]] = field(default_factory=dict)
    _tables: dict[str, Table[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.watch()
        chosen = self.hub.rng.sample(FAULTS, self.hub.rng.randint(1, len(FAULTS)))
        self._kinds, self._weights = [kind for kind, _ in chosen], [weight for _, weight in chosen]

    def only(self, kind: str) -> None:
        """From now on no other fault than this."""
        self._kinds, self._weights = [kind], [1]

    def transport(self, worker: str, moments: Callable[[], tuple[datetime, datetime]]) -> httpx.MockTransport:
        """The wire of one worker; ``moments`` tells when it claimed and when it looked at what it writes."""
        return httpx.MockTransport(lambda request: self._carry(request, worker, moments()))

    def _carry(self, request: httpx.Request, worker: str, moments: tuple[datetime, datetime]) -> httpx.Response:
        asked = parse_request(request.method, str(request.url), request.headers, request.content)
        self.tokens.add(asked.header("authorization"))
        if asked.method != "GET" and "/connect/" not in asked.path:
            self.sent.append((asked.method, asked.path, asked.body))
        sent_at = self.hub.now
        self.hub.pause(self.hub.rng.uniform(0.01, 0.5))
        fault = self._draw(asked)
        if fault is not None and fault.kind == "late_delivery":
            due = timedelta(seconds=fault.seconds, milliseconds=1)
            self.hub.at(self.hub.now + due, lambda: self._arrive(_TICK, None, worker, sent_at, moments, asked))
        response = self._arrive(asked, fault, worker, sent_at, moments, asked)
        if response.lost:
            self._break(request, fault)
        self.hub.pause(self.hub.rng.uniform(0.01, 0.5))
        return httpx.Response(response.status, headers=dict(response.headers), content=response.body, request=request)

    def _break(self, request: httpx.Request, fault: Fault | None) -> None:
        if fault is not None and fault.kind == "request_lost" and self.hub.chance(0.5):
            raise httpx.ConnectError("refused", request=request)
        if self.hub.chance(0.3):
            raise httpx.RemoteProtocolError("cut", request=request)
        self.hub.pause(READ_TIMEOUT)
        raise httpx.ReadTimeout("no answer", request=request)

    def _draw(self, request: Request) -> Fault | None:
        rate = self.fault_rate if request.method == "GET" else min(0.6, 2 * self.fault_rate)
        if "/connect/" in request.path or not self.hub.chance(rate):
            return None
        kind = self.hub.rng.choices(self._kinds, self._weights)[0]
        seconds = self.hub.rng.uniform(0, REQUEST_LIFE) if kind == "late_delivery" else 0.0
        retry_after = self.hub.rng.choice([1, 7, 30, 61]) if kind == "rate_limit" else None
        return Fault(kind, seconds=seconds, retry_after=retry_after)

    def _arrive(
        self,
        request: Request,
        fault: Fault | None,
        worker: str,
        sent_at: datetime,
        moments: tuple[datetime, datetime],
        meant: Request,
    ) -> Response:
        self.watch()
        self.sandbox.faults.rules = [fault] if fault else []
        response = self.sandbox.handle(request)
        self.sandbox.faults.rules = []
        changed = self.watch()
        changed = [change for change in changed if not _follows(change, changed)]
        key = meant.header("idempotency-key")
        for table, identifier, before, after in changed:
            self.landings.append(
                Landing(self.hub.now, sent_at, *moments, worker, table, identifier, before, after, key)
            )
            self.hub.note(worker, f"LANDED {meant.method} {table} {identifier}")
        if request is not _TICK:
            if request.method != "GET":
                self.writes += "/connect/" not in request.path
            shown = (
                f"{request.method} {request.path} {fault.kind if fault else ''} -> {response.lost or response.status}"
            )
            self.hub.note(worker, shown)
        return replace(response, delay=0.0)

    def watch(self) -> list[Change]:
        """What has changed in both systems since the last look."""
        changed: list[Change] = []
        for name, table in self._all().items():
            writes, seen = self._seen.get(name, (-1, {}))
            if writes != table.writes:
                changed += [(name, k, seen.get(k), row) for k, row in table.rows.items() if seen.get(k) is not row]
                self._seen[name] = table.writes, dict(table.rows)
        return changed

    def tables(self) -> dict[str, dict[str, Any]]:
        """The rows of both systems that writes can change, by table and id."""
        return {name: table.rows for name, table in self._all().items()}

    def _all(self) -> dict[str, Table[Any]]:
        if not self._tables:
            books, account = self.sandbox.world.first_books, self.sandbox.world.pooltrackr
            for name in ("contacts", "invoices", "payments", "bank_transactions"):
                self._tables[f"xero {name}"] = getattr(books, name)
            for name in ("contacts", "products", "invoices", "payments"):
                self._tables[f"pooltrackr {name}"] = account.tables[name]
        return self._tables


def _follows(change: Change, changed: list[Change]) -> bool:
    """Whether a system did this by itself because of another change of the same request."""
    table, _, before, after = change
    causes, touched = FOLLOWS.get(table, (set(), set()))
    if before is None or not any(cause in causes for cause, _, _, _ in changed):
        return False
    was, became = _fields(before), _fields(after)
    return all(was[name] == became[name] for name in was if name not in touched)


def _fields(row: Any) -> dict[str, Any]:
    if hasattr(row, "encoded"):
        found: dict[str, Any] = row.fields
        return found
    return {slot.name: getattr(row, slot.name) for slot in fields(row)}


_TICK = Request("GET", "/_sandbox/ready")
