"""A private PostgreSQL for the tests: installed if missing, on a free loopback port, gone afterwards.

`python tests/postgres_server.py COMMAND ...` runs a command with RECONCILE_TEST_DATABASE_URL set to it and ends with
that command's exit code. The server keeps its data in a temporary folder and never runs as root.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"
VARIABLE = "RECONCILE_TEST_DATABASE_URL"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def main(command: Sequence[str]) -> int:
    """Run a command beside the server."""
    if not command:
        sys.stderr.write(str(__doc__))
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then, too
    with serve() as url:
        return subprocess.run(command, env={**os.environ, VARIABLE: url}, check=False).returncode


@contextmanager
def serve() -> Iterator[str]:
    """The SQLAlchemy URL of a fresh server while the block runs."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="reconcile-postgres-") as name:
        folder, port = Path(name), _free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
        settings = (*FAST, "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}")
        options = " ".join(f"-c {setting}" for setting in settings)
        _run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _programs() -> Path:
    """Where Debian keeps the server's programs; installs it when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        if os.geteuid() != 0:
            sys.exit("PostgreSQL is not installed. Run: sudo apt-get install postgresql")
        sys.stderr.write("Installing Debian's PostgreSQL ...\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", *words], env=quiet, check=True, stdout=subprocess.DEVNULL)
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent


def _run(*words: object) -> None:
    """Run one of the server's programs, as its own user when we are root."""
    user = {"user": USER, "group": pwd.getpwnam(USER).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(word) for word in words], check=False, capture_output="start" not in words, text=True, cwd="/", **user
    )
    if done.returncode:
        sys.exit(f"{words[0]} failed: {done.stderr or done.stdout or 'see its log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
