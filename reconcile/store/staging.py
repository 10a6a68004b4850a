"""Staging: writes enter the outbox with their approval, leave it with its withdrawal, and are counted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import CursorResult, exists, update
from sqlmodel import Session, col, func, select

from reconcile.content import OUR_MARKS, basis_hash, canonical, digest, to_json
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.snapshots import Scope, current_record

OPEN = ("staged", "sending")
_TELLING = OUR_MARKS | {"xero_number"}
OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}


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
    name = f"{org_id}/{decision_id}/{write.target}/{write.entity}/{write.verb}/{write.subject_id}"
    operation = tables.PushOperation(
        id=str(uuid5(NAMESPACE_URL, name)),
        org_id=org_id,
        decision_id=decision_id,
        link_id=link_id,
        target=write.target,
        entity=write.entity,
        verb=write.verb,
        subject_id=write.subject_id,
        target_id=write.target_id,
        stamp=write.stamp,
        body=canonical(dict(write.body)),
        body_sha256=digest(dict(write.body)),
        expect=canonical(dict(write.expect)),
        replaces=_replaced(session, org_id, write) if replaces is None else canonical(dict(replaces)),
        basis=write.basis,
        subject_hash=_source(session, org_id, write),
        staged_at=now,
        run_seq=run_seq,
    )
    session.add(operation)
    session.flush()
    return operation.id


def _replaced(session: Session, org_id: str, write: PlannedWrite) -> str:
    if not write.target_id:
        return ""
    record = current_record(session, Scope(org_id, write.target, write.entity), write.target_id)
    if record is None:
        return ""
    said = to_json(record)
    return canonical({name: str(said.get(name, "")) for name in write.expect})


def _source(session: Session, org_id: str, write: PlannedWrite) -> str:
    """A mark that only says which record is the same does not depend on what that record says."""
    if write.verb == "update" and set(write.expect) <= _TELLING:
        return ""
    record = current_record(session, Scope(org_id, OTHER[write.target], write.entity), write.subject_id)
    return basis_hash(record) if record else ""


def withdraw_staged(session: Session, decision_id: str, now: datetime) -> int:
    """Withdraw what a decision staged; returns how many of its operations were sent already or are being sent."""
    table = tables.PushOperation
    session.connection().execute(
        update(table)
        .where(col(table.decision_id) == decision_id, col(table.status) == "staged", col(table.sent_at).is_(None))
        .values(status="withdrawn", settled_at=now)
    )
    return session.exec(
        select(func.count())
        .select_from(table)
        .where(table.decision_id == decision_id, col(table.status).in_([*OPEN, "done", "raced"]))
    ).one()


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
