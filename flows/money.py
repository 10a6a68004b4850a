"""Invoices and payments: pull, plan, approve by policy, push, and carry payments on what has just been sent."""

from functools import partial
from typing import Any

from prefect import flow

from reconcile.store.money_plans import MONEY, PUSHED
from tasks.alerts import alert
from tasks.money import (
    approve_documents,
    follow_documents,
    plan_documents,
    pull_documents,
    push_documents,
    report_documents,
)
from tasks.naming import named
from tasks.pull import check_connection
from tasks.run import RunInProgress, tracked_run

ROUNDS = 2  # the second one carries the payments on invoices that the first one sent


@flow(name="money", flow_run_name=named("invoices and payments"), on_failure=[alert], on_crashed=[alert])
def reconcile_money(org: str = "", push_approved: bool = True) -> dict[str, Any]:
    """Bring invoices and payments up to date in both systems, as far as people and policies approved.

    Args:
        org: The organisation to work on. Leave empty while there is only one.
        push_approved: Push what is approved. Off: nothing is written to either system.
    """
    with tracked_run(org, "money") as run:
        run.organisation = check_connection(run)
        money_steps(run, push_approved=push_approved)
        run.raise_stopped()
        return {"org": run.org, "run": run.id, "counts": run.counts}


def money_steps(run: RunInProgress, *, push_approved: bool = True) -> None:
    """The steps, for this flow and for the nightly one; the counts go into the run.

    Once nothing more is sent, nothing is pulled and planned again: the last plan stands. A guard that stops the sending
    does not stop the report.
    """
    for number in range(1, ROUNDS + 1):
        plan_steps(run, number)
        if not (push_approved and run.send(partial(push_steps, run, number))):
            break
    else:
        pull_documents(run)
        run.counts["plan money last"] = plan_documents(run)
    reported = report_documents(run)
    run.counts["money"], run.counts["inspector"] = reported["states"], reported["inspector"]


def plan_steps(run: RunInProgress, number: int) -> None:
    """Pull, plan, and approve what policies cover."""
    run.counts[f"pull money {number}"] = {key: c["changed"] + c["new"] for key, c in pull_documents(run).items()}
    run.counts[f"plan money {number}"] = plan_documents(run)
    for entity in MONEY:
        run.counts[f"policy {entity} {number}"] = {"decided": 0 if run.dry_run else approve_documents(run, entity)}


def push_steps(run: RunInProgress, number: int = 1) -> bool:
    """Push what is approved, tell Pooltrackr, and push that, for every flow that pushes; returns whether anything went out."""
    pushed = {f"push {entity} to xero {number}": push_documents(run, "xero", entity) for entity in PUSHED}
    staged = follow_documents(run)
    pushed |= {f"push {entity} to pooltrackr {number}": push_documents(run, "pooltrackr", entity) for entity in MONEY}
    run.counts |= {**pushed, f"tell pooltrackr {number}": {"staged": staged}}
    return staged > 0 or any(set(counts) - {"held_back"} for counts in pushed.values())
