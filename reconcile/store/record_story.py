"""Everything that is stored about one record (C21)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from reconcile.store.tables import Decision, Flag, Link, Proposal, PushOperation, RecordVersion


@dataclass(frozen=True)
class Kept:
    """What is known of a record, oldest first in each part; a proposal comes with what was decided on it."""

    versions: Sequence[RecordVersion]
    flags: Sequence[Flag]
    proposals: Sequence[tuple[Proposal, Sequence[Decision]]]
    links: Sequence[Link]
    pushes: Sequence[PushOperation]


def read_kept(session: Session, org_id: str, record_id: str) -> Kept:
    """What is stored about the record with this id, in whichever system it lives."""
    versions = select(RecordVersion).where(RecordVersion.org_id == org_id, RecordVersion.record_id == record_id)
    flags = select(Flag).where(Flag.org_id == org_id, Flag.record_id == record_id)
    proposals = select(Proposal).where(Proposal.org_id == org_id, Proposal.record_id == record_id)
    of_link = or_(Link.pooltrackr_id == record_id, Link.xero_id == record_id)
    links = select(Link).where(Link.org_id == org_id, of_link)
    of_push = or_(PushOperation.subject_id == record_id, PushOperation.target_id == record_id)
    pushes = select(PushOperation).where(PushOperation.org_id == org_id, of_push)
    return Kept(
        versions=session.exec(versions.order_by(col(RecordVersion.run_from))).all(),
        flags=session.exec(flags.order_by(col(Flag.id))).all(),
        proposals=[
            (row, _decisions(session, row.id))
            for row in session.exec(proposals.order_by(col(Proposal.created_at))).all()
        ],
        links=session.exec(links.order_by(col(Link.created_at))).all(),
        pushes=session.exec(pushes.order_by(col(PushOperation.staged_at))).all(),
    )


def _decisions(session: Session, proposal_id: str) -> Sequence[Decision]:
    return session.exec(select(Decision).where(Decision.proposal_id == proposal_id).order_by(col(Decision.at))).all()
