"""Prefect as it runs in production: its own server, a work pool, workers, or `reconcile serve`; all real processes."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests import databases

ROOT = Path(__file__).parents[2]
COMMAND = "from cli.main import app; app()"


@dataclass
class Processes:
    """Processes that were started, with their logs; each is stopped by its own id."""

    folder: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            words, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        self.running.append(process)
        return process

    def call(self, *words: str) -> str:
        done = subprocess.run(words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def reconcile(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        return self.start(name, sys.executable, "-c", COMMAND, *words)

    def stop(self) -> None:
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


class Memory(threading.Thread):
    """Watches how much memory the processes of an environment take: the largest one, and all of them together."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.mark = f"PREFECT_HOME={environment['PREFECT_HOME']}".encode()
        self.largest, self.together, self._ended = 0, 0, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(2):
            sizes = [size for folder in Path("/proc").glob("[0-9]*") if (size := self._resident(folder))]
            self.largest, self.together = max([self.largest, *sizes]), max(self.together, sum(sizes))

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _resident(self, folder: Path) -> int:
        """In MB; 0 when it is none of ours or has just ended."""
        try:
            if self.mark not in (folder / "environ").read_bytes().split(b"\0"):
                return 0
            return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
        except OSError:
            return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 120.0) -> None:
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise AssertionError(f"{url} did not answer")


@contextmanager
def processes(folder: Path, settings: Mapping[str, str], port: int) -> Iterator[Processes]:
    """An environment with a Prefect of its own; whatever is started in the block is stopped after it."""
    environment = os.environ | dict(settings)
    environment |= {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "RECONCILE_HOME": str(ROOT),
        "PYTHONPATH": str(ROOT),
    }
    if database := databases.empty_for_prefect():
        environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
    started = Processes(folder, environment)
    try:
        yield started
    finally:
        started.stop()


def start_pool(started: Processes, port: int, workers: int, runs: int) -> None:
    """Server, work pool, deployments, workers: the commands of docs/production.md."""
    prefect = (sys.executable, "-m", "prefect", "--no-prompt")
    started.start("server", *prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port))
    wait_for(f"http://127.0.0.1:{port}/api/health")
    started.call(*prefect, "work-pool", "create", "reconcile", "--type", "process")
    started.call(*prefect, "deploy", "--all")
    for number in range(workers):
        started.start(f"worker{number}", *prefect, "worker", "start", "--pool", "reconcile", "--limit", str(runs))


class Api:
    """The few calls of Prefect's API that a person makes in its pages."""

    def __init__(self, port: int) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=30)

    def start(self, deployment: str, **parameters: Any) -> str:
        found = self.client.get(f"/deployments/name/{deployment}").raise_for_status().json()
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(self._post(f"/deployments/{found['id']}/create_flow_run", body)["id"])

    def run(self, flow_run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/flow_runs/{flow_run}").raise_for_status().json()
        return found

    def runs(self, named: str) -> list[dict[str, Any]]:
        """The runs, at most 200, in whose name something stands."""
        found: list[dict[str, Any]] = self._post("/flow_runs/filter", {"flow_runs": {"name": {"like_": named}}})
        return found

    def _post(self, path: str, body: Any) -> Any:
        """Prefect answers 503 while its SQLite database is busy; its own clients try again too."""
        for _ in range(20):
            answer = self.client.post(path, json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)
        return answer.raise_for_status().json()

    def wait(self, flow_run: str, seconds: float) -> dict[str, Any]:
        latest = time.monotonic() + seconds
        while time.monotonic() < latest:
            run = self.run(flow_run)
            if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
                return run
            time.sleep(1)
        raise AssertionError(f"{flow_run} has not ended: {run['state_name']}")
