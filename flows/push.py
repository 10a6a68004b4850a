"""Push what is approved: to Xero, then to Pooltrackr. Refuses, with the rows, while a gate is shut."""

from typing import Any

from prefect import flow, runtime

from flows.money import push_steps
from reconcile.stages.report import ENTITIES
from tasks.alerts import alert
from tasks.fan_out import PUSH, active, staged, start_for_each
from tasks.naming import named
from tasks.push import push, push_if_open
from tasks.run import tracked_run


@flow(name="push-approved", flow_run_name=named("push"), on_failure=[alert], on_crashed=[alert])
def push_approved(org: str = "", invoices: bool = True, only_open: bool = False) -> dict[str, Any]:
    """Push contacts, then products, then invoices and payments; nothing is sent twice, whatever happened before.

    Args:
        org: The organisation to work on. Left empty, one run is started for each organisation that something
            waits for, when there are several.
        invoices: Include invoices and payments.
        only_open: Let what a gate holds back wait without failing, as the hourly sweep and the run after decisions do.
    """
    if not org and len(each := active(str(runtime.flow_run.id))) != 1:
        return {"started": len(start_for_each(PUSH, staged(each), {"invoices": invoices, "only_open": only_open}))}
    send = push_if_open if only_open else push
    with tracked_run(org, "push") as run:
        for entity in ENTITIES:
            run.counts[f"{entity} to xero"] = send(run.org, "xero", entity)
            run.counts[f"{entity} to pooltrackr"] = send(run.org, "pooltrackr", entity)
        if invoices:
            push_steps(run)
        return {"org": run.org, "run": run.id, "counts": run.counts}
