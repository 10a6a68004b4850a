"""Fifty organisations of 500 contacts on two workers: real server, real work pool, one process for each night.

Takes ten minutes and more, so it runs by `pytest -m soak tests/organisations`; ORGANISATIONS and CONTACTS make it smaller.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.store.engine import open_engine, reading
from reconcile.store.runs import latest_run
from tests.organisations.many import serve_many, strangers
from tests.organisations.production import Api, free_port, processes, start_pool

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
COUNT, CONTACTS = int(os.environ.get("ORGANISATIONS", "50")), int(os.environ.get("CONTACTS", "500"))
WORKERS, RUNS = 2, 2  # the run that waits for the others holds a place of its own


def test_fifty_organisations_on_two_workers(tmp_path: Path, fresh_database: Callable[[Path], str]) -> None:
    port = free_port()
    broken = "org-01"
    with (
        serve_many(tmp_path, fresh_database(tmp_path), COUNT, CONTACTS) as many,
        processes(tmp_path, many.environment(), port) as started,
    ):
        many.served.sandbox.grants.disconnect(f"tenant-{broken}")
        start_pool(started, port, WORKERS, RUNS)
        api, began = Api(port), time.monotonic()
        ended = api.wait(api.start("nightly-all/nightly-all"), 6000)
        seconds = time.monotonic() - began
        sys.stdout.write(f"\n{COUNT} organisations of {CONTACTS} contacts on {WORKERS} workers: {seconds:.0f} s\n")
        assert ended["state_type"] == "FAILED"
        assert f"1 of {COUNT} organisations" in ended["state"]["message"]
        assert broken in ended["state"]["message"]
        engine = open_engine(many.settings.database)
        with reading(engine) as session:
            runs = {name: latest_run(session, name, "nightly") for name in many.names}
        engine.dispose()
        assert {name for name, run in runs.items() if run is None or run.state != "done"} == {broken}
        nights = [run for run in api.runs() if run["name"].startswith("nightly org")]
        assert len(nights) == COUNT
        for name in many.names:
            for path in (path for path in (many.settings.reports_dir / name).rglob("*.csv")):
                assert strangers(name, many.names, path.read_text(encoding="utf-8")) == []
