"""Links whose records went away: archived, merged, erased or no longer listed (C14). Proposed, never done silently."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconcile.flagging import Finding
from reconcile.proposals import Candidate, Proposal, proposal_id
from reconcile.proposing import basis_now, display_name
from reconcile.records import Contact, Entity, Record, System

GONE_AFTER = 3  # complete listings in a row that do not show a record, before its link is proposed to be taken apart
LONGEST_CHAIN = 10
TITLE: dict[System, str] = {"pooltrackr": "Pooltrackr", "xero": "Xero"}


@dataclass(frozen=True)
class LinkState:
    """An open link and its records in any state; ``..._missed`` counts complete listings that did not show one."""

    pooltrackr_id: str
    xero_id: str
    left: Record | None
    right: Record | None
    left_missed: int = 0
    right_missed: int = 0


@dataclass(frozen=True)
class Records:
    """What a separation is judged on: all Xero records, the live ones of both sides, and who holds each Xero record."""

    xero: Mapping[str, Record]
    live_left: Mapping[str, Record]
    live_right: Mapping[str, Record]
    holders: Mapping[str, str]


@dataclass(frozen=True)
class Separated:
    """What follows for one link: a proposal, a flag, or neither."""

    proposal: Proposal | None = None
    finding: Finding | None = None


def separate(org_id: str, entity: Entity, state: LinkState, records: Records) -> Separated:
    """What becomes of a link; nothing while both of its records are there and in the same state."""
    finding = _missing(entity, state)
    survivor = survivor_of(state.right, records.xero)
    if survivor is not None and survivor.id not in records.holders and state.pooltrackr_id in records.live_left:
        words = f"{state.xero_id} was merged in Xero into {survivor.id}. Link to that one instead?"
        return Separated(_move(org_id, entity, state, records, survivor, words), finding)
    words = _reason(state, survivor, records)
    return Separated(_take_apart(org_id, entity, state, records, words) if words else None, finding)


def survivor_of(record: Record | None, known: Mapping[str, Record]) -> Contact | None:
    """The live contact that a merged one ended up in; None when it was not merged, or the chain leads nowhere."""
    seen: set[str] = set()
    while isinstance(record, Contact) and record.merged_to and len(seen) < LONGEST_CHAIN and record.id not in seen:
        seen.add(record.id)
        record = known.get(record.merged_to)
    return record if seen and isinstance(record, Contact) and record.status == "active" else None


def _reason(state: LinkState, survivor: Contact | None, records: Records) -> str:
    for system, missed in (("Pooltrackr", state.left_missed), ("Xero", state.right_missed)):
        if missed >= GONE_AFTER:
            return f"It is no longer in {system}: {missed} complete listings did not show it."
    left, right = _status(state.left), _status(state.right)
    if right == "gdpr":
        return "Xero shows that this person asked for their data to be erased."
    if survivor is not None:
        holder = records.holders.get(survivor.id)
        held = f", which is linked to {holder}: two customers are now one in Xero" if holder else ""
        return f"{state.xero_id} was merged in Xero into {survivor.id}{held}."
    if right == "archived" and left == "active":
        return f"{state.xero_id} is archived in Xero. Restore it there, or take the link apart."
    if left == "archived" and right == "active":
        return f"{state.pooltrackr_id} is archived in Pooltrackr. Restore it there, or take the link apart."
    return ""


def _status(record: Record | None) -> str:
    return record.status if isinstance(record, Contact) else ""


def _missing(entity: Entity, state: LinkState) -> Finding | None:
    sides: tuple[tuple[System, str, int], ...] = (
        ("pooltrackr", state.pooltrackr_id, state.left_missed),
        ("xero", state.xero_id, state.right_missed),
    )
    for system, record_id, missed in sides:
        if missed:
            detail = (
                f"The last complete listing of {TITLE[system]} did not show {record_id}. Nothing is carried over for it; "
                f"after {GONE_AFTER} such listings its link is proposed to be taken apart."
            )
            return Finding(entity=entity, system=system, record_id=record_id, name="missing", detail=detail)
    return None


def _take_apart(org_id: str, entity: Entity, state: LinkState, records: Records, words: str) -> Proposal:
    return _based(org_id, _plain(entity, state, words), records)


def _move(org_id: str, entity: Entity, state: LinkState, records: Records, survivor: Contact, words: str) -> Proposal:
    moved = replace(
        _plain(entity, state, words),
        suggested="link",
        suggested_id=survivor.id,
        candidates=(Candidate(id=survivor.id, name=display_name(survivor), reasons=words),),
    )
    return _based(org_id, moved, records)


def _plain(entity: Entity, state: LinkState, words: str) -> Proposal:
    shown = state.left or state.right
    return Proposal(
        id="",
        entity=entity,
        system="pooltrackr",
        record_id=state.pooltrackr_id,
        name=display_name(shown) if shown else state.pooltrackr_id,
        basis="",
        kind="unlink",
        suggested="unlink",
        suggested_id=state.xero_id,
        confidence="review",
        reasons=words,
    )


def _based(org_id: str, draft: Proposal, records: Records) -> Proposal:
    basis = basis_now(draft, records.live_left, records.live_right)
    named = f"{basis} {draft.suggested} {draft.suggested_id} {draft.reasons}"
    return replace(
        draft, basis=basis, id=proposal_id(org_id, draft.entity, draft.kind, draft.system, draft.record_id, named)
    )
