"""`reconcile review`: the review page."""

import getpass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

NEAR = ("127.0.0.1", "::1", "localhost")


def review(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine need a sign-in.")
    ] = "127.0.0.1",
    org: Annotated[str, typer.Option(help="The organisation; may be left out while there is only one.")] = "",
    by: Annotated[str, typer.Option(help="Who decides, when nobody signs in.")] = "",
    users: Annotated[Path | None, typer.Option(help="File of names and hashed passwords that may sign in.")] = None,
    proxy_header: Annotated[
        str, typer.Option(help="Header in which a reverse proxy on this machine names the person.")
    ] = "",
    name: Annotated[list[str] | None, typer.Option(help="A further host name that the page answers to.")] = None,
    add_user: Annotated[str, typer.Option(help="Add this person to the --users file, then stop.")] = "",
) -> None:
    """Serve the review page until stopped."""
    if add_user:
        _add_user(users, add_user)
        return
    if host not in NEAR and users is None and not proxy_header:
        raise typer.BadParameter("Listening beyond this machine needs --users or --proxy-header.", param_hint="--host")
    serving = import_module(
        "reconcile.web.serving"
    )  # brings the web server, which `reconcile --help` must not wait for
    person = by or ("" if users or proxy_header else getpass.getuser())
    serving.serve(host, port, org, serving.doors(person, users, proxy_header, [host, *(name or [])]), typer.echo)


def _add_user(users: Path | None, person: str) -> None:
    if users is None:
        raise typer.BadParameter("Say which file with --users.", param_hint="--add-user")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    import_module("reconcile.web.users").add_user(users, person, password)
    typer.echo(f"{person} can sign in.")
