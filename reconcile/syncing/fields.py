"""Linked contacts, field by field: what was agreed, what Pooltrackr says now, what Xero says now (A03, A04, C18).

Pure. The agreed state holds what each side said when both were last known to mean the same, so a difference that was
there when the two were linked is no edit. Timestamps decide nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconcile.content import basis_hash, digest
from reconcile.flagging import Finding
from reconcile.organisation_settings import Wins
from reconcile.ownership import PART_OF_FIELD, PARTS, Face, Part, face_of
from reconcile.proposals import Change, Kind, Proposal, Suggested, basis_of, proposal_id
from reconcile.proposing import display_name
from reconcile.records import Contact, System

Movement = Literal["unchanged", "pooltrackr", "xero", "both_same", "conflict"]
OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
TITLE: dict[System, str] = {"pooltrackr": "Pooltrackr", "xero": "Xero"}


@dataclass(frozen=True)
class Agreed:
    """What each side said when both last meant the same, by part; a part that is missing was never compared."""

    pooltrackr: Mapping[str, Face] = field(default_factory=dict)
    xero: Mapping[str, Face] = field(default_factory=dict)

    def of(self, system: System) -> Mapping[str, Face]:
        """One side of it."""
        return self.pooltrackr if system == "pooltrackr" else self.xero


@dataclass(frozen=True)
class Pair:
    """Two linked contacts, live on both sides; ``site`` is the address of the Pooltrackr contact's first pool."""

    link_id: str
    left: Contact
    right: Contact
    agreed: Agreed
    site: Face = ()

    def of(self, system: System) -> Contact:
        """The contact of one system."""
        return self.left if system == "pooltrackr" else self.right


@dataclass(frozen=True)
class Compared:
    """One part of one pair: the three values, and who has moved away from what was agreed."""

    part: Part
    movement: Movement
    left: Face
    right: Face
    agreed_left: Face
    agreed_right: Face

    def now(self, system: System) -> Face:
        """What a side says now."""
        return self.left if system == "pooltrackr" else self.right

    def agreed(self, system: System) -> Face:
        """What a side said when both last meant the same."""
        return self.agreed_left if system == "pooltrackr" else self.agreed_right


@dataclass(frozen=True)
class Outcome:
    """What follows from comparing one pair; ``agreed`` is what is agreed from now on."""

    proposals: tuple[Proposal, ...] = ()
    findings: tuple[Finding, ...] = ()
    agreed: Agreed = field(default_factory=Agreed)
    renamed: bool = False


def faces(system: System, contact: Contact) -> dict[str, Face]:
    """What a contact says about every part."""
    return {part.name: face_of(part, system, contact) for part in PARTS}


def agree(left: Contact, right: Contact) -> Agreed:
    """The state of two contacts as they stand, each with its own values."""
    return Agreed(faces("pooltrackr", left), faces("xero", right))


def compare_pair(pair: Pair) -> tuple[Compared, ...]:
    """Every part of a pair; a part that was never compared counts as agreed as it stands."""
    left, right = faces("pooltrackr", pair.left), faces("xero", pair.right)
    if pair.site:
        left["site_address"] = pair.site
    return tuple(
        _compare(
            part,
            left[part.name],
            right[part.name],
            pair.agreed.pooltrackr.get(part.name, left[part.name]),
            pair.agreed.xero.get(part.name, right[part.name]),
        )
        for part in PARTS
    )


def _compare(part: Part, left: Face, right: Face, agreed_left: Face, agreed_right: Face) -> Compared:
    left_moved = left != agreed_left and part.normal(left) != part.normal(agreed_left)
    right_moved = right != agreed_right and part.normal(right) != part.normal(agreed_right)
    movement: Movement = "unchanged"
    if left_moved or right_moved:
        movement = "conflict" if left_moved and right_moved else "pooltrackr" if left_moved else "xero"
        if part.normal(fit(part, left)) == part.normal(fit(part, right)):
            movement = "both_same"
    return Compared(part, movement, left, right, agreed_left, agreed_right)


