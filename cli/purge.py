"""`reconcile purge`: forget people who asked for it, and old versions of records."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def purge(
    contact: Annotated[str, typer.Argument(help="The contact's id in either system. Left out: show who asked.")] = "",
    by: Annotated[str, typer.Option(help="Who does this.")] = "",
    older_than: Annotated[int, typer.Option(help="Drop replaced versions of records older than this many days.")] = 0,
    org: OrgOption = "",
) -> None:
    """Show who asked to be forgotten; with an id and --by NAME, remove what is stored about them."""
    from reconcile.stages.forget import forget_old_versions, forget_person, propose_to_forget
    from reconcile.stages.services import open_services

    with open_services(org=org) as services:
        if older_than:
            console.print(f"{forget_old_versions(services, older_than, by)} old versions removed.")
            return
        if contact:
            counts = forget_person(services, contact, by)
            console.print("Emptied: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
            console.print(f"Report files of earlier runs are yours to delete: {services.settings.reports_dir}")
            return
        people = propose_to_forget(services)
    for person in people:
        console.print(f"{person.xero_id} ({person.pooltrackr_id or 'not in Pooltrackr'})")
        for blocker in person.blockers or (f"Ready: reconcile purge {person.xero_id} --by NAME",):
            console.print(f"  {blocker}")
    console.print(f"{len(people)} people asked to be forgotten.")
