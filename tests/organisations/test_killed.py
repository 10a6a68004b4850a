"""A night that is killed in the middle of the fan-out: the others end well, and a retry goes on where it stopped.

Real processes, so it runs by `pytest -m soak tests/organisations`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.store.engine import open_engine, reading
from reconcile.store.links import open_links
from reconcile.store.runs import latest_run
from tests.organisations.many import Many, serve_many
from tests.organisations.production import Api, free_port, processes, start_pool

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1200)]
COUNT, CONTACTS, VICTIM = 3, 100, "org-00"


def process_of(flow_run: str) -> int | None:
    """The process that runs a flow run, by what it was started with."""
    wanted = f"PREFECT__FLOW_RUN_ID={flow_run}".encode()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                return int(folder.name)
        except OSError:
            continue
    return None


def kill_in_the_middle(api: Api, many: Many) -> str:
    """Kill the victim's night once it has pulled something; returns its flow run."""
    while True:
        time.sleep(0.2)
        runs = api.runs(f"nightly {VICTIM}")
        pulled = any(c.tenant == f"tenant-{VICTIM}" and "/Contacts" in c.path for c in many.served.calls)
        process = process_of(runs[0]["id"]) if runs and pulled else None
        if process is not None:
            os.kill(process, signal.SIGKILL)
            return str(runs[0]["id"])


def test_the_others_end_well_and_a_retry_of_all_starts_only_the_killed_one_again(
    tmp_path: Path, fresh_database: Callable[[Path], str]
) -> None:
    port = free_port()
    with (
        serve_many(tmp_path, fresh_database(tmp_path), COUNT, CONTACTS) as many,
        processes(tmp_path, many.environment(), port) as started,
    ):
        start_pool(started, port, workers=1, runs=3)
        api = Api(port)
        everything = api.start("nightly-all/nightly-all")
        killed = kill_in_the_middle(api, many)
        ended = api.wait(everything, 600)
        assert ended["state_type"] == "FAILED"
        assert f"1 of {COUNT} organisations did not end well: {VICTIM}: Crashed" in ended["state"]["message"]
        started.call(sys.executable, "-m", "prefect", "--no-prompt", "flow-run", "retry", everything)
        assert api.wait(everything, 600)["state_type"] == "COMPLETED"
        nights = {name: api.runs(f"nightly {name}") for name in many.names}
        assert {name: len(runs) for name, runs in nights.items()} == {"org-00": 2, "org-01": 1, "org-02": 1}
        assert {run["id"]: run["state_type"] for run in nights[VICTIM]}.pop(killed) == "CRASHED"
        engine = open_engine(many.settings.database)
        with reading(engine) as session:
            links = {name: len(open_links(session, name, "contacts")) for name in many.names}
            runs = [latest_run(session, name, "nightly") for name in many.names]
        engine.dispose()
        assert [run.state for run in runs if run] == ["done"] * COUNT
        assert links == dict.fromkeys(many.names, CONTACTS * 9 // 10)  # every tenth is in Pooltrackr only
        for name in many.names:
            contacts = many.served.world.books[f"tenant-{name}"].contacts
            stamps = [contact.number for contact in contacts if contact.number]
            assert len(stamps) == len(set(stamps)) == links[name] == len(contacts)
