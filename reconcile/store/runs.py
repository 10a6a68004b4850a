"""Runs: what was started, by which settings, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from reconcile.content import canonical
from reconcile.store.tables import Run


def start_run(session: Session, org_id: str, kind: str, run_id: str, settings_version: int, now: datetime) -> int:
    """Open a run and return its sequence number."""
    run = Run(id=run_id, org_id=org_id, kind=kind, settings_version=settings_version, started_at=now)
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
