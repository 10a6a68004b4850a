"""Runs whose worker was killed with them: nobody was there to say so, so the next sweep does."""

from datetime import timedelta

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType

from reconcile.stages.services import SystemClock
from tasks.alerts import AGAIN, send
from tasks.edge import EDGE

SILENT = "No sign of life from the process that ran this."
LOOKED_BACK = timedelta(days=2)


@task(name="tell-of-killed-runs", task_run_name="tell of killed runs", **EDGE)
def tell_of_killed() -> int:
    """Alert about each run that Prefect has found to be killed, once; returns how many were told.

    A tag on the run says that it was told. What could not be delivered is tried again by the next sweep.
    """
    crashed = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CRASHED])),
        tags=FlowRunFilterTags(all_=["reconcile"]),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=SystemClock().now() - LOOKED_BACK),
    )
    told = 0
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=crashed):
            if _is_news(run) and send(f"{run.name} crashed", f"{run.name} was killed. {AGAIN}", run):
                client.update_flow_run(run.id, tags=[*run.tags, _mark(run)])
                told += 1
    return told


def _is_news(run: FlowRun) -> bool:
    return run.state is not None and run.state.message == SILENT and _mark(run) not in run.tags


def _mark(run: FlowRun) -> str:
    return f"told-attempt-{run.run_count}"
