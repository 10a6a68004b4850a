"""Both sides as one table of whole numbers: every text of a column is kept once, whichever rows and sides it stands in."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Columns = Mapping[str, Sequence[str]]
T = TypeVar("T", bound=Hashable)

IDENTITY = ("id", "name", "first_name", "last_name", "company", "email", "phone", "mobile", "abn")
MATCH_COLUMNS = (*IDENTITY, "street", "suburb", "state", "postcode")
EXTRA_COLUMNS = ("contact_number", "account_number", "site_street", "site_suburb", "site_state", "site_postcode")


@dataclass(frozen=True)
class Column:
    """For each row the number of its text, and the distinct texts."""

    codes: Codes
    texts: Sequence[str]

    @property
    def filled(self) -> bool:
        return any(self.texts)

    def numbered(self, parse: Callable[[str], T], empty: T) -> tuple[Codes, list[T]]:
        """Every distinct text parsed once: for each row the number of what its text means, -1 for ``empty``."""
        codes, values = code([parse(text) for text in self.texts], empty)
        return codes[self.codes], values


@dataclass(frozen=True)
class Table:
    """Two sides: the ids of both, and the other columns over all rows, those of the left side first."""

    left: Sequence[str]
    right: Sequence[str]
    columns: Mapping[str, Column]

    @property
    def lefts(self) -> int:
        return len(self.left)

    @property
    def size(self) -> int:
        return len(self.left) + len(self.right)

    def column(self, name: str) -> Column:
        """A column, all of it empty when the sides have none of that name."""
        return self.columns.get(name) or Column(np.zeros(self.size, np.int32), [""])

    def turned(self) -> "Table":
        """The same with the sides changed over."""
        return Table(self.right, self.left, self._picked(np.roll(np.arange(self.size), len(self.right))))

    def ordered(self) -> "tuple[Table, Codes, Codes]":
        """The rows of both sides in the order of their ids, and where each row of both was."""
        left, right = (
            np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int32) for ids in (self.left, self.right)
        )
        ids = [self.left[k] for k in left.tolist()], [self.right[k] for k in right.tolist()]
        return Table(*ids, self._picked(np.concatenate([left, right + self.lefts]))), left, right

    def _picked(self, rows: npt.NDArray[np.intp] | Codes) -> dict[str, Column]:
        return {name: Column(column.codes[rows], column.texts) for name, column in self.columns.items()}


def tabled(left: Columns, right: Columns) -> Table:
    """Two sides given as columns of text, each as long as ``id``; columns that are empty throughout are left out."""
    columns = {}
    for name in (*MATCH_COLUMNS[1:], *EXTRA_COLUMNS):
        cells = [side.get(name) or [""] * len(side["id"]) for side in (left, right)]
        if any(map(any, cells)):
            columns[name] = factored([*cells[0], *cells[1]])
    return Table(left["id"], right["id"], columns)


def factored(cells: Sequence[str]) -> Column:
    """Texts numbered in the order in which they come."""
    known: defaultdict[str, int] = defaultdict(count().__next__)
    return Column(np.fromiter(map(known.__getitem__, cells), np.int32, len(cells)), list(known))


def code(values: Sequence[T], empty: T) -> tuple[Codes, list[T]]:
    """Numbers values in order of appearance; ``empty`` becomes -1."""
    known: defaultdict[T, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(known.__getitem__, values), np.int32, len(values))
    if empty in known:
        codes[codes == known[empty]] = -1
    return codes, list(known)
