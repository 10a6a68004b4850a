"""The sandbox's time: real unless a test moves it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system_now() -> datetime:
    """The machine's time in UTC."""
    return datetime.now(UTC)


@dataclass
class Clock:
    """A source of UTC time that can be pushed forward; it never runs backwards by itself."""

    source: Callable[[], datetime] = system_now
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The current moment, UTC-aware."""
        return self.source() + self.offset

    def now_ms(self) -> int:
        """The current moment in milliseconds since 1970, the unit of Xero's dates."""
        return to_ms(self.now())

    def advance(self, seconds: float) -> None:
        """Move the time forward by so many seconds."""
        self.offset += timedelta(seconds=seconds)


def frozen_clock(at: datetime) -> Clock:
    """A clock that stands at one moment and moves only by `advance`."""
    return Clock(source=lambda: at)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of a UTC-aware moment, exactly (no float)."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The UTC-aware moment of so many milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def parse_moment(text: str) -> datetime:
    """Read an ISO-8601 date or time; without a zone it is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def sleep(seconds: float) -> None:
    """Wait in real time; simulations give the sandbox another function."""
    time.sleep(seconds)
