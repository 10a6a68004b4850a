"""Calls allowed by now: in flight, per minute, per day; shared by all processes that use one data folder.

The counting is pyrate-limiter's, in a SQLite file; the calls in flight are locked files, which the operating system
frees when a process dies. Waiting is done by the Clock, so that nothing sleeps in a simulation. Limits of Xero: five in
flight, 60 a minute, 1,000 or 5,000 a day per organisation; 10,000 a minute for the app (facts, section 2).
"""

import fcntl
import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pyrate_limiter import Rate, RateItem, SQLiteBucket

from reconcile.clock import Clock
from reconcile.errors import Busy, NotReady, Parked, RateLimited, Retry

_WINDOW_MS = 61_000  # a minute, and a second for the time that calls spend on the wire
_DAY_MS = 24 * 60 * _WINDOW_MS
_POLL_SECONDS = 0.02
_OPENINGS = 500  # ten seconds of them


@dataclass(frozen=True)
class Rates:
    """What a system allows; the defaults are Xero's. ``share`` is what an operator allows beyond that, 0 for no such limit.

    A share holds whatever the server announces: other programs may live on the rest.
    """

    in_flight: int = 5
    per_minute: int = 60
    app_per_minute: int = 10_000
    share_per_minute: int = 0
    share_per_day: int = 0


XERO = Rates()
POOLTRACKR = Rates(in_flight=5, per_minute=3_000, app_per_minute=10_000)


class Limits:
    """Lets calls of one app to one organisation through, or makes them wait.

    A server that announces more room than ``per_minute`` (``X-MinLimit-Remaining``) is taken at its word.
    ``day_remaining`` is what the server last said about the day.
    """

    def __init__(
        self,
        app: str,
        tenant: str,
        clock: Clock,
        rates: Rates = XERO,
        *,
        folder: Path | None = None,
        on_park: Callable[[datetime], None] | None = None,
    ) -> None:
        self._clock, self._rates, self._on_park = clock, rates, on_park
        self._key = _name(app, tenant)
        self._connection = _open(folder, clock)
        self._lock = _WriteLock(self._connection)
        self._app = self._bucket("app_" + _name(app), rates.app_per_minute)
        self._tenant = self._bucket("tenant_" + self._key, rates.per_minute)
        self._share = self._bucket("share_" + self._key, rates.share_per_minute) if rates.share_per_minute else None
        self._day = self._bucket("day_" + self._key, rates.share_per_day, _DAY_MS) if rates.share_per_day else None
        self._slots = _Slots(folder, self._key, rates.in_flight)
        self._is_roomy = False
        self.day_remaining: int | None = None

    def admit(self, patience: float) -> float:
        """Wait until one more call is allowed; the seconds waited.

        Raises Parked while the day is used up, RateLimited when it would take longer than ``patience`` seconds.
        """
        waited = self._sit_out_hold(patience)
        if self._day is not None:
            self._take_of_day(self._day)
        if self._share is not None:
            waited += self._take(self._share, patience - waited)
        waited += self._take(self._app, patience - waited)
        if not self._is_roomy:
            waited += self._take(self._tenant, patience - waited)
        return waited

    @contextmanager
    def in_flight(self, patience: float) -> Iterator[None]:
        """Hold one of the places for calls in flight. Raises RateLimited when none comes free in time."""
        waited = 0.0
        while (slot := self._slots.take()) is None:
            if waited >= patience:
                raise RateLimited("Too many calls are in flight.", retry_after=1.0)
            self._clock.wait(_POLL_SECONDS)
            waited += _POLL_SECONDS
        try:
            yield
        finally:
            self._slots.give_back(slot)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Take note of what the server says is left."""
        minute, day = _count(headers.get("x-minlimit-remaining", "")), _count(headers.get("x-daylimit-remaining", ""))
        self._is_roomy = minute is not None and minute > self._rates.per_minute
        if day is not None:
            self.day_remaining = day

    def hold(self, seconds: float) -> None:
        """Stop all calls for a while: the server said so."""
        self._keep("minute", self._clock.now() + timedelta(seconds=seconds))

    def park(self, until: datetime) -> None:
        """Stop all calls until the day's budget is renewed."""
        self._keep("day", until)
        if self._on_park:
            self._on_park(until)

    @property
    def parked_until(self) -> datetime | None:
        """When the organisation opens again, None when it is open."""
        until = self._kept("day")
        return until if until and until > self._clock.now() else None

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _bucket(self, table: str, limit: int, window_ms: int = _WINDOW_MS) -> SQLiteBucket:
        with self._lock:
            self._connection.execute(f"CREATE TABLE IF NOT EXISTS '{table}' (name VARCHAR, item_timestamp INTEGER)")
            self._connection.execute(f"CREATE INDEX IF NOT EXISTS 'idx_{table}' ON '{table}' (item_timestamp)")
        return SQLiteBucket([Rate(limit, window_ms)], self._connection, table, lock=self._lock)

    def _take(self, bucket: SQLiteBucket, patience: float) -> float:
        waited = 0.0
        while True:
            now = self._milliseconds()
            newest = bucket.peek(0)
            if newest is not None and newest.timestamp > now + _WINDOW_MS:
                bucket.flush()  # the machine's clock was set back
            item = RateItem("call", now)
            if _put(bucket, item):
                bucket.leak(now)
                return waited
            pause = _milliseconds_to_wait(bucket, item) / 1000
            if waited + pause > patience:
                raise RateLimited("The calls of this minute are used up.", retry_after=pause)
            self._clock.wait(pause)
            waited += pause

    def _take_of_day(self, bucket: SQLiteBucket) -> None:
        try:
            self._take(bucket, 0.0)
        except RateLimited as full:
            until = self._clock.now() + timedelta(seconds=full.retry_after or 0.0)
            raise Parked(
                f"The share of the day's calls is used up until {until:%Y-%m-%d %H:%M} UTC.",
                until=until,
                remedy="Nothing is lost; the next run goes on from here. The share: `reconcile orgs set NAME --day`.",
            ) from None

    def _sit_out_hold(self, patience: float) -> float:
        parked = self.parked_until
        if parked is not None:
            raise Parked(
                f"The calls of this day are used up until {parked:%Y-%m-%d %H:%M} UTC.",
                until=parked,
                remedy="Nothing is lost; the next run goes on from here.",
            )
        held = self._kept("minute")
        pause = (held - self._clock.now()).total_seconds() if held else 0.0
        if pause <= 0:
            return 0.0
        if pause > patience:
            raise RateLimited("The calls of this minute are used up.", retry_after=pause)
        self._clock.wait(pause)
        return pause

    def _keep(self, kind: Literal["minute", "day"], until: datetime) -> None:
        with self._lock:
            self._connection.execute(
                "INSERT OR REPLACE INTO hold (key, kind, until) VALUES (?, ?, ?)",
                (self._key, kind, until.astimezone(UTC).isoformat()),
            )

    def _kept(self, kind: Literal["minute", "day"]) -> datetime | None:
        with self._lock:
            query = "SELECT until FROM hold WHERE key = ? AND kind = ?"
            row = self._connection.execute(query, (self._key, kind)).fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


