"""The sandbox over real HTTP, clients on it, and a wire that answers from a script."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconcile.clients.hosts import require_safe
from reconcile.clients.http import ApiSession, FixedToken
from reconcile.clients.limits import Limits
from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.clients.pooltrackr import PooltrackrClient
from reconcile.clients.xero import XeroClient
from reconcile.clients.xero.refusals import explain
from reconcile.clock import FixedClock
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.settings import Settings

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


class WatchedClock(FixedClock):
    """A clock that moves only when told to, and remembers how long it was asked to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        super().wait(seconds)


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
def real_clock() -> RealClock:
    return RealClock()


@pytest.fixture
def served() -> Iterator[Served]:
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[[str], Settings]:
    def build(url: str, **more: Any) -> Settings:
        named = {
            "data_dir": tmp_path,
            "xero_api_url": f"{url}/api.xro/2.0",
            "xero_identity_url": url,
            "xero_client_id": "app-id",
            "xero_client_secret": "app-secret",
            "pooltrackr_url": f"{url}/pooltrackr/v1",
            "pooltrackr_token": "pt-token",
        }
        return Settings(_env_file=None, **{**named, **more})

    return build


@pytest.fixture
def xero(served: Served, settings_for: Callable[[str], Settings], real_clock: RealClock) -> Iterator[XeroClient]:
    client = open_xero(settings_for(served.url), real_clock)
    yield client
    client.close()


@pytest.fixture
def pooltrackr(
    served: Served, settings_for: Callable[[str], Settings], real_clock: RealClock
) -> Iterator[PooltrackrClient]:
    client = open_pooltrackr(settings_for(served.url), real_clock)
    assert isinstance(client, PooltrackrClient)
    yield client
    client.close()


class Wire:
    """A wire that answers in turn from a script; the last answer repeats. Keeps the requests."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.endless: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.endless is not None:
            return self.endless
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return httpx.Response(200, content=json.dumps(answer).encode())


@pytest.fixture
def wired(clock: WatchedClock) -> Callable[..., tuple[ApiSession, Wire]]:
    """A session whose wire answers as told."""

    def build(*answers: Any, tokens: Any = None) -> tuple[ApiSession, Wire]:
        wire = Wire(*answers)
        session = ApiSession(
            require_safe("https://api.example.test/api.xro/2.0", "RECONCILE_XERO_API_URL"),
            "xero",
            tokens or FixedToken("secret-token"),
            Limits("app", "tenant", clock),
            clock,
            explain,
            transport=httpx.MockTransport(wire),
        )
        return session, wire

    return build
