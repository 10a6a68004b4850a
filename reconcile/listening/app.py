"""The receiver as an application: two addresses, one for each system (Xero's rules: facts, section 7b).

The answer is an empty 200 once the events are stored, 401 for a wrong signature, 413 for what is too large, 408 for
who is too slow. Nothing is parsed before the signature is right, and the work is done after the answer, by others.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from reconcile.clients.webhooks import MAX_BYTES, Event, TooLarge, Unsigned, receive
from reconcile.clock import Clock
from reconcile.errors import BadData
from reconcile.records import System
from reconcile.store.engine import writing
from reconcile.store.sync_events import Told, store_events

SIGNATURES: Mapping[System, str] = {"xero": "x-xero-signature", "pooltrackr": "x-pooltrackr-signature"}
PATIENCE_SECONDS = 4.0  # both systems give up after five
log = logging.getLogger("reconcile.listening")


@dataclass(frozen=True)
class Listener:
    """Whom we listen for, with which keys, and whom to wake.

    ``keys`` may hold two for a system, so that a key can be replaced without a gap. ``wake`` is called after new events
    were stored; it must return at once.
    """

    engine: Engine
    clock: Clock
    org_id: str
    tenant_id: str
    keys: Mapping[System, Sequence[str]]
    wake: Callable[[], None]


def create_app(listener: Listener) -> FastAPI:
    """The application. It has no pages and no documentation: only who knows the key is answered with more than a number."""
    app = FastAPI(openapi_url=None)

    @app.post("/webhooks/xero")
    async def from_xero(request: Request) -> Response:
        return await _answer(listener, "xero", request)

    @app.post("/webhooks/pooltrackr")
    async def from_pooltrackr(request: Request) -> Response:
        return await _answer(listener, "pooltrackr", request)

    @app.get("/ready")
    def ready() -> Response:
        return Response()

    return app


async def _answer(listener: Listener, system: System, request: Request) -> Response:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            body = await _read(request)
    except TimeoutError:
        return Response(status_code=408)
    except TooLarge:
        return Response(status_code=413)
    signature = request.headers.get(SIGNATURES[system], "")
    try:
        events = receive(body, signature, listener.keys.get(system, ()), listener.clock.now())
    except Unsigned:
        return Response(status_code=401)
    except BadData:
        log.warning("A signed webhook of %s makes no sense; the next pull will show what changed.", system)
        return Response()
    if await run_in_threadpool(_store, listener, system, events):
        listener.wake()
    return Response()


async def _read(request: Request) -> bytes:
    """The raw body, never more than is allowed. Raises TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge
    return bytes(body)


def _store(listener: Listener, system: System, events: Sequence[Event]) -> int:
    """Store what is ours; an event of another Xero organisation is none of our business."""
    ours = [e for e in events if system != "xero" or e.tenant_id == listener.tenant_id]
    if not ours:
        return 0
    told = [Told(system, e.entity, e.record_id, e.type, e.at) for e in ours]
    with writing(listener.engine) as session:
        return store_events(session, listener.org_id, told, listener.clock.now())
