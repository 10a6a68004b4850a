"""A row of a list as a person sees it: the record, the choices, and what each choice would mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from reconcile.decisions import DecisionRow, allowed_verdicts
from reconcile.flagging import COLLISION, current_selection
from reconcile.proposals import Candidate, Proposal
from reconcile.proposing import display_name
from reconcile.records import Entity, Record, System
from reconcile.store.review import xero_url
from reconcile.store.review_list import Listed
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.tables import Organisation

OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
SYSTEM_NAMES: dict[System, str] = {"pooltrackr": "Pooltrackr", "xero": "Xero"}
WORDS = {
    "skip": "Skip for now",
    "ignore": "Ignore for good",
    "update": "Take the changes over",
    "unlink": "Unlink",
    "void": "Void",
}


@dataclass(frozen=True)
class Choice:
    """One entry of a row's drop-down; ``value`` is a verdict, for a link with the id behind a colon."""

    value: str
    label: str


@dataclass(frozen=True)
class Shown:
    """A candidate with its record and its place in Xero."""

    candidate: Candidate
    record: Record | None
    url: str


@dataclass(frozen=True)
class Row:
    """Everything that one row of a list shows."""

    listed: Listed
    record: Record | None
    url: str
    shown: tuple[Shown, ...]
    choices: tuple[Choice, ...]
    selected: str

    @property
    def proposal(self) -> Proposal:
        """The proposal of the row."""
        return self.listed.proposal

    @property
    def collides(self) -> bool:
        """Whether another row wants the same record."""
        return any(f.name == COLLISION[self.proposal.entity] for f in self.listed.findings)


def show_rows(session: Session, org: Organisation, listed: Sequence[Listed]) -> list[Row]:
    """The rows of one page, with the records that they need."""
    if not listed:
        return []
    entity, system = listed[0].proposal.entity, listed[0].proposal.system
    own = _records(session, org, system, entity, [item.proposal.record_id for item in listed])
    wanted = {i for item in listed for i in named_ids(item)}
    others = _records(session, org, OTHER[system], entity, sorted(wanted))
    return [_row(org, item, own, others) for item in listed]


def named_ids(item: Listed) -> list[str]:
    """The records of the other side that a row names, the decided one included."""
    proposal = item.proposal
    ids = [c.id for c in proposal.candidates] + [proposal.suggested_id, item.standing.target_id]
    return [i for i in dict.fromkeys(ids) if i]


def decision_of(choice: str) -> tuple[str, str]:
    """A drop-down's value as verdict and id."""
    verdict, _, target = choice.partition(":")
    return verdict, target


def decision_row(proposal_id: str, basis: str, choice: str, note: str) -> DecisionRow:
    """What a person chose, as the rules take it."""
    verdict, target = decision_of(choice)
    return DecisionRow(
        row=1, proposal_id=proposal_id, basis=basis, decision=verdict, decision_xero_id=target, note=note[:2000]
    )


def _row(org: Organisation, item: Listed, own: dict[str, Record], others: dict[str, Record]) -> Row:
    proposal = item.proposal
    known = {c.id: c for c in proposal.candidates}
    candidates = [known.get(i) or _stranger(i, others) for i in named_ids(item)]
    record = own.get(proposal.record_id)
    shown = tuple(Shown(c, others.get(c.id), xero_url(org, others.get(c.id))) for c in candidates)
    return Row(
        listed=item,
        record=record,
        url=xero_url(org, record) if proposal.system == "xero" else "",
        shown=shown if proposal.system == "pooltrackr" or proposal.kind != "match" else (),
        choices=choices_of(proposal, candidates),
        selected=_selected(item),
    )


def _stranger(record_id: str, others: dict[str, Record]) -> Candidate:
    record = others.get(record_id)
    return Candidate(id=record_id, name=display_name(record) if record else record_id)


def choices_of(proposal: Proposal, candidates: Sequence[Candidate]) -> tuple[Choice, ...]:
    """The drop-down of a row: its candidates, best first, then what else may be decided."""
    allowed = allowed_verdicts(proposal)
    found = [Choice(f"link:{c.id}", _candidate_words(c)) for c in candidates] if "link" in allowed else []
    other = SYSTEM_NAMES[OTHER[proposal.system]]
    words = {"create": f"Create new in {other}", **WORDS}
    return (*found, *(Choice(verdict, words[verdict]) for verdict in allowed if verdict != "link"))


def _candidate_words(candidate: Candidate) -> str:
    score = f" ({min(int(candidate.score * 100), 99)} %)" if candidate.score else ""
    return f"{candidate.name or candidate.id}{score}"


def _selected(item: Listed) -> str:
    standing, proposal = item.standing, item.proposal
    if standing.verdict:
        return f"link:{standing.target_id}" if standing.verdict == "link" else standing.verdict
    if proposal.kind != "match" or proposal.system == "xero":
        return proposal.suggested
    target = current_selection(proposal)
    return f"link:{target}" if target else proposal.suggested


def _records(
    session: Session, org: Organisation, system: System, entity: Entity, ids: Sequence[str]
) -> dict[str, Record]:
    return {record.id: record for record in current_records(session, Scope(org.id, system, entity), ids)}
