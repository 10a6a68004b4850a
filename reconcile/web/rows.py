"""A row of a list as a person sees it: the record, the choices, and what each choice would mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from reconcile.decisions import DecisionRow, allowed_verdicts
from reconcile.flagging import COLLISION, current_selection
from reconcile.proposals import Candidate, Proposal
from reconcile.proposing import display_name
from reconcile.records import Entity, Invoice, Payment, Record, System
from reconcile.store.review import xero_url
from reconcile.store.review_links import links_between
from reconcile.store.review_list import Listed, load_listed
from reconcile.store.review_money import Papers, planned_for, read_papers
from reconcile.store.review_situation import opposites
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_bases import read_agreed
from reconcile.store.tables import Organisation
from reconcile.syncing import Agreed
from reconcile.web.differences import Difference, differences
from reconcile.web.facts import Document, describe
from reconcile.web.overtaking import standing_seal
from reconcile.web.wording import SYSTEM_NAMES, verdict_words

OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}


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
    """Everything that one row of a list shows. ``opposite`` is the other direction of a conflict."""

    listed: Listed
    record: Record | None
    other: Record | None
    url: str
    shown: tuple[Shown, ...]
    choices: tuple[Choice, ...]
    selected: str
    document: Document = field(default_factory=Document)
    differences: tuple[Difference, ...] = ()
    opposite: Listed | None = None

    @property
    def chosen(self) -> str:
        """What stands on a conflict, in words: whose values, "" when nothing does."""
        sides = (self.listed, self.opposite) if self.opposite else (self.listed,)
        taken = [SYSTEM_NAMES[side.proposal.system] for side in sides if side.standing.verdict == "update"]
        return f"take the values of {' and '.join(taken)}" if taken else self.listed.standing.verdict

    @property
    def proposal(self) -> Proposal:
        """The proposal of the row."""
        return self.listed.proposal

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.document.title or self.proposal.name or self.proposal.record_id

    @property
    def own(self) -> str:
        """The system that the row's record is in."""
        return SYSTEM_NAMES[self.proposal.system]

    @property
    def seal(self) -> str:
        """What stood on the row when it was shown."""
        return standing_seal(self.listed)

    @property
    def is_linked(self) -> bool:
        """Whether a link stands on a match: taking it back is the only change."""
        return self.proposal.kind == "match" and self.listed.standing.verdict == "link"

    @property
    def partner(self) -> str:
        """What the record of a standing link is called."""
        target = self.listed.standing.target_id
        return next((s.candidate.name for s in self.shown if s.candidate.id == target and s.candidate.name), target)

    @property
    def target(self) -> str:
        """The other system."""
        return SYSTEM_NAMES[OTHER[self.proposal.system]]

    @property
    def collides(self) -> bool:
        """Whether another row wants the same record."""
        return any(f.name == COLLISION.get(self.proposal.entity) for f in self.listed.findings)


@dataclass(frozen=True)
class _Around:
    """What the rows of one page need beside themselves."""

    records: Mapping[tuple[System, str], Record]
    papers: Papers
    agreed: Mapping[str, Agreed]
    opposites: Mapping[str, Listed]
    unplanned: frozenset[str]


def show_rows(session: Session, org: Organisation, listed: Sequence[Listed]) -> list[Row]:
    """The rows of one page, all of one entity, with the records that they need."""
    if not listed:
        return []
    around = _read_around(session, org, listed)
    return [_row(org, item, around) for item in listed]


def _read_around(session: Session, org: Organisation, listed: Sequence[Listed]) -> _Around:
    proposals = [item.proposal for item in listed]
    entity = proposals[0].entity
    wanted: dict[System, set[str]] = {"pooltrackr": set(), "xero": set()}
    for item in listed:
        wanted[item.proposal.system].add(item.proposal.record_id)
        wanted[OTHER[item.proposal.system]].update(named_ids(item))
    records = {(s, r.id): r for s, ids in wanted.items() for r in _records(session, org, s, entity, sorted(ids))}
    is_money = entity in ("invoices", "payments")
    planned = planned_for(session, [p.id for p in proposals]) if is_money else {}
    pairs = [_pair(p) for p in proposals if p.kind in ("update", "conflict") and not is_money]
    links = links_between(session, org.id, entity, [left for left, _ in pairs])
    others = opposites(session, org.id, proposals)
    loaded = {item.proposal.id: item for item in load_listed(session, org.id, [p.id for p in others.values()])}
    return _Around(
        records=records,
        papers=read_papers(session, org.id, [(system, r) for (system, _), r in records.items()])
        if is_money
        else Papers(),
        agreed={link.pooltrackr_id: read_agreed(link) for link in links},
        opposites={key: loaded[p.id] for key, p in others.items() if p.id in loaded},
        unplanned=frozenset(p.id for p in proposals if is_money and not planned.get(p.id)),
    )


