"""The sandbox as one function from request to response."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reconcile.sandbox import clock, control
from reconcile.sandbox.breakage import suffer
from reconcile.sandbox.calls import CallEntry, entry_of
from reconcile.sandbox.faults import FaultScript
from reconcile.sandbox.idempotency import Idempotency
from reconcile.sandbox.identity.authorize import authorize_endpoint
from reconcile.sandbox.identity.connections import connections_endpoint
from reconcile.sandbox.identity.grants import Grants
from reconcile.sandbox.identity.tokens import revocation_endpoint, token_endpoint
from reconcile.sandbox.limits import Meter
from reconcile.sandbox.pooltrackr.router import PREFIX as POOLTRACKR
from reconcile.sandbox.pooltrackr.router import Pooltrackr
from reconcile.sandbox.webhooks import PooltrackrWebhooks, XeroWebhooks
from reconcile.sandbox.wire import Request, Response, text_response
from reconcile.sandbox.world import World
from reconcile.sandbox.xero.errors import RefusalError
from reconcile.sandbox.xero.router import PREFIX as XERO
from reconcile.sandbox.xero.router import authenticate, handle_xero


@dataclass
class Sandbox:
    """Both emulated systems over one world. `handle` may be called from many threads.

    `rebuild` gives a fresh world for a reset; without it the sandbox cannot be reset.
    """

    world: World
    sleep: Callable[[float], None] = clock.sleep
    rebuild: Callable[[], World] | None = None
    calls: list[CallEntry] = field(default_factory=list)
    faults: FaultScript = field(default_factory=FaultScript)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.start_afresh(self.world)

    def start_afresh(self, world: World) -> None:
        """Take another world and forget grants, keys, quotas, faults and calls."""
        self.world = world
        self.grants = Grants(world)
        self.meter = Meter(world.settings)
        self.idempotency = Idempotency(world.settings)
        self.pooltrackr = Pooltrackr(world)
        self.webhooks = XeroWebhooks(world)
        self.pooltrackr_webhooks = PooltrackrWebhooks(world)
        self.faults.clear()
        self.calls.clear()
        self._deferred: list[tuple[int, Request]] = []

    def handle(self, request: Request) -> Response:
        """Answer one request and write it down (control requests are not written down)."""
        entered: list[str] = []
        with self.lock:
            self._deliver_due()
        if request.path.startswith("/_sandbox/"):
            return control.handle_control(self, request)
        with self.lock:
            response = self._answer(request, entered.append)
        delay = response.delay + self.world.settings.latency_seconds
        if delay:
            self.sleep(delay)
        with self.lock:
            for tenant in entered:
                self.meter.leave(tenant)
        self.webhooks.deliver_soon()
        self.pooltrackr_webhooks.deliver_soon()
        return replace(response, delay=0.0)

    def deliver_later(self, request: Request, seconds: float) -> None:
        """Keep a request and do its work once the clock has moved so far."""
        self._deferred.append((self.world.clock.now_ms() + int(seconds * 1000), request))

    def _deliver_due(self) -> None:
        now = self.world.clock.now_ms()
        due = [request for at, request in self._deferred if at <= now]
        self._deferred = [(at, request) for at, request in self._deferred if at > now]
        for request in due:
            entered: list[str] = []
            response = self._route(request, entered.append, None)
            self._note(request, response, "delivered late")
            for tenant in entered:
                self.meter.leave(tenant)

    def _answer(self, request: Request, entered: Callable[[str], None]) -> Response:
        fault = self.faults.pick(request)
        if fault is None:
            response = self._route(request, entered, None)
        else:
            response = suffer(self, fault, request, lambda r, instead: self._route(r, entered, instead))
        self._note(request, response, fault.kind if fault else "")
        return response

    def _note(self, request: Request, response: Response, fault: str) -> None:
        self.calls.append(entry_of(request, response, self.world.clock.now_ms(), system_of(request.path), fault))

    def _route(self, request: Request, entered: Callable[[str], None], instead: Response | None) -> Response:
        path, system = request.path, system_of(request.path)
        if system == "xero":
            return handle_xero(self, request, entered, instead)
        if system == "pooltrackr":
            return self.pooltrackr.handle(request)
        if system == "connections":
            return self._connections(request)
        endpoint = _IDENTITY.get((request.method, path.rpartition("/connect/")[2]))
        if system == "identity" and endpoint is not None:
            return endpoint(self.grants, request)
        return text_response(404, "There is nothing here. The sandbox is described in docs/sandbox.md.")

    def _connections(self, request: Request) -> Response:
        """Connections know no tenant, so only the app's minute is told."""
        try:
            consent = authenticate(self, request)
        except RefusalError as refusal:
            return refusal.response
        headers = self.meter.app_headers(consent.client_id, self.world.clock.now_ms())
        return connections_endpoint(self.grants, consent, request).with_headers(headers)


_IDENTITY: dict[tuple[str, str], Callable[[Grants, Request], Response]] = {
    ("POST", "token"): token_endpoint,
    ("POST", "revocation"): revocation_endpoint,
    ("GET", "authorize"): authorize_endpoint,
    ("POST", "authorize"): authorize_endpoint,
}


def system_of(path: str) -> str:
    """Which emulated system a path belongs to: xero, pooltrackr, connections, identity or nowhere."""
    if path.startswith(XERO):
        return "xero"
    if path.startswith(POOLTRACKR):
        return "pooltrackr"
    if path.casefold().split("/")[1:2] == ["connections"]:
        return "connections"
    return "identity" if "/connect/" in path else "nowhere"
