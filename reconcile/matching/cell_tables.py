"""The table of two files: equal cells are found by their bytes, and only the different ones become text."""

from collections.abc import Sequence

import numpy as np

from reconcile.matching.grouping import group_words
from reconcile.matching.plain_csv import Cells
from reconcile.matching.table import Column, Table, factored


def table_of_cells(left: Cells, right: Cells, names: Sequence[str]) -> Table:
    """The columns ``names`` of both files, as far as they are there and hold anything; ``id`` is in each."""
    ids = [cells.texts(cells.header.index("id")) for cells in (left, right)]
    columns = {}
    for name in names:
        own = [_place(cells, name) for cells in (left, right)]
        if name != "id" and own != [None, None]:
            columns[name] = _column((left, own[0]), (right, own[1]))
    return Table(ids[0], ids[1], {name: column for name, column in columns.items() if column.filled})


def _place(cells: Cells, name: str) -> int | None:
    header = cells.header
    return header.index(name) if name in header else None


def _column(*sides: tuple[Cells, int | None]) -> Column:
    """One column of both files; a file without it counts as empty in every row."""
    found = [[np.zeros(cells.rows, np.uint64)] if place is None else cells.words(place) for cells, place in sides]
    words = [side for side in found if side is not None]
    if len(words) < len(found):
        return factored(_all_texts(*sides))
    longest = max(map(len, words))
    words = [side + [np.zeros_like(side[0])] * (longest - len(side)) for side in words]
    grouped = group_words([np.concatenate(both) for both in zip(*words, strict=True)])
    if grouped is None:
        return factored(_all_texts(*sides))
    codes, rows = grouped
    lefts = sides[0][0].rows
    texts = np.empty(len(rows), object)
    for (cells, place), mine, first in zip(sides, (rows < lefts, rows >= lefts), (0, lefts), strict=True):
        texts[mine] = "" if place is None else cells.texts(place, rows[mine] - first)
    return Column(codes, texts.tolist())


def _all_texts(*sides: tuple[Cells, int | None]) -> list[str]:
    return [text for cells, place in sides for text in (cells.texts(place) if place is not None else [""] * cells.rows)]
