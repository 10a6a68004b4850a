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
    """Two sides: the ids of both, and the other columns over all rows, those of the left side first.

    ``put_together`` marks the rows whose name is nothing but first name, space and last name. Nearly every name is one of
    a kind, so these are not kept: in the column ``name`` their cell is empty.
    """

    left: Sequence[str]
    right: Sequence[str]
    columns: Mapping[str, Column]
    put_together: npt.NDArray[np.bool_]

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
        return self._picked(self.right, self.left, np.roll(np.arange(self.size), len(self.right)))

    def ordered(self) -> "tuple[Table, Codes, Codes]":
        """The rows of both sides in the order of their ids, and where each row of both was."""
        left, right = (
            np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int32) for ids in (self.left, self.right)
        )
        ids = [self.left[k] for k in left.tolist()], [self.right[k] for k in right.tolist()]
        return self._picked(*ids, np.concatenate([left, right + self.lefts])), left, right

    def _picked(self, left: Sequence[str], right: Sequence[str], rows: npt.NDArray[np.intp] | Codes) -> "Table":
        columns = {name: Column(column.codes[rows], column.texts) for name, column in self.columns.items()}
        return Table(left, right, columns, self.put_together[rows])


def tabled(left: Columns, right: Columns) -> Table:
    """Two sides given as columns of text, each as long as ``id``; columns that are empty throughout are left out."""
    sides = (left, len(left["id"])), (right, len(right["id"]))
    cells = {
        name: [text for side, rows in sides for text in side.get(name) or [""] * rows]
        for name in (*MATCH_COLUMNS[1:], *EXTRA_COLUMNS)
    }
    rows = zip(cells["name"], cells["first_name"], cells["last_name"], strict=True)
    together = np.array([name == first + " " + last for name, first, last in rows], bool)
    cells["name"] = ["" if known else name for name, known in zip(cells["name"], together.tolist(), strict=True)]
    columns = {name: factored(texts) for name, texts in cells.items() if any(texts)}
    return Table(left["id"], right["id"], columns, together)


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
