"""Apply an analyst's file."""

from dataclasses import asdict
from pathlib import Path

from prefect import task
from prefect.events import emit_event

from reconcile.stages.decide import UNTOLD, decide_file
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell

APPROVED = "reconcile.decisions.approved"


@task(name="decide", task_run_name="apply decisions", **EDGE)
def decide(org: str, path: Path, by: str) -> dict[str, int]:
    """Apply all rows of a file or none; tells Prefect afterwards so that the push starts."""
    with open_services(org=org) as services:
        decided = decide_file(services, path, by)
        name = services.org_id
    if decided.staged:
        emit_event(APPROVED, resource={"prefect.resource.id": f"reconcile.organisation.{name}"}, payload={"org": name})
    counts = {what: int(count) for what, count in asdict(decided).items()}
    tell(f"{path.name}: {decided.accepted} decisions applied, {decided.staged} writes staged")
    if decided.untold:
        tell(UNTOLD)
    return counts
