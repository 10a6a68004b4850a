"""The sandbox as one function from request to response."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reconcile.sandbox import clock, control
from reconcile.sandbox.calls import CallEntry, entry_of
from reconcile.sandbox.idempotency import Idempotency
from reconcile.sandbox.identity.connections import connections_endpoint
from reconcile.sandbox.identity.grants import Grants
from reconcile.sandbox.identity.tokens import revocation_endpoint, token_endpoint
from reconcile.sandbox.limits import Meter
from reconcile.sandbox.pooltrackr.router import PREFIX as POOLTRACKR
from reconcile.sandbox.pooltrackr.router import Pooltrackr
from reconcile.sandbox.wire import Request, Response, text_response
from reconcile.sandbox.world import World
from reconcile.sandbox.xero.errors import RefusalError
from reconcile.sandbox.xero.router import PREFIX as XERO
from reconcile.sandbox.xero.router import authenticate, handle_xero


@dataclass
class Sandbox:
    """Both emulated systems over one world. `handle` may be called from many threads."""

    world: World
    sleep: Callable[[float], None] = clock.sleep
    calls: list[CallEntry] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.start_afresh(self.world)

    def start_afresh(self, world: World) -> None:
        """Take another world and forget grants, keys, quotas and calls."""
        self.world = world
        self.grants = Grants(world)
        self.meter = Meter(world.settings)
        self.idempotency = Idempotency(world.settings)
        self.pooltrackr = Pooltrackr(world)
        self.calls.clear()

    def handle(self, request: Request) -> Response:
        """Answer one request and write it down (control requests are not written down)."""
        with self.lock:
            if request.path.startswith("/_sandbox/"):
                return control.handle_control(self, request)
            entered: list[str] = []
            system, response = self._route(request, entered.append)
            self.calls.append(entry_of(request, response, self.world.clock.now_ms(), system, ""))
        delay = response.delay + self.world.settings.latency_seconds
        if delay:
            self.sleep(delay)
        with self.lock:
            for tenant in entered:
                self.meter.leave(tenant)
        return replace(response, delay=0.0)

    def _route(self, request: Request, entered: Callable[[str], None]) -> tuple[str, Response]:
        path = request.path
        if path.startswith(XERO):
            return "xero", handle_xero(self, request, entered)
        if path.startswith(POOLTRACKR):
            return "pooltrackr", self.pooltrackr.handle(request)
        if path.casefold().startswith("/connections"):
            return "connections", self._connections(request)
        if path.endswith("/connect/token") and request.method == "POST":
            return "identity", token_endpoint(self.grants, request)
        if path.endswith("/connect/revocation") and request.method == "POST":
            return "identity", revocation_endpoint(self.grants, request)
        return "nowhere", text_response(404, "There is nothing here. The sandbox is described in docs/sandbox.md.")

    def _connections(self, request: Request) -> Response:
        """Connections know no tenant, so only the app's minute is told."""
        try:
            consent = authenticate(self, request)
        except RefusalError as refusal:
            return refusal.response
        headers = self.meter.app_headers(consent.client_id, self.world.clock.now_ms())
        return connections_endpoint(self.grants, consent, request).with_headers(headers)
