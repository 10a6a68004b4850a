"""The outbox: claiming, writing down, settling. What has been pushed is what its table says.

Each step is one short transaction; none stays open across a request. ``sending`` with a lease that ran out, or with a
moment of sending from an earlier claim, is in doubt and is looked for before anything is sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Engine, bindparam, exists, literal_column, or_, text, update
from sqlalchemy import select as core_select
from sqlmodel import Session, SQLModel, col, select

from reconcile.clock import Clock
from reconcile.content import basis_hash, canonical, from_json, to_json
from reconcile.errors import LeaseLost
from reconcile.pushing import LEASE_SECONDS, End, Intention, Operation, Settlement
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.audit import Event, record_events
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
_IDS = col(_TABLE.id).in_(bindparam("ids", expanding=True))
_CLAIM = (
    update(_TABLE)
    .where(_IDS)
    .values(
        status="sending",
        owner=bindparam("by"),
        lease_until=bindparam("until"),
        fence=col(_TABLE.fence) + 1,
        tries=col(_TABLE.tries) + 1,
    )
)
_OURS = (_IDS, col(_TABLE.owner) == bindparam("by"), col(_TABLE.status) == "sending")
_HELD = select(_TABLE).where(*_OURS).with_for_update()
_FENCES = core_select(col(_TABLE.id), col(_TABLE.fence)).where(*_OURS).with_for_update()
_CLOSED = core_select(col(tables.Link.id)).where(
    col(tables.Link.id).in_(bindparam("ids", expanding=True)), col(tables.Link.closed_at).is_not(None)
)
_WITHDRAWN = core_select(col(tables.Decision.id)).where(
    col(tables.Decision.id).in_(bindparam("ids", expanding=True)), col(tables.Decision.withdrawn_at).is_not(None)
)
_KEPT = ("id", "target", "entity", "verb", "subject_id", "target_id", "stamp", "basis", "sent_at", "key")
UNREAD = ("response", "remedy")
Row = Any
"""One row of the outbox as read for a claim."""


@dataclass(frozen=True)
class _State:
    """How operations in one state are found: the kind of the oldest one of any or of one entity, and those of a kind."""

    first: Any
    first_of: Any
    alike: Any


def _in_state(*state: ColumnElement[bool]) -> _State:
    """The statements are made once: making one takes longer than running it."""
    among = (col(_TABLE.org_id) == bindparam("org"), col(_TABLE.target) == bindparam("target"), *state)
    of_entity = col(_TABLE.entity) == bindparam("entity")
    of_any = col(_TABLE.entity).in_([literal_column(f"'{entity}'") for entity in get_args(Entity)])  # for the index
    kind = core_select(col(_TABLE.entity), col(_TABLE.verb)).where(*among).order_by(*_OLDEST).limit(1)
    columns = [column for column in SQLModel.metadata.tables["push_operation"].columns if column.name not in UNREAD]
    alike = core_select(*columns).where(*among, of_entity, col(_TABLE.verb) == bindparam("verb"))
    return _State(
        kind.where(of_any),
        kind.where(of_entity),
        alike.order_by(*_OLDEST).limit(bindparam("limit")).with_for_update(skip_locked=True),
    )


_STANDS = or_(
    exists().where(col(tables.Decision.id) == col(_TABLE.decision_id), col(tables.Decision.withdrawn_at).is_(None)),
    col(_TABLE.sent_at).is_not(None),
)
IN_DOUBT = _in_state(col(_TABLE.status) == "sending", col(_TABLE.lease_until) < bindparam("now"))
STAGED = _in_state(col(_TABLE.status) == "staged", _STANDS)
STAGED_EARLIER = _in_state(col(_TABLE.status) == "staged", _STANDS, col(_TABLE.staged_at) <= bindparam("last"))


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
            claimed = {"by": self.owner, "until": until}
            session.connection().execute(_CLAIM, {"ids": [row.id for row in rows], **claimed})
            voids = _voids(session, self.org_id, rows)
            return tuple(self._operation(row, until, voids.get(row.id)) for row in rows)

    def intend(self, intentions: Sequence[Intention]) -> tuple[Intention, ...]:
        """Write down what is about to be sent and what it replaces; those of them whose claim still stands."""
        with writing(self.engine) as session:
            fences = session.connection().execute(_FENCES, self._ours([operation for operation, _ in intentions]))
            held = {(row.id, row.fence) for row in fences}
            standing = tuple(pair for pair in intentions if (pair[0].id, pair[0].fence) in held)
            now = self._now(session)
            notes = [
                {
                    "one": operation.id,
                    "sent_at": now,
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
            done = [(held[op.id], end.record) for op, end in stood if _is_carried_out(op, end)]
            follow_all(session, done, self.owner, now, self.tellers)
            rows = [(held[operation.id], settlement.wrote) for operation, settlement in stood]
            told = [
                Event("pushed", row.id, {"status": row.status, "wrote": wrote, "target": row.target})
                for row, wrote in rows
            ]
            record_events(session, self.org_id, now, self.owner, told)
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

    def _free(self, session: Session, target: System, now: datetime, limit: int) -> list[Row]:
        asked = {
            "org": self.org_id,
            "target": target,
            "entity": self.entity,
            "now": now,
            "last": self.staged_until,
            "limit": limit,
        }
        connection = session.connection()
        for state in (IN_DOUBT, STAGED if self.staged_until is None else STAGED_EARLIER):
            first = connection.execute(state.first_of if self.entity else state.first, asked).first()
            if first is not None:
                return list(connection.execute(state.alike, {**asked, "entity": first.entity, "verb": first.verb}))
        return []

    def _held(self, session: Session, operations: Sequence[Operation]) -> dict[str, tables.PushOperation]:
        """The rows of those operations that this worker still holds under the claim it was given."""
        fences = {operation.id: operation.fence for operation in operations}
        rows = session.exec(_HELD, params=self._ours(operations))
        return {row.id: row for row in rows if row.fence == fences[row.id]}

    def _ours(self, operations: Sequence[Operation]) -> dict[str, Any]:
        return {"ids": [operation.id for operation in operations], "by": self.owner}

    def _operation(
        self, row: Row, until: datetime, void: tuple[str, Literal["conflict", "withdrawn"]] | None
    ) -> Operation:
        values: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
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


def _is_carried_out(operation: Operation, end: Settlement) -> bool:
    """What we created is the counterpart, even if it shows something else by now."""
    return end.status == "done" or (end.status == "raced" and operation.verb == "create" and end.wrote)


def _note_end(row: tables.PushOperation, settlement: Settlement, now: datetime) -> None:
    row.status, row.settled_at, row.lease_until = settlement.status, now, None
    row.problem, row.remedy = settlement.problem, settlement.remedy
    if settlement.record is not None:
        row.response = canonical(to_json(settlement.record))
        row.target_id = row.target_id or settlement.record.id


def _voids(
    session: Session, org_id: str, rows: Sequence[Row]
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


def _closed_links(session: Session, rows: Sequence[Row]) -> list[str]:
    named = {row.link_id for row in rows if row.link_id}
    closed = set(session.connection().execute(_CLOSED, {"ids": list(named)}).scalars()) if named else set()
    return [row.id for row in rows if row.link_id in closed]


def _withdrawn_decisions(session: Session, rows: Sequence[Row]) -> list[str]:
    named = {row.decision_id for row in rows if row.sent_at is not None}
    withdrawn = set(session.connection().execute(_WITHDRAWN, {"ids": list(named)}).scalars()) if named else set()
    return [row.id for row in rows if row.decision_id in withdrawn]


def _changed_sources(session: Session, org_id: str, rows: Sequence[Row]) -> dict[str, str]:
    """Operations made from a record that says something else now than when they were approved."""
    bound = [row for row in rows if row.subject_hash]
    if not bound:
        return {}
    target, entity = cast("System", bound[0].target), cast("Entity", bound[0].entity)
    scope = Scope(org_id, OTHER[target], entity)
    now = {record.id: basis_hash(record) for record in current_records(session, scope, [r.subject_id for r in bound])}
    changed = [row for row in bound if now.get(row.subject_id) != row.subject_hash]
    return {row.id: f"{entity} {row.subject_id} changed in {scope.system} after this was approved." for row in changed}
