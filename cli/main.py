"""The `reconcile` command: one module per call, loaded only when it is called, so that the quick ones stay quick."""

import os
import signal
import sys
from importlib import import_module

import typer

from reconcile.errors import BadInput, ReconcileError

COMMANDS = {
    "demo": "cli.demo",
    "sandbox": "cli.sandbox",
    "sample": "cli.sample",
    "match": "cli.match",
    "connect": "cli.connect",
    "orgs": "cli.orgs",
    "nightly": "cli.nightly",
    "pull": "cli.stages",
    "propose": "cli.stages",
    "push": "cli.stages",
    "decide": "cli.decide",
    "confirm": "cli.decide",
    "undo": "cli.undo",
    "purge": "cli.purge",
    "review": "cli.review",
    "serve": "cli.serve",
    "listen": "cli.listen",
    "invoices": "cli.money",
    "inspect": "cli.inspect",
    "tie-out": "cli.inspect",
    "status": "cli.status",
    "why": "cli.why",
    "settings": "cli.settings",
    "key": "cli.key",
    "upgrade": "cli.upgrade",
    "backup": "cli.backup",
    "restore": "cli.backup",
}
INTERRUPTED, TERMINATED = 130, 143
PREFECT_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


def app() -> None:
    """Run the command line; exit code 0 done, 1 failed, 2 bad usage or bad input."""
    for name, value in PREFECT_DEFAULTS.items():
        os.environ.setdefault(name, value)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        build(sys.argv[1:])()
    except SystemExit as end:
        if end.code in (INTERRUPTED, TERMINATED):
            typer.echo("Stopped. What was stored is whole; run the same call again to go on.", err=True)
        raise
    except OSError as error:
        if not error.strerror:
            raise
        typer.secho(f"A file could not be read or written: {error}", fg="red", err=True)
        typer.echo(
            "Look at the disk of the data folder and at its permissions, then run the same call again.", err=True
        )
        sys.exit(1)
    except ReconcileError as error:
        typer.secho(f"{error.message}", fg="red", err=True)
        if error.remedy:
            typer.echo(error.remedy, err=True)
        for row in getattr(error, "problems", ()) or getattr(error, "rows", ()):
            typer.echo(f"  {row}", err=True)
        sys.exit(2 if isinstance(error, BadInput) else 1)


def build(arguments: list[str]) -> typer.Typer:
    """The command line with the one call that is named, or with all of them for `--help`."""
    cli = typer.Typer(
        name="reconcile",
        help="Reconciles Pooltrackr with Xero: finds what is the same, shows why, pushes what was approved.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    cli.callback()(_top)
    wanted = [name for name in COMMANDS if arguments[:1] == [name]] or list(COMMANDS)
    for name in wanted:
        cli.command(name)(getattr(import_module(COMMANDS[name]), name.replace("-", "_")))
    return cli


def _top() -> None:
    """Reconciles Pooltrackr with Xero: finds what is the same, shows why, pushes what was approved."""
