"""The push protocol under faults, crashes, skewed clocks and busy people: a thousand seeds, and proof that it can fail."""

from functools import cache

import pytest

from tests.simulation.protocols import BROKEN, Protocol
from tests.simulation.run import Outcome, simulate

SEEDS = 1000
CHUNK = 100
PATIENCE = 400  # seeds within which every broken protocol is caught
TELLING = (175, 37, 5)  # seeds that caught one that is rarely caught; they go first, all others follow


@cache
def outcome_of(seed: int) -> Outcome:
    """A run of the protocol as it is, once for all tests."""
    return simulate(seed)


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_doubled_lost_or_silently_replaced(first: int) -> None:
    for seed in range(first, first + CHUNK):
        outcome = outcome_of(seed)
        assert not outcome.violations, "\n".join(
            [
                *outcome.trace,
                *outcome.violations,
                f"Replay with: python -m tests.simulation.replay {seed}",
            ]
        )


@pytest.mark.parametrize("protocol", BROKEN, ids=lambda protocol: protocol.name)
def test_a_broken_protocol_is_caught(protocol: Protocol) -> None:
    seeds = (*TELLING, *range(PATIENCE))
    caught = next((seed for seed in seeds if simulate(seed, protocol).violations), None)
    assert caught is not None, f"{protocol.name}: nothing found in {PATIENCE} seeds"


def test_the_same_seed_gives_the_same_run_to_the_letter() -> None:
    first, second = simulate(11), simulate(11)
    assert first.trace == second.trace
    assert first.statuses == second.statuses


def test_the_runs_are_not_idle() -> None:
    outcomes = [outcome_of(seed) for seed in range(0, 100, 2)]
    seen = {status for outcome in outcomes for status in outcome.statuses}
    traces = "\n".join(line for outcome in outcomes for line in outcome.trace)
    assert {"done", "conflict"} <= seen
    for happening in ("CRASHED", "late_delivery", "answer_lost", "rate_limit", "server_error", "sleeps", "edits"):
        assert happening in traces
