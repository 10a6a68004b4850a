"""Simulated time and one scheduler: whoever waits hands over, and the seed alone decides who goes next."""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from greenlet import getcurrent, greenlet

START = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


class SimulatedCrash(BaseException):
    """The process ends here; nothing in it may catch this."""


@dataclass
class Hub:
    """The only clock and the only source of chance of one run."""

    seed: int
    now: datetime = START
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self._home = getcurrent()
        self._queue: list[tuple[datetime, float, int, Callable[[], None]]] = []
        self._number = itertools.count()

    def at(self, moment: datetime, action: Callable[[], None]) -> None:
        """Do something at a moment; what falls on the same one goes in the order of the dice."""
        heapq.heappush(self._queue, (max(moment, self.now), self.rng.random(), next(self._number), action))

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something later."""
        self.at(self.now + timedelta(seconds=seconds), action)

    def spawn(self, seconds: float, body: Callable[[], None]) -> None:
        """Begin something that may wait in its own right."""
        self.after(seconds, greenlet(body, parent=self._home).switch)

    def pause(self, seconds: float) -> None:
        """Let others go on for so long; outside of a greenlet only the time moves."""
        here = getcurrent()
        if here is self._home:
            self.now += timedelta(seconds=seconds)
            return
        self.after(seconds, here.switch)
        self._home.switch()

    def run(self, until: datetime) -> None:
        """Let everything happen up to a moment."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, _, action = heapq.heappop(self._queue)
            action()
        self.now = max(self.now, until)

    def chance(self, probability: float) -> bool:
        """Throw the dice."""
        return self.rng.random() < probability

    def note(self, who: str, what: str) -> None:
        """One line of the trace."""
        self.trace.append(f"{(self.now - START).total_seconds():9.3f}  {who:<10} {what}")


@dataclass
class SimulatedClock:
    """A worker's clock: the hub's time, wrong by a constant; waiting lets others go on."""

    hub: Hub
    skew: float = 0.0

    def now(self) -> datetime:
        """The time as this worker believes it to be."""
        return self.hub.now + timedelta(seconds=self.skew)

    def wait(self, seconds: float) -> None:
        """Wait in simulated time."""
        self.hub.pause(seconds)
