"""One run for each organisation: start them, wait for them, say how they stand."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment

from reconcile.errors import ReconcileError
from reconcile.settings import Settings
from reconcile.stages.nights import due_nights
from reconcile.stages.overview import read_overview
from reconcile.stages.registering import all_registered
from reconcile.stages.services import SystemClock
from tasks.edge import EDGE
from tasks.progress import tell

NIGHTLY = "nightly-reconciliation/nightly"
PUSH = "push-approved/push"
AT_ONCE = "at-once/at-once"
PATIENCE = timedelta(hours=6)
POLL_SECONDS = 3.0


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


def due() -> dict[str, str]:
    """The organisations whose night has come and was not run yet, each with a key that names it and its night."""
    return {name: f"nightly {name} {at.isoformat()}" for name, at in due_nights(Settings(), SystemClock()).items()}


@task(name="start-for-each", task_run_name="start {deployment}", **EDGE)
def start_for_each(deployment: str, keys: Mapping[str, str], parameters: Mapping[str, Any]) -> list[Started]:
    """Start a run of a deployment for each organisation; the same key again starts nothing."""
    started = []
    for org, key in keys.items():
        run = run_deployment(
            deployment,
            parameters={"org": org, **parameters},
            flow_run_name=f"{deployment.partition('/')[2]} {org}".strip(),
            idempotency_key=key,
            timeout=0,
        )
        if isinstance(run, FlowRun):
            started.append(Started(org, run.id))
    tell(f"started {len(started)} runs of {deployment}")
    return started


@task(name="await-nights", task_run_name="wait for the organisations", **EDGE)
def await_nights(started: Sequence[Started]) -> list[Ended]:
    """Wait until every run has ended, or the patience has; what has not ended then is said to be waiting."""
    waiting, ended = {run.flow_run: run.org for run in started}, []
    latest = time.monotonic() + PATIENCE.total_seconds()
    with get_client(sync_client=True) as client:
        while waiting and time.monotonic() < latest:
            time.sleep(POLL_SECONDS)
            for flow_run in list(waiting):
                state = client.read_flow_run(flow_run).state
                if state is not None and state.is_final():
                    ended.append(Ended(waiting.pop(flow_run), state.name or "", _first_line(state.message)))
    return ended + [Ended(org, "Waiting", "not ended yet") for org in waiting.values()]


def show_nights(ended: Sequence[Ended]) -> dict[str, Any]:
    """Show every organisation's last night as a table. Raises NightsFailed, naming those that failed and why."""
    lines = read_overview(Settings(), SystemClock())
    create_table_artifact(
        key="organisations",
        table=[vars(line) for line in lines],
        description="Every organisation: its connections, last and next night, gates, what is held.",
    )
    failed = [one for one in ended if not one.is_well]
    if failed:
        words = "; ".join(f"{one.org}: {one.state} {one.why}".strip() for one in failed)
        raise NightsFailed(
            f"{len(failed)} of {len(ended)} organisations did not end well: {words}",
            remedy="The others are not affected. Look at the runs that are named; the next night goes on where they stopped.",
        )
    return {one.org: one.state for one in ended}


def _first_line(message: str | None) -> str:
    return (message or "").strip().split("\n")[0].removeprefix("Flow run encountered an exception: ")[:300]
