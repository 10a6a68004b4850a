"""One claimed write, how it ended, and what the outbox promises to whoever pushes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from reconcile.ports import Verb, Write
from reconcile.records import Entity, Record, System

REQUEST_LIFE = 300.0  # a request that was given up may still be carried out so many seconds later
WRITE_SECONDS = 130.0  # the client takes no longer than this over one write, waiting for its turn included
FENCE_SECONDS = REQUEST_LIFE + WRITE_SECONDS  # left of a lease with less than this, nothing is sent any more
LEASE_SECONDS = 600.0  # longer than the fence, and than the 360 seconds for which Xero remembers a key

Status = Literal["staged", "sending", "done", "conflict", "raced", "failed", "reconnect", "withdrawn"]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One claimed write.

    ``fence`` grows with each claim; ``tries`` counts them. ``leased_for`` is how many seconds the claim holds.
    ``expect`` is what the target must say afterwards, ``replaces`` what those fields said when this was approved (None:
    not known). ``sent_at``, ``before`` and ``key`` are those of an earlier attempt whose outcome is not known.
    ``void`` says why this may not be sent any more, ``void_status`` how it then ends.
    """

    id: str
    target: System
    entity: Entity
    verb: Verb
    subject_id: str
    target_id: str = ""
    stamp: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, str] | None = None
    basis: str = ""
    fence: int = 0
    tries: int = 1
    lease_until: datetime
    leased_for: float = LEASE_SECONDS
    sent_at: datetime | None = None
    before: Record | None = None
    key: str = ""
    void: str = ""
    void_status: Status = "conflict"

    @property
    def in_doubt(self) -> bool:
        """Whether an earlier attempt may have been carried out."""
        return self.sent_at is not None

    @property
    def own_key(self) -> str:
        """The idempotency key of this operation sent alone: the same until an outcome is known, at most 128 characters."""
        return self.key or f"{self.id}.{self.fence}"


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """How an operation ended for now. ``record`` is the target as the server last showed it, ``before`` as it was.

    ``wrote`` is True when it was certainly this operation that changed the target.
    """

    status: Status
    record: Record | None = None
    before: Record | None = None
    problem: str = ""
    remedy: str = ""
    wrote: bool = False


Intention = tuple[Operation, Record | None]
"""An operation about to be sent, and its target as it was seen just before."""

End = tuple[Operation, Settlement]


class Outbox(Protocol):
    """Where operations are claimed and settled; each call is one transaction."""

    def claim(self, target: System, limit: int) -> tuple[Operation, ...]:
        """Take up to ``limit`` operations of one entity and verb for this worker: those in doubt first, then oldest."""
        ...

    def intend(self, intentions: Sequence[Intention]) -> tuple[Intention, ...]:
        """Write down what is about to be sent and what it replaces; those of them whose claim still stands."""
        ...

    def settle(self, operation: Operation, settlement: Settlement) -> None:
        """Write down one end, if the claim still stands. Raises LeaseLost."""
        ...

    def settle_all(self, ends: Sequence[End]) -> tuple[End, ...]:
        """Write down several ends together; those whose claim still stood."""
        ...

    def release(self, operations: Sequence[Operation]) -> None:
        """Give back operations that were certainly not sent under this claim."""
        ...


def as_write(operation: Operation, before: Record | None = None) -> Write:
    """The operation as it goes over the wire; it states the version it was looked at, where the target keeps one."""
    return Write(
        entity=operation.entity,
        verb=operation.verb,
        body=operation.body,
        key=operation.own_key,
        target_id=operation.target_id,
        stamp=operation.stamp,
        version=getattr(before, "version", 0) or None,
    )
