"""Check the pulled data."""

from prefect import get_run_logger, task

from reconcile.stages.check import check_current
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.run import RunInProgress


@task(name="check", task_run_name="check the data", **EDGE)
def check(run: RunInProgress) -> dict[str, int]:
    """Stop on data that cannot be used, flag what looks wrong; returns the standing check flags by entity."""
    with open_services(org=run.org) as services:
        counts = check_current(services, run.seq)
    get_run_logger().info("flags from checks: %s", counts)
    return counts
