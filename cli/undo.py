"""`reconcile undo`: take back what a run wrote: shown first, staged once exactly that is approved."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def undo(
    run: Annotated[str, typer.Argument(help="The run: one that pushed, or one in which the writes were approved.")],
    approve: Annotated[
        str, typer.Option(help="The mark of the plan that was shown: stages it for the next push.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who approves.")] = "",
    org: OrgOption = "",
) -> None:
    """Show how the writes of a run are taken back, and what cannot be; with --approve MARK, stage that."""
    from reconcile.errors import BadInput
    from reconcile.stages.services import open_services
    from reconcile.stages.undo import approve_undo, plan_undo

    if approve and not by:
        raise BadInput("Nobody is named who approves.", remedy="Add --by NAME.")
    with open_services(org=org) as services:
        if approve:
            staged = approve_undo(services, run, approve, by)
            console.print(f"{staged} writes are staged. `reconcile push` carries them out.")
            return
        plan = plan_undo(services, run)
    for reversal in plan.reversals:
        of = reversal.of
        console.print(f"{of.entity} {of.target_id} in {of.target}: {reversal.what}")
    for kept in plan.irreversible:
        of = kept.of
        console.print(f"{of.entity} {of.target_id} in {of.target} stays as it is: {kept.reason} {kept.remedy}".rstrip())
    if plan.reversals:
        console.print(f"To take back these {len(plan.reversals)}: reconcile undo {run} --approve {plan.mark} --by NAME")
    else:
        console.print("There is nothing that can be taken back.")
