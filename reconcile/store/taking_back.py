"""The decisions that stand on some proposals: read together, taken back one after the other, stored together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from reconcile.errors import Conflict
from reconcile.store.audit import Event, record_events
from reconcile.store.link_book import LinkBook
from reconcile.store.snapshots import CHUNK
from reconcile.store.staging import withdraw_staged
from reconcile.store.tables import Decision, Proposal

ANSWERED = ("linked", "ignored")
"""Why a proposal is closed that is open again when its decision is taken back."""


@dataclass(frozen=True)
class Stood:
    """A decision that stands, and why its proposal is closed, "" while that is open."""

    id: str
    proposal_id: str
    verdict: str
    closed_because: str


@dataclass
class TakingBack:
    """What stands on some proposals. ``ever`` counts every decision there was on each, those taken back as well."""

    links: LinkBook
    by: str
    ever: Counter[str] = field(default_factory=Counter)
    _standing: dict[str, Stood] = field(default_factory=dict)
    _sent: dict[str, int] = field(default_factory=dict)
    _taken: list[str] = field(default_factory=list)

    def read(self, session: Session, proposal_ids: Sequence[str]) -> None:
        """Take in the decisions on some proposals; what those that stand have staged is withdrawn from this moment on.

        So what a push has claimed by then is known to be sent, and what it has not can be claimed no more.
        """
        for start in range(0, len(proposal_ids), CHUNK):
            query = (
                select(Decision, Proposal.closed_because)
                .join(Proposal, col(Proposal.id) == col(Decision.proposal_id))
                .where(col(Decision.proposal_id).in_(proposal_ids[start : start + CHUNK]))
            )
            for decision, because in session.exec(query.execution_options(populate_existing=True)):
                self.ever[decision.proposal_id] += 1
                if decision.withdrawn_at is None:
                    stood = Stood(decision.id, decision.proposal_id, decision.verdict, because)
                    self._standing[decision.proposal_id] = stood
        ids = [stood.id for stood in self._standing.values()]
        self._sent = withdraw_staged(session, ids, self.links.at)
        self.links.read_decided(session, ids)

    def take_back(self, proposal_id: str) -> Stood | None:
        """Take back the decision that stands on a proposal, with the links it made; None when there is none.

        Raises Conflict when one of its writes has already been sent or is being sent.
        """
        stood = self._standing.pop(proposal_id, None)
        if stood is None:
            return None
        sent = self._sent.get(stood.id, 0)
        if sent:
            raise Conflict(
                f"The decision on {proposal_id} has already been pushed ({sent} operations).",
                remedy="Decide on the record again after the next pull.",
            )
        for link in self.links.decided_by(stood.id):
            self.links.close(link, "decision withdrawn")
        self._taken.append(stood.id)
        self.links.events.append(Event("withdrawn", proposal_id, {"verdict": stood.verdict}))
        return stood

    def store(self, session: Session) -> None:
        """Store which decisions were taken back; the links are stored with their book."""
        for start in range(0, len(self._taken), CHUNK):
            chunk = col(Decision.id).in_(self._taken[start : start + CHUNK])
            values = {"withdrawn_at": self.links.at, "withdrawn_by": self.by}
            session.connection().execute(update(Decision).where(chunk).values(**values))


def reopen_proposals(session: Session, ids: Iterable[str]) -> None:
    """Open proposals again that were closed by the decision that was taken back."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        session.connection().execute(
            update(Proposal)
            .where(col(Proposal.id).in_(wanted[start : start + CHUNK]), col(Proposal.closed_because).in_(ANSWERED))
            .values(closed_at=None, closed_because="")
        )


def withdraw_decision(session: Session, org_id: str, proposal_id: str, by: str, now: datetime) -> bool:
    """Take back the decision that stands on a proposal, with what it staged; False when there is none.

    Raises Conflict when one of its writes has already been sent or is being sent.
    """
    links = LinkBook(org_id, now)
    standing = TakingBack(links, by)
    standing.read(session, [proposal_id])
    if standing.take_back(proposal_id) is None:
        return False
    standing.store(session)
    links.store(session)
    reopen_proposals(session, [proposal_id])
    record_events(session, org_id, now, by, links.events)
    return True