def fit(part: Part, face: Face) -> Face:
    """A face as Xero can take it: names without angle brackets and doubled spaces, at most 255 characters."""
    if part.group != "name":
        return face
    return tuple(re.sub(r"\s+", " ", t.replace("<", "(").replace(">", ")")).strip()[:255] for t in face)


def sync_pair(org_id: str, pair: Pair, wins: Wins) -> Outcome:
    """What a pair asks for: an update for each side that is behind, a conflict for a person, a drift to be undone."""
    compared = compare_pair(pair)
    directed: dict[System, list[Compared]] = {"pooltrackr": [], "xero": []}
    conflicts: list[Compared] = []
    drifted: list[tuple[System, Compared]] = []
    for one in compared:
        if one.movement in ("unchanged", "both_same"):
            continue
        if one.part.owner != "shared":
            _by_owner(one, directed, drifted)
        elif one.movement != "conflict":
            directed["xero" if one.movement == "xero" else "pooltrackr"].append(one)
        elif (winner := wins.of(one.part.group)) != "ask":
            directed[winner].append(one)
        else:
            conflicts.append(one)
    proposals = [
        draft
        for source, parts in directed.items()
        if (draft := _draft(org_id, "update", pair, source, parts)) is not None
    ]
    contested = [draft for s in OTHER if (draft := _draft(org_id, "conflict", pair, s, conflicts)) is not None]
    return Outcome(
        (*proposals, *contested),
        (*_conflict(pair, conflicts), *_drift(pair, drifted)),
        _agreed_now(pair, compared),
        any(one.part.name == "name" and one.movement in ("pooltrackr", "xero", "conflict") for one in compared),
    )


def _by_owner(one: Compared, directed: dict[System, list[Compared]], drifted: list[tuple[System, Compared]]) -> None:
    """The owner's change goes to the other side; a change where the part is not owned is drift."""
    owner: System = "xero" if one.part.owner == "xero" else "pooltrackr"
    if one.movement in (owner, "conflict"):
        directed[owner].append(one)
    else:
        drifted.append((OTHER[owner], one))


def _agreed_now(pair: Pair, compared: Sequence[Compared]) -> Agreed:
    """Parts that both sides changed to the same, and parts never compared before, are agreed as they stand."""
    left, right = dict(pair.agreed.pooltrackr), dict(pair.agreed.xero)
    for one in compared:
        if one.movement == "both_same" or one.part.name not in left or one.part.name not in right:
            left[one.part.name], right[one.part.name] = one.left, one.right
    return Agreed(left, right)


def _draft(org_id: str, kind: Kind, pair: Pair, source: System, parts: Sequence[Compared]) -> Proposal | None:
    """One proposal to carry a side's values over to the other; None when that would change nothing."""
    record, other = pair.of(source), pair.of(OTHER[source])
    changed = [(one, c) for one in parts if (c := changes_to(OTHER[source], one.part, one.now(source), other))]
    changes = tuple(change for _, found in changed for change in found)
    if not changes:
        return None
    basis = basis_of(basis_hash(record), basis_hash(other))
    named = digest([basis, [[c.field, c.old, c.new] for c in changes]])
    suggested: Suggested = "update" if kind == "update" else "skip"
    return Proposal(
        id=proposal_id(org_id, "contacts", kind, source, record.id, named),
        entity="contacts",
        system=source,
        record_id=record.id,
        name=display_name(record),
        basis=basis,
        kind=kind,
        suggested=suggested,
        suggested_id=other.id,
        confidence="review",
        reasons="; ".join(_words(one, source) for one, _ in changed),
        changes=changes,
    )


