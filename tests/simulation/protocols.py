"""The protocol as it is, and broken ones that the same harness must catch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconcile.errors import Unknown
from reconcile.ports import Sink, Write
from reconcile.pushing import FENCE_SECONDS, LEASE_SECONDS, End, Intention, Operation, Pusher, Settlement, Tally
from reconcile.records import Record
from reconcile.store import tables
from reconcile.store.outbox import StoredOutbox


class Blind(Pusher):
    """Sends without looking."""

    def _look(self, _group: Sequence[Operation]) -> dict[str, Any]:
        return {}

    def _judge(self, group: Sequence[Operation], _looked: dict[str, Any]) -> Any:
        return [], [(operation, None) for operation in group]


class Trusting(Pusher):
    """Looks whether it is done, but not whether the target is still what was approved."""

    def _judge(self, group: Sequence[Operation], looked: dict[str, Any]) -> Any:
        plain = [replace(op, basis="", replaces=None, before=None, void="") for op in group]
        ends, to_send = super()._judge(plain, looked)
        return ends, to_send


class Gullible(Pusher):
    """Takes the answer 200 of a request for the end of everything in it."""

    def _ends(self, standing: Sequence[Intention], outcomes: Sequence[Any], tally: Tally) -> list[End]:
        if len(standing) == 1:
            return super()._ends(standing, outcomes, tally)
        shown = [
            outcome if not isinstance(outcome, Exception) else before
            for (_, before), outcome in _both(standing, outcomes)
        ]
        return [
            (operation, Settlement(status="done", record=record, before=before, wrote=True))
            for (operation, before), record in _both(standing, shown)
        ]


class ByAmount(Pusher):
    """Looks for a payment by what it comes to, not by our mark."""

    def _look_together(self, group: Sequence[Operation]) -> dict[str, Any]:
        if (group[0].entity, group[0].verb, group[0].target) != ("payments", "create", "xero"):
            return super()._look_together(group)
        sink: Any = self.sink
        there = [record for page in sink.pages("payments") for record in page.records]
        return {op.id: record for op in group for record in there if _is_like(record, op)}


class Chatty:
    """A sink that sends a whole contact back, with what others own."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sink, name)

    def send(self, write: Write) -> Record:
        return self._sink.send(_with_more(write))

    def send_batch(self, writes: tuple[Write, ...], key: str) -> Any:
        return self._sink.send_batch(tuple(_with_more(write) for write in writes), key)


def _with_more(write: Write) -> Write:
    more = {"AccountNumber": "A1"} if write.entity == "contacts" and "ContactNumber" in write.body else {}
    return replace(write, body={**write.body, **more})


def _is_like(record: Any, operation: Operation) -> bool:
    body = operation.body
    return (record.invoice_id, f"{record.amount:f}") == (body["Invoice"]["InvoiceID"], body["Amount"])


def _both(some: Sequence[Any], others: Sequence[Any]) -> Any:
    return zip(some, others, strict=True)


class Greedy(StoredOutbox):
    """Settles whatever it once claimed, whoever holds it now."""

    def _held(self, session: Any, operations: Sequence[Operation]) -> dict[str, tables.PushOperation]:
        rows = {operation.id: session.get_one(tables.PushOperation, operation.id) for operation in operations}
        return {row_id: row for row_id, row in rows.items() if row.status in ("sending", "staged", "done")}


class Impatient:
    """A sink that sends again at once, under a new key, when no answer came."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sink, name)

    def send(self, write: Write) -> Record:
        try:
            return self._sink.send(write)
        except Unknown:
            return self._sink.send(replace(write, key=write.key + ".again"))

    def send_batch(self, writes: tuple[Write, ...], key: str) -> Any:
        try:
            return self._sink.send_batch(writes, key)
        except Unknown:
            return self._sink.send_batch(writes, key + ".again")


@dataclass(frozen=True)
class Protocol:
    """Which parts a worker is made of."""

    name: str
    pusher: type[Pusher] = Pusher
    outbox: type[StoredOutbox] = StoredOutbox
    lease_seconds: float = LEASE_SECONDS
    fence_seconds: float = FENCE_SECONDS
    own_clock_leases: bool = False
    around: Callable[[Any], Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)


REAL = Protocol("as built")
BROKEN = (
    Protocol("send again at once when no answer comes", around=Impatient),
    Protocol("do not look before sending", pusher=Blind),
    Protocol("look, but not at what was approved", pusher=Trusting),
    Protocol("lease of 20 s, no fence", lease_seconds=20, fence_seconds=0),
    Protocol("lease of 120 s, fence of 60 s", lease_seconds=120, fence_seconds=60),
    Protocol("lease of 400 s, fence of 130 s", lease_seconds=400, fence_seconds=130),
    Protocol("lease of 600 s, no fence", fence_seconds=-100_000),
    Protocol("settle what another worker holds", outbox=Greedy, lease_seconds=400, fence_seconds=130),
    Protocol("leases by each worker's own clock", own_clock_leases=True),
    Protocol("take a request's answer for that of each invoice in it", pusher=Gullible),
    Protocol("look for payments by their amount", pusher=ByAmount),
    Protocol("send fields that are not ours", around=Chatty),
)
BY_NAME = {protocol.name: protocol for protocol in (REAL, *BROKEN)}
