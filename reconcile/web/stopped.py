"""Writes that a limit stops before the first of them: why, and letting exactly these through."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from reconcile.errors import GuardStopped
from reconcile.records import Entity, System
from reconcile.stages.push import require_guards
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.review_operations import waiting_places
from reconcile.web.configure import save_version
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.pages import go_to

router = APIRouter()


@dataclass(frozen=True)
class Stop:
    """What the next push would refuse to send, and why; with a ``mark`` when it is only unusual and may be let through."""

    target: System
    entity: Entity
    why: str
    mark: str = ""


def find_stops(services: Services) -> list[Stop]:
    """The kinds of waiting writes that a limit stops, with today's settings."""
    with reading(services.engine) as session:
        places = waiting_places(session, services.org_id)
    found = []
    for target, entity in places:
        try:
            require_guards(services, target, entity)
        except GuardStopped as stop:
            found.append(Stop(target, entity, stop.message, stop.mark))
    return found


@router.post("/boards/let-through")
def let_through(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Allow exactly the writes that were shown; with one more or less the limit stops them again."""
    services, mark = desk.current(), field(form, "mark")
    if mark not in {stop.mark for stop in find_stops(services) if stop.mark}:
        visit.tell("problem", "What waits has changed since you looked at it. Nothing was stored; look again.")
        return go_to("/boards?on=waiting")
    settings = services.settings_of_org
    guards = settings.guards.model_copy(update={"let_through": mark})
    if save_version(services, visit, form, settings.model_copy(update={"guards": guards})):
        visit.tell("done", "The next push sends exactly these writes. Whatever is approved later is looked at again.")
    return go_to("/boards?on=waiting")
