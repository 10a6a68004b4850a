"""One run for each organisation: start them, wait for them, say how they stand."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from prefect import runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterIdempotencyKey,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.deployments import run_deployment

from reconcile.errors import ReconcileError
from reconcile.records import SYSTEMS
from reconcile.settings import Settings
from reconcile.stages.nights import due_nights
from reconcile.stages.overview import read_overview
from reconcile.stages.registering import all_registered
from reconcile.stages.report import ENTITIES
from reconcile.stages.services import SystemClock, open_services
from reconcile.store.engine import reading
from reconcile.store.money_plans import PUSHED
from reconcile.store.sync_events import unhandled_events
from reconcile.store.waiting import count_waiting
from tasks.edge import EDGE
from tasks.overview import overview_words
from tasks.progress import tell

NIGHTLY = "nightly-reconciliation/nightly"
PUSH = "push-approved/push"
AT_ONCE = "at-once/at-once"
WRITTEN = (*ENTITIES, *PUSHED)
PATIENCE = timedelta(hours=6)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
UNDER_WAY = (StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING)
PAGE = 200  # Prefect's own limit


class NightsFailed(ReconcileError):
    """The nights of some organisations failed; the others are not affected."""


@dataclass(frozen=True)
class Started:
    """A run that was started for an organisation."""

    org: str
    flow_run: UUID


@dataclass(frozen=True)
class Ended:
    """How the run of an organisation ended, in words."""

    org: str
    state: str
    why: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it did what it was started for."""
        return self.state == "Completed"


def active(occasion: str) -> dict[str, str]:
    """Every organisation that does not rest, each with a key that names it and the occasion.

    Before the first run there is one organisation without a name.
    """
    known = [found for found in all_registered(Settings()) if found.is_known]
    names = [found.id for found in known if found.is_active] if known else [""]
    return {name: f"{occasion} {name}" for name in names}


def told(keys: Mapping[str, str]) -> dict[str, str]:
    """Those of them that a webhook waits for; nobody else needs a run."""
    return {org: key for org, key in keys.items() if _has_events(org)}


def staged(keys: Mapping[str, str]) -> dict[str, str]:
    """Those of them for which a write waits; nobody else needs a run."""
    return {org: key for org, key in keys.items() if _has_writes(org)}


def _has_events(org: str) -> bool:
    with open_services(org=org) as services, reading(services.engine) as session:
        return bool(unhandled_events(session, services.org_id))


def _has_writes(org: str) -> bool:
    with open_services(org=org) as services, reading(services.engine) as session:
        return any(count_waiting(session, services.org_id, target, what) for target in SYSTEMS for what in WRITTEN)


def due() -> dict[str, str]:
    """The organisations whose night has come, was not run yet and is not under way, each with a key that names both."""
    nights = due_nights(Settings(), SystemClock())
    busy = _under_way(NIGHTLY) if nights else frozenset()
    return {name: f"nightly {name} {at.isoformat()}" for name, at in nights.items() if name not in busy}


def _under_way(deployment: str) -> frozenset[str]:
    """The organisations for which a run of a deployment waits or runs; what has not ended in time keeps nobody waiting."""
    not_ended = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(UNDER_WAY))),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=SystemClock().now() - PATIENCE),
    )
    with get_client(sync_client=True) as client:
        named = DeploymentFilter(id=DeploymentFilterId(any_=[client.read_deployment_by_name(deployment).id]))
        runs = _pages(client, flow_run_filter=not_ended, deployment_filter=named)
        return frozenset(str(run.parameters.get("org", "")) for run in runs)


def _pages(client: SyncPrefectClient, **filters: Any) -> Iterator[FlowRun]:
    """All flow runs that the filters let through."""
    for offset in count(step=PAGE):
        found = client.read_flow_runs(**filters, limit=PAGE, offset=offset)
        yield from found
        if len(found) < PAGE:
            return


