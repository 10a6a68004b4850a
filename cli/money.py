"""`reconcile invoices`: the state of every invoice and payment, why something is held, and what to do about it."""

from typing import Annotated

import typer

from cli.terminal import OrgOption, console


def invoices(
    org: OrgOption = "",
    update: Annotated[bool, typer.Option("--update", help="Pull and plan first; pushes nothing.")] = False,
) -> None:
    """Show the states of invoices and payments, and write both reports."""
    from reconcile.invoicing.reasons import REASONS
    from reconcile.stages.money import plan_money, pull_money
    from reconcile.stages.money_report import write_money_report
    from reconcile.stages.services import open_services
    from tasks.run import tracked_run

    with tracked_run(org, "invoices") as run, open_services(org=run.org) as services:
        if update:
            console.print("pulling and planning invoices and payments ...")
            pull_money(services, run.seq)
            plan_money(services, run.seq)
        folder = services.settings.reports_dir / services.org_id / run.id
        report, paths = write_money_report(services, folder, run.id)
        run.counts.update(
            {name: {state: sum(c.values()) for state, c in s.items()} for name, s in report.states.items()}
        )
    for name, states in report.states.items():
        console.print(f"{name.capitalize()}: {sum(sum(c.values()) for c in states.values())}")
        for state, reasons in states.items():
            console.print(f"  {state:10} {sum(reasons.values())}")
            for reason, count in reasons.items():
                known = REASONS.get(reason)
                if reason:
                    console.print(f"    {count:5} {reason}" + (f": {known.meaning} {known.remedy}" if known else ""))
    for path in paths:
        console.print(f"Report: {path}")
