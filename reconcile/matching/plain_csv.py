"""The usual kind of CSV file read as an array: where each cell begins and ends, with no text made before it is asked for.

Usual means: every row is as long as the header, and quotes stand only around whole cells. Any other file is left to
the ``csv`` module, which also says what is wrong with it. A property test holds both together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import Words

Positions = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

COMMA, NEWLINE, RETURN, QUOTE = b',\n\r"'
CHUNK = 1 << 18
"""Bytes looked at together: small enough to stay in the processor's cache."""
LONGEST = 64
"""Bytes up to which the cells of a column are compared as numbers."""
AFTER = bytes(8)
"""What follows the text, so that eight bytes can be read from any place in it."""
_KEPT = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
"""What to keep of eight bytes of which only the first 0, 1, ... 8 belong to the cell."""


@dataclass(frozen=True)
class Cells:
    """A file: its bytes, the columns of a row, and the marks (commas, line ends) around its cells, row by row from -1 on."""

    data: bytes
    width: int
    marks: Positions
    returned: bool
    quoted: bool

    @property
    def rows(self) -> int:
        """Rows below the header."""
        return (len(self.marks) - 1) // self.width - 1

    @property
    def header(self) -> list[str]:
        """The names of the columns, in lower case."""
        starts, ends = self.inner(self.marks[: self.width] + 1, self.marks[1 : self.width + 1])
        return [name.strip().lower() for name in self._texts(starts, ends)]

    def spans(self, column: int) -> tuple[Positions, Positions]:
        """Where each cell of a column begins and ends, the header's left out."""
        first = self.width + column
        last = column == self.width - 1
        return self.inner(self.marks[first : -1 : self.width] + 1, self.marks[first + 1 :: self.width], last=last)

    def inner(self, starts: Positions, ends: Positions, *, last: bool = True) -> tuple[Positions, Positions]:
        """Spans without quotes around the cell and, for the ``last`` of a row, without the first half of the line end."""
        view = _bytes(self.data)
        if self.returned and last:
            ends = ends - (view[ends - 1] == RETURN)
        if self.quoted:
            around = (ends > starts + 1) & (view[starts] == QUOTE) & (view[ends - 1] == QUOTE)
            starts, ends = starts + around, ends - around
        return starts.astype(np.int32), ends.astype(np.int32)

    def texts(self, column: int, rows: npt.NDArray[np.intp] | slice = slice(None)) -> list[str]:
        """The cells of a column, or of some rows of it, as text."""
        starts, ends = self.spans(column)
        return self._texts(starts[rows], ends[rows])

    def _texts(self, starts: Positions, ends: Positions) -> list[str]:
        cells = [self.data[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        return b"\x00".join(cells).decode().split("\x00") if cells else []

    def words(self, column: int) -> list[Words] | None:
        """The first eight bytes of each cell as a whole number, the second eight, ...; None when a cell is very long."""
        starts, ends = self.spans(column)
        lengths = ends - starts
        longest = int(lengths.max(initial=1))
        return [self._word(starts, lengths, done) for done in range(0, longest, 8)] if longest <= LONGEST else None

    def _word(self, starts: Positions, lengths: Positions, done: int) -> Words:
        """Eight bytes of every cell from ``done`` on; bytes behind its end are 0."""
        # a view that begins a number at every byte of the file
        eight = np.ndarray(len(self.data) - 7, "<u8", self.data, strides=(1,))
        if not done:
            return eight[starts] & _KEPT[np.minimum(lengths, 8)]
        rows = np.flatnonzero(lengths > done)
        words = np.zeros(len(starts), np.uint64)
        words[rows] = eight[starts[rows] + np.int32(done)] & _KEPT[np.minimum(lengths[rows] - done, 8)]
        return words


def plain_cells(data: bytes) -> Cells | None:
    """The cells of a usual file in UTF-8; None for any other."""
    data = data.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n")
    if not data or b"\x00" in data or len(data) > np.iinfo(np.int32).max - 16 or not _is_utf8(data):
        return None
    data += b"\n" + AFTER
    view, quoted, returned = _bytes(data), b'"' in data, b"\r" in data
    marks = np.concatenate([np.array([-1], np.int32), *_marks(view, quoted=quoted)])
    lines = np.flatnonzero(view[marks[1:]] == NEWLINE)
    width = int(lines[0]) + 1
    if width < 2 or not np.array_equal(lines, np.arange(width - 1, len(marks) - 1, width)):
        return None
    cells = Cells(data, width, marks, returned, quoted)
    ends = np.count_nonzero(view[marks[lines + 1] - 1] == RETURN) if returned else 0
    around = np.count_nonzero(cells.inner(marks[:-1] + 1, marks[1:])[0] > marks[:-1] + 1) if quoted else 0
    alone = data.count(b"\n") == len(lines) and data.count(b"\r") == ends and data.count(b'"') == 2 * around
    return cells if alone else None


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bytes(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)[: -len(AFTER)]


def _marks(view: Bytes, *, quoted: bool) -> Iterator[Positions]:
    """Positions of the commas and line ends that stand outside of quotes."""
    inside = np.bool_(False)
    for start in range(0, len(view), CHUNK):
        part = view[start : start + CHUNK]
        found = (part == COMMA) | (part == NEWLINE)
        if quoted:
            within = np.logical_xor.accumulate(part == QUOTE) ^ inside
            inside = within[-1]
            found &= ~within
        yield (np.flatnonzero(found) + start).astype(np.int32)
