"""The order of a report: what needs a person comes first."""

from reconcile.proposals import ReviewRow

FIRST_FLAGS = ("contact_already_selected", "product_already_selected", "veto", "ambiguous")
DECIDED, FLAGGED, REVIEW, CREATE, AUTO = 9, len(FIRST_FLAGS), 5, 7, 8
_OTHER_KIND = 6


def attention(row: ReviewRow) -> tuple[int, str, float, str, str]:
    """A sort key: the most urgent flag, then what is to be reviewed by falling score, then creates, then the safe ones.

    Rows that collide stand together, because they share the record that both want.
    """
    rank = urgency(row)
    group = wanted_id(row) if rank <= 1 else ""
    return rank, group, -(row.proposal.score or 0.0), row.proposal.name.casefold(), row.proposal.id


def urgency(row: ReviewRow) -> int:
    """0 is the most urgent; a decided row comes last unless it takes part in a collision."""
    ranks = [FIRST_FLAGS.index(flag) if flag in FIRST_FLAGS else FLAGGED for flag in row.flags]
    first = min(ranks, default=AUTO + 2)
    if row.standing.verdict and first > 1:
        return DECIDED
    if row.flags:
        return first
    return _unflagged(row)


def _unflagged(row: ReviewRow) -> int:
    proposal = row.proposal
    if proposal.kind != "match":
        return _OTHER_KIND
    if proposal.suggested == "create":
        return CREATE
    return AUTO if proposal.confidence == "auto" else REVIEW


def wanted_id(row: ReviewRow) -> str:
    """The id on the other side that this row takes or would take: decided, else suggested, else the best candidate."""
    proposal = row.proposal
    if row.standing.verdict == "link":
        return row.standing.target_id
    return proposal.suggested_id or (proposal.candidates[0].id if proposal.candidates else "")
