"""What the library asks of the world: a source to read, a sink to write, a place for tokens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from reconcile.records import Entity, Record, System

Verb = Literal["create", "update", "deactivate", "activate", "void", "delete"]


@dataclass(frozen=True)
class Page:
    """Some records of one entity, in the server's order.

    ``bookmark`` is the newest change seen so far by the *server's* clock: where the next incremental pull starts
    (the source itself re-reads an overlap). None when the entity keeps no such time.
    """

    records: tuple[Record, ...]
    bookmark: datetime | None = None


@dataclass(frozen=True)
class Write:
    """One write to one system, exactly as it will be sent.

    ``body`` is in the target's own field names. ``key`` is the idempotency key, at most 128 characters.
    ``stamp`` is the mark we own by which a created record is found again (Xero ContactNumber, Pooltrackr
    external_reference). ``version`` is the version the target must still have, where it keeps one.
    """

    entity: Entity
    verb: Verb
    body: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    target_id: str = ""
    stamp: str = ""
    version: int | None = None


class Source(Protocol):
    """One system, for reading."""

    system: System

    def pages(self, entity: Entity, since: datetime | None = None) -> Iterator[Page]:
        """All records changed since a moment (all there are when None), archived and deleted ones included.

        A full listing is complete or raises: a short or inconsistent page is an error, never taken for deletion.
        Raises Retry, Parked, Reconnect, BadData.
        """
        ...

    def is_incremental(self, entity: Entity) -> bool:
        """Whether ``pages`` honours ``since`` for this entity; otherwise it always lists everything."""
        ...

    def get(self, entity: Entity, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        ...


class Sink(Protocol):
    """One system, for looking and writing."""

    system: System

    def get(self, entity: Entity, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        ...

    def find(self, entity: Entity, stamp: str) -> Record | None:
        """The record that carries our stamp, None when there is none."""
        ...

    def get_many(self, entity: Entity, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """Those records that exist, by id, in as few calls as the system allows."""
        ...

    def find_many(self, entity: Entity, stamps: Sequence[str]) -> Mapping[str, Record]:
        """Those records that carry one of our stamps, by stamp, in as few calls as the system allows."""
        ...

    def send(self, write: Write) -> Record:
        """Carry out one write and return the record as the server now has it.

        Raises Retry (nothing happened), Unknown (no answer), Conflict, BadData, Reconnect, Parked.
        """
        ...

    def send_batch(self, writes: tuple[Write, ...], key: str) -> tuple["Record | Exception", ...]:
        """Carry out several writes of one entity and verb in one request, settled element by element.

        One outcome per write, in order: the record, or the error that this element alone met. Raises like ``send``
        when the request as a whole failed.
        """
        ...
