"""One run: a scene, workers, people, faults and chance from one seed; then quiet; then what must hold."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulation.discretion import listening
from tests.simulation.hub import Hub
from tests.simulation.invariants import violations
from tests.simulation.nights import night
from tests.simulation.people import meddle
from tests.simulation.protocols import REAL, Protocol
from tests.simulation.scene import Scene
from tests.simulation.template import build, build_from
from tests.simulation.workers import Chaos, Worker

CHAOS_SECONDS = 1500.0
SLICE = 400.0
MOST_SLICES = 16
LISTENED = 10  # every so many seeds, what is logged is read
NIGHTS = 6  # every so many seeds, a night pulls and verifies meanwhile
HARD = ("pay_part", "pay_part", "change_email", "change_email", "pay_twice", "post_card_fee", "update_invoice")
SKEWS = (0.0, 0.0, 0.0, 600.0, -600.0, 90.0)


@dataclass
class Outcome:
    """How a run went. ``windows`` counts what a person entered between our look and our write to Xero."""

    seed: int
    violations: list[str]
    trace: list[str] = field(repr=False)
    statuses: dict[str, int] = field(default_factory=dict)
    windows: int = 0
    writes: int = 0


def simulate(seed: int, protocol: Protocol = REAL) -> Outcome:
    """Run one seed. The same seed gives the same run, to the letter."""
    if seed % LISTENED:
        return _simulate(seed, protocol, [])
    with listening() as heard:
        return _simulate(seed, protocol, heard)


def _simulate(seed: int, protocol: Protocol, heard: list[str]) -> Outcome:
    hub = Hub(seed)
    is_hard = seed % 2 == 1
    scene, chaos = _hard(hub) if is_hard else _mixed(hub)
    workers = [
        Worker(hub, scene, protocol, chaos, f"worker{number}", hub.rng.choice(SKEWS))
        for number in range(hub.rng.randint(2 if is_hard else 1, 3))
    ]
    for worker in workers:
        hub.spawn(hub.rng.uniform(0, 60), worker.live)
    for _ in range(hub.rng.randint(0, 4)):
        hub.after(hub.rng.uniform(0, CHAOS_SECONDS), lambda: meddle(hub, scene))
    has_nights = seed % NIGHTS == 0
    for _ in range(hub.rng.randint(1, 2) if has_nights else 0):
        hub.spawn(hub.rng.uniform(0, CHAOS_SECONDS), lambda: night(hub, scene, chaos))
    hub.run(hub.now + timedelta(seconds=CHAOS_SECONDS))
    _calm_down(hub, scene, chaos, workers)
    if has_nights:
        night(hub, scene, Chaos())
    return Outcome(
        seed, _judged(hub, scene, protocol, heard), hub.trace, _count(scene), scene.windows, scene.wire.writes
    )


def _mixed(hub: Hub) -> tuple[Scene, Chaos]:
    """A bit of everything."""
    scene = build(hub, hub.rng.randint(2, 4), hub.rng.choice([0.0, 0.15, 0.4]))
    return scene, Chaos(hub.rng.choice([0.0, 0.02, 0.08]), hub.rng.choice([0.0, 0.05, 0.15]))


def _hard(hub: Hub) -> tuple[Scene, Chaos]:
    """Where it hurts: what no other mark protects, requests that land minutes later, processes that sleep for minutes."""
    scene = build_from(hub, hub.rng.choices(HARD, k=hub.rng.randint(2, 3)), 0.3)
    scene.wire.only("late_delivery")
    return scene, Chaos(hub.rng.choice([0.0, 0.03]), hub.rng.choice([0.1, 0.3]))


def _calm_down(hub: Hub, scene: Scene, chaos: Chaos, workers: list[Worker]) -> None:
    """No more faults, nobody meddles: everything that is open must come to its end."""
    hub.note("scene", "quiet from here")
    scene.wire.fault_rate = chaos.crash = chaos.pause = 0.0
    for _ in range(MOST_SLICES):
        if scene.is_settled():
            break
        hub.run(hub.now + timedelta(seconds=SLICE))
    chaos.over = True
    hub.run(hub.now + timedelta(seconds=2 * 900))


def _judged(hub: Hub, scene: Scene, protocol: Protocol, heard: list[str]) -> list[str]:
    found = violations(scene, heard)
    writes = scene.wire.writes
    Worker(hub, scene, protocol, Chaos(), "afterwards").push_everything()
    if scene.wire.writes != writes:
        found.append("I10 a second run with no change writes")
    return found


def _count(scene: Scene) -> dict[str, int]:
    counts: dict[str, int] = {}
    for operation in scene.operations():
        counts[operation.status] = counts.get(operation.status, 0) + 1
    return counts
