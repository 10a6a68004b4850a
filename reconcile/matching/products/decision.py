"""What may be decided without a person."""

from reconcile.matching.result import Decision

SUGGESTED = 0.5
SURE = 0.97
CLEAR_LEAD = 0.25  # likeness by which a pair must stand above every rival


def decide(score: float, clearance: float, vetoes: list[str], identified: bool) -> Decision:
    """``auto`` needs a sure score, a clear lead, no veto and something that identifies: never words alone."""
    if score < SUGGESTED:
        return "no"
    if score >= SURE and clearance >= CLEAR_LEAD and not vetoes and identified:
        return "auto"
    return "review"
