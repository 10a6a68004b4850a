"""All organisations at a glance: connection, last and next night, gates, what is held."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from reconcile.clock import Clock
from reconcile.nights import next_due
from reconcile.settings import Settings
from reconcile.stages.registering import all_registered
from reconcile.stages.services import Services, open_services
from reconcile.stages.status import read_status
from reconcile.store.engine import reading
from reconcile.store.registry import Registered
from reconcile.store.runs import as_it_stands, latest_run


@dataclass(frozen=True)
class Line:
    """One organisation in words."""

    id: str
    name: str
    connection: str
    pooltrackr: str
    last_night: str
    next_night: str
    gates: str
    held: int


def read_overview(settings: Settings, clock: Clock) -> list[Line]:
    """A line for each organisation; asks neither system anything."""
    return [_line(settings, clock, found) for found in all_registered(settings)]


def _line(settings: Settings, clock: Clock, found: Registered) -> Line:
    if not found.is_known:
        word = f"not connected yet: run `reconcile connect --org {found.id}`"
        return Line(found.id, "", word, _pooltrackr(found), "none yet", "none", "none", 0)
    with open_services(settings, found.id, clock) as services:
        now = read_status(services)
        return Line(
            id=found.id,
            name=found.name,
            connection=_connection(services),
            pooltrackr=_pooltrackr(found),
            last_night=_last_night(services, found),
            next_night=_next_night(found, clock),
            gates=", ".join(f"{g.name} {'open' if g.is_open else 'shut'}" for g in now.gates),
            held=sum(now.pushes.get(state, 0) for state in ("conflict", "raced", "failed", "reconnect")),
        )


def _connection(services: Services) -> str:
    stored = services.tokens.read(services.org_id)
    if stored is None:
        return "client id and secret of the environment"
    return stored.state.replace("_", " ") + (f": {stored.problem}" if stored.problem else "")


def _pooltrackr(found: Registered) -> str:
    if not found.pooltrackr_url:
        return "as the environment says"
    return found.pooltrackr_url + ("" if found.has_token or "://" not in found.pooltrackr_url else " (no token)")


def _last_night(services: Services, found: Registered) -> str:
    with reading(services.engine) as session:
        run = latest_run(session, services.org_id, "nightly")
        run = as_it_stands(session, run) if run else None
    if run is None:
        return "none yet"
    at = run.started_at.astimezone(ZoneInfo(found.timezone))
    return f"{at:%Y-%m-%d %H:%M} {run.state} {run.problem}".strip()


def _next_night(found: Registered, clock: Clock) -> str:
    if not found.is_active:
        return "paused"
    at = next_due(found.cron, found.timezone, clock.now()).astimezone(ZoneInfo(found.timezone))
    return f"{at:%Y-%m-%d %H:%M} {found.timezone}"
