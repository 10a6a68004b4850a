"""Numbers of the other system that a record carries: a Xero ContactNumber or AccountNumber that is a Pooltrackr id."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.outcome import Compared
from reconcile.matching.table import Column, Table

Ints = npt.NDArray[np.int32]
_PREFIX = re.compile(r"^[A-Za-z]{1,12}[-_:# ]+")


@dataclass(frozen=True)
class Carried:
    """Which left record each right record names, and the other way round; -1 for none."""

    of_right: Ints
    of_left: Ints

    def added_to(self, pairs: tuple[Ints, Ints], lefts: int) -> tuple[Ints, Ints]:
        """Candidate pairs with the named ones among them."""
        named_right, named_left = np.flatnonzero(self.of_right >= 0), np.flatnonzero(self.of_left >= 0)
        if not len(named_right) and not len(named_left):
            return pairs
        rights = np.int64(max(len(self.of_right), 1))
        i = np.concatenate([pairs[0], self.of_right[named_right], named_left]).astype(np.int64)
        j = np.concatenate([pairs[1] - lefts, named_right, self.of_left[named_left]])
        packed = np.unique(i * rights + j)
        return (packed // rights).astype(np.int32), (packed % rights + lefts).astype(np.int32)

    def compared(self, i: Ints, j: Ints) -> Compared:
        """1 when one names the other, 0 when one names a third, -1 when neither names anybody."""
        names = (self.of_right[j], i), (self.of_left[i], j)
        known = (names[0][0] >= 0) | (names[1][0] >= 0)
        same = (names[0][0] == names[0][1]) | (names[1][0] == names[1][1])
        return Compared(np.where(known, same, -1).astype(np.int8), np.ones(len(i), np.float32))


def carried(table: Table) -> Carried:
    """Looks up the carried numbers of both sides."""
    lefts = table.lefts
    columns = [column for name in ("account_number", "contact_number") if (column := table.column(name)).filled]
    right = [Column(column.codes[lefts:], column.texts) for column in columns]
    left = [Column(column.codes[:lefts], column.texts) for column in columns]
    return Carried(of_right=_named(right, table.left, table.size - lefts), of_left=_named(left, table.right, lefts))


def _named(columns: Sequence[Column], ids: Sequence[str], size: int) -> Ints:
    """For each record the position of the id it carries, with or without a prefix such as ``PT-``."""
    found = np.full(size, -1, np.int32)
    if not columns:
        return found
    position = {key: n for n, key in enumerate(ids)}
    for column in columns:
        values = [text.strip() for text in column.texts]
        named = [position.get(value, position.get(_PREFIX.sub("", value), -1)) if value else -1 for value in values]
        at = np.array(named, np.int32)[column.codes]
        found[at >= 0] = at[at >= 0]
    return found
