"""Findings on records: raised by one rule each, shown to a person, never a reason to drop a row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from reconcile.content import digest
from reconcile.proposals import Proposal
from reconcile.records import Contact, Entity, Record, System

COLLISION: dict[Entity, str] = {"contacts": "contact_already_selected", "products": "product_already_selected"}
CLOSE_CALL_BITS = 3.0
SELECTED_FROM = 0.1  # of a probability that is shared between rivals for the same record


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A flag on one record; ``group_id`` is shared by the records it concerns together, ``detail`` says it in words."""

    entity: Entity
    system: System
    record_id: str
    name: str
    group_id: str = ""
    detail: str = ""


class Raised(Protocol):
    """A finding as it can be read, whether just found or kept."""

    @property
    def entity(self) -> str: ...
    @property
    def system(self) -> str: ...
    @property
    def record_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def group_id(self) -> str: ...
    @property
    def detail(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a proposal's record is set to be linked to at the moment: decided, else the best candidate."""

    proposal: Proposal
    target_id: str


def current_selection(proposal: Proposal, verdict: str = "", target_id: str = "") -> str:
    """The record of the other system that a proposal selects at the moment, "" when none.

    A decision counts first; without one, what is suggested; else the best candidate, when only a rival for it keeps it
    from being suggested.
    """
    if verdict:
        return target_id if verdict == "link" else ""
    if proposal.suggested_id or not proposal.candidates:
        return proposal.suggested_id
    best = proposal.candidates[0]
    return best.id if proposal.suggested == "skip" and best.score >= SELECTED_FROM else ""


def find_collisions(selections: Iterable[Selection], holders: Mapping[str, str]) -> list[Finding]:
    """Flag every row of a group that selects the same record (A28); ``holders`` maps linked targets to who holds them."""
    groups: dict[str, list[Selection]] = defaultdict(list)
    for selection in selections:
        if selection.target_id:
            groups[selection.target_id].append(selection)
    findings = []
    for target, group in sorted(groups.items()):
        holder = holders.get(target)
        if len(group) < 2 and holder is None:
            continue
        ids = sorted(selection.proposal.record_id for selection in group) + ([holder] if holder else [])
        for selection in group:
            others = ", ".join(i for i in ids if i != selection.proposal.record_id)
            findings.append(
                Finding(
                    entity=selection.proposal.entity,
                    system=selection.proposal.system,
                    record_id=selection.proposal.record_id,
                    name=COLLISION[selection.proposal.entity],
                    group_id="G" + digest([selection.proposal.entity, target])[:10].upper(),
                    detail=f"{target} is also selected by {others}.",
                )
            )
    return findings


def flag_duplicates(entity: Entity, system: System, groups: pd.DataFrame) -> list[Finding]:
    """Flag records that seem to stand twice in one system; ``groups`` has DUPLICATE_COLUMNS."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in groups.itertuples(index=False):
        members[str(row.group_id)].append(str(row.id))
    return [
        Finding(
            entity=entity,
            system=system,
            record_id=str(row.id),
            name=f"duplicate_in_{system}",
            group_id=str(row.group_id),
            detail=_duplicate_words(row, members[str(row.group_id)]),
        )
        for row in groups.itertuples(index=False)
    ]


def _duplicate_words(row: object, members: Sequence[str]) -> str:
    others = ", ".join(m for m in members if m != str(getattr(row, "id", "")))
    words = f"Looks the same as {others}"
    reasons, differs = getattr(row, "reasons", ""), getattr(row, "differs", "")
    words += f": {reasons}" if reasons else ""
    return words + (f" (differs: {differs})." if differs else ".")


def flag_matches(proposals: Sequence[Proposal], margins: Mapping[str, float]) -> list[Finding]:
    """Flag proposals whose best candidate is vetoed or hardly better than a rival; ``margins`` are bits by record id.

    The rival is the next candidate, or another record of the same system that fits the best candidate.
    """
    findings = []
    contenders: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for proposal in proposals:
        for candidate in proposal.candidates:
            contenders[candidate.id].append((candidate.score, proposal.name or proposal.record_id, proposal.record_id))
    for proposal in proposals:
        if proposal.vetoes:
            detail = proposal.against or proposal.vetoes
            findings.append(_on(proposal, "veto", f"Something speaks firmly against it: {detail}."))
        close = margins.get(proposal.record_id, CLOSE_CALL_BITS) < CLOSE_CALL_BITS
        if proposal.suggested == "link" and close and (rival := _rival(proposal, contenders)):
            findings.append(_on(proposal, "ambiguous", rival))
    return findings


def _rival(proposal: Proposal, contenders: Mapping[str, Sequence[tuple[float, str, str]]]) -> str:
    """Who fits nearly as well as what is suggested, in words; "" when nobody is known."""
    wanted = proposal.suggested_id
    name = next((one.name for one in proposal.candidates if one.id == wanted), "") or wanted
    own = [(one.score, f"{one.name or one.id} fits nearly as well.") for one in proposal.candidates if one.id != wanted]
    others = [
        (score, f"{other} fits {name} nearly as well.")
        for score, other, record_id in contenders[wanted]
        if record_id != proposal.record_id
    ]
    return max([*own, *others], default=(0.0, ""))[1]


def flag_archived(proposals: Iterable[Proposal], lookalikes: Mapping[str, Record]) -> list[Finding]:
    """Flag proposals to create a contact that stands archived in Xero; ``lookalikes`` by Pooltrackr id."""
    findings = []
    for proposal in proposals:
        twin = lookalikes.get(proposal.record_id)
        if isinstance(twin, Contact):
            merged = f", merged into {twin.merged_to}" if twin.merged_to else ""
            findings.append(
                _on(proposal, "archived_in_xero", f"{twin.id} looks the same but is archived in Xero{merged}.", twin.id)
            )
    return findings


def _on(proposal: Proposal, name: str, detail: str, group_id: str = "") -> Finding:
    return Finding(
        entity=proposal.entity,
        system=proposal.system,
        record_id=proposal.record_id,
        name=name,
        group_id=group_id,
        detail=detail,
    )
