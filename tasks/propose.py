"""Match one entity and write proposals and flags to the review tables."""

from prefect import task

from reconcile.records import Entity
from reconcile.stages.policies import approve_by_policy
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell
from tasks.run import RunInProgress


@task(name="propose", task_run_name="match and propose {entity}", **EDGE)
def propose(run: RunInProgress, entity: Entity) -> dict[str, int]:
    """Match, flag, propose; returns how many proposals were new, kept and closed, and how many flags were raised."""
    with open_services(org=run.org) as services:
        proposed = find_proposals(services, entity, read_situation(services, entity))
        saved, flags = save_proposed(services, run.seq, proposed)
    counts = {"pairs": proposed.pairs, "new": saved.new, "kept": saved.kept, "closed": saved.closed, **flags}
    tell(
        f"matched {entity}: {saved.new} new proposals, {saved.kept} as before, {saved.closed} closed, {flags['collisions']} contested"
    )
    return counts


@task(name="approve-by-policy", task_run_name="approve {entity} by policy", **EDGE)
def apply_policies(run: RunInProgress, entity: Entity) -> int:
    """Approve what a policy covers; returns how many proposals it decided."""
    with open_services(org=run.org) as services:
        return approve_by_policy(services, entity).accepted
