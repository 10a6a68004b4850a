"""Accepting many at once: only links that nothing speaks against, and only what was shown in the preview (C23)."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.content import digest
from reconcile.decisions import DecisionRow
from reconcile.proposals import Proposal

LEAST_SCORE = 0.5
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Bulk:
    """What would be accepted, best first; ``seal`` binds the approval to exactly these on exactly this content."""

    proposals: tuple[Proposal, ...]
    left_out: int = 0

    @property
    def seal(self) -> str:
        """A fingerprint of what was shown."""
        return digest([[p.id, p.basis, p.suggested_id] for p in self.proposals])[:20]

    def rows(self) -> list[DecisionRow]:
        """The decisions that accepting makes."""
        return [
            DecisionRow(row=number, proposal_id=p.id, basis=p.basis, decision="link", decision_xero_id=p.suggested_id)
            for number, p in enumerate(self.proposals, start=1)
        ]


def choose_bulk(candidates: Iterable[tuple[Proposal, bool]], least: float) -> Bulk:
    """Suggested links with at least this score, neither flagged nor vetoed; ``candidates`` say whether a flag stands.

    At most MOST_AT_ONCE, best first; ``left_out`` counts the rest.
    """
    bar = max(least, LEAST_SCORE)
    fit = [proposal for proposal, flagged in candidates if not flagged and _is_plain(proposal, bar)]
    fit.sort(key=lambda p: (-(p.score or 0.0), p.id))
    return Bulk(tuple(fit[:MOST_AT_ONCE]), max(0, len(fit) - MOST_AT_ONCE))


def _is_plain(proposal: Proposal, least: float) -> bool:
    wanted = proposal.kind == "match" and proposal.suggested == "link" and bool(proposal.suggested_id)
    return wanted and not proposal.vetoes and (proposal.score or 0.0) >= least
