"""One connection to one system: limits, tokens, retries of what is safe to retry, and honest errors.

A read that fails on the way is tried again here. A write is never repeated here, with two exceptions that are certain
to have changed nothing: the server refused it for its limits (429) or for the token (401).
"""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx

from reconcile.clients import failures
from reconcile.clients.answers import MAX_BODY_BYTES, Answer, Garbled, decode, try_decode
from reconcile.clients.hosts import believed
from reconcile.clients.limits import Limits
from reconcile.clock import Clock
from reconcile.errors import RateLimited, ReconcileError, Reconnect, Retry, Unknown
from reconcile.records import System

READ_TIMEOUT = httpx.Timeout(connect=5, read=60, write=10, pool=5)
WRITE_TIMEOUT = httpx.Timeout(connect=5, read=30, write=10, pool=5)
READ_BODY_SECONDS, WRITE_BODY_SECONDS = 120.0, 15.0
READ_ATTEMPTS = 4
READ_PATIENCE = 300.0
WRITE_PATIENCE = 65.0
SEND_BUDGET = WRITE_PATIENCE + 5 + 5 + 10 + 30 + WRITE_BODY_SECONDS  # seconds that one write takes at the very most
REQUEST_TIMEOUT = 408  # like a 5xx it leaves open whether a write was carried out
PARK_FROM = 300.0  # a longer Retry-After is a stop, not a pause (facts, section 2)

