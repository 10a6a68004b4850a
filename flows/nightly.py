"""Every night: pull both systems, check, match, flag, propose, report, then push what is approved."""

from typing import Any

from prefect import flow

from flows.money import money_steps
from reconcile.stages.pull import PULLED
from reconcile.stages.report import ENTITIES
from tasks.alerts import alert
from tasks.check import check
from tasks.propose import apply_policies, propose
from tasks.pull import check_connection, pull
from tasks.push import push_if_open
from tasks.report import report, show
from tasks.run import tracked_run


@flow(name="nightly-reconciliation", flow_run_name="nightly", on_failure=[alert], on_crashed=[alert])
def nightly_reconciliation(org: str = "", push_approved: bool = True, invoices: bool = True) -> dict[str, Any]:
    """Bring the review tables up to date and push what people or policies approved.

    Args:
        org: The organisation to work on. Leave empty while there is only one.
        push_approved: Push what is approved. Off: nothing is written to either system.
        invoices: Include invoices and payments.
    """
    with tracked_run(org, "nightly") as run:
        check_connection(run)
        for system, entities in PULLED.items():
            for entity in entities:
                run.counts[f"{system} {entity}"] = pull(run, system, entity)
        run.counts["checks"] = check(run)
        for entity in ENTITIES:
            run.counts[f"propose {entity}"] = propose(run, entity)
            run.counts[f"policy {entity}"] = {"decided": apply_policies(run, entity)}
        if push_approved:
            for entity in ENTITIES:
                run.counts[f"push {entity} to xero"] = push_if_open(run.org, "xero", entity)
                run.counts[f"push {entity} to pooltrackr"] = push_if_open(run.org, "pooltrackr", entity)
        if invoices:
            money_steps(run, push_approved=push_approved)
        reported = report(run)
        run.counts["standing"] = show(run, reported)
        return {"org": run.org, "run": run.id, "counts": run.counts, "reported": reported}
