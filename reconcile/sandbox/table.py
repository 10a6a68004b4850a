"""Records of one kind, kept by id, in the order of their last change, and by unique keys."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """What a table needs to know of a record."""

    @property
    def id(self) -> str:
        """Identifier, unique in its table."""

    @property
    def updated_ms(self) -> int:
        """Last change, in milliseconds since 1970."""


R = TypeVar("R", bound=Record)
Key = Callable[[R], Hashable | None]


class Table(Generic[R]):
    """Immutable records; `put` replaces one and keeps order and indexes in step.

    Paging over 100,000 rows slices a list; finding by an indexed key looks in a dictionary. `writes` grows with each change.
    """

    def __init__(self, indexes: Mapping[str, Key[R]] | None = None) -> None:
        self.rows: dict[str, R] = {}
        self.writes = 0
        self._order: list[tuple[int, str]] = []
        self._keys = indexes or {}
        self._indexes: dict[str, dict[Hashable, dict[str, None]]] = {name: {} for name in self._keys}
        self._journal: dict[str, R | None] | None = None
        self._selections: dict[Hashable, list[str]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def get(self, identifier: str) -> R | None:
        """The record with this id, or None."""
        return self.rows.get(identifier)

    def fill(self, records: Iterable[R]) -> None:
        """Load many records at once (sorted once, not one by one)."""
        for record in records:
            self.rows[record.id] = record
            self._index(record)
        self._order = sorted((record.updated_ms, record.id) for record in self.rows.values())
        self._changed()

    def put(self, record: R) -> R:
        """Insert or replace a record."""
        old = self.rows.get(record.id)
        if self._journal is not None:
            self._journal.setdefault(record.id, old)
        if old is not None:
            self._forget(old)
        self.rows[record.id] = record
        self._index(record)
        insort(self._order, (record.updated_ms, record.id))
        self._changed()
        return record

    def remove(self, identifier: str) -> None:
        """Take a record out."""
        old = self.rows.pop(identifier)
        if self._journal is not None:
            self._journal.setdefault(identifier, old)
        self._forget(old)
        self._changed()

    def find(self, index: str, key: Hashable) -> list[R]:
        """All records with this key, oldest entry first."""
        return [self.rows[identifier] for identifier in self._indexes[index].get(key, ())]

    def ordered_ids(self, after_ms: int | None = None, *, inclusive: bool = False) -> list[str]:
        """Ids by last change then id, from a moment on (exclusive unless told)."""
        if after_ms is None:
            return [identifier for _, identifier in self._order]
        start = (bisect_left if inclusive else bisect_right)(self._order, after_ms, key=lambda entry: entry[0])
        return [identifier for _, identifier in self._order[start:]]

    def in_order(self, identifiers: Iterable[str], after_ms: int | None, inclusive: bool) -> list[str]:
        """Those ids that changed after a moment, each once, in the order of the table."""
        stamped = sorted({(self.rows[identifier].updated_ms, identifier) for identifier in identifiers})
        if after_ms is None:
            return [identifier for _, identifier in stamped]
        return [identifier for ms, identifier in stamped if ms > after_ms or (inclusive and ms == after_ms)]

    def selection(self, key: Hashable, select: Callable[[], list[str]]) -> list[str]:
        """The ids that `select` gives, kept until the next write, so that the pages of one list cost one scan."""
        if key not in self._selections:
            if len(self._selections) >= 8:
                del self._selections[next(iter(self._selections))]
            self._selections[key] = select()
        return self._selections[key]

    def begin(self) -> None:
        """Remember what the next writes replace."""
        self._journal = {}

    def commit(self) -> None:
        """Forget what was remembered."""
        self._journal = None

    def rollback(self) -> None:
        """Put back what `begin` remembered."""
        journal, self._journal = self._journal or {}, None
        for identifier, old in journal.items():
            if old is not None:
                self.put(old)
            elif identifier in self.rows:
                self.remove(identifier)

    def _changed(self) -> None:
        self.writes += 1
        self._selections.clear()

    def _index(self, record: R) -> None:
        for name, key_of in self._keys.items():
            key = key_of(record)
            if key is not None:
                self._indexes[name].setdefault(key, {})[record.id] = None

    def _forget(self, record: R) -> None:
        at = bisect_left(self._order, (record.updated_ms, record.id))
        del self._order[at]
        for name, key_of in self._keys.items():
            key = key_of(record)
            if key is not None:
                members = self._indexes[name][key]
                members.pop(record.id, None)
                if not members:
                    del self._indexes[name][key]
