"""Many seeds, on all cores, within a bounded time: ``python -m tests.simulation.soak --seeds 100000 --seconds 3600``.

Prints seeds per second, and for the first failing seeds what does not hold and how to replay them. ``--protocol`` and
``--table`` run the broken protocols, for the table in docs/push.md.
"""

import argparse
import gc
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.hashing import order_sets_alike
from tests.simulation.protocols import BROKEN, BY_NAME, REAL
from tests.simulation.run import Outcome, simulate
from tests.simulation.template import template

CHUNK = 50
SHOWN = 10


@dataclass
class Sum:
    """What many runs found."""

    seeds: int = 0
    failing: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    windows: int = 0
    examples: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.seeds += 1
        self.windows += outcome.windows
        self.statuses.update(outcome.statuses)
        self.kinds.update({violation.split(" ", 1)[0] for violation in outcome.violations})
        if outcome.violations:
            self.failing.append(outcome.seed)
            if len(self.examples) < SHOWN:
                self.examples.append(outcome)


def _some(task: tuple[int, int, str]) -> list[Outcome]:
    first, count, name = task
    outcomes = []
    for seed in range(first, first + count):
        outcome = simulate(seed, BY_NAME[name])
        outcome.trace.clear()
        outcomes.append(outcome)
    return outcomes


def run(first: int, seeds: int, seconds: float, name: str, processes: int) -> Sum:
    """Run seeds until all are through or the time is up."""
    template()  # before the processes part, so that they share it
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    total, deadline = Sum(), time.monotonic() + seconds
    tasks = [(start, min(CHUNK, first + seeds - start), name) for start in range(first, first + seeds, CHUNK)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for outcomes in _until(pool.imap(_some, tasks), deadline):
            for outcome in outcomes:
                total.add(outcome)
        pool.terminate()
    return total


def _until(results: Iterator[list[Outcome]], deadline: float) -> Iterator[list[Outcome]]:
    for outcomes in results:
        yield outcomes
        if time.monotonic() > deadline:
            return


def main() -> int:
    """Exit code 1 when a seed of the real protocol failed."""
    order_sets_alike()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--protocol", default=REAL.name, choices=list(BY_NAME))
    parser.add_argument("--table", action="store_true", help="all protocols, as a table")
    asked = parser.parse_args()
    names = [*(protocol.name for protocol in BROKEN), REAL.name] if asked.table else [asked.protocol]
    failed = False
    for name in names:
        began = time.monotonic()
        total = run(asked.first, asked.seeds, asked.seconds / len(names), name, asked.processes)
        _show(name, total, time.monotonic() - began)
        failed |= name == REAL.name and bool(total.failing)
    return 1 if failed else 0


def _show(name: str, total: Sum, seconds: float) -> None:
    lines = [
        (
            f"{name}: {total.seeds} seeds, {total.seeds / seconds:.1f} seeds/s, {len(total.failing)} failing, "
            f"by invariant {dict(sorted(total.kinds.items()))}, "
            f"unseen edits in Xero's window {total.windows}, ends {dict(total.statuses)}"
        )
    ]
    for outcome in total.examples if name == REAL.name else ():
        lines += [f"  seed {outcome.seed}: {violation}" for violation in outcome.violations]
        lines.append(f"  replay: python -m tests.simulation.replay {outcome.seed}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
