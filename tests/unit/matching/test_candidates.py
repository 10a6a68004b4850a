"""Which pairs are looked at."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reconcile.matching.candidates import joined

KEYS = st.integers(-1, 4) | st.sampled_from([2**61, 2**61 + 1])
ROWS = st.lists(st.tuples(KEYS, KEYS), min_size=2, max_size=12)


@given(ROWS, st.data())
def test_rows_that_share_a_key_are_paired_once_for_each_key(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    lefts = data.draw(st.integers(1, len(rows) - 1))
    rights = len(rows) - lefts
    expected = [
        i * rights + j - lefts
        for i in range(lefts)
        for j in range(lefts, len(rows))
        for one in rows[i]
        for other in rows[j]
        if one == other >= 0
    ]
    assert sorted(joined(np.array(rows), lefts, budget=1000).tolist()) == sorted(expected)


@given(ROWS, st.data(), st.integers(1, 20))
def test_rarer_keys_come_first_and_the_budget_holds(
    rows: list[tuple[int, int]], data: st.DataObject, budget: int
) -> None:
    lefts = data.draw(st.integers(1, len(rows) - 1))
    found = joined(np.array(rows), lefts, budget).tolist()
    brought = {
        key: sum(row.count(key) for row in rows[:lefts]) * sum(row.count(key) for row in rows[lefts:])
        for key in {key for row in rows for key in row if key >= 0}
    }
    ones = sum(pairs for pairs in brought.values() if pairs == 1)
    assert ones <= len(found) <= max(budget, ones)
