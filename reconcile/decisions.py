"""Judging decisions: one set of rules behind the CSV, the workbook and the review page (A25 to A31, C09, C10).

All or nothing: ``judge`` either accepts every row or names every problem.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reconcile.ownership import PART_OF_FIELD
from reconcile.proposals import Proposal
from reconcile.records import Entity

Verdict = Literal["link", "create", "update", "unlink", "void", "skip", "ignore"]
VERDICTS: tuple[Verdict, ...] = ("link", "create", "update", "unlink", "void", "skip", "ignore")


def allowed_verdicts(proposal: Proposal) -> tuple[Verdict, ...]:
    """What may be decided on a proposal. Products are Xero's own: none is ever created there (A14, A15)."""
    if proposal.kind in ("update", "conflict"):
        return ("update", "skip", "ignore")
    if proposal.kind == "void":
        return ("void", "skip", "ignore")
    if proposal.kind == "unlink":
        return ("link", "unlink", "skip", "ignore") if proposal.candidates else ("unlink", "skip", "ignore")
    if proposal.entity == "products" and proposal.system == "pooltrackr":
        return ("link", "skip", "ignore")
    return ("link", "create", "skip", "ignore")


CLOSED_WORDS = {
    "superseded": "the records changed, and a newer run has replaced this row.",
    "linked": "somebody has linked this record meanwhile.",
    "ignored": "somebody has decided meanwhile to ignore this record.",
    "unlinked": "somebody has taken this link apart meanwhile.",
    "kept": "somebody keeps this record in one system only.",
}


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """One row as a person filled it in; ``row`` is its number in the file, 2 being the first below the header.

    ``fields`` names the changes that an update is to take over; none named means all of them.
    """

    row: int
    proposal_id: str
    basis: str
    decision: str
    decision_xero_id: str = ""
    note: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a row cannot be applied: where, what was found, what to do."""

    row: int
    column: str
    found: str
    message: str
    remedy: str

    def __str__(self) -> str:
        found = f' found "{self.found[:60]}":' if self.found else ""
        return f"row {self.row}, column {self.column}:{found} {self.message} {self.remedy}"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A verdict ready to be stored; ``target_id`` is the chosen Xero (or other side's) id for a link.

    ``fields`` are the changes that an update takes over; none named means all of them.
    """

    proposal: Proposal
    verdict: Verdict
    target_id: str = ""
    note: str = ""
    row: int = 0
    fields: tuple[str, ...] = ()

    def narrowed(self) -> "Accepted":
        """The same with a proposal that has the chosen changes only."""
        if not self.fields:
            return self
        kept = tuple(change for change in self.proposal.changes if change.field in self.fields)
        return replace(self, proposal=replace(self.proposal, changes=kept))


@dataclass(frozen=True)
class Situation:
    """What the rules need to know of the present state.

    ``proposals`` are the current ones by id; ``current_basis`` says what each one's basis would be on today's records;
    ``known_targets`` are the ids of the other side's live records by entity; ``holders`` maps (entity, xero id) to the
    Pooltrackr id that holds its link; ``chosen`` maps (entity, target id) to the proposal that stands decided for it;
    ``closed`` says why a proposal that is no longer current was closed; ``standing`` maps a proposal to the verdict and
    target that already stand on it, ``standing_fields`` to the fields that a standing update is limited to.
    """

    proposals: Mapping[str, Proposal]
    current_basis: Mapping[str, str]
    known_targets: Mapping[Entity, frozenset[str]]
    holders: Mapping[tuple[Entity, str], str]
    chosen: Mapping[tuple[Entity, str], str]
    closed: Mapping[str, str]
    standing: Mapping[str, tuple[str, str]]
    standing_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """Either everything accepted, or the problems that refuse it all; ``unchanged`` rows say what already stands."""

    accepted: tuple[Accepted, ...]
    problems: tuple[Problem, ...]
    unchanged: tuple[DecisionRow, ...] = ()


def judge(rows: Sequence[DecisionRow], situation: Situation) -> Judgement:
    """Check all rows together; rows without a decision are left alone."""
    filled = [row for row in rows if row.decision.strip()]
    problems = _contradictions(filled)
    accepted: list[Accepted] = []
    seen: set[str] = set()
    unchanged: list[DecisionRow] = []
    for row in filled:
        if _stands_already(row, situation):
            unchanged.append(row)
            continue
        outcome = _judge_row(row, situation)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        elif row.proposal_id not in seen:
            seen.add(row.proposal_id)
            accepted.append(outcome)
    problems += _collisions(accepted, situation) + _both_ways(accepted, situation)
    if problems:
        return Judgement((), tuple(sorted(problems, key=lambda p: (p.row, p.column))))
    return Judgement(tuple(accepted), (), tuple(unchanged))


def _stands_already(row: DecisionRow, situation: Situation) -> bool:
    verdict, target = situation.standing.get(row.proposal_id, ("", ""))
    if not verdict or verdict != _verdict(row.decision):
        return False
    if sorted(row.fields) != sorted(situation.standing_fields.get(row.proposal_id, ())):
        return False
    return verdict != "link" or row.decision_xero_id.strip() in ("", target)


