"""What a list of the review page shows, as conditions on the proposals."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.containing import holds
from reconcile.store.tables_review import SecondLook

_P, _D, _F, _W = tables.Proposal, tables.Decision, tables.Flag, SecondLook


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a person wants to see; ``state`` is open, waiting, decided or all; scores are from 0 to 1.

    ``records`` are records that the text was found in beside the proposals themselves, such as a customer's invoices.
    """

    entity: Entity
    systems: tuple[System, ...] = ("pooltrackr",)
    kinds: tuple[str, ...] = ("match",)
    state: str = "open"
    flag: str = ""
    suggested: str = ""
    confidence: str = ""
    least: float = 0.0
    most: float = 1.0
    text: str = ""
    records: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out beside what its state does."""
        words = (self.flag, self.suggested, self.confidence, self.text.strip())
        return any(words) or self.least > 0 or self.most < 1


def scope(org_id: str, wanted: Filter) -> list[ColumnElement[bool]]:
    """The proposals of a list, whatever their state."""
    found = [
        col(_P.org_id) == org_id,
        col(_P.entity) == wanted.entity,
        col(_P.kind).in_(wanted.kinds),
        col(_P.system).in_(wanted.systems),
    ]
    return [*found, once()] if "conflict" in wanted.kinds else found


@cache
def once() -> ColumnElement[bool]:
    """Of a conflict's two directions only Pooltrackr's is listed, if there is one: a person sees one row.

    Made once, because making it takes longer than asking it.
    """
    other = aliased(_P)
    twin = exists().where(
        col(other.org_id) == col(_P.org_id),
        col(other.entity) == col(_P.entity),
        col(other.kind) == "conflict",
        col(other.system) == "pooltrackr",
        col(other.record_id) == col(_P.suggested_id),
        col(other.closed_at).is_(None),
    )
    return or_(col(_P.kind) != "conflict", col(_P.system) == "pooltrackr", ~twin)


def conditions(org_id: str, wanted: Filter) -> list[ColumnElement[bool]]:
    """Everything that a filter asks for."""
    found = scope(org_id, wanted)
    if wanted.state == "open":
        found += is_open(org_id)
    elif wanted.state == "waiting":
        found += [col(_P.closed_at).is_(None), is_waiting(org_id)]
    elif wanted.state == "decided":
        found.append(is_decided(org_id))
    else:
        found.append(or_(col(_P.closed_at).is_(None), is_decided(org_id)))
    if wanted.flag:
        found.append(exists().where(flag_on_proposal(), col(_F.name) == wanted.flag))
    if wanted.suggested:
        found.append(col(_P.suggested) == wanted.suggested)
    if wanted.confidence:
        found.append(col(_P.confidence) == wanted.confidence)
    if wanted.least > 0 or wanted.most < 1:
        found.append(func.coalesce(col(_P.score), 0.0).between(wanted.least, wanted.most))
    if wanted.text.strip():
        found.append(_text(wanted))
    return found


def _text(wanted: Filter) -> ColumnElement[bool]:
    places = [col(_P.name), col(_P.record_id), col(_P.candidates)]
    if wanted.kinds != ("match",) or wanted.entity in ("invoices", "payments"):
        places += [col(_P.suggested_id), col(_P.changes)]
    found = [holds(place, wanted.text.strip()) for place in places]
    return or_(*found, col(_P.record_id).in_(wanted.records)) if wanted.records else or_(*found)


def is_open(org_id: str) -> list[ColumnElement[bool]]:
    """Current, neither decided nor waiting."""
    return [col(_P.closed_at).is_(None), ~is_decided(org_id), ~is_waiting(org_id)]


def is_decided(org_id: str) -> ColumnElement[bool]:
    """A decision stands on it."""
    standing = select(col(_D.proposal_id)).where(col(_D.org_id) == org_id, col(_D.withdrawn_at).is_(None))
    return col(_P.id).in_(standing)


def is_waiting(org_id: str) -> ColumnElement[bool]:
    """A decision on it waits for a second person."""
    waiting = select(col(_W.proposal_id)).where(col(_W.org_id) == org_id, col(_W.state) == literal_column("'waiting'"))
    return col(_P.id).in_(waiting)


def flag_on_proposal() -> ColumnElement[bool]:
    """A standing flag is on a proposal's own record."""
    return and_(
        col(_F.org_id) == col(_P.org_id),
        col(_F.entity) == col(_P.entity),
        col(_F.system) == col(_P.system),
        col(_F.record_id) == col(_P.record_id),
        col(_F.cleared_at).is_(None),
    )
