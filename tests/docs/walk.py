"""A reader who types what a page says, in a folder of his own, with both systems on this machine."""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.docs.pages import ROOT, Command

SERVERS = re.compile(
    r"(^|/| )(reconcile (sandbox|serve|review|listen)|prefect (server|worker) start)\b(?!.*--(add-user|help))"
)
OWN_PORT = re.compile(r"(reconcile (serve|review|listen)|prefect server start)\b(?!.*--port)")
DEFAULT_PORTS = {
    "4200": "reconcile serve",
    "8600": "reconcile sandbox",
    "8700": "reconcile review",
    "8710": "reconcile listen",
}
PASSWORD = "a long enough passphrase\n"
PATIENCE = 90


class Reader:
    """One folder, one environment, and the servers that were started in it."""

    def __init__(self, folder: Path, placeholders: dict[str, str]) -> None:
        self.folder, self.placeholders = folder, placeholders
        self.ports = {port: str(_free_port()) for port in DEFAULT_PORTS}
        self.servers: list[subprocess.Popen[bytes]] = []
        self.typed: dict[str, str] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RECONCILE_", "PREFECT_"))}
        self.environment = {
            **kept,
            "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PREFECT_HOME": str(folder / "data" / "prefect"),
        }
        for entry in ROOT.iterdir():
            if entry.name not in ("data", ".venv", ".env", ".git"):
                (folder / entry.name).symlink_to(entry)
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "data").mkdir()

    def type(self, command: Command) -> str:
        """Type one command; returns what it printed. Fails the test when it does not end well.

        What another page has shown already is not typed again.
        """
        words = re.sub(r"\s+# .*", "", command.text).removeprefix(".venv/bin/").strip()
        if self.typed.setdefault(words, command.page) != command.page:
            return ""
        text = self._with_values(command.text)
        if re.match(r"make \w", text):
            return self._run(command, re.sub(r"^make ", "make -n ", text))
        exported = re.match(r"export (\w+)=(\S+)", text)
        if exported:
            self.environment[exported[1]] = exported[2]
            return ""
        if SERVERS.search(text):
            self._start(command, text)
            return ""
        return self._run(command, text)

    def stop_servers(self, first: int = 0) -> None:
        """Ctrl-C to each from the ``first`` on, the last first; each must end well."""
        stopping = self.servers[: first - 1 if first else None : -1]
        del self.servers[first:]
        for server in stopping:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGINT)
        ends = [server.wait(PATIENCE) for server in stopping]
        assert all(end in (0, 130, -signal.SIGINT) for end in ends), ends

    def _with_values(self, text: str) -> str:
        for name, value in (self.placeholders | self.ports).items():
            text = text.replace(name, value)
        for port, words in DEFAULT_PORTS.items():
            if OWN_PORT.search(text) and (words in text or (port == "4200" and "prefect server" in text)):
                text = OWN_PORT.sub(rf"\1 --port {self.ports[port]}", text, count=1)
        return text

    def _run(self, command: Command, text: str) -> str:
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=self.folder,
            env=self.environment,
            input=PASSWORD * 2,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        assert done.returncode == 0, f"{command.page}:{command.line}: {text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _start(self, command: Command, text: str) -> None:
        port = re.search(r"--port (\d+)", text)
        if port and _answers(int(port[1])):
            self.stop_servers(len(self.servers) - 1)  # a page that shows another way to start the same server
        log = self.folder / f"server{len(self.servers)}.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                ["bash", "-c", f"exec {text}" if "=" not in text.split(maxsplit=1)[0] else text],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.servers.append(server)
        deadline = time.monotonic() + PATIENCE
        while not (_answers(int(port[1])) if port else b"started" in log.read_bytes()):
            where = f"{command.page}:{command.line}: {text}\n{log.read_text(errors='replace')}"
            assert server.poll() is None, where
            assert time.monotonic() < deadline, where
            time.sleep(0.1)


def fill_in(report: Path) -> None:
    """Do what an analyst does with a match report: take suggestions, and settle what is selected twice."""
    with report.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    taken: set[str] = set()
    for row in rows:
        twice = row["suggested"] == "link" and row["xero_id"] in taken
        row["decision"] = "skip" if twice or row["suggested"] not in ("link", "create") else row["suggested"]
        taken.add(row["xero_id"])
    with report.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
