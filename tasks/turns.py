"""Turns: one run at a time for each organisation, any number of organisations side by side.

With SQLite there is one turn for all: it takes one writer at a time, and a long write of one organisation would fail the
run of another with *database is locked*. The turn is a lock beside the database and none of Prefect's: Prefect's server
forgets who holds a limit when it is started again, and then the limit stays taken for good.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.context import FlowRunContext

from reconcile.errors import NotReady
from reconcile.settings import Settings
from reconcile.stages.services import SystemClock
from reconcile.store.engine import open_engine
from reconcile.store.presence import in_turn

PATIENCE_SECONDS = 6 * 3_600.0
ALL = "all"


@contextmanager
def one_at_a_time(org: str, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the organisation's turn for the block; outside of a flow run there is nobody to take turns with.

    Raises NotReady when another run keeps it for too long.
    """
    if FlowRunContext.get() is None:
        yield
        return
    database = Settings().database
    with in_turn(open_engine(database), turn_of(org, database), patience, SystemClock().wait) as mine:
        if not mine:
            raise NotReady(
                f"{org} has waited for its turn for {patience / 60:.0f} minutes.",
                remedy="Look in Prefect which run is under way; cancel it if it hangs, then run this again.",
            )
        yield


def turn_of(org: str, database: str) -> str:
    """The name of the turn that an organisation's run waits for."""
    return ALL if database.startswith("sqlite") else f"of {org or 'first'}"
