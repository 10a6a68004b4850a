"""Check the pulled data."""

from prefect import task

from reconcile.stages.check import check_current
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell
from tasks.run import RunInProgress


@task(name="check", task_run_name="check the data", **EDGE)
def check(run: RunInProgress) -> dict[str, int]:
    """Stop on data that cannot be used, flag what looks wrong; returns the standing check flags by entity."""
    tell("checking the data (loading Great Expectations takes some seconds the first time) ...")
    with open_services(org=run.org) as services:
        counts = check_current(services, run.seq)
    tell(f"checked the data: {sum(counts.values())} things look wrong and are flagged")
    return counts