def changes_to(target: System, part: Part, wanted: Face, contact: Contact) -> tuple[Change, ...]:
    """The record fields of a target that would change for it to say what is wanted; a name is never emptied."""
    wanted = fit(part, wanted) if target == "xero" else wanted
    if part.name == "name" and not wanted[0]:
        return ()
    if part.normal(face_of(part, target, contact)) == part.normal(wanted):
        return ()
    names = _names_of(contact) if part.name == "name" and target == "pooltrackr" else part.fields
    new = wanted * len(names) if part.name == "name" else wanted
    changes = [_change(name, contact, value) for name, value in zip(names, new, strict=True)]
    return tuple(change for change in changes if change.old != change.new)


def _names_of(contact: Contact) -> tuple[str, ...]:
    """Where Pooltrackr keeps the name that Xero shows: the company if there is one, and the name where it says the same."""
    if not contact.company:
        return ("name",)
    return ("company", "name") if contact.name == contact.company else ("company",)


def _change(name: str, contact: Contact, value: str) -> Change:
    """A field that holds several values keeps all but the first."""
    old = str(getattr(contact, name))
    if name in ("email", "phone", "mobile"):
        others = [text.strip() for text in old.split(";")[1:]]
        value = "; ".join(text for text in (value, *(o for o in others if o != value)) if text)
    return Change(field=name, old=old, new=value)


def _words(one: Compared, source: System) -> str:
    both = " in both systems" if one.movement == "conflict" else ""
    return f"{one.part.title} changed{both}: {TITLE[source]} now says {_said(one.now(source))}"


def _said(face: Face) -> str:
    text = ", ".join(part for part in face if part)
    return f'"{text}"' if text else "nothing"


def _conflict(pair: Pair, conflicts: Sequence[Compared]) -> list[Finding]:
    """One flag with three values for each contested part (fault 21)."""
    if not conflicts:
        return []
    words = [
        f"{one.part.title}: agreed was {_said(one.agreed_left)}, Pooltrackr says {_said(one.left)}, "
        f"Xero says {_said(one.right)}."
        for one in conflicts
    ]
    detail = "Changed in both systems. " + " ".join(words) + " Decide update on the side whose values are right."
    return [_finding(pair, "pooltrackr", "conflict", detail)]


def _drift(pair: Pair, drifted: Sequence[tuple[System, Compared]]) -> list[Finding]:
    findings = []
    sides: tuple[System, ...] = ("pooltrackr", "xero")
    for system in sides:
        mine = [one for where, one in drifted if where == system]
        words = [
            f"{one.part.title} is kept in {TITLE[OTHER[system]]}, which says {_said(one.now(OTHER[system]))}; "
            f"somebody changed it in {TITLE[system]} to {_said(one.now(system))}. "
            f"Change it in {TITLE[OTHER[system]]} instead, or put it back."
            for one in mine
        ]
        if words:
            findings.append(_finding(pair, system, "drift", " ".join(words)))
    return findings


def _finding(pair: Pair, system: System, name: str, detail: str) -> Finding:
    return Finding(
        entity="contacts", system=system, record_id=pair.of(system).id, name=name, group_id=pair.link_id, detail=detail
    )


def absorb(agreed: Agreed, target: System, written: Iterable[str], shown: Contact, source: Contact | None) -> Agreed:
    """The agreed state after a write of ours: the written parts are agreed as the target showed them afterwards.

    ``source`` is the other side as it was when the write was approved, so that whoever edits it meanwhile has made an
    edit. A Pooltrackr contact does not know its pools' addresses: for them, what was written counts for both.
    """
    sides = {system: dict(agreed.of(system)) for system in OTHER}
    for part in {PART_OF_FIELD[name].name: PART_OF_FIELD[name] for name in written if name in PART_OF_FIELD}.values():
        face = face_of(part, target, shown)
        sides[target][part.name] = face
        taken = source is None or part.name == "site_address"
        sides[OTHER[target]][part.name] = face if taken or source is None else face_of(part, OTHER[target], source)
    return Agreed(sides["pooltrackr"], sides["xero"])
