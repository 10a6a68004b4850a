"""Every organisation's night: one run each through the work pool, side by side; none touches another."""

from typing import Any

from prefect import flow, runtime

from tasks.alerts import alert
from tasks.fan_out import NIGHTLY, active, await_nights, due, show_nights, start_for_each
from tasks.run import Choice


@flow(name="nightly-all", flow_run_name="all organisations", on_failure=[alert], on_crashed=[alert])
def nightly_of_all(only_due: bool = False, entity: Choice = "everything", dry_run: bool = False) -> dict[str, Any]:
    """Start one nightly run for each active organisation; without *only due* wait for them and sum up.

    A retry of this run starts only those again that failed, were killed or were not started. It needs one place of the worker while it waits, so the worker needs two.

    Args:
        only_due: Start only those whose night has come in their own zone and was not run yet, and do not wait for them.
        entity: Work on everything, or only on contacts, products, or invoices with their payments.
        dry_run: Only look: nothing is written to either system and no policy approves anything.
    """
    nights = due() if only_due else active(str(runtime.flow_run.id))
    started = start_for_each(NIGHTLY, nights, {"entity": entity, "dry_run": dry_run})
    if only_due:
        return show_nights([])
    return show_nights(await_nights(started))
