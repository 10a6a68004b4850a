"""`reconcile inspect` and `reconcile tie-out`: linked invoices side by side, and what customers owe at the end of a month."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def inspect(org: OrgOption = "") -> None:
    """Compare every linked invoice as last pulled: sync, amount, paid, status. Errors come first."""
    from reconcile.stages.inspect import write_inspection
    from reconcile.stages.services import open_services
    from tasks.run import tracked_run

    with tracked_run(org, "inspect") as run, open_services(org=run.org) as services:
        done = write_inspection(services, services.settings.reports_dir / services.org_id / run.id, run.id)
        run.counts["inspector"] = done.counts
    for name, count in done.counts.items():
        console.print(f"{name.capitalize()}: {count}")
    console.print(f"Report: {done.files[0]}")


def tie_out(
    month: Annotated[str, typer.Argument(help="Year and month, such as 2026-10.")], org: OrgOption = ""
) -> None:
    """Tie out a month by contact: opening + invoices - payments - credits = closing, in both systems."""
    from reconcile.stages.inspect import write_tie_out
    from reconcile.stages.services import open_services
    from tasks.run import tracked_run

    with tracked_run(org, "tie-out") as run, open_services(org=run.org) as services:
        done = write_tie_out(services, services.settings.reports_dir / services.org_id / run.id, month)
        run.counts["tie-out"] = done.counts
    console.print(done.words)
    for path in done.files:
        console.print(f"Report: {path}")
