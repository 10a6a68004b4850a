"""What every task shares: when to try again, and that no data is cached or persisted by Prefect."""

from collections.abc import Callable
from typing import Any, TypedDict

from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun

from reconcile.errors import Retry
from tasks.plain_logs import speak_plainly

speak_plainly()  # here, because every flow run loads its tasks before anything of ours can fail


def may_retry(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Only what certainly changed nothing is tried again; everything else needs a person or the next run."""
    return isinstance(state.result(raise_on_failure=False), Retry)


class Edge(TypedDict):
    """Options of a Prefect task."""

    cache_policy: CachePolicy
    persist_result: bool
    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Callable[..., bool]


EDGE: Edge = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": 3,
    "retry_delay_seconds": [5.0, 30.0, 120.0],
    "retry_condition_fn": may_retry,
}
