"""Time as a parameter: nothing below the tasks asks the machine what time it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def wait(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        ...


@dataclass
class FixedClock:
    """A clock that moves only when told to; waiting moves it."""

    at: datetime = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant the clock was set to."""
        return self.at

    def wait(self, seconds: float) -> None:
        """Move the clock on."""
        self.at += timedelta(seconds=seconds)