_log = logging.getLogger(__name__)
for _noisy in ("httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)  # they log whole addresses


class TokenSource(Protocol):
    """Gives the bearer token of the moment."""

    def token(self) -> str:
        """A token that is valid now. Raises Reconnect, Retry."""
        ...

    def renew(self, refused: str, /) -> str:
        """Another token than the one that was refused. Raises Reconnect, Retry."""
        ...


@dataclass(frozen=True)
class FixedToken:
    """A token that never changes, such as Pooltrackr's."""

    value: str = field(repr=False)
    remedy: str = "Set RECONCILE_POOLTRACKR_TOKEN to a valid token."

    def token(self) -> str:
        """The token."""
        return self.value

    def renew(self, _refused: str, /) -> str:
        """There is no other token. Raises Reconnect."""
        raise Reconnect("The token was refused.", remedy=self.remedy)


@dataclass(frozen=True)
class Call:
    """One request as it is meant; ``repr`` shows neither parameters nor body, which may name people."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD")


class ApiSession:
    """Talks to one organisation of one system.

    ``explain`` sorts the refusals that only this system knows (400, 409, 412 and per-record ones) into errors.
    ``headers`` go with every call. ``transport`` replaces the wire in tests.
    """

    def __init__(
        self,
        base_url: httpx.URL,
        system: System,
        tokens: TokenSource,
        limits: Limits,
        clock: Clock,
        explain: Callable[[Answer], ReconcileError],
        *,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
        dice: random.Random | None = None,
    ) -> None:
        self.system, self.clock, self.limits = system, clock, limits
        self.headers: dict[str, str] = {"accept": "application/json", **(headers or {})}
        self._base, self._tokens, self._explain = base_url, tokens, explain
        self._dice = dice or random.SystemRandom()
        pool = httpx.Limits(max_connections=10, max_keepalive_connections=5, keepalive_expiry=20)
        self._http = httpx.Client(
            transport=transport,
            verify=believed(),
            timeout=READ_TIMEOUT,
            limits=pool,
            follow_redirects=False,
            trust_env=False,
        )

    def read(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Fetch something; None when the server has no such thing.

        ``path`` is relative to the base address, or to its host when it begins with "/".
        Raises Retry when it still fails after a few attempts, Parked, Reconnect, BadData.
        """
        call = Call("GET", path, params or {}, headers or {})
        answer = self._carry_out_patiently(call)
        return None if answer.status == 404 else answer

    def write(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        key: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a change, once. ``key`` is the idempotency key, at most 128 characters.

        Takes ``SEND_BUDGET`` seconds at most. Raises Retry (nothing happened), Unknown (no answer), Conflict, BadData,
        Reconnect, Parked.
        """
        if len(key) > 128:
            raise ValueError("an idempotency key has at most 128 characters")
        extra = {"content-type": "application/json", **(headers or {})}
        if key:
            extra["idempotency-key"] = key
        answer = self._carry_out(Call(method, path, params or {}, extra, body), WRITE_PATIENCE)
        if answer.status == 404:
            raise failures.target_missing(self.system)
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self.limits.close()

    def _carry_out_patiently(self, call: Call) -> Answer:
        """A plain loop: an answer must not be kept alive by the bookkeeping of retries, pages are large."""
        for attempt in range(1, READ_ATTEMPTS):
            try:
                return self._carry_out(call, READ_PATIENCE)
            except RateLimited:
                raise
            except Retry as error:
                pause = self._backoff(attempt, error.retry_after)
            self.clock.wait(pause)
        return self._carry_out(call, READ_PATIENCE)

    def _carry_out(self, call: Call, patience: float) -> Answer:
        """Send, at the latest ``patience`` seconds from now: a caller's lease may not run out on the way."""
        renewed, latest = False, self.clock.now() + timedelta(seconds=patience)
        while True:
            token = self._tokens.token()
            self.limits.admit(self._left_until(latest))
            with self.limits.in_flight(self._left_until(latest)):
                answer = self._exchange(call, token)
            self.limits.heed(answer.headers)
            if answer.status == 429:
                self._hold_back(answer, self._left_until(latest))
            elif answer.status == 401 and not renewed and not failures.lacks_scope(answer):
                self._tokens.renew(token)
                renewed = True
            else:
                return self._judge(call, answer)

    def _left_until(self, latest: datetime) -> float:
        """The seconds left. Raises Retry when there are none: whatever took so long, nothing was done."""
        left = (latest - self.clock.now()).total_seconds()
        if left < 0:
            raise Retry("It took too long to get ready; nothing was sent.", remedy="The next run tries again.")
        return left

    def _exchange(self, call: Call, token: str) -> Answer:
        try:
            with self._http.stream(
                call.method,
                self._address(call.path),
                params=dict(call.params),
                headers={**self.headers, **call.headers, "authorization": f"Bearer {token}"},
                content=call.body,
                timeout=WRITE_TIMEOUT if call.is_write else READ_TIMEOUT,
            ) as response:
                body = self._body(call, response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._no_connection(call, error) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._no_answer(call, type(error).__name__) from None
        _log.debug("%s %s %s: %d", self.system, call.method, call.path, response.status_code)
        return Answer(response.status_code, response.headers, body)

    def _body(self, call: Call, response: httpx.Response) -> bytes:
        seconds = WRITE_BODY_SECONDS if call.is_write else READ_BODY_SECONDS
        parts, size, deadline = [], 0, self.clock.now() + timedelta(seconds=seconds)
        for part in response.iter_bytes():
            size += len(part)
            parts.append(part)
            if size > MAX_BODY_BYTES or self.clock.now() > deadline:
                raise self._no_answer(call, "endless body")
        return b"".join(parts)

    def _address(self, path: str) -> httpx.URL:
        if path.startswith("/"):
            return self._base.copy_with(raw_path=path.encode())
        return self._base.copy_with(raw_path=self._base.raw_path.rstrip(b"/") + b"/" + path.encode())

    def _hold_back(self, answer: Answer, patience: float) -> None:
        """Obey a 429: park for the day, or wait. Raises Parked, RateLimited."""
        asked = answer.retry_after(self.clock.now())
        problem = answer.headers.get("x-rate-limit-problem", "").casefold()
        if "day" in problem or (asked or 0) > PARK_FROM:
            until = self.clock.now() + timedelta(seconds=asked if asked is not None else 3600.0)
            self.limits.park(until)
            raise failures.parked(self.system, until)
        pause = asked if asked is not None else 1.0 + self._dice.random()
        if "concurrent" not in problem:
            self.limits.hold(pause)
        if pause > patience:
            raise RateLimited("Too many calls just now.", retry_after=pause)
        self.clock.wait(pause)

    def _judge(self, call: Call, answer: Answer) -> Answer:
        if answer.is_success:
            return self._decoded(call, answer)
        if answer.status in (304, 404):
            return answer
        if answer.status == REQUEST_TIMEOUT or (answer.status >= 500 and answer.status != 501):
            raise self._broken(call, answer)
        if 300 <= answer.status < 400:
            raise failures.redirected(self.system, is_write=call.is_write)
        refusal = Answer(answer.status, answer.headers, answer.body, try_decode(answer.body))
        raise failures.refused_connection(self.system, refusal) or self._explain(refusal)

    def _decoded(self, call: Call, answer: Answer) -> Answer:
        if answer.status == 204:
            return answer
        try:
            return Answer(answer.status, answer.headers, data=decode(answer.body))
        except Garbled:
            raise self._no_answer(call, "unreadable body") from None

    def _no_connection(self, call: Call, error: Exception) -> ReconcileError:
        return Retry(
            f"{failures.NAMES[self.system]} cannot be reached ({type(error).__name__} at {call.method} {call.path}).",
            remedy="Check the network and the address; the next run tries again.",
        )

    def _no_answer(self, call: Call, what: str) -> ReconcileError:
        where = f"{failures.NAMES[self.system]} gave no usable answer ({what} at {call.method} {call.path})."
        if call.is_write:
            return Unknown(where, remedy="It is looked up before anything is sent again.")
        return Retry(where, remedy="The next run tries again.")

    def _broken(self, call: Call, answer: Answer) -> ReconcileError:
        error = self._no_answer(call, f"status {answer.status}")
        if isinstance(error, Retry):
            error.retry_after = answer.retry_after(self.clock.now())
        return error

    def _backoff(self, attempt: int, asked: float | None) -> float:
        return min(asked, 60.0) if asked is not None else min(2.0**attempt, 30.0) * self._dice.uniform(0.5, 1)


def json_object(answer: Answer, system: System) -> dict[str, Any]:
    """The answer's JSON, which must be an object. Raises Retry."""
    if not isinstance(answer.data, dict):
        raise failures.odd_shape(system)
    return answer.data
