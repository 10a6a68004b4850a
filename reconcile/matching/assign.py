"""Chooses pairs so that no record is used twice and the weights add up to the most: exact, not greedy."""

from importlib import import_module

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SMALL = 40
"""Records in a knot of rivals up to which plain Python is faster than loading scipy."""


def assign(left: Ints, right: Ints, gain: Floats) -> Mask:
    """Marks the chosen pairs; only pairs with a positive gain are chosen."""
    chosen = np.zeros(len(left), bool)
    open_ = np.flatnonzero(gain > 0)
    while len(open_):
        i, j, g = left[open_], right[open_], gain[open_]
        best_i, next_i = best_two(i, g)
        best_j, next_j = best_two(j, g)
        sure = (g == best_i) & (g == best_j) & (g >= next_i + next_j)
        sure &= _alone(i, sure) & _alone(j, sure)
        if not sure.any():
            break
        chosen[open_[sure]] = True
        open_ = open_[~(np.isin(i, i[sure]) | np.isin(j, j[sure]))]
    for knot in _knots(left[open_], right[open_]):
        pairs = open_[knot]
        chosen[pairs[_solve(left[pairs], right[pairs], gain[pairs])]] = True
    return chosen


def best_two(key: Ints, gain: Floats) -> tuple[Floats, Floats]:
    """For each pair the best gain of its record, and the best of the record's other pairs (0 when there is none)."""
    order = np.lexsort((-gain, key))
    keys = key[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.intp)
    ends = np.append(first[1:], len(keys))
    top = gain[order[first]]
    second = np.where(ends - first > 1, gain[order[np.minimum(first + 1, len(keys) - 1)]], 0.0) if len(keys) else top
    group = np.empty(len(keys), np.intp)
    group[order] = np.repeat(np.arange(len(first)), ends - first)
    return top[group], second[group]


def _alone(key: Ints, marked: Mask) -> Mask:
    """Marked pairs whose record has only one marked pair."""
    return np.asarray(np.bincount(key[marked], minlength=int(key.max(initial=0)) + 1)[key] == 1)


def _knots(left: Ints, right: Ints) -> list[list[int]]:
    """Pairs that share records, directly or through others, put together."""
    root: dict[int, int] = {}

    def find(node: int) -> int:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    ends = [(int(i), -1 - int(j)) for i, j in zip(left, right, strict=True)]
    for i, j in ends:
        root[find(i)] = find(j)
    knots: dict[int, list[int]] = {}
    for n, (i, _) in enumerate(ends):
        knots.setdefault(find(i), []).append(n)
    return list(knots.values())


def _solve(left: Ints, right: Ints, gain: Floats) -> list[int]:
    rows, i = np.unique(left, return_inverse=True)
    columns, j = np.unique(right, return_inverse=True)
    if len(rows) + len(columns) > SMALL:
        return _solve_large(i, j, gain, len(rows), len(columns))
    pair_of = {(int(a), int(b)): n for n, (a, b) in enumerate(zip(i, j, strict=True))}
    profit = [
        [float(gain[pair_of[a, b]]) if (a, b) in pair_of else 0.0 for b in range(len(columns))]
        for a in range(len(rows))
    ]
    return [pair_of[a, b] for a, b in _hungarian(profit) if (a, b) in pair_of]


def _hungarian(profit: list[list[float]]) -> list[tuple[int, int]]:
    """Kuhn and Munkres with potentials, most profit; every row gets a column of its own, added ones being worth nothing."""
    rows = len(profit)
    columns = len(profit[0]) + rows
    cost = [[-value for value in row] + [0.0] * rows for row in profit]
    u, v = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, used = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while owner[column]:
            used[column] = True
            at, delta, following = owner[column], float("inf"), 0
            for c in range(1, columns + 1):
                if used[c]:
                    continue
                reduced = cost[at - 1][c - 1] - u[at] - v[c]
                if reduced < least[c]:
                    least[c], way[c] = reduced, column
                if least[c] < delta:
                    delta, following = least[c], c
            for c in range(columns + 1):
                if used[c]:
                    u[owner[c]] += delta
                    v[c] -= delta
                else:
                    least[c] -= delta
            column = following
        while column:
            owner[column], column = owner[way[column]], way[column]
    return [(owner[c] - 1, c - 1) for c in range(1, len(profit[0]) + 1) if owner[c]]


def _solve_large(i: npt.NDArray[np.intp], j: npt.NDArray[np.intp], gain: Floats, rows: int, columns: int) -> list[int]:
    sparse, csgraph = import_module("scipy.sparse"), import_module("scipy.sparse.csgraph")
    every = np.arange(rows)
    data = np.concatenate([gain, np.full(rows, 1e-9)])
    graph = sparse.csr_array(
        (data, (np.concatenate([i, every]), np.concatenate([j, columns + every]))), shape=(rows, columns + rows)
    )
    a, b = csgraph.min_weight_full_bipartite_matching(graph, maximize=True)
    pair_of = {(int(x), int(y)): n for n, (x, y) in enumerate(zip(i, j, strict=True))}
    return [pair_of[int(x), int(y)] for x, y in zip(a, b, strict=True) if y < columns]
