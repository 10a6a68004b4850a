"""`reconcile sandbox`: both emulated systems on this machine."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from reconcile.sandbox.loading.rows import WorldError


def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 8600,
    world: Annotated[
        Path | None, typer.Option(help="World folder with pooltrackr/ and xero/; without it, empty books.")
    ] = None,
) -> None:
    """Serve the emulated Xero and Pooltrackr on 127.0.0.1 until stopped."""
    server = import_module(
        "reconcile.sandbox.server"
    )  # brings the web server, which `reconcile --help` must not wait for
    try:
        server.serve(server.world_maker(world), port, _announce)
    except KeyboardInterrupt:
        typer.echo("Stopped.")
    except WorldError as problem:
        typer.echo(f"The world cannot be loaded: {problem}", err=True)
        raise typer.Exit(2) from problem
    except OSError as problem:
        typer.echo(f"Port {port} cannot be used: {problem.strerror}. Choose another with --port.", err=True)
        raise typer.Exit(1) from problem


def _announce(url: str) -> None:
    typer.echo(f"Xero at       {url}/api.xro/2.0   (identity and /connections at {url})")
    typer.echo(f"Pooltrackr at {url}/pooltrackr/v1")
    typer.echo("Stop with Ctrl-C.")
