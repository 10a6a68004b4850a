"""Which organisations' nights have come."""

from datetime import datetime

from reconcile.clock import Clock
from reconcile.nights import is_due, last_due
from reconcile.settings import Settings
from reconcile.stages.registering import all_registered
from reconcile.stages.services import open_services
from reconcile.store.engine import reading
from reconcile.store.registry import Registered
from reconcile.store.runs import latest_run


def due_nights(settings: Settings, clock: Clock) -> dict[str, datetime]:
    """The active organisations whose last due night has not been run, with the moment it was due.

    A night that was missed by too long is left out: the next one is near. Before the first run there is one organisation
    without a name.
    """
    known = [found for found in all_registered(settings) if found.is_known] or [Registered("")]
    nights = {found.id: last_due(found.cron, found.timezone, clock.now()) for found in known if _is_due(found, clock)}
    return {name: at for name, at in nights.items() if not _was_run(settings, clock, name, at)}


def _is_due(found: Registered, clock: Clock) -> bool:
    return found.is_active and is_due(found.cron, found.timezone, clock.now())


def _was_run(settings: Settings, clock: Clock, org: str, at: datetime) -> bool:
    if not org:
        return False
    with open_services(settings, org, clock) as services, reading(services.engine) as session:
        run = latest_run(session, org, "nightly")
        return run is not None and run.started_at >= at
