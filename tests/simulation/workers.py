"""Workers that push, crash, come back, and are never sure of the time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from reconcile.clients.open import CUSTOM_SCOPES, open_pooltrackr, open_xero
from reconcile.connection import FEES_SCOPE
from reconcile.errors import ReconcileError
from reconcile.pushing import Tally, no_crash
from reconcile.records import SYSTEMS, System
from tests.simulation.hub import Hub, SimulatedClock, SimulatedCrash
from tests.simulation.protocols import Protocol
from tests.simulation.scene import ORG, SETTINGS, Scene

SCOPES = (*CUSTOM_SCOPES, FEES_SCOPE)
PAUSES = (0.0, 0.0, 0.1, 5.0, 60.0, 200.0, 450.0, 900.0)
FROZEN_AT = ("before_send",)  # between the fence and the wire a process may crash, but not sleep (docs/push.md)


@dataclass
class Chaos:
    """How badly things go. ``over`` ends everything at the next opportunity."""

    crash: float = 0.0
    pause: float = 0.0
    over: bool = False


class Sleeping:
    """A client that is opened when it is first used."""

    def __init__(self, system: System, opener: Callable[[System], Any]) -> None:
        self.system, self._opener, self._awake = system, opener, None

    def __getattr__(self, name: str) -> Any:
        if self._awake is None:
            self._awake = self._opener(self.system)
        return getattr(self._awake, name)

    def close(self) -> None:
        """Close what was opened."""
        if self._awake is not None:
            self._awake.close()


@dataclass
class Worker:
    """One worker: a chain of processes, each with a name of its own."""

    hub: Hub
    scene: Scene
    protocol: Protocol
    chaos: Chaos
    name: str
    skew: float = 0.0
    lives: int = 0
    claimed_at: datetime | None = None
    looked_at: datetime | None = None
    crash_at: int = 0
    points: int = 0
    listen: Callable[[str], None] = field(default=no_crash)

    def live(self) -> None:
        """Push, wait, push again; after a crash, begin anew as another process."""
        while not self.chaos.over:
            self.lives += 1
            try:
                self._process()
            except SimulatedCrash:
                self.hub.note(self.name, "CRASHED")
            self.hub.pause(self.hub.rng.uniform(1, 60))

    def _process(self) -> None:
        sinks = self._connect()
        try:
            while not self.chaos.over:
                for system in SYSTEMS:
                    if self.scene.has_work(system, self._lease_clock().now()):
                        self.push_once(sinks[system])
                self.hub.pause(self.hub.rng.uniform(1, 90))
        finally:
            for sink in sinks.values():
                sink.close()

    def _connect(self) -> dict[System, "Sleeping"]:
        return {system: Sleeping(system, self._open) for system in SYSTEMS}

    def _open(self, system: System) -> Any:
        clock, wire = SimulatedClock(self.hub, self.skew), self.scene.wire.transport(self.name, self._moments)
        sink: Any = (
            open_xero(SETTINGS, clock, transport=wire, scopes=SCOPES)
            if system == "xero"
            else open_pooltrackr(SETTINGS, clock, transport=wire)
        )
        sink.session._dice = self.hub.rng  # its back-off belongs to the seed, too
        return sink

    def _lease_clock(self) -> SimulatedClock:
        return SimulatedClock(self.hub, self.skew if self.protocol.own_clock_leases else 0.0)

    def push_once(self, sink: Any) -> None:
        """One push to one system; what stops it is noted."""
        owner, clock = f"{self.name}.{self.lives}", SimulatedClock(self.hub, self.skew)
        outbox = self.protocol.outbox(
            self.scene.engine, ORG, owner, self._lease_clock(), lease_seconds=self.protocol.lease_seconds
        )
        sink = self.protocol.around(sink) if self.protocol.around else sink
        pusher = self.protocol.pusher(
            outbox, sink, clock, self._pass, fence_seconds=self.protocol.fence_seconds, **self.protocol.options
        )
        try:
            pusher.push(self._tell)
        except ReconcileError as error:
            self.scene.said.append(f"{error} {error!r}")
            self.hub.note(self.name, f"stopped by {type(error).__name__}: {error.message}")
        except IntegrityError as error:
            self.scene.refusals.append(f"I7 the database refused what {self.name} wrote: {error.orig}")

    def push_everything(self) -> None:
        """One push to each system, whether there is anything to push or not."""
        sinks = self._connect()
        for system in SYSTEMS:
            self.push_once(sinks[system])
            sinks[system].close()

    def _tell(self, tally: Tally) -> None:
        self.hub.note(self.name, str(tally))

    def _moments(self) -> tuple[datetime, datetime]:
        return self.claimed_at or self.hub.now, self.looked_at or self.hub.now

    def _pass(self, point: str) -> None:
        self.points += 1
        self.listen(point)
        if point == "after_claim":
            self.claimed_at = self.hub.now
        if point == "after_look":
            self.looked_at = self.hub.now
        if self.points == self.crash_at or self.hub.chance(self.chaos.crash):
            self.hub.note(self.name, f"crashes at {point}")
            raise SimulatedCrash(point)
        if point not in FROZEN_AT and self.hub.chance(self.chaos.pause):
            seconds = self.hub.rng.choice(PAUSES)
            self.hub.note(self.name, f"sleeps {seconds} s at {point}")
            self.hub.pause(seconds)
