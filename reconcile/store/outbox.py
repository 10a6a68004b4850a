"""The outbox: staging, claiming, settling. What has been pushed is what this table says.

A claim is one compare-and-set; no transaction stays open across a request. ``sending`` with a lease that ran out is in
doubt and is looked for again before anything is sent.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import CursorResult, Engine, and_, exists, or_, update
from sqlmodel import Session, col, func, select

from reconcile.clock import Clock
from reconcile.content import canonical, digest, to_json
from reconcile.errors import LeaseLost, TargetTaken
from reconcile.pushing import LEASE_SECONDS, Operation, Settlement
from reconcile.pushplan import PlannedWrite, link_products, point_contact
from reconcile.records import Contact, Entity, Product, System
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.engine import writing
from reconcile.store.links import mark_stamped, open_link
from reconcile.store.proposals import close_proposals
from reconcile.store.snapshots import Scope, current_record

OPEN = ("staged", "sending")


def stage(
    session: Session, org_id: str, decision_id: str, link_id: str, write: PlannedWrite, run_seq: int, now: datetime
) -> str:
    """Stage one write in the caller's transaction; its body and basis are frozen from here on."""
    body = canonical(dict(write.body))
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
        body=body,
        body_sha256=digest(dict(write.body)),
        expect=canonical(dict(write.expect)),
        basis=write.basis,
        staged_at=now,
        run_seq=run_seq,
    )
    session.add(operation)
    session.flush()
    return operation.id


def withdraw_staged(session: Session, decision_id: str, now: datetime) -> int:
    """Withdraw what a decision staged; returns how many of its operations were sent already or are being sent."""
    table = tables.PushOperation
    session.connection().execute(
        update(table)
        .where(col(table.decision_id) == decision_id, col(table.status) == "staged", col(table.tries) == 0)
        .values(status="withdrawn", settled_at=now)
    )
    return session.exec(
        select(func.count())
        .select_from(table)
        .where(table.decision_id == decision_id, col(table.status).in_(["staged", "sending", "done", "raced"]))
    ).one()


