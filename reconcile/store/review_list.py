"""The review page's lists: filtered, in the order of need for attention, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, select
from sqlmodel import Session, SQLModel, col

from reconcile.flagging import COLLISION, Finding
from reconcile.proposals import Proposal, Standing
from reconcile.records import Entity, System
from reconcile.reports.attention import FIRST_FLAGS
from reconcile.store import tables
from reconcile.store.proposals import to_proposal
from reconcile.store.review_filter import (
    Filter,
    conditions,
    flag_on_proposal,
    is_decided,
    is_open,
    once,
    scope,
)
from reconcile.store.tables_review import SecondLook

PAGE = 50
_P, _D, _F, _W = tables.Proposal, tables.Decision, tables.Flag, SecondLook


@dataclass(frozen=True, kw_only=True)
class Look:
    """What waits for a second person on a proposal, or how the last one ended; ``settled_...`` is the second person's."""

    id: str
    state: str
    verdict: str
    target_id: str
    fields: tuple[str, ...]
    reason: str
    amount: str
    note: str
    by: str
    at: datetime
    settled_by: str = ""
    settled_note: str = ""


@dataclass(frozen=True)
class Listed:
    """One proposal of a list with the decision that stands, its own flags, and what waits for a second person."""

    proposal: Proposal
    standing: Standing
    closed: str = ""
    findings: tuple[Finding, ...] = ()
    look: Look | None = None
    fields: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a decision on it waits for a second person."""
        return self.look is not None and self.look.state == "waiting"


@dataclass(frozen=True)
class ListPage:
    """One page of a list; ``total`` counts all pages."""

    rows: tuple[Listed, ...]
    total: int
    number: int
    flags: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def list_page(session: Session, org_id: str, wanted: Filter, number: int = 1) -> ListPage:
    """One page, numbered from 1."""
    states = count_states(session, org_id, wanted)
    if wanted.narrows or wanted.state not in states:
        found = matching_ids(session, org_id, wanted)
        total = len(found)
        number = _within(number, total)
        ids = found[(number - 1) * PAGE : number * PAGE]
    else:
        total = states[wanted.state]
        number = _within(number, total)
        query = _ordered(org_id, wanted).where(*conditions(org_id, wanted)).limit(PAGE).offset((number - 1) * PAGE)
        ids = [row[0] for row in session.connection().execute(query)]
    flags = count_flags(session, org_id, wanted)
    return ListPage(tuple(load_listed(session, org_id, ids)), total, number, flags, states)


def _within(number: int, total: int) -> int:
    return max(1, min(number, -(-total // PAGE)))


def matching_ids(session: Session, org_id: str, wanted: Filter) -> list[str]:
    """The ids of all proposals that a filter lets through, in list order."""
    query = _ordered(org_id, wanted).where(*conditions(org_id, wanted))
    return [row[0] for row in session.connection().execute(query)]


def load_listed(session: Session, org_id: str, ids: Sequence[str]) -> list[Listed]:
    """Some proposals with what stands on them, in the order of the ids."""
    rows = {row.id: row for row in _in_chunks(session, ids)}
    standing, fields = _standing(session, ids)
    proposals = {key: to_proposal(row) for key, row in rows.items()}
    findings = _findings(session, org_id, list(proposals.values()))
    looks = _looks(session, ids)
    return [
        Listed(
            proposals[i],
            standing.get(i, Standing()),
            rows[i].closed_because,
            tuple(findings.get(i, ())),
            looks.get(i),
            fields.get(i, ()),
        )
        for i in ids
        if i in rows
    ]


def count_flags(session: Session, org_id: str, wanted: Filter) -> dict[str, int]:
    """How many open proposals of a list carry each flag."""
    query = (
        select(col(_F.name), func.count(func.distinct(_P.id)))
        .select_from(_F)
        .join(_P, flag_on_proposal())
        .where(col(_F.org_id) == org_id, col(_F.cleared_at).is_(None), *scope(org_id, wanted), *is_open(org_id))
        .group_by(col(_F.name))
        .order_by(col(_F.name))
    )
    return dict(session.connection().execute(query).tuples().all())


def count_states(session: Session, org_id: str, wanted: Filter) -> dict[str, int]:
    """How many proposals of a list are open, wait for a second person, and are decided."""
    return count_work(session, org_id, [wanted])[0]


def count_work(session: Session, org_id: str, lists: Sequence[Filter]) -> list[dict[str, int]]:
    """The same for several lists at once.

    What is decided or waits is counted from its own rows, which are few for as long as there is much to decide.
    """
    found = {
        "current": _by_place(session, [*_places(org_id, lists), *_conflicts_once(lists), col(_P.closed_at).is_(None)]),
        "decided": _by_place(session, _stands(org_id), _D),
        "settled": _by_place(session, [*_stands(org_id), col(_P.closed_at).is_(None)], _D),
        "waiting": _by_place(session, _waits(org_id), _W),
        "waiting, not decided": _by_place(session, [*_waits(org_id), ~is_decided(org_id)], _W),
    }
    return [_states(wanted, found) for wanted in lists]


def count_open(session: Session, org_id: str, entities: Sequence[Entity]) -> dict[tuple[str, str, str], int]:
    """How many suggestions are still to be decided, by entity, suggestion and confidence, in order."""
    groups = (col(_P.entity), col(_P.suggested), col(_P.confidence))
    asked = [col(_P.org_id) == org_id, col(_P.entity).in_(list(entities)), *is_open(org_id), once()]
    query = select(*groups, func.count()).where(*asked).group_by(*groups).order_by(*groups)
    return {(entity, suggested, sure): count for entity, suggested, sure, count in session.connection().execute(query)}


def _by_place(
    session: Session, asked: Sequence[ColumnElement[bool]], start: type[SQLModel] = _P
) -> dict[tuple[str, str, str], int]:
    """How many proposals there are of each entity, kind and system."""
    groups = (col(_P.entity), col(_P.kind), col(_P.system))
    query = select(*groups, func.count()).select_from(start).where(*asked).group_by(*groups)
    return {(e, k, s): n for e, k, s, n in session.connection().execute(query)}


def _places(org_id: str, lists: Sequence[Filter]) -> list[ColumnElement[bool]]:
    return [
        col(_P.org_id) == org_id,
        col(_P.entity).in_({wanted.entity for wanted in lists}),
        col(_P.kind).in_({kind for wanted in lists for kind in wanted.kinds}),
        col(_P.system).in_({system for wanted in lists for system in wanted.systems}),
    ]


def _stands(org_id: str) -> list[ColumnElement[bool]]:
    """Reached from the decisions: nothing else narrows the proposals, so that no other way is taken."""
    return [col(_D.proposal_id) == col(_P.id), col(_D.org_id) == org_id, col(_D.withdrawn_at).is_(None), once()]


def _waits(org_id: str) -> list[ColumnElement[bool]]:
    waiting = col(_W.state) == literal_column("'waiting'")
    return [col(_W.proposal_id) == col(_P.id), col(_W.org_id) == org_id, waiting, col(_P.closed_at).is_(None), once()]


def _states(wanted: Filter, found: dict[str, dict[tuple[str, str, str], int]]) -> dict[str, int]:
    places = [(wanted.entity, kind, system) for kind in wanted.kinds for system in wanted.systems]
    sums = {name: sum(counts.get(place, 0) for place in places) for name, counts in found.items()}
    still_open = sums["current"] - sums["settled"] - sums["waiting, not decided"]
    return {"open": still_open, "waiting": sums["waiting"], "decided": sums["decided"]}


def _conflicts_once(lists: Sequence[Filter]) -> list[ColumnElement[bool]]:
    return [once()] if any("conflict" in wanted.kinds for wanted in lists) else []


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
        *scope(org_id, wanted), col(_P.record_id).in_(record_ids), col(_P.closed_at).is_(None)
    )
    found = dict(session.connection().execute(query).tuples().all())
    return load_listed(session, org_id, [found[i] for i in record_ids if i in found])


def _ordered(org_id: str, wanted: Filter) -> Select[Any]:
    """Flags first by urgency, then what is to be reviewed by falling score, then creates, then the safe ones."""
    urgency = case({flag: place for place, flag in enumerate(FIRST_FLAGS)}, value=col(_F.name), else_=len(FIRST_FLAGS))
    flagged = (
        select(
            col(_F.record_id).label("record_id"),
            col(_F.system).label("system"),
            func.min(urgency).label("urgency"),
            func.max(case((urgency <= 1, col(_F.group_id)), else_="")).label("together"),
        )
        .where(
            col(_F.org_id) == org_id,
            col(_F.entity) == wanted.entity,
            col(_F.cleared_at).is_(None),
        )
        .group_by(col(_F.record_id), col(_F.system))
        .subquery()
    )
    plain = case((col(_P.suggested) == "create", 7), (col(_P.confidence) == "auto", 8), else_=5)
    return (
        select(col(_P.id))
        .outerjoin(flagged, and_(flagged.c.record_id == col(_P.record_id), flagged.c.system == col(_P.system)))
        .order_by(
            func.coalesce(flagged.c.urgency, plain),
            func.coalesce(flagged.c.together, ""),
            func.coalesce(col(_P.score), 0.0).desc(),
            col(_P.record_id),
            col(_P.id),
        )
    )


def _in_chunks(session: Session, ids: Sequence[str]) -> list[tables.Proposal]:
    found: list[tables.Proposal] = []
    for start in range(0, len(ids), 500):
        found += session.execute(select(_P).where(col(_P.id).in_(ids[start : start + 500]))).scalars().all()
    return found


def _standing(session: Session, ids: Sequence[str]) -> tuple[dict[str, Standing], dict[str, tuple[str, ...]]]:
    found: dict[str, Standing] = {}
    fields: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(ids), 500):
        query = select(_D).where(col(_D.proposal_id).in_(ids[start : start + 500]), col(_D.withdrawn_at).is_(None))
        for row in session.execute(query).scalars():
            found[row.proposal_id] = Standing(verdict=row.verdict, target_id=row.target_id, note=row.note, by=row.by)
            fields[row.proposal_id] = tuple(name for name in row.fields.split(",") if name)
    return found, fields


def _looks(session: Session, ids: Sequence[str]) -> dict[str, Look]:
    """What waits on each proposal; where nothing does, how the last wait ended."""
    found: dict[str, Look] = {}
    names = (
        "id",
        "state",
        "verdict",
        "target_id",
        "reason",
        "amount",
        "note",
        "by",
        "at",
        "settled_by",
        "settled_note",
    )
    for start in range(0, len(ids), 500):
        query = select(_W).where(
            col(_W.proposal_id).in_(ids[start : start + 500]), col(_W.state).in_(["waiting", "refused"])
        )
        for row in session.execute(query.order_by(col(_W.at))).scalars():
            if row.proposal_id not in found or found[row.proposal_id].state != "waiting":
                fields = tuple(name for name in row.fields.split(",") if name)
                found[row.proposal_id] = Look(fields=fields, **{name: getattr(row, name) for name in names})
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
                found[owner].append(finding_of(flag))
    return found


def finding_of(flag: tables.Flag) -> Finding:
    """A flag as the frozen value that the rules work on."""
    return Finding(
        entity=cast("Entity", flag.entity),
        system=cast("System", flag.system),
        record_id=flag.record_id,
        name=flag.name,
        group_id=flag.group_id,
        detail=flag.detail,
    )
