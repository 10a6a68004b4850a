"""The review page's lists: filtered, in the order of need for attention, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlmodel import Session, col

from reconcile.flagging import COLLISION, Finding
from reconcile.proposals import Proposal, Standing
from reconcile.records import Entity, System
from reconcile.reports.attention import FIRST_FLAGS
from reconcile.store import tables
from reconcile.store.proposals import to_proposal

PAGE = 50
_P, _D, _F = tables.Proposal, tables.Decision, tables.Flag


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a person wants to see; ``state`` is open, decided or all; scores are from 0 to 1."""

    entity: Entity
    system: System = "pooltrackr"
    kind: str = "match"
    state: str = "open"
    flag: str = ""
    suggested: str = ""
    confidence: str = ""
    least: float = 0.0
    most: float = 1.0
    text: str = ""


@dataclass(frozen=True)
class Listed:
    """One proposal of a list with the decision that stands and its own flags."""

    proposal: Proposal
    standing: Standing
    closed: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class ListPage:
    """One page of a list; ``total`` counts all pages."""

    rows: tuple[Listed, ...]
    total: int
    number: int
    flags: dict[str, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def list_page(session: Session, org_id: str, wanted: Filter, number: int = 1) -> ListPage:
    """One page, numbered from 1."""
    conditions = _conditions(org_id, wanted)
    total = session.connection().execute(select(func.count()).select_from(_P).where(*conditions)).scalar_one()
    number = max(1, min(number, -(-total // PAGE)))
    query = _ordered(org_id, wanted).where(*conditions).limit(PAGE).offset((number - 1) * PAGE)
    ids = [row[0] for row in session.connection().execute(query)]
    return ListPage(tuple(load_listed(session, org_id, ids)), total, number, count_flags(session, org_id, wanted))


def matching_ids(session: Session, org_id: str, wanted: Filter) -> list[str]:
    """The ids of all proposals that a filter lets through, in list order."""
    query = _ordered(org_id, wanted).where(*_conditions(org_id, wanted))
    return [row[0] for row in session.connection().execute(query)]


def load_listed(session: Session, org_id: str, ids: Sequence[str]) -> list[Listed]:
    """Some proposals with what stands on them, in the order of the ids."""
    rows = {row.id: row for row in _in_chunks(session, ids)}
    standing = _standing(session, ids)
    findings = _findings(session, org_id, [to_proposal(row) for row in rows.values()])
    return [
        Listed(to_proposal(rows[i]), standing.get(i, Standing()), rows[i].closed_because, tuple(findings.get(i, ())))
        for i in ids
        if i in rows
    ]


def count_flags(session: Session, org_id: str, wanted: Filter) -> dict[str, int]:
    """How many open proposals of a list carry each flag."""
    query = (
        select(col(_F.name), func.count(func.distinct(_P.id)))
        .select_from(_P)
        .join(_F, _flag_on_proposal())
        .where(*_scope(org_id, wanted), col(_P.closed_at).is_(None), ~_is_decided(org_id))
        .group_by(col(_F.name))
        .order_by(col(_F.name))
    )
    return dict(session.connection().execute(query).tuples().all())


def count_states(session: Session, org_id: str, wanted: Filter) -> dict[str, int]:
    """How many proposals of a list are open and decided."""
    scope = _scope(org_id, wanted)
    open_ones = select(func.count()).select_from(_P).where(*scope, col(_P.closed_at).is_(None), ~_is_decided(org_id))
    concerned = exists().where(col(_P.id) == col(_D.proposal_id), *scope)
    decided = (
        select(func.count()).select_from(_D).where(col(_D.org_id) == org_id, col(_D.withdrawn_at).is_(None), concerned)
    )
    connection = session.connection()
    return {"open": connection.execute(open_ones).scalar_one(), "decided": connection.execute(decided).scalar_one()}


def standing_collisions(session: Session, org_id: str, entity: Entity) -> dict[str, str]:
    """The records that select what another has, each with its detail in words."""
    query = (
        select(col(_F.record_id), col(_F.detail))
        .where(
            col(_F.org_id) == org_id,
            col(_F.entity) == entity,
            col(_F.name) == COLLISION[entity],
            col(_F.cleared_at).is_(None),
        )
        .order_by(col(_F.group_id), col(_F.record_id))
    )
    return dict(session.connection().execute(query).tuples().all())


def open_on(session: Session, org_id: str, wanted: Filter, record_ids: Sequence[str]) -> list[Listed]:
    """The open proposals of some records, in the order of the records."""
    query = select(col(_P.record_id), col(_P.id)).where(
        *_scope(org_id, wanted), col(_P.record_id).in_(record_ids), col(_P.closed_at).is_(None)
    )
    found = dict(session.connection().execute(query).tuples().all())
    return load_listed(session, org_id, [found[i] for i in record_ids if i in found])


def _scope(org_id: str, wanted: Filter) -> list[ColumnElement[bool]]:
    return [
        col(_P.org_id) == org_id,
        col(_P.entity) == wanted.entity,
        col(_P.kind) == wanted.kind,
        col(_P.system) == wanted.system,
    ]


def _conditions(org_id: str, wanted: Filter) -> list[ColumnElement[bool]]:
    found = _scope(org_id, wanted)
    if wanted.state == "open":
        found += [col(_P.closed_at).is_(None), ~_is_decided(org_id)]
    elif wanted.state == "decided":
        found.append(_is_decided(org_id))
    else:
        found.append(or_(col(_P.closed_at).is_(None), _is_decided(org_id)))
    if wanted.flag:
        found.append(exists().where(_flag_on_proposal(), col(_F.name) == wanted.flag))
    if wanted.suggested:
        found.append(col(_P.suggested) == wanted.suggested)
    if wanted.confidence:
        found.append(col(_P.confidence) == wanted.confidence)
    if wanted.least > 0 or wanted.most < 1:
        found.append(func.coalesce(col(_P.score), 0.0).between(wanted.least, wanted.most))
    if wanted.text:
        found.append(_text(wanted.text))
    return found


def _text(text: str) -> ColumnElement[bool]:
    places = (col(_P.name), col(_P.record_id), col(_P.candidates))
    return or_(*(place.icontains(text.strip(), autoescape=True) for place in places))


def _is_decided(org_id: str) -> ColumnElement[bool]:
    standing = select(col(_D.proposal_id)).where(col(_D.org_id) == org_id, col(_D.withdrawn_at).is_(None))
    return col(_P.id).in_(standing)


def _flag_on_proposal() -> ColumnElement[bool]:
    return and_(
        col(_F.org_id) == col(_P.org_id),
        col(_F.entity) == col(_P.entity),
        col(_F.system) == col(_P.system),
        col(_F.record_id) == col(_P.record_id),
        col(_F.cleared_at).is_(None),
    )


def _ordered(org_id: str, wanted: Filter) -> Select[Any]:
    """Flags first by urgency, then what is to be reviewed by falling score, then creates, then the safe ones."""
    urgency = case({flag: place for place, flag in enumerate(FIRST_FLAGS)}, value=col(_F.name), else_=len(FIRST_FLAGS))
    flagged = (
        select(
            col(_F.record_id).label("record_id"),
            func.min(urgency).label("urgency"),
            func.max(case((urgency <= 1, col(_F.group_id)), else_="")).label("together"),
        )
        .where(
            col(_F.org_id) == org_id,
            col(_F.entity) == wanted.entity,
            col(_F.system) == wanted.system,
            col(_F.cleared_at).is_(None),
        )
        .group_by(col(_F.record_id))
        .subquery()
    )
    plain = case((col(_P.suggested) == "create", 7), (col(_P.confidence) == "auto", 8), else_=5)
    return (
        select(col(_P.id))
        .outerjoin(flagged, flagged.c.record_id == col(_P.record_id))
        .order_by(
            func.coalesce(flagged.c.urgency, plain),
            func.coalesce(flagged.c.together, ""),
            func.coalesce(col(_P.score), 0.0).desc(),
            col(_P.name),
            col(_P.id),
        )
    )


def _in_chunks(session: Session, ids: Sequence[str]) -> list[tables.Proposal]:
    found: list[tables.Proposal] = []
    for start in range(0, len(ids), 500):
        found += session.execute(select(_P).where(col(_P.id).in_(ids[start : start + 500]))).scalars().all()
    return found


def _standing(session: Session, ids: Sequence[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for start in range(0, len(ids), 500):
        query = select(_D).where(col(_D.proposal_id).in_(ids[start : start + 500]), col(_D.withdrawn_at).is_(None))
        for row in session.execute(query).scalars():
            found[row.proposal_id] = Standing(verdict=row.verdict, target_id=row.target_id, note=row.note, by=row.by)
    return found


def _findings(session: Session, org_id: str, proposals: Sequence[Proposal]) -> dict[str, list[Finding]]:
    """The standing flags of each proposal's record."""
    by_record = {(p.entity, p.system, p.record_id): p.id for p in proposals}
    ids = sorted({p.record_id for p in proposals})
    found: dict[str, list[Finding]] = defaultdict(list)
    for start in range(0, len(ids), 500):
        query = select(_F).where(
            col(_F.org_id) == org_id, col(_F.record_id).in_(ids[start : start + 500]), col(_F.cleared_at).is_(None)
        )
        for flag in session.execute(query).scalars():
            owner = by_record.get((flag.entity, flag.system, flag.record_id))
            if owner:
                found[owner].append(
                    Finding(
                        entity=flag.entity,
                        system=flag.system,
                        record_id=flag.record_id,
                        name=flag.name,
                        group_id=flag.group_id,
                        detail=flag.detail,
                    )
                )
    return found
