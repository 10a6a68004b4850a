"""A night that pulls while others push: pages are lost, processes die between them, and what was pushed is verified."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.content import content_hash
from reconcile.errors import ReconcileError
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import SYSTEMS, Entity, System
from reconcile.sandbox.wire import transport
from reconcile.stages.pull import pull_entity
from reconcile.stages.push import verify_pushed
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from tests.simulation.hub import Hub, SimulatedClock, SimulatedCrash
from tests.simulation.scene import ORG, SETTINGS, Scene
from tests.simulation.workers import SCOPES, Chaos

PULLED: tuple[Entity, ...] = ("contacts", "products", "invoices", "payments")
XERO_TABLES = {"products": "items"}


class Interrupted:
    """A source whose reader may die before a page is stored, and right after."""

    def __init__(self, source: Any, hub: Hub, chaos: Chaos) -> None:
        self._source, self._hub, self._chaos = source, hub, chaos

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def pages(self, entity: Entity, since: datetime | None = None) -> Iterator[Any]:
        """The pages, as long as the process lives."""
        for page in self._source.pages(entity, since):
            self._die()
            yield page
            self._die()

    def _die(self) -> None:
        if self._hub.chance(3 * self._chaos.crash):
            raise SimulatedCrash("between pages")


def night(hub: Hub, scene: Scene, chaos: Chaos) -> None:
    """Pull everything that is pushed, and verify it; what stops that is noted."""
    services = _services(hub, scene)
    try:
        for system in SYSTEMS:
            client = _open(hub, scene, system)
            services.__dict__[system] = Interrupted(client, hub, chaos)
            for entity in PULLED:
                began = services.clock.now()
                pulled = pull_entity(services, 3, system, entity)
                held, lost = verify_pushed(services, system, entity, began)
                hub.note("night", f"pulled {pulled.total} {entity} of {system}; {held} writes shown, {lost} not")
            client.close()
    except SimulatedCrash:
        hub.note("night", "CRASHED")
    except ReconcileError as error:
        scene.said.append(f"{error} {error!r}")
        hub.note("night", f"stopped by {type(error).__name__}: {error.message}")


def _services(hub: Hub, scene: Scene) -> Services:
    with reading(scene.engine) as session:
        org = session.get_one(tables.Organisation, ORG)
    return Services(SETTINGS, scene.engine, SimulatedClock(hub), org, 0, OrganisationSettings(xero_price_basis="EX"))


def _open(hub: Hub, scene: Scene, system: System) -> Any:
    clock, wire = SimulatedClock(hub), scene.wire.transport("night", lambda: (hub.now, hub.now))
    client: Any = (
        open_xero(SETTINGS, clock, transport=wire, scopes=SCOPES)
        if system == "xero"
        else open_pooltrackr(SETTINGS, clock, transport=wire)
    )
    client.session._dice = hub.rng
    return client


def bookmarks_ahead(scene: Scene) -> Iterator[str]:
    """I9: what either system last changed before a bookmark is stored as it says it.

    A record that was changed and changed back is stored as it is, though with an older time.
    """
    for (system, entity), (value, known) in scene.bookmarks().items():
        suspects = []
        for row in _rows(scene, system, entity):
            changed = datetime.fromtimestamp(row.updated_ms / 1000, UTC)
            if changed < value and known.get(row.id) != changed:
                suspects.append(row.id)
        if suspects:
            stored, said = scene.stored(system, entity), _said(scene, system, entity)
            for suspect in suspects:
                if stored.get(suspect) != said.get(suspect):
                    yield f"I9 the bookmark of {system} {entity} is past a change of {suspect} that is not stored"


class _Standing:
    """A clock that stands where the run ended."""

    def __init__(self, scene: Scene) -> None:
        self._now = scene.hub.now

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def _said(scene: Scene, system: str, entity: str) -> dict[str, str]:
    """The content of every record as the system tells it now, read by the real client over a wire without faults."""

    def answer(request: httpx.Request) -> httpx.Response:
        told = carried(request)
        return httpx.Response(told.status, headers=told.headers, content=told.body)

    carried = transport(scene.sandbox.handle)
    wire, clock = httpx.MockTransport(answer), _Standing(scene)
    client: Any = (
        open_xero(SETTINGS, clock, transport=wire, scopes=SCOPES)
        if system == "xero"
        else open_pooltrackr(SETTINGS, clock, transport=wire)
    )
    told = {record.id: content_hash(record) for page in client.pages(entity) for record in page.records}
    client.close()
    return told


def _rows(scene: Scene, system: str, entity: str) -> list[Any]:
    world = scene.sandbox.world
    if system == "pooltrackr":
        return list(world.pooltrackr.tables[entity])
    return list(getattr(world.first_books, XERO_TABLES.get(entity, entity)))
