"""Look into stored webhooks."""

from prefect import task

from reconcile.stages.at_once import handle_events
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell


@task(name="look-into-events", task_run_name="look into webhooks", **EDGE)
def look_into_events(org: str) -> dict[str, int]:
    """Pull, propose, approve by policy and push what the stored events are about; returns what was done."""
    with open_services(org=org) as services:
        counts = handle_events(services)
    tell(", ".join(f"{what} {count}" for what, count in counts.items()) or "no webhook waits")
    return counts
