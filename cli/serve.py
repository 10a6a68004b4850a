"""`reconcile serve`: Prefect's server and UI with all flows, in one command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, TextIO

import typer

from cli.terminal import console

READY_SECONDS = 120


def serve(
    port: Annotated[int, typer.Option(help="Port of the Prefect UI on 127.0.0.1.")] = 4200,
    runs: Annotated[int, typer.Option(min=2, help="Most runs at the same time.")] = 3,
) -> None:
    """Start the Prefect server and UI on 127.0.0.1 and serve every flow until stopped."""
    from reconcile.settings import Settings

    home = (Settings().data_dir / "prefect").resolve()
    url = f"http://127.0.0.1:{port}"
    os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ["PREFECT_API_URL"] = f"{url}/api"
    os.environ["PREFECT_UI_API_URL"] = f"{url}/api"
    os.environ["PREFECT_LOGGING_LEVEL"] = "INFO"
    os.environ.setdefault("PREFECT_RUNNER_POLL_FREQUENCY", "1")  # webhooks are not to wait ten seconds
    console.print(f"Starting Prefect on {url} ...")
    log = _open_log(home)
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        _wait_until_up(server, url)
        console.print(f"Prefect UI: {url}   (server log: {log.name})")
        console.print("Serving the flows. Stop with Ctrl-C.")
        _serve_flows(runs)
    except KeyboardInterrupt:
        console.print("Stopped.")
    finally:
        server.terminate()
        server.wait(30)


def _open_log(home: Path) -> TextIO:
    home.mkdir(parents=True, exist_ok=True)
    return (home / "server.log").open("a", encoding="utf-8")


def _wait_until_up(server: "subprocess.Popen[bytes]", url: str) -> None:
    import httpx

    from reconcile.errors import NotReady

    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NotReady(
                f"Prefect did not start (exit {server.returncode}).", remedy="Read server.log; is the port taken?"
            )
        try:
            if httpx.get(f"{url}/api/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise NotReady(f"Prefect was not up after {READY_SECONDS} s.", remedy="Read server.log.")


def _serve_flows(runs: int) -> None:
    from prefect import serve as prefect_serve

    from flows.automations import ensure_automations
    from flows.deployments import as_runner_deployment, declared_deployments
    from reconcile.settings import Settings
    from reconcile.stages.registering import all_registered

    ensure_automations()
    known = all_registered(Settings())
    prefect_serve(*(as_runner_deployment(declared, known) for declared in declared_deployments()), limit=runs)
