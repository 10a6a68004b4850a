"""The one to one choice is the best there is, not the first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from reconcile.matching.assign import assign

PAIRS = st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)), st.integers(-3, 12), max_size=30)


def chosen(pairs: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
    left, right = (np.array([pair[k] for pair in pairs], np.int32) for k in (0, 1))
    mask = assign(left, right, np.array(list(pairs.values()), float))
    return {pair for pair, use in zip(pairs, mask, strict=True) if use}


@given(PAIRS)
def test_no_choice_is_worth_more(pairs: dict[tuple[int, int], int]) -> None:
    found = chosen({pair: float(gain) for pair, gain in pairs.items()})
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    profit = np.zeros((8, 8))
    for (i, j), gain in pairs.items():
        profit[i, j] = max(gain, 0)
    assert sum(pairs[pair] for pair in found) == profit[linear_sum_assignment(profit, maximize=True)].sum()


def test_a_greedy_first_choice_is_given_up_for_a_better_whole() -> None:
    assert chosen({(0, 0): 10.0, (0, 1): 9.0, (1, 0): 9.0, (1, 1): 1.0}) == {(0, 1), (1, 0)}


@pytest.mark.parametrize("size", [15, 60])
def test_large_knots_are_solved_as_well(size: int) -> None:
    profit = np.random.default_rng(3).integers(1, 1000, (size, size)).astype(float)
    found = chosen({(i, j): float(profit[i, j]) for i in range(size) for j in range(size)})
    assert sum(profit[pair] for pair in found) == profit[linear_sum_assignment(profit, maximize=True)].sum()


def test_nothing_to_choose_from() -> None:
    assert chosen({}) == set()
    assert chosen({(0, 0): -1.0}) == set()
