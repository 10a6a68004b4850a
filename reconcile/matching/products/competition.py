"""One record, several candidates: how far each pair stands above its rivals, and the one-to-one choice."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LARGEST_DENSE_COMPONENT = 1500


def best_three(values: Floats, owner: Ints, owners: int) -> tuple[Floats, Ints]:
    """Per owner its three highest values (0 where it has fewer) and the pairs that hold them (-1 where none)."""
    order = np.lexsort((-values, owner))
    start = np.searchsorted(owner[order], np.arange(owners))
    count = np.bincount(owner, minlength=owners)
    best = np.zeros((owners, 3))
    holder = np.full((owners, 3), -1, dtype=np.int64)
    for rank in range(3):
        present = count > rank
        holder[present, rank] = order[start[present] + rank]
        best[present, rank] = values[holder[present, rank]]
    return best, holder


def best_rival(values: Floats, owner: Ints, owners: int) -> Floats:
    """For each pair the highest value among the other pairs of the same owner; 0 when it is alone."""
    best, holder = best_three(values, owner, owners)
    rival: Floats = np.where(holder[owner, 0] == np.arange(len(values)), best[owner, 1], best[owner, 0])
    return rival


def assign(weights: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Ints:
    """Indices of the pairs of the one-to-one choice with the largest total of positive weights.

    Components of rivals are solved exactly; one too large for that is taken best first.
    """
    positive = np.flatnonzero(weights > 0)
    if not len(positive):
        return positive
    edges = sparse.coo_matrix(
        (np.ones(len(positive)), (rows[positive], columns[positive] + shape[0])), shape=(sum(shape), sum(shape))
    )
    _, label = connected_components(edges, directed=False)
    component = label[rows[positive]]
    order = positive[np.argsort(component, kind="stable")]
    borders = np.flatnonzero(np.diff(np.sort(component, kind="stable"))) + 1
    chosen = [_assign_component(weights, rows, columns, members) for members in np.split(order, borders)]
    return np.sort(np.concatenate(chosen))


def _assign_component(weights: Floats, rows: Ints, columns: Ints, members: Ints) -> Ints:
    if len(members) == 1:
        return members
    left, row = np.unique(rows[members], return_inverse=True)
    right, column = np.unique(columns[members], return_inverse=True)
    if max(len(left), len(right)) > LARGEST_DENSE_COMPONENT:
        return _assign_best_first(weights, rows, columns, members)
    gain = np.zeros((len(left), len(right)))
    gain[row, column] = weights[members]
    index = np.full(gain.shape, -1, dtype=np.int64)
    index[row, column] = members
    picked: Ints = index[linear_sum_assignment(gain, maximize=True)]
    return picked[picked >= 0]


def _assign_best_first(weights: Floats, rows: Ints, columns: Ints, members: Ints) -> Ints:
    used_rows: set[int] = set()
    used_columns: set[int] = set()
    chosen = []
    for pair in members[np.lexsort((members, -weights[members]))]:
        if rows[pair] not in used_rows and columns[pair] not in used_columns:
            used_rows.add(rows[pair])
            used_columns.add(columns[pair])
            chosen.append(pair)
    return np.array(chosen, dtype=np.int64)
