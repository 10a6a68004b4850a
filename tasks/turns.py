"""Turns: one run at a time for each organisation, any number of organisations side by side.

With SQLite there is one turn for all: it takes one writer at a time, and a long write of one organisation would fail the
run of another with *database is locked*.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.context import FlowRunContext

from reconcile.errors import NotReady
from reconcile.settings import Settings

PATIENCE_SECONDS = 6 * 3_600.0
ALL = "reconcile-all"
LEASE_SECONDS = 90.0  # after that the turn of a killed run is free again


@contextmanager
def one_at_a_time(org: str, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the organisation's turn for the block; outside of a flow run there is nobody to take turns with.

    Raises NotReady when another run keeps it for too long.
    """
    if FlowRunContext.get() is None:
        yield
        return
    name = turn_of(org, Settings().database)
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(name, 1)
    turn = concurrency(
        name,
        timeout_seconds=patience,
        strict=True,
        lease_duration=LEASE_SECONDS,
        raise_on_lease_renewal_failure=False,
    )
    try:
        turn.__enter__()
    except TimeoutError:
        raise NotReady(
            f"{org} has waited for its turn for {patience / 60:.0f} minutes.",
            remedy="Look in Prefect which run is under way; cancel it if it hangs, then run this again.",
        ) from None
    try:
        yield
    finally:
        turn.__exit__(None, None, None)


def turn_of(org: str, database: str) -> str:
    """The name of the turn that an organisation's run waits for."""
    return ALL if database.startswith("sqlite") else f"reconcile-{org or 'first'}"
