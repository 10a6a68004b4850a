"""`reconcile nightly`: the whole night, here and now."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console, show_counts


def nightly(
    org: OrgOption = "",
    push: Annotated[bool, typer.Option(help="Push what is approved; --no-push writes nothing.")] = True,
) -> None:
    """Pull, check, match, flag, propose, report; then push what is approved."""
    console.print("Starting Prefect in this process (some seconds) ...")
    from flows.nightly import nightly_reconciliation
    from tasks.progress import show_progress

    show_progress()
    outcome = nightly_reconciliation(org, push)
    show_counts(f"Run {outcome['run']} of {outcome['org']}", outcome["counts"])
    reported = outcome["reported"]
    console.print("Reports to fill in and hand back with `reconcile decide FILE --by NAME`:")
    for path in reported.main.values():
        console.print(f"  {path}")
    console.print(f"Summary: {reported.summary}")
