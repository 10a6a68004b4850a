"""Who was faster: a person decides on what they saw, so what has been decided on a row meanwhile is told, not replaced."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from reconcile.content import digest
from reconcile.decisions import DecisionRow
from reconcile.errors import Conflict
from reconcile.store.review_list import Listed, load_listed
from reconcile.web.wording import verdict_words

Seen = Mapping[str, str]
"""By proposal, what stood on its row when the page was made (``standing_seal``)."""


def standing_seal(item: Listed) -> str:
    """What stands or waits on a row, in a few letters for its form; "" when nothing does."""
    verdict, target, by = _standing(item)
    return digest([verdict, target, by, *item.fields])[:16] if verdict else ""


def refuse_overtaken(session: Session, org_id: str, rows: Sequence[DecisionRow], seen: Seen) -> None:
    """Raises Conflict when somebody has decided one of these rows otherwise since the page was made."""
    wanted = {row.proposal_id: row for row in rows if row.proposal_id in seen}
    for item in load_listed(session, org_id, list(wanted)) if wanted else ():
        row = wanted[item.proposal.id]
        if standing_seal(item) != seen[item.proposal.id] and not _is_the_same(item, row):
            raise Conflict(_words(item), remedy="Nothing of yours was stored. Look at the row as it stands now.")


def _is_the_same(item: Listed, row: DecisionRow) -> bool:
    verdict, target, _ = _standing(item)
    return verdict == row.decision and target in ("", row.decision_xero_id) and item.fields == row.fields


def _standing(item: Listed) -> tuple[str, str, str]:
    """Verdict, target and person of what waits for a second person, else of what stands."""
    if item.look is not None and item.waits:
        return item.look.verdict, item.look.target_id, item.look.by
    return item.standing.verdict, item.standing.target_id, item.standing.by


def _words(item: Listed) -> str:
    verdict, target, by = _standing(item)
    if not verdict:
        return f"The decision on {item.proposal.name or item.proposal.record_id} was taken back meanwhile."
    names = {candidate.id: candidate.name for candidate in item.proposal.candidates}
    words = f"link with {names.get(target) or target}" if target else verdict_words(verdict, item.proposal).lower()
    return f"{by} was faster and has decided {item.proposal.name or item.proposal.record_id}: {words}."
