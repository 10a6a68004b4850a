"""Fifty organisations of 500 contacts on two workers: real server, real work pool, one process for each night.

`make soak-organisations` gives it a PostgreSQL for the review tables and one for Prefect, as docs/production.md wants for more
than one worker; without, SQLite serves both and the nights take turns. ORGANISATIONS and CONTACTS make it smaller.
"""

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile.store.engine import open_engine, reading
from reconcile.store.links import open_links
from reconcile.store.runs import latest_run
from reconcile.store.tables import Run
from tests.organisations.many import Many, mark_of, serve_many
from tests.organisations.production import Api, Memory, free_port, processes, start_pool

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
COUNT, CONTACTS = int(os.environ.get("ORGANISATIONS", "50")), int(os.environ.get("CONTACTS", "500"))
MARK = re.compile(r"zq\d+qz")
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
        api, began, memory = Api(port), time.monotonic(), Memory(started.environment)
        memory.start()
        ended = api.wait(api.start("nightly-all/nightly-all"), 6000)
        seconds = time.monotonic() - began
        memory.stop()
        runs, links = standing(many)
        failed = {name for name, run in runs.items() if run is None or run.state != "done"}
        rows, wrong = foreign_rows(many)
        sys.stdout.write(
            f"\n{COUNT} organisations of {CONTACTS} contacts on {WORKERS} workers: {seconds:.0f} s, {len(failed)} failed "
            f"({broken} is disconnected), {sum(links.values())} contacts linked\n"
            f"{wrong} of {rows} rows of the reports name another organisation; "
            f"memory at most {memory.largest} MB in one process, {memory.together} MB in all with Prefect's server\n"
        )
        assert ended["state_type"] == "FAILED"
        assert f"1 of {COUNT} organisations" in ended["state"]["message"]
        assert broken in ended["state"]["message"]
        assert failed == {broken}
        assert wrong == 0 < rows
        assert len({count for name, count in links.items() if name != broken}) == 1
        assert links["org-00"] > CONTACTS // 2
        nights = [run["name"] for run in api.runs("nightly org")]
        assert sorted(nights) == [f"nightly {name}" for name in many.names]


def standing(many: Many) -> tuple[dict[str, Run | None], dict[str, int]]:
    """The last night of each organisation, and how many of its contacts are linked."""
    engine = open_engine(many.settings.database)
    with reading(engine) as session:
        runs = {name: latest_run(session, name, "nightly") for name in many.names}
        links = {name: len(open_links(session, name, "contacts")) for name in many.names}
    engine.dispose()
    return runs, links


def foreign_rows(many: Many) -> tuple[int, int]:
    """How many rows all reports have, and how many of them name an organisation that they do not belong to."""
    rows = wrong = 0
    for name in many.names:
        for path in (many.settings.reports_dir / name).rglob("*.csv"):
            for line in path.read_text(encoding="utf-8").splitlines()[1:]:
                rows += 1
                wrong += bool(set(MARK.findall(line)) - {mark_of(name)})
    return rows, wrong
