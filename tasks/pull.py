"""Pull one entity of one system into the snapshot."""

from prefect import task

from reconcile.records import Entity, Organisation, System
from reconcile.stages.pull import pull_entity
from reconcile.stages.push import verify_pushed
from reconcile.stages.services import open_services, require_connection
from tasks.edge import EDGE
from tasks.progress import Progress, tell
from tasks.run import RunInProgress


@task(name="check-connection", task_run_name="check connection", **EDGE)
def check_connection(run: RunInProgress) -> Organisation:
    """Fail early, with the remedy, when the Xero connection does not work or shows another organisation.

    Returns what Xero shows of it, which holds for the run.
    """
    with open_services(org=run.org) as services:
        shown = require_connection(services)
        tell(f"connected to {services.org.name}")
        for warning in getattr(services.pooltrackr, "warnings", ()):
            tell(f"Pooltrackr export: {warning}")
    return shown


@task(name="pull", task_run_name="pull {entity} from {system}", **EDGE)
def pull(run: RunInProgress, system: System, entity: Entity) -> dict[str, int]:
    """Pull what changed in one entity; returns how many records were new, changed, missing, and are there in all."""
    with open_services(org=run.org) as services:
        began = services.clock.now()
        progress = Progress(f"{entity} from {system}")
        counts = pull_entity(services, run.seq, system, entity, progress.at).counts()
        progress.done()
        shown, lost = verify_pushed(services, system, entity, began)
    if shown or lost:
        tell(f"{shown} writes to {system} {entity} are there, {lost} are not and need a person")
    tell(f"pulled {entity} from {system}: {counts['total']} there, {counts['new']} new, {counts['changed']} changed")
    return counts
