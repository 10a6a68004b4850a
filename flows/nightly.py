"""Every night: pull both systems, check, match, flag, propose, report, then push what is approved."""

from datetime import date
from typing import Any

from prefect import flow

from flows.money import money_steps
from reconcile.stages.pull import PULLED
from tasks.alerts import alert
from tasks.check import check
from tasks.naming import named
from tasks.progress import tell
from tasks.propose import apply_policies, propose
from tasks.pull import check_connection, pull
from tasks.push import push_if_open
from tasks.report import report, show
from tasks.run import Choice, RunInProgress, is_resting, tracked_run


@flow(name="nightly-reconciliation", flow_run_name=named("nightly"), on_failure=[alert], on_crashed=[alert])
def nightly_reconciliation(
    org: str = "",
    push_approved: bool = True,
    invoices: bool = True,
    entity: Choice = "everything",
    dry_run: bool = False,
    cut_off_date: date | None = None,
) -> dict[str, Any]:
    """Bring the review tables up to date and push what people or policies approved.

    Args:
        org: The organisation to work on. Leave empty while there is only one.
        push_approved: Push what is approved. Off: nothing is written to either system.
        invoices: Include invoices and payments.
        entity: Work on everything, or only on contacts, products, or invoices with their payments.
        dry_run: Only look: nothing is written to either system and no policy approves anything.
        cut_off_date: Plan no invoice dated earlier, for this run. The organisation's own cut-off date always holds too.
    """
    if is_resting(org):
        tell(f"{org} rests; go on with `reconcile orgs resume {org}`")
        return {"org": org, "rests": True}
    with tracked_run(org, "nightly", dry_run=dry_run, cut_off_date=cut_off_date) as run:
        run.organisation = check_connection(run)
        for system, entities in PULLED.items():
            for pulled in entities:
                run.counts[f"{system} {pulled}"] = pull(run, system, pulled)
        run.counts["checks"] = check(run)
        for master in run.masters(entity):
            run.counts[f"propose {master}"] = propose(run, master)
            if not dry_run:
                run.counts[f"policy {master}"] = {"decided": apply_policies(run, master)}
        if push_approved and not dry_run:
            run.send(lambda: push_masters(run, entity))
        if invoices and entity in ("everything", "invoices"):
            money_steps(run, push_approved=push_approved and not dry_run)
        reported = report(run)
        run.counts["standing"] = show(run, reported)
        run.raise_stopped()
        return {"org": run.org, "run": run.id, "counts": run.counts, "reported": reported}


def push_masters(run: RunInProgress, entity: Choice) -> None:
    """Push contacts and products both ways, as far as their gates are open."""
    for master in run.masters(entity):
        run.counts[f"push {master} to xero"] = push_if_open(run.org, "xero", master)
        run.counts[f"push {master} to pooltrackr"] = push_if_open(run.org, "pooltrackr", master)
