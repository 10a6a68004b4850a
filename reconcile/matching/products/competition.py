"""One record, several candidates: how far each pair stands above its rivals, and the one-to-one choice."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNSEEN, UNSEEN_IN_SMALL, SMALL = 0.7, 0.8, 50


def best_two(values: Floats, owner: Ints, owners: int) -> tuple[Floats, Ints]:
    """Per owner its two highest values (0 where it has fewer) and the pairs that hold them (-1 where none)."""
    order = np.lexsort((-values, owner))
    start = np.searchsorted(owner[order], np.arange(owners))
    count = np.bincount(owner, minlength=owners)
    best = np.zeros((owners, 2))
    holder = np.full((owners, 2), -1, dtype=np.int64)
    for place in range(2):
        present = count > place
        holder[present, place] = order[start[present] + place]
        best[present, place] = values[holder[present, place]]
    return best, holder


def best_rival(values: Floats, owner: Ints, owners: int, unseen: float) -> Floats:
    """For each pair the highest value among the other pairs of the same owner; at least that of an unseen rival."""
    best, holder = best_two(values, owner, owners)
    rival: Floats = np.where(holder[owner, 0] == np.arange(len(values)), best[owner, 1], best[owner, 0])
    return np.maximum(rival, unseen)


def unseen_rival(shape: tuple[int, int]) -> float:
    """Likeness that a look-alike would have which neither system happens to hold; more when little was seen."""
    return UNSEEN + UNSEEN_IN_SMALL * max(0.0, 1 - min(shape) / SMALL)


def lead_over_rivals(values: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Value of each pair plus its distance to the best rival of either record."""
    unseen = unseen_rival(shape)
    rivals = best_rival(values, rows, shape[0], unseen) + best_rival(values, columns, shape[1], unseen)
    lead: Floats = np.round(3 * values - rivals, 9)
    return lead


def assign(weights: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Ints:
    """Indices of the pairs of the one-to-one choice with the largest total of positive weights.

    Every record may also stay alone, which is worth nothing; so the choice is a full matching with one stand-in per
    left record (sparse Jonker-Volgenant).
    """
    good = np.flatnonzero(weights > 0)
    if not len(good):
        return good
    highest = float(weights[good].max()) + 1.0
    alone = np.arange(shape[0])
    costs = np.concatenate([highest - weights[good], np.full(shape[0], highest)])
    edges = sparse.csr_matrix(
        (costs, (np.concatenate([rows[good], alone]), np.concatenate([columns[good], alone + shape[1]]))),
        shape=(shape[0], shape[0] + shape[1]),
    )
    chosen_rows, chosen_columns = min_weight_full_bipartite_matching(edges)
    chosen = chosen_rows.astype(np.int64) * shape[1] + chosen_columns
    real = chosen_columns < shape[1]
    picked: Ints = good[np.isin(rows[good] * shape[1] + columns[good], chosen[real])]
    return picked
