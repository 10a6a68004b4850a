"""Two sides as one table of numbers: from lists of text, and from the bytes of plain CSV files."""

import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reconcile.matching.cell_tables import table_of_cells
from reconcile.matching.grouping import group_rows, group_words
from reconcile.matching.plain_csv import Cells, plain_cells
from reconcile.matching.table import Table, tabled

NAMES = ["id", "name", "first_name", "last_name"]
CELL = st.text(alphabet="abcdefgh XYZ.@,é😀", max_size=30)
WHOLE = st.tuples(CELL, CELL).map(lambda parts: (" ".join(parts), *parts))
ROWS = st.lists(st.tuples(CELL, CELL, CELL) | WHOLE, max_size=8)


def texts(table: Table) -> dict[str, list[str]]:
    """All cells of a table, written out."""
    return {name: [column.texts[n] for n in column.codes.tolist()] for name, column in table.columns.items()}


def plain_file(rows: list[list[str]], quoting: int, end: str) -> Cells:
    """A file of these rows, which has to be plain."""
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([NAMES, *rows])
    cells = plain_cells(text.getvalue().encode())
    assert cells is not None
    return cells


@given(st.text(alphabet='ab,"\r\n é', max_size=40).map(str.encode) | st.binary(max_size=12))
def test_a_plain_file_is_read_as_the_csv_module_reads_it(data: bytes) -> None:
    cells = plain_cells(b"id,b\n" + data)
    if cells is not None:
        reader = csv.reader(io.StringIO((b"id,b\n" + data).decode(), newline=""), strict=True)
        header, *rows = (row for row in reader if row)
        assert cells.header == header
        assert list(map(list, zip(cells.column(0).texts(), cells.column(1).texts(), strict=True))) == rows


@given(ROWS, ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]))
def test_files_and_lists_give_the_same_table(
    left: list[tuple[str, str, str]], right: list[tuple[str, str, str]], quoting: int, end: str
) -> None:
    sides = [[[f"{n}", *row] for n, row in enumerate(rows)] for rows in (left, right)]
    files = [plain_file(rows, quoting, end) for rows in sides]
    lists = [{name: [row[k] for row in rows] for k, name in enumerate(NAMES)} for rows in sides]
    one, other = table_of_cells(files[0], files[1], NAMES), tabled(lists[0], lists[1])
    assert (one.left, one.right, texts(one)) == (other.left, other.right, texts(other))
    assert one.put_together.tolist() == other.put_together.tolist()
    assert other.put_together.tolist() == [
        name == first + " " + last for rows in (left, right) for name, first, last in rows
    ]


@given(st.lists(st.tuples(*[st.integers(-1, 2**31 - 2)] * 4) | st.tuples(*[st.integers(-1, 1)] * 4), max_size=20))
def test_rows_are_grouped_by_all_their_codes(rows: list[tuple[int, ...]]) -> None:
    columns = np.array(rows, np.int32).reshape(-1, 4).T
    where, first = group_rows(*columns)
    assert [rows[n] for n in first[where].tolist()] == rows
    assert len(first) == len(set(rows))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_texts_of_several_words_are_grouped_exactly(rows: list[tuple[int, int]]) -> None:
    grouped = group_words(list(np.array(rows, np.uint64).T))
    assert grouped is not None
    assert [rows[n] for n in grouped[1][grouped[0]].tolist()] == rows


def test_texts_that_mix_to_the_same_number_are_never_taken_for_equal() -> None:
    # the number of (0, x) is x; of (y, z) it is the mix of y, exclusive-or z
    mixed = np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    assert group_words([np.array([0, 1], np.uint64), np.array([mixed, 0], np.uint64)]) is None


def test_a_column_with_a_very_long_cell_is_read_too() -> None:
    long = "long " * 50
    files = [plain_file([["1", long, "", ""], ["2", "x", "", ""]], csv.QUOTE_MINIMAL, "\n") for _ in range(2)]
    assert texts(table_of_cells(files[0], files[1], NAMES)) == {"name": [long, "x"] * 2}
