"""A night that is killed in the middle, whatever it was doing, is told as such and finished by the next one."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from reconcile.stages.propose import find_proposals, read_situation
from reconcile.stages.running import under_way
from reconcile.stages.status import read_status
from reconcile.stages.sync import find_synced
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.flags import standing_flags
from reconcile.store.presence import in_turn
from reconcile.store.proposals import current_proposals
from reconcile.store.review_operations import recent_runs
from reconcile.store.runs import start_run

NIGHT = """
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.running import under_way
from reconcile.stages.services import open_services
with open_services() as services, under_way(services, "nightly") as run:
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, run.seq, system, entity)
    print("pulled", flush=True)
    propose_entity(services, run.seq, "contacts")
"""


def environment(settings: Any) -> dict[str, str]:
    named = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database,
        "XERO_API_URL": settings.xero_api_url,
        "XERO_IDENTITY_URL": settings.xero_identity_url,
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "POOLTRACKR_URL": settings.pooltrackr_url,
        "POOLTRACKR_TOKEN": "token",
    }
    return os.environ | {f"RECONCILE_{name}": value for name, value in named.items()}


def last_run(business: Any) -> str:
    with business.open() as services:
        return read_status(services).last_run


@pytest.mark.parametrize("when", ["while it pulls", "while it proposes"])
def test_the_next_night_finishes_what_a_killed_one_left(business: Any, when: str) -> None:
    for number in range(1, 6):
        business.in_pooltrackr(number, emails=[f"new{number}@example.com"])
        business.in_xero(number, tax_number=f"{number}")
    business.sandbox.calls.clear()
    night = subprocess.Popen(
        [sys.executable, "-c", NIGHT], env=environment(business.settings), stdout=subprocess.PIPE, text=True
    )
    assert night.stdout is not None
    if when == "while it pulls":
        while len(business.sandbox.calls) < 3:
            time.sleep(0.01)
    else:
        assert night.stdout.readline() == "pulled\n"
        time.sleep(0.05)
    under_way_then = last_run(business) if when == "while it pulls" else ""
    night.send_signal(signal.SIGKILL)
    night.communicate()
    assert night.returncode == -signal.SIGKILL
    if under_way_then:
        assert "(nightly, running) since" in under_way_then
        assert "Its process is at work." in under_way_then
    assert "(nightly, stopped) Stopped without an end" in last_run(business)

    business.night()

    with business.open() as services:
        synced = find_synced(services, "contacts")
        matched = find_proposals(services, "contacts", read_situation(services, "contacts"))
        with reading(services.engine) as session:
            stored = {p.id for p in current_proposals(session, services.org_id, "contacts")}
            flags = {(f.record_id, f.name) for f in standing_flags(session, services.org_id, "contacts")}
    assert stored == {p.id for p in (*synced.proposals, *matched.proposals)}
    assert flags == {(f.record_id, f.name) for f in (*synced.findings, *matched.findings)}
    assert len([p for p in business.proposals("update") if p.system == "pooltrackr"]) == 5


def test_a_run_says_how_it_ended_and_one_that_nobody_can_vouch_for_since_when_it_stands(business: Any) -> None:
    with business.open() as services:
        with pytest.raises(KeyboardInterrupt), under_way(services, "pull"):
            raise KeyboardInterrupt
        assert "(pull, failed) Stopped by hand (Ctrl-C). Nothing is lost" in last_run(business)
        with pytest.raises(OSError, match="No space"), under_way(services, "pull"):
            raise OSError(errno.ENOSPC, "No space left on device")
        assert "could not be read or written: No space left on device" in last_run(business)
        with writing(services.engine) as session:
            now = services.clock.now() - timedelta(hours=9)
            start_run(session, services.org_id, "nightly", services.new_id(), 0, now)
    assert "running) since" in last_run(business)
    assert "9.0 hours. Whether anything works on it cannot be told from here" in last_run(business)


def test_a_killed_run_is_written_down_as_stopped_when_the_next_one_starts(business: Any) -> None:
    with business.open() as services:
        with writing(services.engine) as session:
            args = (services.org_id, "nightly", "R-killed", 0, services.clock.now())
            start_run(session, *args, locked=True)  # and no process that holds its lock
        with under_way(services, "pull") as run, reading(services.engine) as session:
            stored = {row.id: row.state for row in recent_runs(session, services.org_id, 2)}
        assert stored == {"R-killed": "stopped", run.id: "running"}
        with reading(services.engine) as session:
            assert session.exec(select(tables.Run.state).where(tables.Run.id == "R-killed")).one() == "stopped"


def test_one_has_the_turn_and_the_other_waits_until_it_is_free(business: Any) -> None:
    waits: list[float] = []
    with business.open() as first, business.open() as second:
        with (
            in_turn(first.engine, "all", 0, waits.append) as mine,
            in_turn(second.engine, "all", 1.0, waits.append) as also,
            in_turn(second.engine, "another", 0, waits.append) as other,
        ):
            assert (mine, also, other) == (True, False, True)
        assert sum(waits) == 1.0
        with in_turn(second.engine, "all", 0, waits.append) as mine:
            assert mine
