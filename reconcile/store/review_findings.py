"""Findings that nothing is proposed for, as people look them up: by name, by text, a page at a time."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from reconcile.flagging import Finding
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.containing import holds
from reconcile.store.review_list import PAGE, finding_of

_F = tables.Flag


def list_findings(
    session: Session,
    org_id: str,
    entity: Entity,
    names: Sequence[str],
    text: str = "",
    records: Sequence[str] = (),
    number: int = 1,
) -> tuple[list[Finding], int]:
    """One page of the standing findings of these names, and how many there are; ``records`` match the text elsewhere."""
    asked = _asked(org_id, entity, names, text, records)
    total = session.exec(select(func.count()).select_from(_F).where(*asked)).one()
    query = select(_F).where(*asked).order_by(col(_F.name), col(_F.record_id), col(_F.id))
    rows = session.exec(query.limit(PAGE).offset((number - 1) * PAGE)).all()
    return [finding_of(row) for row in rows], total


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
