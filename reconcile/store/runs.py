"""Runs: what was started, by which settings, and how it ended."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reconcile.content import canonical
from reconcile.store.engine import reading
from reconcile.store.presence import forget_lock, is_at_work
from reconcile.store.tables import Run

LOCKED = {"ended": 0}
"""The counts of a run that is under way while its process holds a lock (``store/presence.py``)."""
KILLED = (
    "Stopped without an end: the process that worked on it is gone (killed, out of memory or disk, or its machine went down). "
    "Nothing is lost: the next run goes on where it stopped."
)


def start_run(
    session: Session, org_id: str, kind: str, run_id: str, settings_version: int, now: datetime, *, locked: bool = False
) -> int:
    """Open a run and return its sequence number; ``locked`` when its process holds the run's lock until it ends."""
    run = Run(id=run_id, org_id=org_id, kind=kind, settings_version=settings_version, started_at=now)
    run.counts = canonical(LOCKED if locked else {})
    session.add(run)
    session.flush()
    if run.seq is None:
        raise RuntimeError("the database gave the run no number")
    return run.seq


def end_run(session: Session, seq: int, now: datetime, counts: Mapping[str, Any], problem: str = "") -> None:
    """Close a run with what it did; a problem makes it a failed one."""
    run = session.get_one(Run, seq)
    run.state = "failed" if problem else "done"
    run.finished_at = now
    run.counts = canonical(dict(counts))
    run.problem = problem
    session.add(run)


def as_it_stands(session: Session, run: Run) -> Run:
    """The run as read from its table, and as ``stopped`` when it is proven that nobody works on it any more.

    Writes nothing. The run may have ended between our two looks, so the table is asked once more.
    """
    if not _is_killed(session, run):
        return run
    with reading(session.get_bind().engine) as afresh:
        now = afresh.get_one(Run, run.seq)
    if now.state == "running":
        now.state, now.problem, now.counts = "stopped", KILLED, "{}"
    return now


def settle_killed(session: Session, org_id: str) -> list[str]:
    """Write down of an organisation's killed runs that they were stopped; returns which."""
    running = session.exec(select(Run).where(Run.org_id == org_id, Run.state == "running").with_for_update()).all()
    killed = [run for run in running if _is_killed(session, run)]
    for run in killed:
        run.state, run.problem, run.counts = "stopped", KILLED, "{}"
        forget_lock(session.get_bind().engine, run.id)
        session.add(run)
    return [run.id for run in killed]


def is_locked(run: Run) -> bool:
    """Whether a run that is under way can be told from a killed one."""
    return run.state == "running" and json.loads(run.counts) == LOCKED


def _is_killed(session: Session, run: Run) -> bool:
    return is_locked(run) and is_at_work(session, run.id) is False


def latest_run(session: Session, org_id: str, kind: str = "") -> Run | None:
    """The newest run of an organisation, of one kind if given."""
    query = select(Run).where(Run.org_id == org_id)
    if kind:
        query = query.where(Run.kind == kind)
    return session.exec(query.order_by(col(Run.seq).desc()).limit(1)).first()


def find_run(session: Session, org_id: str, run_id: str) -> Run | None:
    """The run of an organisation that has this name; None when there is none."""
    return session.exec(select(Run).where(Run.id == run_id, Run.org_id == org_id)).first()


def past_runs(session: Session, org_id: str, kind: str, most: int) -> Sequence[Run]:
    """The last runs of one kind that ended well, at most so many, oldest first."""
    query = select(Run).where(Run.org_id == org_id, Run.kind == kind, Run.state == "done")
    return session.exec(query.order_by(col(Run.seq).desc()).limit(most)).all()[::-1]
