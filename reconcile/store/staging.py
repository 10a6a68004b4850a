"""Staging: writes enter the outbox with their approval, leave it with its withdrawal, and are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import CursorResult, exists, insert, update
from sqlmodel import Session, col, func, select

from reconcile.content import OUR_MARKS, canonical, digest, to_json
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.known_records import OTHER, KnownRecords, Place
from reconcile.store.snapshots import CHUNK

__all__ = [
    "OPEN",
    "OTHER",
    "Staging",
    "count_by_status",
    "count_open_by_verb",
    "open_operations",
    "send_again",
    "stage",
    "stage_all",
    "troubled",
    "withdraw_staged",
]

OPEN = ("staged", "sending")
_TELLING = OUR_MARKS | {"xero_number"}
_UNSENT = {name: field.default for name, field in tables.PushOperation.model_fields.items() if not field.is_required()}
"""What an operation says that nobody has claimed yet."""


@dataclass(frozen=True)
class Staging:
    """A write that is to be staged for a decision and the link it belongs to; ``replaces`` as for ``stage``."""

    decision_id: str
    link_id: str
    write: PlannedWrite
    replaces: Mapping[str, str] | None = None


def stage(
    session: Session,
    org_id: str,
    decision_id: str,
    link_id: str,
    write: PlannedWrite,
    run_seq: int,
    now: datetime,
    *,
    replaces: Mapping[str, str] | None = None,
) -> str:
    """Stage one write in the caller's transaction; its body and basis are frozen from here on.

    So is what the last pull knows: what the fields to be written say in the target, and what the record that the write
    was made from says. When either has changed by the time of sending, the approval no longer holds (C10). ``replaces``
    is given where somebody knows better than the last pull what the fields say.
    """
    return stage_all(session, org_id, [Staging(decision_id, link_id, write, replaces)], run_seq, now)[0]


def stage_all(
    session: Session,
    org_id: str,
    stagings: Sequence[Staging],
    run_seq: int,
    now: datetime,
    known: KnownRecords | None = None,
) -> list[str]:
    """Stage several writes as ``stage`` does, in a few statements; returns their ids.

    ``known`` are records that the caller has read in this transaction; they are not read again.
    """
    session.flush()
    known = known or KnownRecords(session, org_id)
    known.read(place for one in stagings for place in (_replaced_place(one), _source_place(one.write)) if place)
    rows = [_row(org_id, one, known) | {"staged_at": now, "run_seq": run_seq} for one in stagings]
    for start in range(0, len(rows), CHUNK):
        session.connection().execute(insert(tables.PushOperation), rows[start : start + CHUNK])
    return [str(row["id"]) for row in rows]


def _row(org_id: str, one: Staging, known: KnownRecords) -> dict[str, object]:
    write = one.write
    name = f"{org_id}/{one.decision_id}/{write.target}/{write.entity}/{write.verb}/{write.subject_id}"
    source = _source_place(write)
    body = canonical(dict(write.body))
    return _UNSENT | {
        "id": str(uuid5(NAMESPACE_URL, name)),
        "org_id": org_id,
        "decision_id": one.decision_id,
        "link_id": one.link_id,
        "target": write.target,
        "entity": write.entity,
        "verb": write.verb,
        "subject_id": write.subject_id,
        "target_id": write.target_id,
        "stamp": write.stamp,
        "body": body,
        "body_sha256": digest(dict(write.body)),
        "expect": canonical(dict(write.expect)),
        "replaces": _replaced(one, known) if one.replaces is None else canonical(dict(one.replaces)),
        "basis": write.basis,
        "subject_hash": known.hash_of(source) if source else "",
    }


def _replaced_place(one: Staging) -> Place | None:
    write = one.write
    return (write.target, write.entity, write.target_id) if write.target_id and one.replaces is None else None


def _replaced(one: Staging, known: KnownRecords) -> str:
    place = _replaced_place(one)
    record = known.find(place) if place else None
    if record is None:
        return ""
    said = to_json(record)
    return canonical({name: str(said.get(name, "")) for name in one.write.expect})


def _source_place(write: PlannedWrite) -> Place | None:
    """A mark that only says which record is the same does not depend on what that record says."""
    if write.verb == "update" and set(write.expect) <= _TELLING:
        return None
    return OTHER[write.target], write.entity, write.subject_id


def withdraw_staged(session: Session, decision_ids: Sequence[str], now: datetime) -> dict[str, int]:
    """Withdraw what decisions staged; returns how many operations of each were sent already or are being sent."""
    table = tables.PushOperation
    sent: dict[str, int] = {}
    for start in range(0, len(decision_ids), CHUNK):
        chunk = col(table.decision_id).in_(decision_ids[start : start + CHUNK])
        session.connection().execute(
            update(table)
            .where(chunk, col(table.status) == "staged", col(table.sent_at).is_(None))
            .values(status="withdrawn", settled_at=now)
        )
        gone = select(table.decision_id, func.count()).where(chunk, col(table.status).in_([*OPEN, "done", "raced"]))
        sent |= dict(session.exec(gone.group_by(table.decision_id)).all())
    return sent


def open_operations(session: Session, link_id: str) -> int:
    """How many writes of a link are still to be settled."""
    table = tables.PushOperation
    return session.exec(
        select(func.count()).select_from(table).where(table.link_id == link_id, col(table.status).in_(OPEN))
    ).one()


def count_by_status(session: Session, org_id: str, entity: Entity | None = None) -> dict[str, int]:
    """How many operations stand in each status; the counts add up to all there are."""
    table = tables.PushOperation
    query = select(table.status, func.count()).where(table.org_id == org_id).group_by(table.status)
    if entity is not None:
        query = query.where(table.entity == entity)
    return dict(session.exec(query).all())


def count_open_by_verb(session: Session, org_id: str, target: System, entity: Entity) -> dict[str, int]:
    """How many writes of each kind a push could send: staged ones, and those in doubt, which may have to be sent again."""
    table = tables.PushOperation
    query = (
        select(table.verb, func.count())
        .where(table.org_id == org_id, table.target == target, table.entity == entity, col(table.status).in_(OPEN))
        .group_by(table.verb)
    )
    return dict(session.exec(query).all())


def troubled(session: Session, org_id: str, limit: int = 200) -> Sequence[tables.PushOperation]:
    """The operations that need a person, newest first."""
    table = tables.PushOperation
    return session.exec(
        select(table)
        .where(table.org_id == org_id, col(table.status).in_(["conflict", "raced", "failed", "reconnect"]))
        .order_by(col(table.settled_at).desc())
        .limit(limit)
    ).all()


def send_again(session: Session, org_id: str, operation_ids: Sequence[str]) -> int:
    """Stage failed or conflicting operations once more, as if never sent; only those whose decision still stands."""
    table = tables.PushOperation
    stands = exists().where(
        col(tables.Decision.id) == col(table.decision_id), col(tables.Decision.withdrawn_at).is_(None)
    )
    result = session.connection().execute(
        update(table)
        .where(
            col(table.org_id) == org_id,
            col(table.id).in_(list(operation_ids)),
            col(table.status).in_(["failed", "conflict", "reconnect"]),
            stands,
        )
        .values(
            status="staged",
            problem="",
            remedy="",
            owner="",
            key="",
            before="",
            lease_until=None,
            sent_at=None,
            settled_at=None,
        )
    )
    return result.rowcount if isinstance(result, CursorResult) else 0
