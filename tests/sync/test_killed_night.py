"""A night that is killed in the middle, whatever it was doing, is finished by the next one."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from reconcile.stages.propose import find_proposals, read_situation
from reconcile.stages.sync import find_synced
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.proposals import current_proposals

NIGHT = """
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.services import open_services
from reconcile.store.engine import writing
from reconcile.store.runs import start_run
with open_services() as services:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "night", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    print("pulled", flush=True)
    propose_entity(services, seq, "contacts")
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
    night.send_signal(signal.SIGKILL)
    night.communicate()
    assert night.returncode == -signal.SIGKILL

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
