"""Pieces of one long text, known by where they begin and end; they become text only when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import Codes, Places, Words, group_words

Positions = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

NEWLINE = ord("\n")
AFTER = bytes(8)
"""What has to follow the text, so that eight bytes can be read from any place in it."""
TOGETHER = 1 << 13
"""Pieces that become text together: their bytes stay in the processor's cache."""
LONGEST = 64
"""Bytes up to which pieces are compared as whole numbers."""
_KEPT = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
"""What to keep of eight bytes of which only the first 0, 1, ... 8 belong to the piece."""


def eight_bytes(data: bytes) -> Words:
    """The whole number that begins at every byte of a text that ends in AFTER: a view, nothing is copied."""
    return np.ndarray(len(data) - 7, "<u8", data, strides=(1,))


@dataclass(frozen=True)
class Spans:
    """Pieces of ``data``, none of which holds a line end; ``data`` ends in AFTER."""

    data: bytes
    starts: Positions
    ends: Positions

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def sizes(self) -> Positions:
        return self.ends - self.starts

    @cached_property
    def longest(self) -> int:
        """Bytes of the longest piece."""
        return int(self.sizes.max(initial=0))

    def of(self, rows: npt.NDArray[np.intp]) -> "Spans":
        return Spans(self.data, self.starts[rows], self.ends[rows])

    def emptied(self, rows: Mask) -> "Spans":
        """The same with nothing in some rows."""
        return replace(self, ends=np.where(rows, self.starts, self.ends))

    def last(self, size: int) -> "Spans":
        """The last ``size`` bytes of each."""
        return replace(self, starts=np.maximum(self.starts, self.ends - np.int32(size)))

    def parted(self, mark: int) -> "tuple[Spans, Spans]":
        """What stands before and behind a mark that is in each piece once."""
        middle = np.flatnonzero(np.frombuffer(self.data, np.uint8) == mark).astype(np.int32)
        return replace(self, ends=middle), replace(self, starts=middle + np.int32(1))

    def texts(self) -> list[str]:
        """The pieces as text: put side by side with a line end between, so that one call decodes and one splits them."""
        parts = [slice(first, first + TOGETHER) for first in range(0, len(self), TOGETHER)]
        view = np.frombuffer(self.data, np.uint8)
        lines = b"\n".join([_lines(view, self.starts[part], self.ends[part]) for part in parts])
        return lines.decode().split("\n") if parts else []

    def words(self, size: int) -> list[Words]:
        """The first eight bytes of each piece as a whole number, the second eight, ... for pieces of up to ``size`` bytes."""
        return [self._word(done) for done in range(0, max(size, 1), 8)]

    def _word(self, done: int) -> Words:
        eight = eight_bytes(self.data)
        if not done:
            return eight[self.starts] & _KEPT[np.minimum(self.sizes, 8)]
        rows = np.flatnonzero(self.sizes > done)
        words = np.zeros(len(self), np.uint64)
        words[rows] = eight[self.starts[rows] + np.int32(done)] & _KEPT[np.minimum(self.sizes[rows] - done, 8)]
        return words

    def grouped(self) -> tuple[Codes, Places] | None:
        """For each piece the number of its text, and for each text a piece that has it; None when that is not possible."""
        return group_words(self.words(self.longest)) if self.longest <= LONGEST else None

    def same(self, other: "Spans") -> Mask:
        """Rows in which both have the same bytes."""
        same: Mask = self.sizes == other.sizes
        rows = np.flatnonzero(same)
        eight, done = eight_bytes(self.data), 0
        while len(rows):
            kept = _KEPT[np.minimum(self.sizes[rows] - done, 8)]
            unequal = (eight[self.starts[rows] + done] ^ eight_bytes(other.data)[other.starts[rows] + done]) & kept != 0
            same[rows[unequal]] = False
            done += 8
            rows = rows[~unequal & (self.sizes[rows] > done)]
        return same


def spans_of(texts: Sequence[str]) -> Spans:
    """Texts, none of which holds a line end or a NUL, as pieces of one."""
    data = "\n".join([*texts, ""]).encode(errors="surrogatepass") + AFTER
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE).astype(np.int32)
    return Spans(data, np.append(np.int32(0), ends[:-1] + np.int32(1)) if len(ends) else ends, ends)


def _lines(view: Bytes, starts: Positions, ends: Positions) -> bytes:
    """The bytes of some pieces with a line end between two."""
    sizes = ends - starts + np.int32(1)
    after = np.cumsum(sizes, dtype=np.int32)
    places = np.arange(after[-1], dtype=np.int32)
    places += np.repeat(starts - (after - sizes), sizes)
    lines = view[places]
    lines[after - 1] = NEWLINE
    return lines[:-1].tobytes()
