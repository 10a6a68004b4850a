"""A run from its start to its end, whatever that is: the lock of its process, its row, what it did, how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reconcile.errors import ReconcileError
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import writing
from reconcile.store.presence import at_work
from reconcile.store.runs import end_run, is_locked, settle_killed, start_run

GOES_ON = "Nothing is lost: the next run goes on where it stopped."
HOUR = timedelta(hours=1)


@dataclass
class UnderWay:
    """A run that has been opened; what is put into ``counts`` is stored when it ends."""

    seq: int
    id: str
    counts: dict[str, Any] = field(default_factory=dict)


@contextmanager
def under_way(services: Services, kind: str) -> Iterator[UnderWay]:
    """Open a run for the block and close it, with the problem if there was one.

    Runs of the same organisation that were killed are written down as stopped first.
    """
    run_id = services.new_id()
    with at_work(services.engine, run_id) as locked:
        with writing(services.engine) as session:
            settle_killed(session, services.org_id)
            now, version = services.clock.now(), services.settings_version
            seq = start_run(session, services.org_id, kind, run_id, version, now, locked=locked)
        yield from _closing(services, UnderWay(seq, run_id))


def _closing(services: Services, run: UnderWay) -> Iterator[UnderWay]:
    problem = ""
    try:
        yield run
    except BaseException as error:
        problem = _in_words(error)
        raise
    finally:
        with writing(services.engine) as session:
            end_run(session, run.seq, services.clock.now(), run.counts, problem)


def _in_words(error: BaseException) -> str:
    if isinstance(error, ReconcileError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"A file could not be read or written: {error.strerror}. {GOES_ON}"
    if isinstance(error, Exception):
        return f"Nobody foresaw what happened ({type(error).__name__}); the log of the run says more. {GOES_ON}"
    if isinstance(error, KeyboardInterrupt):
        return f"Stopped by hand (Ctrl-C). {GOES_ON}"
    return f"Cancelled, or told to stop by the machine ({type(error).__name__}). {GOES_ON}"


def describe_run(services: Services, run: tables.Run | None) -> str:
    """A run in words: which, of what kind, how it stands; since when where it has not ended."""
    if run is None:
        return "none yet"
    if run.state != "running":
        return f"{run.id} ({run.kind}, {run.state}) {run.problem}".strip()
    since = run.started_at.astimezone(ZoneInfo(services.org.timezone))
    hours = (services.clock.now() - run.started_at) / HOUR
    known = (
        "Its process is at work."
        if is_locked(run)
        else "Whether anything works on it cannot be told from here. If no process of this program does, it was killed: "
        "the next night finishes its work."
    )
    return f"{run.id} ({run.kind}, running) since {since:%Y-%m-%d %H:%M}, {hours:.1f} hours. {known}"
