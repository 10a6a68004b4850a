"""Push what is approved: to Xero, then to Pooltrackr. Refuses, with the rows, while a gate is shut."""

from typing import Any

from prefect import flow, runtime

from flows.money import push_steps
from reconcile.stages.report import ENTITIES
from tasks.alerts import alert
from tasks.fan_out import PUSH, active, staged, start_for_each
from tasks.push import push
from tasks.run import tracked_run


@flow(name="push-approved", flow_run_name="push", on_failure=[alert], on_crashed=[alert])
def push_approved(org: str = "", invoices: bool = True) -> dict[str, Any]:
    """Push contacts, then products, then invoices and payments; nothing is sent twice, whatever happened before.

    Args:
        org: The organisation to work on. Left empty, one run is started for each organisation that something
            waits for, when there are several.
        invoices: Include invoices and payments.
    """
    if not org and len(each := active(str(runtime.flow_run.id))) != 1:
        return {"started": len(start_for_each(PUSH, staged(each), {"invoices": invoices}))}
    with tracked_run(org, "push") as run:
        for entity in ENTITIES:
            run.counts[f"{entity} to xero"] = push(run.org, "xero", entity)
            run.counts[f"{entity} to pooltrackr"] = push(run.org, "pooltrackr", entity)
        if invoices:
            push_steps(run)
        return {"org": run.org, "run": run.id, "counts": run.counts}
