"""Replay one seed and print its trace: ``python -m tests.simulation.replay SEED [PROTOCOL]``."""

import sys

from tests.simulation.protocols import BY_NAME, REAL
from tests.simulation.run import simulate


def main() -> int:
    """Print the trace and what does not hold; exit code 1 when something does not."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    protocol = BY_NAME[sys.argv[2]] if len(sys.argv) > 2 else REAL
    outcome = simulate(int(sys.argv[1]), protocol)
    print("\n".join(outcome.trace))
    print(f"seed {outcome.seed}, {protocol.name}: {outcome.statuses}")
    for violation in outcome.violations:
        print(f"VIOLATED {violation}")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
