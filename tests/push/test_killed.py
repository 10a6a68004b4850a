"""Real processes, killed by the operating system at any moment, over real HTTP with faults on."""

import random
import sys
import time
from pathlib import Path

import pytest

from reconcile.sandbox.faults import Chance
from tests.push.shop import Shop, open_shop
from tests.simulation.template import KINDS

LEASE, FENCE = 2.0, 1.0  # in this test alone: the sandbox forgets keys after a second and nothing is delivered late
MOST_CALLS = 6  # calls are counted, not seconds: on a busy machine a process would die before it has done anything
FAULTS = ("request_lost", "answer_lost", "server_error", "unavailable", "truncated", "html", "token_expired")


def kill_at_random(shop: Shop, kills: int, seed: int) -> int:
    """Kill a pushing process so many times, each some calls after it began; how many had work left when they died."""
    dice, hit, calls = random.Random(seed), 0, shop.served.sandbox.calls
    shop.served.sandbox.faults.chance = Chance(seed, 0.12, FAULTS, path="api.xro|pooltrackr")
    for _ in range(kills):
        with shop.start_pushing(LEASE, FENCE) as process:
            enough = len(calls) + dice.randint(0, MOST_CALLS)
            while process.poll() is None and len(calls) < enough:
                time.sleep(0.002)
            time.sleep(dice.uniform(0.0, 0.05))
            hit += process.poll() is None
            process.kill()  # SIGKILL; nothing happens to one that has ended by itself
    return hit


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
def test_every_approved_record_arrives_exactly_once_however_often_the_process_is_killed(
    tmp_path: Path, kills: int
) -> None:
    with open_shop(tmp_path, list(KINDS) * (2 + kills // 2)) as shop:
        hit = kill_at_random(shop, kills, seed=7)
        assert hit > kills // 2
        shop.push_quietly(LEASE, FENCE)
        assert shop.problems() == []
        writes = [call for call in shop.served.sandbox.calls if call.method != "GET" and call.system != "identity"]
        shop.push_quietly(LEASE, FENCE)
        again = [call for call in shop.served.sandbox.calls if call.method != "GET" and call.system != "identity"]
        assert len(again) == len(writes)
        sys.stdout.write(
            f"{hit} of {kills} kills hit a process with work left; {len(writes)} writes asked for, 0 doubled\n"
        )


def test_two_processes_share_the_work_and_do_none_of_it_twice(tmp_path: Path) -> None:
    with open_shop(tmp_path, ["create_in_xero", "pay_part"] * 50 + ["change_email"] * 50) as shop:
        first, second = shop.start_pushing(60.0, 20.0), shop.start_pushing(60.0, 20.0)
        with first, second:
            done = [int((process.communicate()[0]).strip()) for process in (first, second)]
        operations = shop.operations()
        assert sum(done) == len(operations) == 200
        assert all(operation.tries == 1 for operation in operations)
        assert shop.problems() == []