@dataclass(frozen=True)
class StoredOutbox:
    """The outbox of one organisation, as one worker sees it."""

    engine: Engine
    org_id: str
    owner: str
    clock: Clock
    entity: Entity | None = None
    lease_seconds: float = LEASE_SECONDS

    def claim(self, target: System, limit: int) -> tuple[Operation, ...]:
        """Take up to ``limit`` operations of one entity and verb, oldest first.

        Only operations whose decision still stands are taken (a decision withdrawn meanwhile stops them here).
        """
        now = self.clock.now()
        until = now + timedelta(seconds=self.lease_seconds)
        with writing(self.engine) as session:
            free = self._free(target, now)
            first = session.exec(select(tables.PushOperation).where(*free).order_by(*_OLDEST).limit(1)).first()
            if first is None:
                return ()
            ids = session.exec(
                select(tables.PushOperation.id)
                .where(*free, tables.PushOperation.entity == first.entity, tables.PushOperation.verb == first.verb)
                .order_by(*_OLDEST)
                .limit(limit)
            ).all()
            session.connection().execute(
                update(tables.PushOperation)
                .where(*free, col(tables.PushOperation.id).in_(ids))
                .values(
                    status="sending",
                    owner=self.owner,
                    lease_until=until,
                    fence=col(tables.PushOperation.fence) + 1,
                    tries=col(tables.PushOperation.tries) + 1,
                    sent_at=now,
                )
            )
            rows = session.exec(
                select(tables.PushOperation)
                .where(
                    col(tables.PushOperation.id).in_(ids),
                    tables.PushOperation.owner == self.owner,
                    tables.PushOperation.lease_until == until,
                )
                .order_by(*_OLDEST)
                .execution_options(populate_existing=True)
            ).all()
            return tuple(_operation(row, until) for row in rows)

    def _free(self, target: System, now: datetime) -> tuple[Any, ...]:
        table = tables.PushOperation
        stands = exists().where(
            col(tables.Decision.id) == col(table.decision_id), col(tables.Decision.withdrawn_at).is_(None)
        )
        conditions: list[Any] = [
            col(table.org_id) == self.org_id,
            col(table.target) == target,
            or_(
                col(table.status) == "staged",
                and_(col(table.status) == "sending", col(table.lease_until) < now),
            ),
            stands,
        ]
        if self.entity is not None:
            conditions.append(col(table.entity) == self.entity)
        return tuple(conditions)

    def settle(self, operation: Operation, settlement: Settlement) -> None:
        """Write down an end and what follows from it, in one transaction. Raises LeaseLost."""
        now = self.clock.now()
        with writing(self.engine) as session:
            values = {
                "status": settlement.status,
                "settled_at": now,
                "problem": settlement.problem,
                "remedy": settlement.remedy,
                "before": canonical(to_json(settlement.before)) if settlement.before else "",
                "response": canonical(to_json(settlement.record)) if settlement.record else "",
            }
            if not _compare_and_set(session, operation, self.owner, values):
                raise LeaseLost(f"Operation {operation.id} was taken over by another worker.")
            detail = {"status": settlement.status, "wrote": settlement.wrote, "target": operation.target}
            record_event(session, self.org_id, now, self.owner, "pushed", operation.id, detail)
            if settlement.status == "done":
                self._follow(session, operation, settlement, now)

    def release(self, operation: Operation) -> None:
        """Give back an operation that was certainly not sent."""
        with writing(self.engine) as session:
            _compare_and_set(session, operation, self.owner, {"status": "staged", "lease_until": None, "owner": ""})

    def _follow(self, session: Session, operation: Operation, settlement: Settlement, now: datetime) -> None:
        """A record that was created becomes linked, and the side it came from is told."""
        row = session.get_one(tables.PushOperation, operation.id)
        if operation.verb == "create" and settlement.record is not None:
            self._link_created(session, row, settlement.record.id, now)
        elif row.link_id and not open_operations(session, row.link_id):
            mark_stamped(session, row.link_id, now)

    def _link_created(self, session: Session, row: tables.PushOperation, new_id: str, now: datetime) -> None:
        left, right = (row.subject_id, new_id) if row.target == "xero" else (new_id, row.subject_id)
        entity: Entity = "contacts" if row.entity == "contacts" else "products"
        try:
            link = open_link(session, self.org_id, entity, left, right, row.decision_id, self.owner, now)
        except TargetTaken as error:
            row.status, row.problem, row.remedy = "conflict", error.message, error.remedy
            session.add(row)
            return
        row.link_id = link.id
        row.target_id = new_id
        session.add(row)
        decision = session.get_one(tables.Decision, row.decision_id)
        close_proposals(session, [decision.proposal_id], now, "created")
        if row.target == "xero":
            for write in self._tell_pooltrackr(session, entity, left, right):
                stage(session, self.org_id, row.decision_id, link.id, write, row.run_seq, now)
        if not open_operations(session, link.id):
            mark_stamped(session, link.id, now)

    def _tell_pooltrackr(self, session: Session, entity: Entity, left: str, right: str) -> tuple[PlannedWrite, ...]:
        record = current_record(session, Scope(self.org_id, "pooltrackr", entity), left)
        if isinstance(record, Contact):
            return point_contact(record, right)
        return link_products(record, right) if isinstance(record, Product) else ()


def _compare_and_set(session: Session, operation: Operation, owner: str, values: dict[str, Any]) -> bool:
    table = tables.PushOperation
    result = session.connection().execute(
        update(table)
        .where(
            col(table.id) == operation.id,
            col(table.owner) == owner,
            col(table.fence) == operation.fence,
            col(table.status) == "sending",
        )
        .values(**values)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


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
    """Stage failed or conflicting operations once more; their decision must still stand."""
    table = tables.PushOperation
    result = session.connection().execute(
        update(table)
        .where(
            col(table.org_id) == org_id,
            col(table.id).in_(list(operation_ids)),
            col(table.status).in_(["failed", "conflict", "reconnect"]),
        )
        .values(status="staged", problem="", remedy="", owner="", lease_until=None, settled_at=None)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def _operation(row: tables.PushOperation, until: datetime) -> Operation:
    values: dict[str, Any] = row.model_dump(
        include={"id", "target", "entity", "verb", "subject_id", "target_id", "stamp", "basis", "fence", "tries"}
    )
    return Operation(**values, body=json.loads(row.body), expect=json.loads(row.expect), lease_until=until)


_OLDEST = (col(tables.PushOperation.staged_at), col(tables.PushOperation.id))
