"""What has changed since something was compared or matched last: links to compare again, records to match again."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from reconcile.content import from_json
from reconcile.records import Entity, Pool, Record
from reconcile.store import tables
from reconcile.store.snapshots import CHUNK, Scope

_LINK = tables.Link
_VERSION = tables.RecordVersion


@dataclass(frozen=True)
class Touched:
    """A link to compare again, and the versions of both records as they are now; None for one that is missing."""

    link: tables.Link
    left: int | None
    right: int | None

    @property
    def is_new(self) -> bool:
        """Whether these are not the versions that were compared last."""
        return (self.link.compared_left, self.link.compared_right) != (self.left, self.right)


def touched_links(
    session: Session, org_id: str, entity: Entity, named: Collection[str] = (), *, whole: bool = False
) -> list[Touched]:
    """The open links of which a record is in another version than was compared, and those of the records ``named``.

    ``whole`` is for all open links. Ordered by Pooltrackr id.
    """
    query, left, right = _with_versions(org_id, entity)
    if whole:
        rows = list(session.exec(query))
    else:
        moved = or_(col(_LINK.compared_left).is_distinct_from(left), col(_LINK.compared_right).is_distinct_from(right))
        rows = list(session.exec(query.where(moved)))
        for ids in chunks(sorted(named)):
            concerned = or_(col(_LINK.pooltrackr_id).in_(ids), col(_LINK.xero_id).in_(ids))
            rows += session.exec(query.where(concerned))
    found = {link.id: Touched(link, mine, theirs) for link, mine, theirs in rows}
    return sorted(found.values(), key=lambda touched: touched.link.pooltrackr_id)


def _with_versions(org_id: str, entity: Entity) -> tuple[Any, Any, Any]:
    """The query for open links with the numbers of both records' present versions, and these two columns."""
    sides = aliased(_VERSION), aliased(_VERSION)
    query: Any = select(_LINK, col(sides[0].id), col(sides[1].id)).where(
        _LINK.org_id == org_id, _LINK.entity == entity, col(_LINK.closed_at).is_(None)
    )
    names = ("pooltrackr", col(_LINK.pooltrackr_id)), ("xero", col(_LINK.xero_id))
    for version, (system, record_id) in zip(sides, names, strict=True):
        present = and_(
            col(version.org_id) == org_id,
            col(version.system) == system,
            col(version.entity) == entity,
            col(version.record_id) == record_id,
            col(version.run_to).is_(None),
            col(version.missing_since).is_(None),
        )
        query = query.outerjoin(version, present)
    return query, col(sides[0].id), col(sides[1].id)


def mark_compared(session: Session, touched: Iterable[Touched]) -> None:
    """Note which versions were compared."""
    rows = [{"one": t.link.id, "left": t.left, "right": t.right} for t in touched if t.is_new]
    if rows:
        statement = update(_LINK).where(col(_LINK.id) == bindparam("one"))
        noted = statement.values(compared_left=bindparam("left"), compared_right=bindparam("right"))
        session.connection().execute(noted, rows)


def changed_since(session: Session, scope: Scope, version: int) -> list[str]:
    """The ids of records whose current version is newer than a version number."""
    query = select(_VERSION.record_id).where(*_of(scope), col(_VERSION.run_to).is_(None), col(_VERSION.id) > version)
    return list(session.exec(query.order_by(col(_VERSION.record_id))))


def count_until(session: Session, scope: Scope, version: int) -> int:
    """How many versions there are up to a number: another count than before means that one came in late."""
    return session.exec(
        select(func.count()).select_from(_VERSION).where(*_of(scope), col(_VERSION.id) <= version)
    ).one()


def records_before(session: Session, scope: Scope, version: int, ids: Sequence[str]) -> list[Record]:
    """Some records as they were at a version number; those that are newer are left out."""
    found: dict[str, str] = {}
    for chunk in chunks(ids):
        query = select(_VERSION.record_id, _VERSION.body).where(
            *_of(scope), col(_VERSION.id) <= version, col(_VERSION.record_id).in_(chunk)
        )
        found |= dict(session.exec(query.order_by(col(_VERSION.id))).all())
    return [from_json(scope.entity, json.loads(body)) for body in found.values()]


def present_ids(session: Session, scope: Scope) -> set[str]:
    """The ids of all records that are not missing."""
    query = select(_VERSION.record_id).where(
        *_of(scope), col(_VERSION.run_to).is_(None), col(_VERSION.missing_since).is_(None)
    )
    return set(session.exec(query))


def pools_of(session: Session, org_id: str, contact_ids: Collection[str]) -> list[Pool]:
    """The current pools of some contacts, ordered by id."""
    wanted = set(contact_ids)
    query = select(_VERSION.body).where(
        *_of(Scope(org_id, "pooltrackr", "pools")),
        col(_VERSION.run_to).is_(None),
        col(_VERSION.missing_since).is_(None),
    )
    bodies = (json.loads(body) for body in session.exec(query.order_by(col(_VERSION.record_id)))) if wanted else ()
    pools = (
        from_json("pools", body) for body in bodies if not wanted.isdisjoint(c for c, _ in body.get("contacts", ()))
    )
    return [pool for pool in pools if isinstance(pool, Pool)]


def ignored_links(session: Session, org_id: str, entity: Entity) -> set[str]:
    """The records of which something about their link was ignored for good."""
    query = (
        select(tables.Proposal.record_id)
        .join(tables.Decision, col(tables.Decision.proposal_id) == col(tables.Proposal.id))
        .where(
            tables.Proposal.org_id == org_id,
            tables.Proposal.entity == entity,
            tables.Proposal.kind == "unlink",
            tables.Decision.verdict == "ignore",
            col(tables.Decision.withdrawn_at).is_(None),
        )
    )
    return set(session.exec(query))


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Pieces that fit into one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _of(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (
        col(_VERSION.org_id) == scope.org_id,
        col(_VERSION.system) == scope.system,
        col(_VERSION.entity) == scope.entity,
    )
