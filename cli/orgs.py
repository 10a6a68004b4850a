"""`reconcile orgs`: which organisations there are, how they stand, and what is set for each."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.terminal import console

if TYPE_CHECKING:
    from reconcile.stages.overview import Line


class Action(StrEnum):
    """What is to be done."""

    list = "list"
    add = "add"
    set = "set"
    pause = "pause"
    resume = "resume"


def orgs(
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.list,
    name: Annotated[str, typer.Argument(help="Short name of the organisation.")] = "",
    pooltrackr_url: Annotated[str, typer.Option(help="Its Pooltrackr API, or a folder of its CSV exports.")] = "",
    token: Annotated[
        bool,
        typer.Option("--token", help="Give its Pooltrackr token: asked for without echo, or read from a pipe."),
    ] = False,
    cron: Annotated[str, typer.Option(help='When its night is, such as "0 2 * * *", in its own time zone.')] = "",
    timezone: Annotated[str, typer.Option(help="Its time zone, such as Australia/Perth.")] = "",
    minute: Annotated[
        int | None, typer.Option(min=0, help="Most calls to Xero in a minute; 0: no limit of ours.")
    ] = None,
    day: Annotated[int | None, typer.Option(min=0, help="Most calls to Xero in a day; 0: no limit of ours.")] = None,
) -> None:
    """List the organisations, or add, set (change), pause or resume one."""
    from reconcile.settings import Settings
    from reconcile.stages.overview import read_overview
    from reconcile.stages.registering import register, rest
    from reconcile.stages.services import SystemClock

    settings, clock = Settings(), SystemClock()
    if action is Action.list:
        _show(read_overview(settings, clock))
        return
    if not name:
        raise typer.BadParameter("Say which organisation.", param_hint="NAME")
    if action in (Action.pause, Action.resume):
        rest(settings, clock, name, is_paused=action is Action.pause)
        console.print(f"{name} rests." if action is Action.pause else f"{name} is worked on again.")
        return
    given: dict[str, Any] = {"pooltrackr_url": pooltrackr_url, "cron": cron, "timezone": timezone}
    given |= {"calls_per_minute": minute, "calls_per_day": day}
    changes = {key: value for key, value in given.items() if value not in ("", None)}
    is_new = action is Action.add
    if is_new and not pooltrackr_url:
        raise typer.BadParameter("Say where its Pooltrackr is.", param_hint="--pooltrackr-url")
    register(
        settings,
        clock,
        name,
        changes,
        _read_token(name) if token or _needs_token(is_new, pooltrackr_url) else "",
        is_new=is_new,
    )
    console.print(f"Saved what is set for {name}.")
    if is_new:
        console.print(f"Now connect it to Xero: reconcile connect --org {name}")


def _needs_token(is_new: bool, url: str) -> bool:
    return is_new and "://" in url


def _read_token(name: str) -> str:
    """From a person who is asked without echo, or the first line of a pipe; never from the arguments."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Pooltrackr token of {name}", hide_input=True))
    return sys.stdin.readline().strip()


def _show(lines: "list[Line]") -> None:
    if not lines:
        console.print("There is none yet: `reconcile connect` or the first `reconcile nightly` registers it.")
    for line in lines:
        console.print(f"{line.id}  {line.name}".rstrip(), markup=False)
        console.print(f"  Xero:        {line.connection}", markup=False)
        console.print(f"  Pooltrackr:  {line.pooltrackr}", markup=False)
        console.print(f"  last night:  {line.last_night}", markup=False)
        console.print(f"  next night:  {line.next_night}", markup=False)
        console.print(f"  gates:       {line.gates}", markup=False)
        console.print(f"  held:        {line.held} pushes need a person", markup=False)
