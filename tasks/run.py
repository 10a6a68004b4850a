"""Runs as Prefect sees them: opened, closed, and closed as failed with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reconcile.errors import ReconcileError
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import writing
from reconcile.store.runs import end_run, start_run


@dataclass
class RunInProgress:
    """A run that has been opened; what is put into ``counts`` is stored when it ends."""

    org: str
    seq: int
    id: str
    counts: dict[str, Any] = field(default_factory=dict)


@contextmanager
def tracked_run(org: str, kind: str) -> Iterator[RunInProgress]:
    """Open a run for the block and close it, with the problem if there was one."""
    with open_services(org=org) as services:
        run = _open(services, kind)
    problem = ""
    try:
        yield run
    except ReconcileError as error:
        problem = str(error)
        raise
    except BaseException as error:
        problem = f"stopped by {type(error).__name__}"
        raise
    finally:
        with open_services(org=run.org) as services, writing(services.engine) as session:
            end_run(session, run.seq, services.clock.now(), run.counts, problem)


def _open(services: Services, kind: str) -> RunInProgress:
    run_id = services.new_id()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, kind, run_id, services.settings_version, services.clock.now())
    return RunInProgress(services.org_id, seq, run_id)
