"""The push protocol: claim, look, compare basis, fence, send, settle.

The outbox decides what has been pushed; this decides what to do next with what was claimed. It holds no state of its
own and knows neither SQL nor HTTP, so the same code runs in production and under the simulation's seeded scheduler.

* A write is sent only after the target was looked at: already there means done, moved away from its basis means conflict.
* A lease is longer than the server remembers keys, and longer than a request may still be under way; a worker whose
  lease is nearly over stops before it sends.
* No answer is a state of its own: the operation stays claimed until its lease runs out, then it is looked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from reconcile.clock import Clock
from reconcile.content import basis_hash, digest, to_json
from reconcile.errors import BadData, Conflict, LeaseLost, Parked, ReconcileError, Reconnect, Retry, Unknown
from reconcile.ports import Sink, Verb, Write
from reconcile.records import Entity, Record, System

LEASE_SECONDS = 400.0
HTTP_BUDGET_SECONDS = 130.0
BATCH = 40

Status = Literal["staged", "sending", "done", "conflict", "raced", "failed", "reconnect", "withdrawn"]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One claimed write. ``fence`` grows with each claim; ``tries`` counts them."""

    id: str
    target: System
    entity: Entity
    verb: Verb
    subject_id: str
    target_id: str = ""
    stamp: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""
    fence: int = 0
    tries: int = 1
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How an operation ended for now. ``record`` is the target as the server last showed it, ``before`` as it was."""

    status: Status
    record: Record | None = None
    before: Record | None = None
    problem: str = ""
    remedy: str = ""
    wrote: bool = False


class Outbox(Protocol):
    """Where operations are claimed and settled, each in one transaction of its own."""

    def claim(self, target: System, limit: int) -> tuple[Operation, ...]:
        """Take up to ``limit`` operations of one entity and verb for this worker, oldest first."""
        ...

    def settle(self, operation: Operation, settlement: Settlement) -> None:
        """Write down an end, if the claim still stands. Raises LeaseLost."""
        ...

    def release(self, operation: Operation) -> None:
        """Give back an operation that was certainly not sent."""
        ...


@dataclass
class Tally:
    """What a push did, by outcome."""

    done: int = 0
    already_there: int = 0
    conflict: int = 0
    raced: int = 0
    failed: int = 0
    unknown: int = 0
    released: int = 0
    calls: int = 0

    def add(self, settlement: Settlement) -> None:
        """Count one settled operation."""
        if settlement.status == "done" and not settlement.wrote:
            self.already_there += 1
        elif settlement.status in ("done", "conflict", "raced", "failed"):
            setattr(self, settlement.status, getattr(self, settlement.status) + 1)

    @property
    def settled(self) -> int:
        """How many came to an end."""
        return self.done + self.already_there + self.conflict + self.raced + self.failed


def no_crash(_point: str) -> None:
    """The crash point that never fires."""


@dataclass(frozen=True)
class Pusher:
    """Pushes what is staged for one system. ``crashpoint`` is called with the name of each boundary passed."""

    outbox: Outbox
    sink: Sink
    clock: Clock
    crashpoint: Callable[[str], None] = no_crash
    batch: int = BATCH

    def push(self, report: Callable[[Tally], None] = lambda _tally: None) -> Tally:
        """Push until nothing is left to claim. Raises Parked, Reconnect, Retry when the target cannot go on."""
        tally = Tally()
        while self.step(tally):
            report(tally)
        return tally

    def step(self, tally: Tally) -> bool:
        """Claim one batch and take it as far as it goes; False when there was nothing to claim."""
        claimed = self.outbox.claim(self.sink.system, self.batch)
        if not claimed:
            return False
        self.crashpoint("after_claim")
        try:
            self._carry_out(claimed, tally)
        except LeaseLost:
            tally.unknown += 1
        return True

    def _carry_out(self, claimed: Sequence[Operation], tally: Tally) -> None:
        try:
            present = self._look(claimed)
        except (Retry, Parked, Reconnect):
            for operation in claimed:
                self.outbox.release(operation)
            tally.released += len(claimed)
            raise
        except Unknown:
            tally.unknown += len(claimed)
            return
        self.crashpoint("after_look")
        to_send = []
        for operation in claimed:
            seen = present.get(operation.id)
            verdict = compare(operation, seen)
            if verdict is None:
                to_send.append((operation, seen))
            else:
                self._settle(operation, verdict, tally)
        if to_send:
            self._send(to_send, tally)

    def _look(self, claimed: Sequence[Operation]) -> dict[str, Record]:
        """What each operation's target looks like now, by operation id."""
        creates = [operation for operation in claimed if operation.verb == "create"]
        others = [operation for operation in claimed if operation.verb != "create"]
        entity = claimed[0].entity
        found = self.sink.find_many(entity, [operation.stamp for operation in creates]) if creates else {}
        got = self.sink.get_many(entity, [operation.target_id for operation in others]) if others else {}
        seen = {operation.id: found.get(operation.stamp) for operation in creates}
        seen |= {operation.id: got.get(operation.target_id) for operation in others}
        return {operation_id: record for operation_id, record in seen.items() if record is not None}

    def _send(self, to_send: Sequence[tuple[Operation, Record | None]], tally: Tally) -> None:
        operations = [operation for operation, _ in to_send]
        if self._lease_is_short(operations):
            tally.unknown += len(operations)
            return
        self.crashpoint("before_send")
        writes = tuple(as_write(operation) for operation in operations)
        try:
            outcomes = self._request(writes, operations)
        except (Retry, Parked, Reconnect):
            for operation in operations:
                self.outbox.release(operation)
            tally.released += len(operations)
            raise
        except Unknown:
            tally.unknown += len(operations)
            return
        except ReconcileError as error:
            outcomes = tuple(error for _ in operations)
        self.crashpoint("after_send")
        for (operation, before), outcome in zip(to_send, outcomes, strict=True):
            settlement = settle(operation, before, outcome)
            if settlement is None:
                tally.unknown += 1
            else:
                self._settle(operation, settlement, tally)

    def _request(self, writes: tuple[Write, ...], operations: Sequence[Operation]) -> tuple[Record | Exception, ...]:
        if len(writes) > 1:
            key = digest([[operation.id, operation.fence] for operation in operations])
            return self.sink.send_batch(writes, key)
        return (self.sink.send(writes[0]),)

    def _lease_is_short(self, operations: Sequence[Operation]) -> bool:
        left = min((operation.lease_until - self.clock.now()).total_seconds() for operation in operations)
        return left < HTTP_BUDGET_SECONDS

    def _settle(self, operation: Operation, settlement: Settlement, tally: Tally) -> None:
        self.crashpoint("before_settle")
        self.outbox.settle(operation, settlement)
        tally.add(settlement)
        self.crashpoint("after_settle")