@task(name="start-for-each", task_run_name="start {deployment}", **EDGE)
def start_for_each(deployment: str, keys: Mapping[str, str], parameters: Mapping[str, Any]) -> list[Started]:
    """Start a run of a deployment for each organisation; the same key again starts nothing.

    When the run that starts them is retried, only those start anew, once each, whose run failed, was killed, was cancelled
    or was never started. What went well is kept, what is still under way is left to go on.
    """
    runs: dict[str, FlowRun | None] = {}
    started = 0
    with get_client(sync_client=True) as client:
        attempt = _attempt(client)
        for org, key in keys.items():
            runs[org] = _standing(client, key, attempt)
            if runs[org] is None:
                runs[org] = _start(deployment, org, parameters, _numbered(key, attempt))
                started += 1
    tell(f"started {started} of {len(keys)} runs of {deployment}")
    return [Started(org, run.id) for org, run in runs.items() if run is not None]


def _attempt(client: SyncPrefectClient) -> int:
    """How many times the flow run that we are in has been started, this time included."""
    flow_run = runtime.flow_run.id
    return client.read_flow_run(UUID(flow_run)).run_count if flow_run else 1


def _numbered(key: str, attempt: int) -> str:
    return key if attempt == 1 else f"{key} again {attempt}"


def _standing(client: SyncPrefectClient, key: str, attempt: int) -> FlowRun | None:
    """The newest run that an earlier attempt started, unless it ended badly."""
    for number in range(attempt - 1, 0, -1):
        named = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=[_numbered(key, number)]))
        for run in client.read_flow_runs(flow_run_filter=named, limit=1):
            ended_badly = run.state is not None and run.state.is_final() and not run.state.is_completed()
            return None if ended_badly else run
    return None


def _start(deployment: str, org: str, parameters: Mapping[str, Any], key: str) -> FlowRun | None:
    run = run_deployment(
        deployment,
        parameters={"org": org, **parameters},
        flow_run_name=f"{deployment.partition('/')[2]} {org}".strip(),
        idempotency_key=key,
        timeout=0,
    )
    return run if isinstance(run, FlowRun) else None


@task(name="await-nights", task_run_name="wait for the organisations", **EDGE)
def await_nights(started: Sequence[Started]) -> list[Ended]:
    """Wait until every run has ended, or the patience has; what has not ended then is said to be waiting."""
    waiting, ended = {run.flow_run: run.org for run in started}, []
    latest, pause = time.monotonic() + PATIENCE.total_seconds(), SHORTEST_PAUSE
    with get_client(sync_client=True) as client:
        while waiting and time.monotonic() < latest:
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            these = FlowRunFilter(id=FlowRunFilterId(any_=list(waiting)))
            states = {run.id: run.state for run in _pages(client, flow_run_filter=these)}
            final = {run: state for run, state in states.items() if state is not None and state.is_final()}
            ended += [Ended(waiting.pop(run), s.name or "", _first_line(s.message)) for run, s in final.items()]
    return ended + [Ended(org, "Waiting", "not ended yet") for org in waiting.values()]


def show_nights(ended: Sequence[Ended]) -> dict[str, Any]:
    """Show how every organisation stands. Raises NightsFailed, naming those that failed and why."""
    troubles = {one.org: f"{one.state} {one.why}".strip() for one in ended if not one.is_well}
    create_markdown_artifact(
        key="organisations",
        markdown=overview_words(read_overview(Settings(), SystemClock()), troubles),
        description="Every organisation: its connection, last and next night, gates, what needs a person.",
    )
    if troubles:
        words = "; ".join(f"{org}: {why}" for org, why in troubles.items())
        raise NightsFailed(
            f"{len(troubles)} of {len(ended)} organisations did not end well: {words}",
            remedy="The others are not affected. Look at the runs that are named; a retry starts only these again.",
        )
    return {one.org: one.state for one in ended}


def _first_line(message: str | None) -> str:
    return (message or "").strip().split("\n")[0].removeprefix("Flow run encountered an exception: ")[:300]
