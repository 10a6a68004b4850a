"""Invoices and payments: pull, plan, approve by policy, push, note what follows, report."""

from dataclasses import asdict
from typing import Any

from prefect import task

from reconcile.errors import GateClosed, NotReady
from reconcile.records import Entity, System
from reconcile.stages.money import MONEY_PULLED, approve_money, follow_up, plan_money, pull_money, push_money
from reconcile.stages.money_report import write_money_report
from reconcile.stages.services import open_services
from reconcile.store.engine import reading
from reconcile.store.money_plans import PUSHED
from reconcile.store.verifying import any_unseen
from reconcile.store.waiting import count_waiting
from tasks.edge import EDGE
from tasks.progress import Progress, tell
from tasks.push import ignore, show_pushed
from tasks.run import RunInProgress, services_of


def is_settled(run: RunInProgress) -> bool:
    """Whether a run has pulled documents before and nothing was written since: then a pull would only find the same."""
    if not any(name.startswith("pull money") for name in run.counts):
        return False
    with open_services(org=run.org) as services, reading(services.engine) as session:
        return not any_unseen(session, run.org, PUSHED)


@task(name="pull-money", task_run_name="pull invoices and payments", **EDGE)
def pull_documents(run: RunInProgress) -> dict[str, dict[str, int]]:
    """Pull invoices and payments of both systems and Xero's credits; returns the counts by system and entity.

    When this run has pulled them already and nothing was written since, they are not pulled again.
    """
    if is_settled(run):
        return {}
    with open_services(org=run.org) as services:
        shown = {(s, e): Progress(f"{e} from {s}") for s, entities in MONEY_PULLED.items() for e in entities}
        pulled = pull_money(services, run.seq, lambda system, entity: shown[system, entity].at)
    for progress in shown.values():
        progress.done()
    tell("pulled " + ", ".join(f"{p.total} {p.entity} from {p.system}" for p in pulled.entities))
    if pulled.confirmed or pulled.missed:
        tell(f"{pulled.confirmed} writes of invoices and payments are there, {pulled.missed} are not and need a person")
    return {f"{p.system} {p.entity}": p.counts() for p in pulled.entities}


@task(name="plan-money", task_run_name="plan invoices and payments", **EDGE)
def plan_documents(run: RunInProgress) -> dict[str, int]:
    """Plan what changed of invoices and payments; returns how many proposals are new, kept and closed, how many records are held."""
    with services_of(run) as services:
        planned = plan_money(services, run.seq, organisation=run.organisation)
    counts = {"adopted": planned.adopted, **asdict(planned.proposals), "held": planned.held}
    tell(f"planned invoices and payments: {counts['new']} new proposals, {planned.held} held")
    return counts


@task(name="approve-money", task_run_name="approve {entity} by policy", **EDGE)
def approve_documents(run: RunInProgress, entity: Entity) -> int:
    """Approve what the policy covers; returns how many proposals it decided."""
    with open_services(org=run.org) as services:
        return approve_money(services, entity).accepted


@task(name="push-money", task_run_name="push {entity} to {target}", **EDGE)
def push_documents(run: RunInProgress, target: System, entity: Entity) -> dict[str, int]:
    """Push what is staged unless a gate is shut or the system cannot be written to; then the rows wait."""
    try:
        with open_services(org=run.org) as services:
            with reading(services.engine) as session:
                waiting = count_waiting(session, services.org_id, target, entity)
            tally = push_money(services, target, entity, show_pushed(waiting, entity) if waiting else ignore)
    except (GateClosed, NotReady) as held:
        tell(f"{entity} to {target} held back: {held.message}")
        return {"held_back": 1}
    counts = {name: count for name, count in asdict(tally).items() if count}
    if counts:
        tell(f"pushed {entity} to {target}: " + ", ".join(f"{n.replace('_', ' ')} {c}" for n, c in counts.items()))
    return counts


@task(name="follow-money", task_run_name="note what was carried out", **EDGE)
def follow_documents(run: RunInProgress) -> int:
    """Note what was carried out and stage what tells Pooltrackr; returns how many writes that are."""
    with open_services(org=run.org) as services:
        return follow_up(services, run.seq)


@task(name="report-money", task_run_name="write the invoice and payment reports", **EDGE)
def report_documents(run: RunInProgress) -> dict[str, Any]:
    """Write both reports; returns their paths, the counts by state and reason, and how many disagree."""
    with open_services(org=run.org) as services:
        folder = services.settings.reports_dir / services.org_id / run.id
        report, paths = write_money_report(services, folder, run.id)
    tell(f"invoice and payment reports written to {folder}")
    return {"files": [str(path) for path in paths], "states": report.states, "inspector": dict(report.inspected)}