class _WriteLock:
    """One writer at a time over all threads and processes: the file's own lock, taken before anything is counted."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._threads, self._depth = connection, threading.RLock(), 0

    def __enter__(self) -> "_WriteLock":
        self._threads.acquire()
        try:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._threads.release()
            raise Retry(f"The calls cannot be counted just now ({error}).", remedy="Check the disk.") from None
        self._depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._threads.release()


class _Slots:
    """A fixed number of places, each a locked file, or a counter when there is no folder."""

    def __init__(self, folder: Path | None, key: str, count: int) -> None:
        self._paths = [folder / f"{key}.{n}.lock" for n in range(count)] if folder else []
        self._counter = threading.BoundedSemaphore(count)

    def take(self) -> int | None:
        """A handle to give back, None when all places are taken."""
        if not self._paths:
            return 0 if self._counter.acquire(blocking=False) else None
        for path in self._paths:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return handle
        return None

    def give_back(self, handle: int) -> None:
        """Free a place."""
        if self._paths:
            os.close(handle)
        else:
            self._counter.release()


def _open(folder: Path | None, clock: Clock) -> sqlite3.Connection:
    try:
        if folder is None:
            return _set_up(":memory:")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(_OPENINGS):
            try:
                return _set_up(str(folder / "calls.sqlite"))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                clock.wait(_POLL_SECONDS)
        return _set_up(str(folder / "calls.sqlite"))
    except (OSError, sqlite3.Error) as error:
        raise NotReady(
            f"The calls cannot be counted in {folder} ({error}).",
            remedy="Check RECONCILE_DATA_DIR; its folder limits may be deleted, it holds nothing but counts.",
        ) from None


def _set_up(name: str) -> sqlite3.Connection:
    """The file, ready to count in. SQLite does not wait while another process does the same for the first time."""
    connection = sqlite3.connect(name, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")  # a lost count after a power cut costs at most one refused call
        connection.execute("CREATE TABLE IF NOT EXISTS hold (key TEXT, kind TEXT, until TEXT, PRIMARY KEY (key, kind))")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _put(bucket: SQLiteBucket, item: RateItem) -> bool:
    """Count a call if the limit allows it. Raises Busy when it cannot be written down."""
    try:
        return bool(bucket.put(item))
    except sqlite3.OperationalError as error:
        raise Busy(
            f"The calls cannot be counted, so none is made: {error}.", remedy="Look at the disk of the data folder."
        ) from error


def _milliseconds_to_wait(bucket: SQLiteBucket, item: RateItem) -> int:
    wait = bucket.waiting(item)
    return max(wait, 1) if isinstance(wait, int) else _WINDOW_MS


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 12 else None


def _name(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
