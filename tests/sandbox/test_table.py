"""The table keeps its order and its indexes in step, and can take writes back."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.sandbox.table import Table


@dataclass(frozen=True)
class Row:
    id: str
    updated_ms: int
    key: str


ROWS = st.builds(Row, st.sampled_from("abcdef"), st.integers(0, 5), st.sampled_from("xyz"))


def snapshot(table):
    return table.ordered_ids(), {key: {row.id for row in table.find("key", key)} for key in "xyz"}, dict(table.rows)


def new_table():
    return Table({"key": lambda row: row.key})


@given(st.lists(ROWS, max_size=30))
def test_order_and_index_agree_with_the_rows(rows):
    table = new_table()
    for row in rows:
        table.put(row)
    kept = {row.id: row for row in rows}

    assert table.ordered_ids() == [row.id for row in sorted(kept.values(), key=lambda row: (row.updated_ms, row.id))]
    assert {row.id for row in table.find("key", "x")} == {row.id for row in kept.values() if row.key == "x"}
    since = [row.id for row in sorted(kept.values(), key=lambda r: (r.updated_ms, r.id)) if row.updated_ms > 2]
    assert table.ordered_ids(2) == since


@settings(max_examples=200)
@given(st.lists(ROWS, max_size=10), st.lists(st.one_of(ROWS, st.sampled_from("abcdef")), max_size=10))
def test_a_rollback_restores_everything(before, writes):
    table = new_table()
    for row in before:
        table.put(row)
    told = snapshot(table)
    table.begin()
    for write in writes:
        if isinstance(write, Row):
            table.put(write)
        elif write in table.rows:
            table.remove(write)
    table.rollback()

    assert snapshot(table) == told


def test_a_selection_is_kept_until_the_next_write():
    table, made = new_table(), []
    table.fill([Row("a", 1, "x")])

    def select():
        made.append(1)
        return table.ordered_ids()

    table.selection("all", select)
    table.selection("all", select)
    table.put(Row("b", 2, "x"))

    assert (table.selection("all", select), len(made)) == (["a", "b"], 2)
