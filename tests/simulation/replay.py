"""Replay one seed and print its trace: ``python -m tests.simulation.replay SEED [PROTOCOL]``."""

import sys

from tests.simulation.hashing import order_sets_alike
from tests.simulation.protocols import BY_NAME, REAL
from tests.simulation.run import simulate


def main() -> int:
    """Print the trace and what does not hold; exit code 1 when something does not."""
    order_sets_alike()
    if len(sys.argv) < 2:
        sys.stdout.write(f"{__doc__}\n")
        return 2
    protocol = BY_NAME[sys.argv[2]] if len(sys.argv) > 2 else REAL
    outcome = simulate(int(sys.argv[1]), protocol)
    lines = [
        *outcome.trace,
        f"seed {outcome.seed}, {protocol.name}: {outcome.statuses}",
        *(f"VIOLATED {violation}" for violation in outcome.violations),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
