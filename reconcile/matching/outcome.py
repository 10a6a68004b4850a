"""What comparing one field of many pairs gives, and how to compare fields with several values."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.table import Codes

Levels = npt.NDArray[np.int8]
Shares = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
MISSING = -1


@dataclass(frozen=True)
class Compared:
    """One field of all pairs: ``level`` (-1 missing) and, where the level goes by value, the share of records with it."""

    level: Levels
    share: Shares


def single(codes: Codes, shares: Shares, i: Codes, j: Codes) -> Compared:
    """Equal or not, of one value a record."""
    a, b = codes[i], codes[j]
    known = (a >= 0) & (b >= 0)
    return Compared(
        np.where(known, a == b, MISSING).astype(np.int8), np.where(known & (a == b), shares[a], 1).astype(np.float32)
    )


def better_of(one: Compared, other: Compared) -> Compared:
    """The better of two comparisons, pair by pair."""
    better = other.level > one.level
    return Compared(np.where(better, other.level, one.level), np.where(better, other.share, one.share))


def best_of(
    left: Codes, right: Codes, i: Codes, j: Codes, compare: Callable[[Codes, Codes], tuple[Levels, Shares]]
) -> Compared:
    """The best level over all values of one record with all values of the other."""
    level = np.full(len(i), MISSING, np.int8)
    share = np.ones(len(i), np.float32)
    for p in range(left.shape[1]):
        for q in range(right.shape[1]):
            a, b = left[i, p], right[j, q]
            at = np.flatnonzero((a >= 0) & (b >= 0))
            if not len(at):
                continue
            found, found_share = compare(a[at], b[at])
            better = found > level[at]
            level[at[better]], share[at[better]] = found[better], found_share[better]
    return Compared(level, share)


def nothing_compared(pairs: int) -> Compared:
    """A comparison for which no pair has anything to compare."""
    return Compared(np.full(pairs, MISSING, np.int8), np.ones(pairs, np.float32))
