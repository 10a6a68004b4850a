"""Policies: approvals given by name. Off until an operator turns one on, and recorded as the decider."""

from collections.abc import Sequence

from reconcile.decisions import DecisionRow
from reconcile.flagging import COLLISION
from reconcile.organisation_settings import Policies
from reconcile.proposals import ReviewRow
from reconcile.records import Entity

NEEDS_A_PERSON = frozenset({*COLLISION.values(), "ambiguous", "veto", "duplicate_in_pooltrackr", "duplicate_in_xero"})
POLICY: dict[Entity, str] = {"contacts": "exact_contact", "products": "exact_product"}


def approved_by_policy(entity: Entity, rows: Sequence[ReviewRow], policies: Policies) -> list[DecisionRow]:
    """The links that a policy approves: the engine is certain, nothing is flagged, nobody has decided yet."""
    if not getattr(policies, POLICY[entity]):
        return []
    return [
        DecisionRow(
            row=number,
            proposal_id=row.proposal.id,
            basis=row.proposal.basis,
            decision="link",
            decision_xero_id=row.proposal.suggested_id,
        )
        for number, row in enumerate(rows, start=2)
        if is_clear(row)
    ]


def is_clear(row: ReviewRow) -> bool:
    """Whether a row is a safe link that needs no person."""
    proposal = row.proposal
    certain = proposal.kind == "match" and proposal.suggested == "link" and proposal.confidence == "auto"
    return certain and not row.standing.verdict and not NEEDS_A_PERSON.intersection(row.flags)
