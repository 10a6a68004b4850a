"""What a run wrote, and what of it has been taken back already."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from reconcile.store.tables import PushOperation, Run

UNDO = "undo "
PUSHING = ("push", "nightly", "money", "demo")


def undone_operations(session: Session, org_id: str) -> set[str]:
    """The operations whose undo has been carried out."""
    query = select(PushOperation.subject_id).where(
        PushOperation.org_id == org_id,
        PushOperation.status == "done",
        col(PushOperation.subject_id).startswith(UNDO),
    )
    return {subject.removeprefix(UNDO) for subject in session.exec(query)}


def carried_out(session: Session, run: Run) -> Sequence[PushOperation]:
    """What a run wrote, newest first: all that was sent and ended well or raced; what was there already is not ours."""
    approved: ColumnElement[bool] = col(PushOperation.run_seq) == run.seq
    if run.kind in PUSHING:
        until = run.finished_at or datetime.max.replace(tzinfo=run.started_at.tzinfo)
        sent = (col(PushOperation.sent_at) >= run.started_at) & (col(PushOperation.sent_at) <= until)
        approved = or_(approved, sent)
    query = select(PushOperation).where(
        PushOperation.org_id == run.org_id,
        approved,
        col(PushOperation.sent_at).is_not(None),
        col(PushOperation.status).in_(["done", "raced"]),
    )
    return session.exec(query.order_by(col(PushOperation.sent_at).desc(), col(PushOperation.id).desc())).all()
