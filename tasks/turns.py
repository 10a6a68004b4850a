"""Turns: one run at a time for each organisation, any number of organisations side by side."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import get_client
from prefect.concurrency.sync import concurrency
from prefect.context import FlowRunContext

from reconcile.errors import NotReady

PATIENCE_SECONDS = 3_600.0
LEASE_SECONDS = 90.0  # after that the turn of a killed run is free again


@contextmanager
def one_at_a_time(org: str, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the organisation's turn for the block; outside of a flow run there is nobody to take turns with.

    Raises NotReady when another run keeps it for too long.
    """
    if FlowRunContext.get() is None:
        yield
        return
    name = f"reconcile-{org or 'first'}"
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
            f"Another run of {org} has been under way for {patience / 60:.0f} minutes.",
            remedy="Look at it in Prefect; cancel it if it hangs, then run this again.",
        ) from None
    try:
        yield
    finally:
        turn.__exit__(None, None, None)
