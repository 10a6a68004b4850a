"""The sandbox over real HTTP on 127.0.0.1."""

import asyncio
import gc
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.concurrency import run_in_threadpool
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconcile.sandbox.calls import CallEntry
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.loading import load_world
from reconcile.sandbox.wire import Request, Response, parse_request
from reconcile.sandbox.world import World, empty_world

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
HOST = "127.0.0.1"


class CuttableProtocol(H11Protocol):
    """HTTP whose connection the application can cut before it has answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["sandbox.cut"] = self._cut
            await inner(scope, receive, send)

        self.app = app

    async def _cut(self) -> None:
        self.transport.abort()
        while self.cycle is not None and not self.cycle.disconnected:
            await asyncio.sleep(0)


def make_asgi(sandbox: Sandbox) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The thin ASGI coat around `sandbox.handle`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = await _read(scope, receive)
        response = await run_in_threadpool(sandbox.handle, request)
        if response.lost:
            await scope["sandbox.cut"]()
            return
        await _write(response, send)

    return app


async def _read(scope: Scope, receive: Receive) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    url = scope["raw_path"].decode("latin-1") + "?" + scope["query_string"].decode("latin-1")
    return parse_request(scope["method"], url, headers, body)


async def _write(response: Response, send: Send) -> None:
    headers = {"content-length": str(len(response.body)), **response.headers}
    if response.status == 204:
        del headers["content-length"]
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body})


def _server(sandbox: Sandbox, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        make_asgi(sandbox),
        host=HOST,
        port=port,
        http=CuttableProtocol,
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def serve(rebuild: Callable[[], World], port: int, announce: Callable[[str], None]) -> None:
    """Serve until stopped (Ctrl-C). `rebuild` makes the world, also after a reset; `announce` gets the address."""
    sandbox = Sandbox(rebuild(), rebuild=rebuild)
    gc.freeze()  # a large world stays for good: the collector need not walk it again and again
    listener = _bind(port)
    announce(f"http://{HOST}:{listener.getsockname()[1]}")
    _server(sandbox, port).run(sockets=[listener])


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(128)
    return listener


def world_maker(folder: Path | str | None) -> Callable[[], World]:
    """How to make the world of a folder, or an empty one."""
    return (lambda: load_world(Path(folder))) if folder is not None else empty_world


@dataclass(frozen=True)
class Served:
    """A running sandbox and where to find it."""

    sandbox: Sandbox
    url: str

    @property
    def xero_api_url(self) -> str:
        """Base of the Accounting API."""
        return f"{self.url}/api.xro/2.0"

    @property
    def xero_identity_url(self) -> str:
        """Base of the token, revocation and authorize endpoints and of /connections."""
        return self.url

    @property
    def pooltrackr_url(self) -> str:
        """Base of Pooltrackr's contract."""
        return f"{self.url}/pooltrackr/v1"

    @property
    def world(self) -> World:
        """The state of both systems."""
        return self.sandbox.world

    @property
    def calls(self) -> list[CallEntry]:
        """What reached the sandbox."""
        return self.sandbox.calls


@contextmanager
def serve_in_thread(world: World | Path | str | None = None, port: int = 0) -> Iterator[Served]:
    """Serve a world (or a world folder, or nothing at all) while the block runs. Port 0 takes a free one."""
    if isinstance(world, World):
        sandbox = Sandbox(world)
    else:
        rebuild = world_maker(world)
        sandbox = Sandbox(rebuild(), rebuild=rebuild)
    listener = _bind(port)
    server = _server(sandbox, port)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
    thread.start()
    try:
        yield Served(sandbox, f"http://{HOST}:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