def as_write(operation: Operation) -> Write:
    """The operation as it goes over the wire; its id is the idempotency key of a single write."""
    return Write(
        entity=operation.entity,
        verb=operation.verb,
        body=operation.body,
        key=operation.id,
        target_id=operation.target_id,
        stamp=operation.stamp,
    )


def compare(operation: Operation, seen: Record | None) -> Settlement | None:
    """What looking alone settles; None when the write is still to be sent."""
    if operation.verb == "create":
        return None if seen is None else Settlement(status="done", record=seen)
    if seen is None:
        return _gone(operation, "no longer exists")
    if shows(seen, operation.expect):
        return Settlement(status="done", record=seen)
    if getattr(seen, "status", "") in ("archived", "gdpr", "DELETED", "VOIDED") and operation.verb != "activate":
        return _gone(operation, f"is {getattr(seen, 'status', '').lower()}")
    if operation.basis and basis_hash(seen) != operation.basis:
        return Settlement(
            status="conflict",
            record=seen,
            problem=f"{operation.entity} {operation.target_id} changed in {operation.target} after this was approved.",
            remedy="Look at the new values and decide again.",
        )
    return None


def settle(operation: Operation, before: Record | None, outcome: Record | Exception) -> Settlement | None:
    """What an answer means; None when it leaves the outcome open."""
    if isinstance(outcome, (Unknown, Retry)):
        return None
    if isinstance(outcome, Conflict):
        return Settlement(status="conflict", before=before, problem=outcome.message, remedy=outcome.remedy)
    if isinstance(outcome, BadData):
        return Settlement(status="failed", before=before, problem=outcome.message, remedy=outcome.remedy)
    if isinstance(outcome, Exception):
        raise outcome
    if not shows(outcome, operation.expect):
        return Settlement(
            status="raced",
            record=outcome,
            before=before,
            wrote=True,
            problem=f"{operation.target} accepted the change to {operation.entity} {outcome.id} but shows something else.",
            remedy="Compare the record in both systems.",
        )
    if before is not None and _others(before, operation.expect) != _others(outcome, operation.expect):
        return Settlement(
            status="raced",
            record=outcome,
            before=before,
            wrote=True,
            problem=f"Somebody changed {operation.entity} {outcome.id} in {operation.target} at the same moment.",
            remedy="Nothing of theirs was overwritten; the next pull shows it.",
        )
    return Settlement(status="done", record=outcome, before=before, wrote=True)


def shows(record: Record, expect: Mapping[str, str]) -> bool:
    """Whether a record says what we wanted it to say."""
    said = to_json(record)
    return all(str(said.get(name, "")) == str(value) for name, value in expect.items())


def _others(record: Record, expect: Mapping[str, str]) -> dict[str, Any]:
    left_out = {*expect, "updated_at", "version"}
    return {name: value for name, value in to_json(record).items() if name not in left_out}


def _gone(operation: Operation, what: str) -> Settlement:
    return Settlement(
        status="conflict",
        problem=f"{operation.entity} {operation.target_id} {what} in {operation.target}.",
        remedy="Restore it there, or choose another record for this link.",
    )
