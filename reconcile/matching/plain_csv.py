"""The usual kind of CSV file read as an array: where each cell begins and ends, with no text made before it is asked for.

Usual means: every row is as long as the header, and quotes stand only around whole cells. Any other file is left to
the ``csv`` module, which also says what is wrong with it. A property test holds both together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconcile.matching.spans import AFTER, NEWLINE, Bytes, Positions, Spans

COMMA, RETURN, QUOTE = b',\r"'
CHUNK = 1 << 18
"""Bytes looked at together: small enough to stay in the processor's cache."""
MOST = np.iinfo(np.int32).max - 16
"""Bytes of a file whose positions fit into 32 bits."""


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

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns, in lower case."""
        cells = self.inner(self.marks[: self.width] + 1, self.marks[1 : self.width + 1])
        return [name.strip().lower() for name in cells.texts()]

    def column(self, number: int) -> Spans:
        """The cells of a column below the header."""
        first = self.width + number
        starts, ends = self.marks[first : -1 : self.width] + 1, self.marks[first + 1 :: self.width]
        return self.inner(starts, ends, last=number == self.width - 1)

    def named(self, name: str) -> Spans:
        """A column by its name; all of it empty when the file has none of that name."""
        nothing = np.zeros(self.rows, np.int32)
        return self.column(self.header.index(name)) if name in self.header else Spans(self.data, nothing, nothing)

    def inner(self, starts: Positions, ends: Positions, *, last: bool = True) -> Spans:
        """Cells without quotes around them and, for the ``last`` of a row, without the first half of the line end."""
        view = np.frombuffer(self.data, np.uint8)
        if self.returned and last:
            ends = ends - (view[ends - 1] == RETURN)
        if self.quoted:
            around = (ends > starts + 1) & (view[starts] == QUOTE) & (view[ends - 1] == QUOTE)
            starts, ends = starts + around, ends - around
        return Spans(self.data, starts.astype(np.int32), ends.astype(np.int32))


def plain_cells(data: bytes) -> Cells | None:
    """The cells of a usual file in UTF-8; None for any other."""
    begin, end = _text(data)
    if begin == end or end - begin > MOST or b"\x00" in data or not _is_utf8(data):
        return None
    data = b"".join((memoryview(data)[begin:end], b"\n", AFTER))
    view = np.frombuffer(data, np.uint8)[: -len(AFTER)]
    quoted, returned = b'"' in data, b"\r" in data
    marks = np.concatenate([np.array([-1], np.int32), *_marks(view, quoted=quoted)])
    width = int(np.searchsorted(marks, data.index(b"\n")))
    rows, over = divmod(len(marks) - 1, width)
    # as many line ends as rows, and each of them the last mark of a row: then all other marks are commas
    lines = marks[width::width]
    if width < 2 or over or not (view[lines] == NEWLINE).all() or np.count_nonzero(view == NEWLINE) != rows:
        return None
    cells = Cells(data, width, marks, returned, quoted)
    if returned and np.count_nonzero(view == RETURN) != np.count_nonzero(view[lines - 1] == RETURN):
        return None
    if quoted and not _quoted_whole(cells):
        return None
    return cells


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes) -> tuple[int, int]:
    """Where the text of a file begins and ends: behind a byte order mark, without empty lines before and after."""
    begin, end = (3 if data.startswith(b"\xef\xbb\xbf") else 0), len(data)
    while begin < end and data[begin] in b"\r\n":
        begin += 1
    while begin < end and data[end - 1] in b"\r\n":
        end -= 1
    return begin, end


def _quoted_whole(cells: Cells) -> bool:
    """Whether every quote stands at the beginning or the end of a quoted cell."""
    starts = cells.marks[:-1] + 1
    around = np.count_nonzero(cells.inner(starts, cells.marks[1:]).starts > starts)
    return cells.data.count(b'"') == 2 * around


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
