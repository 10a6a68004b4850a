"""The table of two files: equal cells are found by their bytes, and only the different ones become text."""

from collections.abc import Sequence

import numpy as np

from reconcile.matching.grouping import group_words
from reconcile.matching.plain_csv import Cells
from reconcile.matching.spans import LONGEST, Mask, Spans
from reconcile.matching.table import Column, Table, factored

SPACE = ord(" ")


def table_of_cells(left: Cells, right: Cells, names: Sequence[str]) -> Table:
    """The columns ``names`` of both files, as far as they are there and hold anything; ``id`` is in each."""
    together = [
        put_together(cells.named("name"), cells.named("first_name"), cells.named("last_name"))
        for cells in (left, right)
    ]
    columns = {}
    for name in (name for name in names if name != "id"):
        sides = [cells.named(name) for cells in (left, right)]
        if name == "name":
            sides = [cells.emptied(rows) for cells, rows in zip(sides, together, strict=True)]
        if any(cells.longest for cells in sides):
            columns[name] = _column(*sides)
    return Table(left.named("id").texts(), right.named("id").texts(), columns, np.concatenate(together))


def put_together(name: Spans, first: Spans, last: Spans) -> Mask:
    """Rows whose name is first name, space and last name."""
    middle = (name.starts + np.minimum(first.sizes, name.sizes)).astype(np.int32)
    spaced = np.frombuffer(name.data, np.uint8)[middle] == SPACE
    begins = Spans(name.data, name.starts, middle).same(first)
    rest = Spans(name.data, np.minimum(middle + 1, name.ends).astype(np.int32), name.ends)
    return np.asarray(begins & spaced & rest.same(last))


def _column(left: Spans, right: Spans) -> Column:
    """One column of both files."""
    longest = max(left.longest, right.longest)
    if longest > LONGEST:
        return factored([*left.texts(), *right.texts()])
    words = zip(left.words(longest), right.words(longest), strict=True)
    grouped = group_words([np.concatenate(both) for both in words])
    if grouped is None:
        return factored([*left.texts(), *right.texts()])
    codes, rows = grouped
    of_left = rows < len(left)
    texts = np.empty(len(rows), object)
    texts[of_left], texts[~of_left] = left.of(rows[of_left]).texts(), right.of(rows[~of_left] - len(left)).texts()
    return Column(codes, texts.tolist())
