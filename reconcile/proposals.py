"""What the engine suggests for one record, and the one row a person judges."""

from dataclasses import dataclass, field
from typing import Literal

from reconcile.content import digest
from reconcile.records import Entity, Record, System

Kind = Literal["match", "update", "conflict", "unlink", "void"]
Suggested = Literal["link", "create", "update", "unlink", "void", "skip"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record of the other system that may be the same; ``score`` is the probability, 0 to 1."""

    id: str
    name: str = ""
    score: float = 0.0
    reasons: str = ""
    against: str = ""
    vetoes: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that an update would alter."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A suggestion for the record ``record_id`` of ``system``.

    A ``match`` proposal asks which record of the other system is the same (link), or whether one is to be made there
    (create). An ``update`` proposal asks whether the linked record is to take over ``changes``; a ``conflict`` is one of two
    such, in opposite directions, of which a person takes at most one. An ``unlink`` one asks whether a link is to be taken
    apart, or moved to the record that its own was merged into. A ``void`` one asks whether the linked invoice or payment
    is to be voided or deleted as its counterpart was. ``basis`` is 16 hex
    digits over the content of the record and its candidates: when either changes, the proposal is another one.
    ``confidence`` is the engine's: auto, review or no.
    """

    id: str
    entity: Entity
    system: System
    record_id: str
    name: str
    basis: str
    kind: Kind = "match"
    suggested: Suggested = "skip"
    suggested_id: str = ""
    confidence: str = ""
    score: float | None = None
    reasons: str = ""
    against: str = ""
    vetoes: str = ""
    candidates: tuple[Candidate, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The decision that stands on a proposal, if any."""

    verdict: str = ""
    target_id: str = ""
    note: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewRow:
    """A proposal with everything a person needs to judge it.

    ``flags`` are finding names; ``details`` explains each in words. ``record`` and ``other`` are the record and its
    suggested counterpart. ``xero_url`` opens the Xero record.
    """

    proposal: Proposal
    flags: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    record: Record | None = None
    other: Record | None = None
    xero_url: str = ""
    standing: Standing = field(default_factory=Standing)


def basis_of(*content_hashes: str) -> str:
    """The basis over some content hashes: 16 hex digits, in the order given."""
    return digest(list(content_hashes))[:16]


def proposal_id(org_id: str, entity: Entity, kind: Kind, system: System, record_id: str, basis: str) -> str:
    """A lettered id that is the same for the same suggestion on the same content (Excel cannot mangle it)."""
    return "P" + digest([org_id, entity, kind, system, record_id, basis])[:15].upper()
