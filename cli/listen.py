"""`reconcile listen`: the receiver of webhooks."""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Annotated

import typer


def listen(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8710,
    host: Annotated[str, typer.Option(help="Address to listen on; put a proxy with HTTPS in front.")] = "127.0.0.1",
    org: Annotated[str, typer.Option(help="Listen for this organisation only; else for all.")] = "",
    deployment: Annotated[
        str, typer.Option(help="Prefect deployment to run when PREFECT_API_URL is set.")
    ] = "at-once/at-once",
) -> None:
    """Take webhooks of Xero and Pooltrackr until stopped: store them, answer, and look into them at once."""
    serving = import_module("reconcile.listening.serving")  # brings the web server, which `--help` must not wait for
    start = _through_prefect(deployment) if os.environ.get("PREFECT_API_URL") else None
    serving.serve(host, port, org, typer.echo, start)


def _through_prefect(deployment: str) -> Callable[[str], None]:
    def start(org: str) -> None:
        import httpx
        from prefect.exceptions import PrefectException

        from reconcile.errors import NotReady

        try:
            import_module("prefect.deployments").run_deployment(deployment, parameters={"org": org}, timeout=0)
        except (PrefectException, httpx.HTTPError) as problem:
            raise NotReady(
                f"The deployment {deployment} could not be started ({type(problem).__name__}).",
                remedy=f"Look whether Prefect is up at {os.environ['PREFECT_API_URL']} and has this deployment.",
            ) from None

    return start
