"""Match one entity and write proposals and flags to the review tables."""

from prefect import task

from reconcile.records import Entity
from reconcile.stages.policies import approve_by_policy
from reconcile.stages.propose import propose_entity
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell
from tasks.run import RunInProgress


@task(name="propose", task_run_name="match and propose {entity}", **EDGE)
def propose(run: RunInProgress, entity: Entity) -> dict[str, int]:
    """Match, flag, propose; returns how many proposals were new, kept and closed, and how many flags were raised."""
    with open_services(org=run.org) as services:
        counts = propose_entity(services, run.seq, entity)
    tell(
        f"matched {entity}: {counts['new']} new proposals, {counts['kept']} as before, {counts['closed']} closed, "
        f"{counts['collisions']} contested"
    )
    return counts


@task(name="approve-by-policy", task_run_name="approve {entity} by policy", **EDGE)
def apply_policies(run: RunInProgress, entity: Entity) -> int:
    """Approve what a policy covers; returns how many proposals it decided."""
    with open_services(org=run.org) as services:
        return approve_by_policy(services, entity).accepted
