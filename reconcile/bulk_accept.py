"""Deciding many at once: only what nothing speaks against, and only what was shown in the preview (C23)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from reconcile.content import digest
from reconcile.decisions import DecisionRow, allowed_verdicts
from reconcile.proposals import Proposal

LEAST_SCORE = 0.5
Deed = Literal["accept", "skip", "ignore"]
DEEDS: tuple[Deed, ...] = ("accept", "skip", "ignore")
NEVER_TOGETHER = ("void",)
"""Documents are voided one by one, by somebody who looks at each."""


@dataclass(frozen=True)
class Bulk:
    """What would be decided, best first; ``seal`` binds the approval to exactly these on exactly this content.

    ``also`` are the other directions of the conflicts among them, which a skip or an ignore answers too.
    """

    proposals: tuple[Proposal, ...]
    deed: Deed = "accept"
    also: tuple[Proposal, ...] = field(default=())

    @property
    def seal(self) -> str:
        """A fingerprint of what was shown."""
        return digest([self.deed, [[p.id, p.basis, p.suggested, p.suggested_id] for p in self.proposals]])[:20]

    def rows(self) -> list[DecisionRow]:
        """The decisions that this makes."""
        return [self._row(number, p) for number, p in enumerate((*self.proposals, *self.also), start=1)]

    def _row(self, number: int, proposal: Proposal) -> DecisionRow:
        accepts = self.deed == "accept"
        verdict = proposal.suggested if accepts else self.deed
        target = proposal.suggested_id if verdict == "link" else ""
        return DecisionRow(
            row=number, proposal_id=proposal.id, basis=proposal.basis, decision=verdict, decision_xero_id=target
        )


def choose_bulk(
    candidates: Iterable[tuple[Proposal, bool]], least: float, what: str = "link", deed: Deed = "accept"
) -> Bulk:
    """What may be decided together, best first; ``candidates`` say whether a flag stands.

    To accept: suggestions of one sort (``what``: link, create, update, unlink), neither flagged nor vetoed, links by
    their score at least this likely. To skip or ignore: everything that allows it.
    """
    bar = max(least, LEAST_SCORE)
    if deed == "accept":
        fit = [p for p, flagged in candidates if not flagged and _is_plain(p, what, bar)]
    else:
        fit = [p for p, _ in candidates if deed in allowed_verdicts(p)]
    fit.sort(key=lambda p: (-(p.score or 0.0), p.id))
    return Bulk(tuple(fit), deed)


def _is_plain(proposal: Proposal, what: str, least: float) -> bool:
    if (
        proposal.suggested != what
        or proposal.vetoes
        or what in NEVER_TOGETHER
        or what not in allowed_verdicts(proposal)
    ):
        return False
    if proposal.kind == "match" and what == "link":
        return bool(proposal.suggested_id) and (proposal.score or 0.0) >= least
    return proposal.kind != "conflict"
