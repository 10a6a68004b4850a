"""`reconcile decide`: apply an analyst's file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def decide(
    file: Annotated[Path, typer.Argument(help="The filled-in match report, CSV or workbook.")],
    by: Annotated[str, typer.Option("--by", help="Who made these decisions.")],
    org: OrgOption = "",
) -> None:
    """Apply the decisions in a match report: all rows, or none with every problem named."""
    from reconcile.errors import BadInput
    from reconcile.stages.decide import decide_file
    from reconcile.stages.services import open_services

    if not by.strip():
        raise BadInput("Nobody is named as the decider.", remedy="Say who with --by NAME.")
    with open_services(org=org) as services:
        decided = decide_file(services, file, by.strip())
    if decided.already:
        console.print("This file was applied before; nothing changed.")
        return
    console.print(
        f"{decided.accepted} decisions applied, {decided.unchanged} said already, {decided.undecided} rows left open; "
        f"{decided.staged} writes staged."
    )
    if decided.collisions:
        console.print(
            f"{decided.collisions} rows are still flagged contact_already_selected: nothing is pushed before."
        )
    console.print("Push them with `reconcile push`, or wait for the night.")
