"""The push protocol: claim, look, compare, fence, write down, send, settle."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconcile.clock import Clock
from reconcile.content import digest
from reconcile.errors import Parked, ReconcileError, Reconnect, Retry, TargetTaken, Unknown
from reconcile.ports import Sink
from reconcile.pushing.operation import FENCE_SECONDS, End, Intention, Operation, Outbox, Settlement, as_write
from reconcile.pushing.tally import Tally
from reconcile.pushing.verdict import compare, settle, voided
from reconcile.records import Record, System

CLAIM = 200
LOOKED_UP = 40  # updates are looked up so many at once, right before they are sent
BATCH: dict[System, int] = {"xero": 50, "pooltrackr": 1}  # writes in one request
SILENCES = 3  # requests in a row without an answer after which a push gives up

Outcome = Record | Exception


def no_crash(_point: str) -> None:
    """The crash point that never fires."""


@dataclass
class _Round:
    """One claim under way. ``unsent`` holds what was certainly not sent under it and has no end yet."""

    deadline: datetime
    tally: Tally
    unsent: dict[str, Operation]


@dataclass(frozen=True)
class Pusher:
    """Pushes what is staged for one system. ``crashpoint`` is called with the name of each boundary passed.

    ``fence_seconds`` is how much of a lease must be left for anything to be sent. ``batch`` bounds the writes of one
    request; left out, it is what the target takes.
    """

    outbox: Outbox
    sink: Sink
    clock: Clock
    crashpoint: Callable[[str], None] = no_crash
    batch: int = 0
    fence_seconds: float = FENCE_SECONDS

    def push(self, report: Callable[[Tally], None] = lambda _tally: None) -> Tally:
        """Push until nothing is left to claim.

        Raises Parked, Reconnect, Retry when the target cannot go on, Unknown when it stopped answering.
        """
        tally = Tally()
        while self.step(tally):
            report(tally)
        return tally

    def step(self, tally: Tally) -> bool:
        """Claim some operations and take them as far as they go; False when there was nothing to claim."""
        began = self.clock.now()
        claimed = self.outbox.claim(self.sink.system, CLAIM)
        if not claimed:
            return False
        self.crashpoint("after_claim")
        deadline = began + timedelta(seconds=claimed[0].leased_for - self.fence_seconds)
        current = _Round(deadline, tally, {operation.id: operation for operation in claimed})
        try:
            for group in _groups(claimed):
                self._carry_out(group, current)
        except (Retry, Parked, Reconnect, Unknown):
            self._release(current)
            raise
        return True

    def _carry_out(self, group: Sequence[Operation], current: _Round) -> None:
        ends: list[End] = [(op, voided(op)) for op in group if op.void and not op.in_doubt]
        to_look = [op for op in group if not op.void or op.in_doubt]
        looked = self._look(to_look) if to_look else {}
        self.crashpoint("after_look")
        settled, to_send = self._judge(to_look, looked)
        self._settle([*ends, *settled], current)
        doubtful = [(op, seen) for op, seen in to_send if op.in_doubt]
        fresh = [(op, seen) for op, seen in to_send if not op.in_doubt]
        for intention in doubtful:
            self._send([intention], current)
        size = self.batch or BATCH[self.sink.system]
        for start in range(0, len(fresh), size):
            self._send(fresh[start : start + size], current)

    def _look(self, group: Sequence[Operation]) -> dict[str, Outcome]:
        """Each operation's target as it is now, or why it cannot be looked at, by operation id."""
        try:
            return self._look_together(group)
        except (Retry, Parked, Reconnect, Unknown):
            raise
        except ReconcileError as error:
            if len(group) == 1:
                return {group[0].id: error}
            return {name: seen for operation in group for name, seen in self._look([operation]).items()}

    def _look_together(self, group: Sequence[Operation]) -> dict[str, Outcome]:
        entity = group[0].entity
        if group[0].verb == "create":
            found = self.sink.find_many(entity, [operation.stamp for operation in group])
            return {op.id: found[op.stamp] for op in group if op.stamp in found}
        got = self.sink.get_many(entity, [operation.target_id for operation in group])
        return {op.id: got[op.target_id] for op in group if op.target_id in got}

    def _send(self, portion: Sequence[Intention], current: _Round) -> None:
        self.crashpoint("before_intend")
        standing = self.outbox.intend(portion)
        current.tally.lost += len(portion) - len(standing)
        for lost in {op.id for op, _ in portion} - {op.id for op, _ in standing}:
            current.unsent.pop(lost, None)
        if not standing:
            return
        if self.clock.now() > current.deadline:
            raise Retry(
                "It took so long to get here that the claim is nearly over; nothing was sent.",
                remedy="The next run goes on from here.",
            )
        self.crashpoint("before_send")
        for operation, _ in standing:
            current.unsent.pop(operation.id, None)
        try:
            outcomes = self._request(standing)
        except (Retry, Parked, Reconnect):
            current.unsent |= {operation.id: operation for operation, _ in standing}
            raise
        except Unknown as silence:
            self._bear(silence, standing, current.tally)
            return
        except ReconcileError as refusal:
            if len(standing) > 1:
                self._send_apart([operation for operation, _ in standing], current)
                return
            outcomes = (refusal,)
        current.tally.silences = 0
        self.crashpoint("after_send")
        self._settle(self._ends(standing, outcomes, current.tally), current)

    def _request(self, standing: Sequence[Intention]) -> Sequence[Outcome]:
        writes = tuple(as_write(operation, before) for operation, before in standing)
        if len(writes) == 1:
            return (self.sink.send(writes[0]),)
        key = digest([[operation.id, operation.fence] for operation, _ in standing])
        return self.sink.send_batch(writes, key)

    def _bear(self, silence: Unknown, standing: Sequence[Intention], tally: Tally) -> None:
        """No answer leaves the operations in doubt; several in a row mean that the target is down. Raises Unknown."""
        tally.unknown += len(standing)
        tally.silences += 1
        if tally.silences >= SILENCES:
            raise silence

    def _send_apart(self, group: Sequence[Operation], current: _Round) -> None:
        """After a request that was refused as a whole: whoever is to blame shall not hold up the others."""
        looked = self._look(group)
        ends, to_send = self._judge(group, looked)
        self._settle(ends, current)
        for intention in to_send:
            self._send([intention], current)

    def _judge(self, group: Sequence[Operation], looked: dict[str, Outcome]) -> tuple[list[End], list[Intention]]:
        """Sort into what looking settles and what is still to be sent."""
        ends: list[End] = []
        to_send: list[Intention] = []
        for operation in group:
            seen = looked.get(operation.id)
            end = settle(operation, None, seen) if isinstance(seen, Exception) else compare(operation, seen)
            if end is not None:
                ends.append((operation, end))
            elif not isinstance(seen, Exception):
                to_send.append((operation, seen))
        return ends, to_send

    def _ends(self, standing: Sequence[Intention], outcomes: Sequence[Outcome], tally: Tally) -> list[End]:
        ends = []
        for (operation, before), outcome in zip(standing, outcomes, strict=True):
            end = settle(operation, before, outcome)
            if end is not None and operation.verb == "create" and isinstance(outcome, TargetTaken):
                end = self._look_once_more(operation, end)
            if end is None:
                tally.unknown += 1
            else:
                ends.append((operation, end))
        return ends

    def _look_once_more(self, operation: Operation, refused: Settlement) -> Settlement | None:
        """A name or number is taken: perhaps by our own record, which came in late. None when that cannot be told."""
        try:
            seen = self._look([operation]).get(operation.id)
        except (Retry, Parked, Reconnect, Unknown):
            return None
        if seen is None or isinstance(seen, Exception):
            return refused
        return compare(operation, seen) or refused

    def _settle(self, ends: Sequence[End], current: _Round) -> None:
        if not ends:
            return
        self.crashpoint("before_settle")
        stood = self.outbox.settle_all(ends)
        for operation, _ in ends:
            current.unsent.pop(operation.id, None)
        for _, settlement in stood:
            current.tally.add(settlement)
        current.tally.lost += len(ends) - len(stood)
        self.crashpoint("after_settle")

    def _release(self, current: _Round) -> None:
        left = list(current.unsent.values())
        if left:
            self.outbox.release(left)
            current.tally.released += len(left)


def _groups(claimed: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """Creates are looked for all at once; what changes something is looked at right before it is sent."""
    if claimed[0].verb == "create":
        yield claimed
        return
    for start in range(0, len(claimed), LOOKED_UP):
        yield claimed[start : start + LOOKED_UP]