def _pair(proposal: Proposal) -> tuple[str, str]:
    ids = proposal.record_id, proposal.suggested_id
    return ids if proposal.system == "pooltrackr" else (ids[1], ids[0])


def named_ids(item: Listed) -> list[str]:
    """The records of the other side that a row names, the decided one included."""
    proposal = item.proposal
    ids = [c.id for c in proposal.candidates] + [proposal.suggested_id, item.standing.target_id]
    ids += [item.look.target_id] if item.look else []
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


def _row(org: Organisation, item: Listed, around: _Around) -> Row:
    proposal = item.proposal
    own, away = proposal.system, OTHER[proposal.system]
    others = {i: r for i in named_ids(item) if (r := around.records.get((away, i))) is not None}
    known = {c.id: c for c in proposal.candidates}
    candidates = [
        known.get(i) or _stranger(i, others) for i in named_ids(item) if proposal.kind == "match" or i in known
    ]
    record, other = around.records.get((own, proposal.record_id)), others.get(proposal.suggested_id)
    opposite = around.opposites.get(proposal.id)
    agreed = around.agreed.get(_pair(proposal)[0], Agreed())
    shown = tuple(Shown(c, others.get(c.id), xero_url(org, others.get(c.id))) for c in candidates)
    is_money = isinstance(record, Invoice | Payment)
    document = describe(record, own, around.papers, org.short_code, proposal.suggested_id) if is_money else Document()
    in_xero = record if own == "xero" else other
    return Row(
        listed=item,
        record=record,
        other=other,
        url=document.url or (xero_url(org, in_xero) if own == "xero" or proposal.kind != "match" else ""),
        shown=shown if own == "pooltrackr" else (),
        choices=choices_of(proposal, candidates, opposite, can_write=proposal.id not in around.unplanned),
        selected=_selected(item, opposite),
        document=document,
        differences=differences(proposal, record, other, agreed, opposite.proposal if opposite else None),
        opposite=opposite,
    )


def _stranger(record_id: str, others: dict[str, Record]) -> Candidate:
    record = others.get(record_id)
    return Candidate(id=record_id, name=display_name(record) if record else record_id)


def choices_of(
    proposal: Proposal, candidates: Sequence[Candidate], opposite: Listed | None = None, *, can_write: bool = True
) -> tuple[Choice, ...]:
    """The drop-down of a row: its candidates, best first, then what else may be decided.

    Of a conflict each side's values may be taken. What something holds back cannot be written (``can_write``).
    """
    allowed = [v for v in allowed_verdicts(proposal) if can_write or v not in ("create", "update", "void")]
    found = [Choice(f"link:{c.id}", _candidate_words(proposal, c)) for c in candidates] if "link" in allowed else []
    if proposal.kind == "conflict":
        sides = {proposal.system} | ({opposite.proposal.system} if opposite else set())
        found += [Choice(f"update:{s}", f"Take {SYSTEM_NAMES[s]}'s values") for s in OTHER if s in sides]
        allowed = [v for v in allowed if v != "update"]
    return (*found, *(Choice(verdict, verdict_words(verdict, proposal)) for verdict in allowed if verdict != "link"))


def _candidate_words(proposal: Proposal, candidate: Candidate) -> str:
    name = candidate.name or candidate.id
    if proposal.entity in ("invoices", "payments"):
        return f"It is the same as {name} in Xero"
    if proposal.kind == "unlink":
        return f"Link to {name} instead"
    score = f" ({min(int(candidate.score * 100), 99)} %)" if candidate.score else ""
    return f"{name}{score}"


def _selected(item: Listed, opposite: Listed | None) -> str:
    """What the drop-down is set to: what waits or stands, else what is suggested; a conflict is left to the person."""
    proposal = item.proposal
    if proposal.kind == "conflict":
        sides = (item, opposite) if opposite else (item,)
        taken = [side.proposal.system for side in sides if _verdict(side)[0] == "update"]
        return f"update:{taken[0]}" if len(taken) == 1 else "" if taken else _verdict(item)[0]
    verdict, target = _verdict(item)
    if verdict:
        return f"link:{target}" if verdict == "link" else verdict
    if proposal.suggested == "link" and proposal.suggested_id:
        return f"link:{proposal.suggested_id}"
    if proposal.kind != "match" or proposal.system == "xero":
        return proposal.suggested
    chosen = current_selection(proposal)
    return f"link:{chosen}" if chosen else proposal.suggested


def _verdict(item: Listed) -> tuple[str, str]:
    """What waits for a second person, else what stands."""
    if item.look is not None and item.waits:
        return item.look.verdict, item.look.target_id
    return item.standing.verdict, item.standing.target_id


def _records(session: Session, org: Organisation, system: System, entity: Entity, ids: Sequence[str]) -> list[Record]:
    return current_records(session, Scope(org.id, system, entity), ids)
