"""Push what is approved to one system."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact

from reconcile.errors import GateClosed
from reconcile.pushing import Tally
from reconcile.records import Entity, System
from reconcile.stages.push import push_entity, require_gates
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import reading
from reconcile.store.waiting import count_waiting
from tasks.edge import EDGE
from tasks.progress import tell


@task(name="push", task_run_name="push {entity} to {target}", **EDGE)
def push(org: str, target: System, entity: Entity) -> dict[str, int]:
    """Push until nothing is staged any more; returns how many operations ended how.

    What waits for a system that cannot be written to (Pooltrackr as a folder of exports) is counted as held.
    Raises GateClosed with the rows that hold the push back.
    """
    with open_services(org=org) as services:
        waiting = _waiting(services, target, entity)
        if not waiting:
            if entity == "contacts":
                require_gates(services, entity)
            return {}
        if not services.can_write(target):
            tell(f"{waiting} {entity} writes wait: {target} cannot be written to")
            return {"held": waiting}
        tally = push_entity(services, target, entity, show_pushed(waiting, entity))
    counts = {name: count for name, count in asdict(tally).items() if count}
    tell(
        f"pushed {entity} to {target}: "
        + (", ".join(f"{n.replace('_', ' ')} {c}" for n, c in counts.items()) or "nothing")
    )
    return counts


def ignore(_seen: Tally) -> None:
    """Nothing is shown where nothing waits."""


def show_pushed(waiting: int, entity: Entity) -> Callable[[Tally], None]:
    """Shows in Prefect how much of what waited has been settled."""
    artifact = create_progress_artifact(0.0, description=f"{waiting} {entity} operations waiting")

    def report(seen: Tally) -> None:
        if isinstance(artifact, UUID):
            update_progress_artifact(artifact, 100.0 * min(seen.settled, waiting) / waiting)

    return report


@task(name="push-if-open", task_run_name="push {entity} to {target} if its gate is open", **EDGE)
def push_if_open(org: str, target: System, entity: Entity) -> dict[str, int]:
    """Push unless a gate is shut; then nothing is written and the rows wait."""
    try:
        return push.fn(org, target, entity)
    except GateClosed as held:
        tell(f"{entity} to {target} held back: {held.message}")
        with open_services(org=org) as services:
            waiting = _waiting(services, target, entity)
        return {"held": waiting} if waiting else {}


def _waiting(services: Services, target: System, entity: Entity) -> int:
    with reading(services.engine) as session:
        return count_waiting(session, services.org_id, target, entity)
