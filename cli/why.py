"""`reconcile why`: everything known about one record."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def why(
    record: Annotated[str, typer.Argument(metavar="ID", help="A Pooltrackr id, a Xero id, or a proposal id.")],
    org: OrgOption = "",
) -> None:
    """Tell the whole story of one record: candidates, evidence, flags, decisions, links, pushes."""
    from reconcile.stages.services import open_services
    from reconcile.stages.story import tell_story

    with open_services(org=org) as services:
        for line in tell_story(services, record):
            console.print(line)