def _judge_row(row: DecisionRow, situation: Situation) -> Accepted | Problem:
    proposal = situation.proposals.get(row.proposal_id)
    if proposal is None:
        return _unknown_proposal(row, situation)
    verdict = _verdict(row.decision)
    allowed = allowed_verdicts(proposal)
    if verdict is None or verdict not in allowed:
        words = ", ".join(allowed)
        return _problem(
            row, "decision", row.decision, "this is not a decision for this row.", f"Write one of: {words}."
        )
    if row.basis != proposal.basis or situation.current_basis.get(proposal.id, proposal.basis) != proposal.basis:
        return _problem(
            row,
            "basis",
            row.basis,
            "the records changed after this report was written.",
            "Run the reconciliation again and decide on the new report.",
        )
    unknown = sorted(set(row.fields) - {change.field for change in proposal.changes})
    if unknown or (row.fields and verdict != "update"):
        return _problem(
            row,
            "decision",
            ", ".join(unknown) or row.decision,
            "this row does not change these fields.",
            "Choose among the fields that the row lists, or take all of them.",
        )
    if verdict != "link":
        return Accepted(proposal=proposal, verdict=verdict, note=row.note, row=row.row, fields=row.fields)
    return _judge_link(row, proposal, situation)


def _judge_link(row: DecisionRow, proposal: Proposal, situation: Situation) -> Accepted | Problem:
    target = (
        row.decision_xero_id.strip()
        or proposal.suggested_id
        or (proposal.candidates[0].id if proposal.candidates else "")
    )
    if not target:
        return _problem(
            row, "decision_xero_id", "", "no record to link to is named.", "Put the id of the record to link to."
        )
    if target not in situation.known_targets.get(proposal.entity, frozenset()):
        return _problem(
            row,
            "decision_xero_id",
            target,
            "no active record has this id.",
            "Copy the id from the report or from the list of unmatched records.",
        )
    holder = situation.holders.get((proposal.entity, target))
    if holder is not None and holder != proposal.record_id:
        return _problem(
            row,
            "decision_xero_id",
            target,
            f"it is already linked to {holder}.",
            "Choose another, or unlink that one first.",
        )
    return Accepted(proposal=proposal, verdict="link", target_id=target, note=row.note, row=row.row)


def _unknown_proposal(row: DecisionRow, situation: Situation) -> Problem:
    reason = situation.closed.get(row.proposal_id)
    if reason is None:
        return _problem(
            row,
            "proposal_id",
            row.proposal_id,
            "this row is not in the review tables.",
            "Use a report of this organisation.",
        )
    return _problem(
        row,
        "proposal_id",
        row.proposal_id,
        CLOSED_WORDS.get(reason, f"this row is closed ({reason})."),
        "Decide on the newest report." if reason == "superseded" else "Look at the record as it stands now.",
    )


def _contradictions(rows: Sequence[DecisionRow]) -> list[Problem]:
    """Two different verdicts for one proposal; the same verdict twice is harmless."""
    by_proposal: dict[str, list[DecisionRow]] = defaultdict(list)
    for row in rows:
        by_proposal[row.proposal_id].append(row)
    return [
        _problem(
            row,
            "decision",
            row.decision,
            f"row {group[0].row} decides the same proposal differently ({group[0].decision.strip()}).",
            "Leave one of the two rows.",
        )
        for group in by_proposal.values()
        for row in group[1:]
        if _meaning(row) != _meaning(group[0])
    ]


def _collisions(accepted: Sequence[Accepted], situation: Situation) -> list[Problem]:
    """No two proposals may take the same record, neither in this file nor against a decision that stands (A27)."""
    replaced = {choice.proposal.id for choice in accepted}
    takers: dict[tuple[Entity, str], Accepted] = {}
    problems = []
    for choice in accepted:
        if choice.verdict != "link":
            continue
        place = (choice.proposal.entity, choice.target_id)
        first = takers.setdefault(place, choice)
        standing = situation.chosen.get(place)
        if first is not choice:
            message = f"row {first.row} links to the same record."
        elif standing is not None and standing not in replaced:
            message = f"proposal {standing} is already decided to link to it."
        else:
            continue
        problems.append(
            Problem(
                row=choice.row,
                column="decision_xero_id",
                found=choice.target_id,
                message=message,
                remedy="Only one record can be linked to it; decide create, skip or another id for the other.",
            )
        )
    return problems


def _both_ways(accepted: Sequence[Accepted], situation: Situation) -> list[Problem]:
    """Of a conflict, one side's values may be taken for each part, not both (A04)."""
    taken = {choice.proposal.id: choice for choice in accepted}
    contested = {p.record_id: p for p in situation.proposals.values() if p.kind == "conflict"}
    problems = []
    for choice in accepted:
        if choice.proposal.kind != "conflict" or choice.verdict != "update":
            continue
        other = contested.get(choice.proposal.suggested_id)
        if other is None:
            continue
        again = taken.get(other.id)
        verdict = again.verdict if again else situation.standing.get(other.id, ("", ""))[0]
        fields = again.fields if again else situation.standing_fields.get(other.id, ())
        if verdict == "update" and _parts(choice.proposal, choice.fields) & _parts(other, fields):
            problems.append(
                Problem(
                    row=choice.row,
                    column="decision",
                    found=choice.verdict,
                    message=f"the values of the other side ({other.record_id}) are to be taken as well.",
                    remedy="Write update on one side of a conflict only.",
                )
            )
    return problems


def _parts(proposal: Proposal, fields: Collection[str]) -> set[str]:
    """What an update is about: an address is one part, not four fields."""
    named = fields or {change.field for change in proposal.changes}
    return {PART_OF_FIELD[name].name if name in PART_OF_FIELD else name for name in named}


def _meaning(row: DecisionRow) -> tuple[str, str, tuple[str, ...]]:
    return row.decision.strip().lower(), row.decision_xero_id.strip(), tuple(sorted(row.fields))


def _verdict(text: str) -> Verdict | None:
    wanted = text.strip().lower()
    return next((verdict for verdict in VERDICTS if verdict == wanted), None)


def _problem(row: DecisionRow, column: str, found: str, message: str, remedy: str) -> Problem:
    return Problem(row=row.row, column=column, found=found, message=message, remedy=remedy)
