"""`reconcile nightly`: the whole night, here and now."""

from datetime import datetime
from typing import Annotated

import typer

from cli.terminal import OrgOption, console, show_counts


def nightly(
    org: OrgOption = "",
    push: Annotated[bool, typer.Option(help="Push what is approved; --no-push writes nothing.")] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only look: write nothing, let no policy approve anything.")
    ] = False,
    only: Annotated[str, typer.Option(help="Only contacts, products or invoices.")] = "everything",
    cut_off: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Plan no invoice dated earlier.")
    ] = None,
) -> None:
    """Pull, check, match, flag, propose, report; then push what is approved."""
    console.print("Starting Prefect in this process (some seconds) ...")
    from flows.nightly import nightly_reconciliation
    from tasks.progress import show_progress
    from tasks.run import require_choice

    show_progress()
    outcome = nightly_reconciliation(
        org, push, entity=require_choice(only), dry_run=dry_run, cut_off_date=cut_off.date() if cut_off else None
    )
    if "rests" in outcome:
        return
    show_counts(f"Run {outcome['run']} of {outcome['org']}", outcome["counts"])
    if dry_run:
        console.print("Dry run: nothing was written to either system and nothing was approved.")
    reported = outcome["reported"]
    console.print("Reports to fill in and hand back with `reconcile decide FILE --by NAME`:")
    for path in reported.main.values():
        console.print(f"  {path}")
    console.print(f"Summary: {reported.summary}")
