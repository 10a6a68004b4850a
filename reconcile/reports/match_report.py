"""The match report: one row per proposal, in the columns that an analyst fills in and hands back."""

import re
from collections.abc import Sequence

from reconcile.proposals import Candidate, Proposal, ReviewRow
from reconcile.reports.attention import attention
from reconcile.reports.evidence_words import detail_in_words, in_words
from reconcile.reports.inert import inert
from reconcile.reports.wording import details, name_of, sentences

REPORT_COLUMNS: tuple[str, ...] = (
    "proposal_id",
    "flags",
    "pooltrackr_id",
    "pooltrackr_name",
    "pooltrackr_details",
    "xero_id",
    "xero_name",
    "xero_details",
    "score",
    "confidence",
    "suggested",
    "decision",
    "decision_xero_id",
    "note",
    "reasons",
    "against",
    "explanation",
    "changes",
    "candidate_2_id",
    "candidate_2_name",
    "candidate_2_score",
    "candidate_3_id",
    "candidate_3_name",
    "candidate_3_score",
    "already_decided",
    "xero_url",
    "basis",
)
DECISION_COLUMNS: tuple[str, ...] = ("proposal_id", "basis", "decision", "decision_xero_id", "note")
FILL_IN_COLUMNS: tuple[str, ...] = ("decision", "decision_xero_id", "note")

_BARE_BASIS = re.compile(r"[0-9a-f]{16}")
_LETTERED_BASIS = re.compile(r"B[0-9a-f]{16}")


def report_rows(rows: Sequence[ReviewRow]) -> list[dict[str, str]]:
    """One dictionary of REPORT_COLUMNS per row, what needs a person first; the columns to fill in are empty.

    ``score`` is the probability from 0 to 1 with four decimals. For a record that only Xero has, the Pooltrackr
    columns are empty, and the other way round.
    """
    return [report_row(row) for row in sorted(rows, key=attention)]


def report_row(row: ReviewRow) -> dict[str, str]:
    """One row of the report, in REPORT_COLUMNS."""
    proposal = row.proposal
    cells = dict.fromkeys(REPORT_COLUMNS, "")
    cells |= {
        "proposal_id": proposal.id,
        "flags": "; ".join(row.flags),
        "score": _score(proposal.score),
        "confidence": proposal.confidence,
        "suggested": proposal.suggested,
        "reasons": in_words(proposal.reasons, weights=True),
        "against": in_words(proposal.against, weights=True),
        "explanation": sentences(detail_in_words(detail, proposal.vetoes) for detail in row.details),
        "changes": "; ".join(f'{c.field}: "{c.old}" becomes "{c.new}"' for c in proposal.changes),
        "already_decided": decided_text(row),
        "xero_url": row.xero_url,
        "basis": lettered_basis(proposal.basis),
    }
    cells |= _sides(row) | _runners_up(proposal)
    return {column: inert(text) for column, text in cells.items()}


def decided_text(row: ReviewRow) -> str:
    """The decision that stands, in words: verdict, target, who."""
    standing = row.standing
    if not standing.verdict:
        return ""
    target = f" {standing.target_id}" if standing.target_id else ""
    return f"{standing.verdict}{target} by {standing.by}"


def lettered_basis(basis: str) -> str:
    """A basis as reports show it: a letter in front, because Excel takes sixteen digits for a number and rounds it."""
    return f"B{basis}" if _BARE_BASIS.fullmatch(basis) else basis


def bare_basis(text: str) -> str:
    """The basis that ``lettered_basis`` wrote."""
    return text[1:] if _LETTERED_BASIS.fullmatch(text) else text


def _sides(row: ReviewRow) -> dict[str, str]:
    proposal, best = row.proposal, _shown(row.proposal)
    own = (proposal.record_id, proposal.name or name_of(row.record), details(row.record))
    other = (best.id, name_of(row.other) or best.name, details(row.other)) if best else ("", "", "")
    pooltrackr, xero = (own, other) if proposal.system == "pooltrackr" else (other, own)
    names = ("id", "name", "details")
    return {f"pooltrackr_{n}": text for n, text in zip(names, pooltrackr, strict=True)} | {
        f"xero_{n}": text for n, text in zip(names, xero, strict=True)
    }


def _shown(proposal: Proposal) -> Candidate | None:
    """The counterpart that the row names: the suggestion, else the best candidate of a Pooltrackr record."""
    for candidate in proposal.candidates:
        if candidate.id == proposal.suggested_id:
            return candidate
    if proposal.suggested_id:
        return Candidate(id=proposal.suggested_id)
    if proposal.system == "xero" and proposal.kind == "match":
        return None
    return proposal.candidates[0] if proposal.candidates else None


def _runners_up(proposal: Proposal) -> dict[str, str]:
    shown = _shown(proposal)
    others = [c for c in proposal.candidates if shown is None or c.id != shown.id]
    cells = {}
    for place, candidate in enumerate(others[:2], start=2):
        cells[f"candidate_{place}_id"] = candidate.id
        cells[f"candidate_{place}_name"] = candidate.name
        cells[f"candidate_{place}_score"] = _score(candidate.score)
    return cells


def _score(score: float | None) -> str:
    """Four decimals, never rounded up to certainty."""
    return "" if score is None else f"{min(score, 0.9999) if score < 1 else 1:.4f}"
