"""Findings that nothing is proposed for, as people look them up: by name, by text, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from reconcile.flagging import Finding
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.containing import holds
from reconcile.store.review_list import PAGE, finding_of

_F = tables.Flag


@dataclass(frozen=True)
class Found:
    """One record with all of its standing findings of a list."""

    system: System
    record_id: str
    findings: tuple[Finding, ...]


def list_findings(
    session: Session,
    org_id: str,
    entity: Entity,
    names: Sequence[str],
    text: str = "",
    records: Sequence[str] = (),
    number: int = 1,
    flag: str = "",
) -> tuple[list[Found], int]:
    """One page of the records with standing findings of these names, and how many records there are.

    ``records`` match the text elsewhere; ``flag`` leaves only the records that carry it, with all they carry.
    """
    asked = _asked(org_id, entity, [flag] if flag else names, text, records)
    place = (col(_F.system), col(_F.record_id))
    places = select(*place, func.min(col(_F.name)).label("first")).where(*asked).group_by(*place)
    total = session.exec(select(func.count()).select_from(places.subquery())).one()
    ordered = places.order_by(func.min(col(_F.name)), col(_F.record_id), col(_F.system))
    page = [(cast("System", s), r) for s, r, _ in session.exec(ordered.limit(PAGE).offset((number - 1) * PAGE))]
    carried = _carried(session, org_id, entity, names, [record_id for _, record_id in page])
    return [Found(*one, tuple(carried[one])) for one in page], total


def _carried(
    session: Session, org_id: str, entity: Entity, names: Sequence[str], record_ids: Sequence[str]
) -> dict[tuple[System, str], list[Finding]]:
    """All that some records carry, by record."""
    asked = [*_asked(org_id, entity, names, "", ()), col(_F.record_id).in_(list(record_ids))]
    found: dict[tuple[System, str], list[Finding]] = defaultdict(list)
    for row in session.exec(select(_F).where(*asked).order_by(col(_F.name), col(_F.id))):
        found[cast("System", row.system), row.record_id].append(finding_of(row))
    return found


def finding_places(
    session: Session, org_id: str, entity: Entity, names: Sequence[str], text: str = "", records: Sequence[str] = ()
) -> list[tuple[System, str]]:
    """The records of all standing findings that ``list_findings`` would list, each once, as (system, id)."""
    query = select(_F.system, _F.record_id).distinct().where(*_asked(org_id, entity, names, text, records))
    return [(cast("System", system), record_id) for system, record_id in sorted(session.exec(query))]


def _asked(
    org_id: str, entity: Entity, names: Sequence[str], text: str, records: Sequence[str]
) -> list[ColumnElement[bool]]:
    asked = [
        col(_F.org_id) == org_id,
        col(_F.entity) == entity,
        col(_F.name).in_(list(names)),
        col(_F.cleared_at).is_(None),
    ]
    if text.strip():
        places = (col(_F.record_id), col(_F.detail))
        found = [holds(place, text.strip()) for place in places]
        asked.append(or_(*found, col(_F.record_id).in_(list(records))))
    return asked


def count_findings(session: Session, org_id: str, entity: Entity, names: Sequence[str]) -> dict[str, int]:
    """How many standing findings there are of each name."""
    query = (
        select(_F.name, func.count())
        .where(_F.org_id == org_id, _F.entity == entity, col(_F.name).in_(list(names)), col(_F.cleared_at).is_(None))
        .group_by(_F.name)
    )
    return dict(session.exec(query).all())


def count_places(session: Session, org_id: str, entity: Entity, names: Sequence[str]) -> int:
    """How many records carry standing findings of these names."""
    places = select(_F.system, _F.record_id).distinct().where(*_asked(org_id, entity, names, "", ()))
    return session.exec(select(func.count()).select_from(places.subquery())).one()
