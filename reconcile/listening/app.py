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
from reconcile.store.engine import reading, writing
from reconcile.store.registry import addressee
from reconcile.store.sync_events import Told, store_events

SIGNATURES: Mapping[System, str] = {"xero": "x-xero-signature", "pooltrackr": "x-pooltrackr-signature"}
PATIENCE_SECONDS = 4.0  # both systems give up after five
log = logging.getLogger("reconcile.listening")


@dataclass(frozen=True)
class Listener:
    """With which keys we listen, whom to wake, and for whom: ``org`` alone, or every organisation when it is empty.

    ``keys`` may hold two for a system, so that a key can be replaced without a gap. ``wake`` is called with the
    organisation after new events of it were stored; it must return at once.
    """

    engine: Engine
    clock: Clock
    keys: Mapping[System, Sequence[str]]
    wake: Callable[[str], None]
    org: str = ""


def create_app(listener: Listener) -> FastAPI:
    """The application. It has no pages and no documentation: only who knows the key is answered with more than a number."""
    app = FastAPI(openapi_url=None)

    @app.post("/webhooks/xero")
    async def from_xero(request: Request) -> Response:
        return await _answer(listener, "xero", request)

    @app.post("/webhooks/pooltrackr")
    async def from_pooltrackr(request: Request) -> Response:
        return await _answer(listener, "pooltrackr", request)

    @app.post("/webhooks/pooltrackr/{org}")
    async def from_pooltrackr_of(request: Request, org: str) -> Response:
        return await _answer(listener, "pooltrackr", request, org)

    @app.get("/ready")
    def ready() -> Response:
        return Response()

    return app


async def _answer(listener: Listener, system: System, request: Request, named: str = "") -> Response:
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
    for org in await run_in_threadpool(_store, listener, system, events, named):
        listener.wake(org)
    return Response()


async def _read(request: Request) -> bytes:
    """The raw body, never more than is allowed. Raises TooLarge."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge
    return bytes(body)


def _store(listener: Listener, system: System, events: Sequence[Event], named: str) -> list[str]:
    """Store each event with whom it is for; returns who was told something new. What is nobody's is left out."""
    told: dict[str, list[Told]] = {}
    with reading(listener.engine) as session:
        senders = {sender: addressee(session, system, sender, named) for sender in {e.tenant_id for e in events}}
    for e in events:
        told.setdefault(senders[e.tenant_id], []).append(Told(system, e.entity, e.record_id, e.type, e.at))
    ours = {org: news for org, news in told.items() if org and listener.org in ("", org)}
    if not ours:
        return []
    with writing(listener.engine) as session:
        return [org for org, news in ours.items() if store_events(session, org, news, listener.clock.now())]
