"""The outbox: claiming, writing down, settling. What has been pushed is what its table says.

Each step is one short transaction; none stays open across a request. ``sending`` with a lease that ran out, or with a
moment of sending from an earlier claim, is in doubt and is looked for before anything is sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Engine, bindparam, exists, or_, text, update
from sqlmodel import Session, col, select

from reconcile.clock import Clock
from reconcile.content import basis_hash, canonical, from_json, to_json
from reconcile.errors import LeaseLost
from reconcile.pushing import LEASE_SECONDS, End, Intention, Operation, Settlement
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.engine import writing
from reconcile.store.following import TELLERS, Teller, follow_all
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.staging import (
    OTHER,
    count_by_status,
    count_open_by_verb,
    open_operations,
    send_again,
    stage,
    troubled,
    withdraw_staged,
)

__all__ = [
    "StoredOutbox",
    "count_by_status",
    "count_open_by_verb",
    "open_operations",
    "send_again",
    "stage",
    "troubled",
    "withdraw_staged",
]

_TABLE = tables.PushOperation
_OLDEST = (col(_TABLE.staged_at), col(_TABLE.id))
_BY_ID = update(_TABLE).where(col(_TABLE.id) == bindparam("one"))


@dataclass(frozen=True)
class StoredOutbox:
    """The outbox of one organisation, as one worker sees it.

    ``clock`` must be the same for all workers: that of the machine which they share with a SQLite database; PostgreSQL
    is asked for its own. ``staged_until`` leaves out what was approved after a push counted what it would send.
    """

    engine: Engine
    org_id: str
    owner: str
    clock: Clock
    entity: Entity | None = None
    lease_seconds: float = LEASE_SECONDS
    staged_until: datetime | None = None
    tellers: Mapping[Entity, Teller] = field(default_factory=lambda: TELLERS)

    def claim(self, target: System, limit: int) -> tuple[Operation, ...]:
        """Take up to ``limit`` operations of one entity and verb: those in doubt first, then the oldest.

        Nothing is taken whose decision was withdrawn meanwhile, but what may have been sent before that: it is taken to
        be looked for, as void.
        """
        with writing(self.engine) as session:
            now = self._now(session)
            rows = self._free(session, target, now, limit)
            if not rows:
                return ()
            until = now + timedelta(seconds=self.lease_seconds)
            claimed = {"status": "sending", "owner": self.owner, "lease_until": until}
            session.connection().execute(
                update(_TABLE)
                .where(col(_TABLE.id).in_([row.id for row in rows]))
                .values(**claimed, fence=col(_TABLE.fence) + 1, tries=col(_TABLE.tries) + 1)
            )
            voids = _voids(session, self.org_id, rows)
            return tuple(self._operation(row, until, voids.get(row.id)) for row in rows)

    def intend(self, intentions: Sequence[Intention]) -> tuple[Intention, ...]:
        """Write down what is about to be sent and what it replaces; those of them whose claim still stands."""
        with writing(self.engine) as session:
            held = self._held(session, [operation for operation, _ in intentions])
            standing = tuple(pair for pair in intentions if pair[0].id in held)
            notes = [
                {
                    "one": operation.id,
                    "sent_at": self._now(session),
                    "key": operation.own_key,
                    "before": canonical(to_json(before)) if before else "",
                }
                for operation, before in standing
            ]
            if notes:
                session.connection().execute(_BY_ID, notes)
        return standing

    def settle(self, operation: Operation, settlement: Settlement) -> None:
        """Write down one end and what follows from it. Raises LeaseLost."""
        if not self.settle_all([(operation, settlement)]):
            raise LeaseLost(f"Operation {operation.id} was taken over by another worker.")

    def settle_all(self, ends: Sequence[End]) -> tuple[End, ...]:
        """Write down several ends and what follows from them, in one transaction; those whose claim still stood."""
        with writing(self.engine) as session:
            held = self._held(session, [operation for operation, _ in ends])
            stood = tuple(end for end in ends if end[0].id in held)
            now = self._now(session)
            for operation, settlement in stood:
                _note_end(held[operation.id], settlement, now)
            session.flush()
            done = [(held[op.id], end.record) for op, end in stood if end.status == "done"]
            follow_all(session, done, self.owner, now, self.tellers)
            for operation, settlement in stood:
                row = held[operation.id]
                detail = {"status": row.status, "wrote": settlement.wrote, "target": row.target}
                record_event(session, self.org_id, now, self.owner, "pushed", row.id, detail)
        return stood

    def release(self, operations: Sequence[Operation]) -> None:
        """Give back operations that were certainly not sent under this claim."""
        with writing(self.engine) as session:
            held = self._held(session, operations)
            for operation in operations:
                row = held.get(operation.id)
                if row is None:
                    continue
                row.status, row.owner, row.lease_until = "staged", "", None
                row.sent_at, row.key = operation.sent_at, operation.key
                row.before = canonical(to_json(operation.before)) if operation.before else ""
                session.add(row)

    def _free(self, session: Session, target: System, now: datetime, limit: int) -> list[tables.PushOperation]:
        in_doubt = (col(_TABLE.status) == "sending", col(_TABLE.lease_until) < now)
        stands = exists().where(
            col(tables.Decision.id) == col(_TABLE.decision_id), col(tables.Decision.withdrawn_at).is_(None)
        )
        sent_before = col(_TABLE.sent_at).is_not(None)
        staged: tuple[ColumnElement[bool], ...] = (col(_TABLE.status) == "staged", or_(stands, sent_before))
        if self.staged_until is not None:
            staged = (*staged, col(_TABLE.staged_at) <= self.staged_until)
        for state in (in_doubt, staged):
            conditions = (*self._ours(target), *state)
            first = session.exec(
                select(_TABLE.entity, _TABLE.verb).where(*conditions).order_by(*_OLDEST).limit(1)
            ).first()
            if first is not None:
                query = select(_TABLE).where(*conditions, _TABLE.entity == first[0], _TABLE.verb == first[1])
                return list(session.exec(query.order_by(*_OLDEST).limit(limit).with_for_update(skip_locked=True)))
        return []

    def _ours(self, target: System) -> tuple[ColumnElement[bool], ...]:
        entities = [self.entity] if self.entity else get_args(Entity)
        return (col(_TABLE.org_id) == self.org_id, col(_TABLE.target) == target, col(_TABLE.entity).in_(entities))

    def _held(self, session: Session, operations: Sequence[Operation]) -> dict[str, tables.PushOperation]:
        """The rows of those operations that this worker still holds under the claim it was given."""
        fences = {operation.id: operation.fence for operation in operations}
        rows = session.exec(
            select(_TABLE)
            .where(col(_TABLE.id).in_(list(fences)), _TABLE.owner == self.owner, _TABLE.status == "sending")
            .with_for_update()
        )
        return {row.id: row for row in rows if row.fence == fences[row.id]}

    def _operation(
        self, row: tables.PushOperation, until: datetime, void: tuple[str, Literal["conflict", "withdrawn"]] | None
    ) -> Operation:
        values: dict[str, Any] = row.model_dump(
            include={"id", "target", "entity", "verb", "subject_id", "target_id", "stamp", "basis", "sent_at", "key"}
        )
        reason, void_status = void or ("", "conflict")
        return Operation(
            **values,
            body=json.loads(row.body),
            expect=json.loads(row.expect),
            replaces=json.loads(row.replaces) if row.replaces else None,
            before=from_json(values["entity"], json.loads(row.before)) if row.before else None,
            fence=row.fence + 1,
            tries=row.tries + 1,
            lease_until=until,
            leased_for=self.lease_seconds,
            void=reason,
            void_status=void_status,
        )

    def _now(self, session: Session) -> datetime:
        if session.get_bind().dialect.name == "postgresql":
            moment: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment
        return self.clock.now()


def _note_end(row: tables.PushOperation, settlement: Settlement, now: datetime) -> None:
    row.status, row.settled_at, row.lease_until = settlement.status, now, None
    row.problem, row.remedy = settlement.problem, settlement.remedy
    if settlement.record is not None:
        row.response = canonical(to_json(settlement.record))
        row.target_id = row.target_id or settlement.record.id


def _voids(
    session: Session, org_id: str, rows: Sequence[tables.PushOperation]
) -> dict[str, tuple[str, Literal["conflict", "withdrawn"]]]:
    """Operations that may not be sent any more: why, and how they end."""
    changed = _changed_sources(session, org_id, rows)
    closed = _closed_links(session, rows)
    withdrawn = _withdrawn_decisions(session, rows)
    return {
        **{row_id: (reason, "conflict") for row_id, reason in changed.items()},
        **dict.fromkeys(closed, ("The link that this was to tell of was taken apart before it was sent.", "withdrawn")),
        **dict.fromkeys(withdrawn, ("The decision behind this was withdrawn.", "withdrawn")),
    }


def _closed_links(session: Session, rows: Sequence[tables.PushOperation]) -> list[str]:
    named = {row.link_id for row in rows if row.link_id}
    query = select(tables.Link.id).where(col(tables.Link.id).in_(named), col(tables.Link.closed_at).is_not(None))
    closed = set(session.exec(query)) if named else set()
    return [row.id for row in rows if row.link_id in closed]


def _withdrawn_decisions(session: Session, rows: Sequence[tables.PushOperation]) -> list[str]:
    named = {row.decision_id for row in rows if row.sent_at is not None}
    table = tables.Decision
    query = select(table.id).where(col(table.id).in_(named), col(table.withdrawn_at).is_not(None))
    withdrawn = set(session.exec(query)) if named else set()
    return [row.id for row in rows if row.decision_id in withdrawn]


def _changed_sources(session: Session, org_id: str, rows: Sequence[tables.PushOperation]) -> dict[str, str]:
    """Operations made from a record that says something else now than when they were approved."""
    bound = [row for row in rows if row.subject_hash]
    if not bound:
        return {}
    target, entity = cast("System", bound[0].target), cast("Entity", bound[0].entity)
    scope = Scope(org_id, OTHER[target], entity)
    now = {record.id: basis_hash(record) for record in current_records(session, scope, [r.subject_id for r in bound])}
    changed = [row for row in bound if now.get(row.subject_id) != row.subject_hash]
    return {row.id: f"{entity} {row.subject_id} changed in {scope.system} after this was approved." for row in changed}
