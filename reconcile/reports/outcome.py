"""What became of each row of a decision file."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from reconcile.decisions import DecisionRow, Judgement
from reconcile.reports.inert import inert
from reconcile.second_person import WAITS

OUTCOME_COLUMNS: tuple[str, ...] = (
    "row",
    "proposal_id",
    "decision",
    "decision_xero_id",
    "note",
    "outcome",
    "explanation",
)
_ORDER = ("refused", WAITS, "not applied", "applied", "no decision")


def outcome_rows(
    rows: Sequence[DecisionRow], judgement: Judgement, waiting: Collection[str] = ()
) -> list[dict[str, str]]:
    """One dictionary of OUTCOME_COLUMNS per row of the file, what was refused first, what was left empty last.

    ``waiting`` are the proposals whose decision waits for a second person.
    """
    problems: dict[int, list[str]] = defaultdict(list)
    for problem in judgement.problems:
        problems[problem.row].append(f"{problem.column}: {problem.message} {problem.remedy}")
    refused = bool(judgement.problems)
    found = [_outcome_row(row, problems.get(row.row, []), refused, row.proposal_id in waiting) for row in rows]
    return sorted(found, key=lambda cells: _ORDER.index(cells["outcome"]))


def _outcome_row(row: DecisionRow, problems: Sequence[str], refused: bool, waits: bool) -> dict[str, str]:
    if problems:
        outcome, why = "refused", " ".join(problems)
    elif not row.decision.strip():
        outcome, why = "no decision", "Left as it was."
    elif refused:
        outcome, why = (
            "not applied",
            "This row is fine, but others are refused, and a file is applied whole or not at all.",
        )
    elif waits:
        outcome, why = WAITS, "It counts, and is sent, once somebody else has confirmed it."
    else:
        outcome, why = "applied", ""
    texts = (str(row.row), row.proposal_id, row.decision, row.decision_xero_id, row.note, outcome, why)
    return {column: inert(text) for column, text in zip(OUTCOME_COLUMNS, texts, strict=True)}
