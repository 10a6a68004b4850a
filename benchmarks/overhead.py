"""How much of a night is Prefect's own: everything between the tasks' bodies, in seconds and in CPU seconds.

    python benchmarks/overhead.py [--contacts 5000]

One first night of a made-up organisation, as a flow against a Prefect server of its own. What the bodies of the tasks take
is ours; the rest of the flow run is Prefect's: states, logs, heartbeats, turns. Starting the process is in neither.
"""

import argparse
import csv
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import great_expectations
import httpx
from prefect import Task

import flows.money
import flows.nightly
from reconcile.sandbox.server import Served, serve_in_thread

COLUMNS = ("id", "name", "email", "phone", "street", "suburb", "state", "postcode")
LOADED = great_expectations.__version__  # loaded before the clock starts
NAMES = (
    "Ann",
    "Bob",
    "Cyril",
    "Dee",
    "Eve",
    "Flo",
    "Gus",
    "Hal",
    "Ida",
    "Joe",
    "Kim",
    "Lou",
    "Mia",
    "Ned",
    "Ora",
    "Pia",
)


class Watch:
    """What the outermost bodies took, in seconds and in CPU seconds of this process."""

    def __init__(self) -> None:
        self.seconds, self.cpu, self.calls, self.depth = 0.0, 0.0, 0, 0

    def over(self, body: Callable[..., Any]) -> Callable[..., Any]:
        """The same body, watched."""

        @functools.wraps(body)
        def watched(*given: Any, **named: Any) -> Any:
            began, used = time.monotonic(), time.process_time()
            self.depth += 1
            try:
                return body(*given, **named)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.calls += 1
                    self.seconds += time.monotonic() - began
                    self.cpu += time.process_time() - used

        return watched


def write_world(folder: Path, contacts: int) -> Path:
    """Contacts in both systems."""
    for system, letter in (("pooltrackr", "C"), ("xero", "X")):
        (folder / system).mkdir(parents=True)
        with (folder / system / "contacts.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            for n in range(contacts):
                name = f"{NAMES[n % 16]} {NAMES[n // 16 % 16]}son{n // 256}"
                mail, phone = f"{name.replace(' ', '.').lower()}@example.com", f"02 5550 {n:04d}"
                rows.writerow((f"{letter}{n}", name, mail, phone, f"{n} Low St", "Nowra", "NSW", "2541"))
    return folder


@contextmanager
def prefect_server(home: Path, port: int) -> Iterator[None]:
    """A Prefect server of its own, up."""
    words = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    with (home.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
    try:
        while not _is_up(f"http://127.0.0.1:{port}/api/health"):
            time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(30)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def point_at(served: Served, data: Path) -> None:
    """Everything the flow needs comes from the environment."""
    given = {
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "XERO_API_URL": served.xero_api_url,
        "XERO_IDENTITY_URL": served.xero_identity_url,
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "POOLTRACKR_URL": served.pooltrackr_url,
        "POOLTRACKR_TOKEN": "token",
        "ORG": "",
    }
    os.environ.update({f"RECONCILE_{name}": value for name, value in given.items()})


def run_night() -> None:
    """One night as a flow, watched."""
    watch = Watch()
    for module in (flows.nightly, flows.money):
        for task in vars(module).values():
            if isinstance(task, Task):
                task.fn = watch.over(task.fn)
    began, used = time.monotonic(), time.process_time()
    counts = flows.nightly.nightly_reconciliation("", dry_run=True)["counts"]
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    print(f"a first night with {counts['pooltrackr contacts']['total']} contacts in each system, {watch.calls} tasks")
    print(f"whole run     {seconds:6.1f} s   {cpu:6.1f} s CPU")
    print(f"tasks' bodies {watch.seconds:6.1f} s   {watch.cpu:6.1f} s CPU")
    print(f"Prefect's own {seconds - watch.seconds:6.1f} s   {cpu - watch.cpu:6.1f} s CPU", end="   ")
    print(f"({1 - watch.seconds / seconds:.1%} of the seconds, {1 - watch.cpu / cpu:.1%} of the CPU seconds)")


def main() -> None:
    """Start what is needed, in a process whose Prefect has a server already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=5000)
    parser.add_argument("--port", type=int, default=4277)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.inside:
            with serve_in_thread(write_world(folder / "world", chosen.contacts)) as served:
                served.world.settings.limits.minute = 1_000_000
                point_at(served, folder / "data")
                run_night()
            return
        (folder / "prefect").mkdir()
        with prefect_server(folder / "prefect", chosen.port):
            environment = os.environ | {
                "PREFECT_API_URL": f"http://127.0.0.1:{chosen.port}/api",
                "PREFECT_HOME": str(folder / "prefect"),
                "PREFECT_LOGGING_LEVEL": "WARNING",
                "DO_NOT_TRACK": "1",
            }
            words = [sys.executable, __file__, "--inside", "--contacts", str(chosen.contacts)]
            subprocess.run(words, env=environment, check=True)


if __name__ == "__main__":
    main()
