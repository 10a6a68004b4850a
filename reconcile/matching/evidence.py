"""The weights in plain words, heaviest first."""

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.grouping import group, group_rows

TOP = 3
RARE = 10.0
PRIOR = "chance before looking"
RELATIVES = "could be family or colleagues"
RIVALS = "other candidates are as good"

_PHRASES = [[level.words for level in comparison.levels] for comparison in spec.COMPARISONS]


def reasons(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64]) -> list[str]:
    """The heaviest agreements of each pair: ``same phone +17.2; same name +14.0``; weights are bits."""
    return _top(levels, weights)


def against(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64]) -> list[str]:
    """The heaviest disagreements of each pair: ``phone differs -3.1``."""
    return _top(levels, -weights, sign=-1)


def _top(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64], sign: int = 1) -> list[str]:
    """Up to TOP phrases for each pair; every different phrase, and every different set of them, is written once."""
    rows = np.arange(len(weights))
    left, columns = weights.copy("C"), []
    for _ in range(TOP):
        heaviest = left.argmax(axis=1)
        tenths = np.rint(left[rows, heaviest] * 10).astype(np.int64)
        keys = (np.clip(tenths, 0, 9999) * 100 + heaviest) * 100 + levels[rows, heaviest]
        columns.append(np.where(tenths < 1, 0, keys))
        left[rows, heaviest] = -np.inf
    codes, first = group(np.concatenate(columns))
    phrases = [_phrase(key, sign) for key in np.concatenate(columns)[first].tolist()]
    place, distinct = group_rows(*codes.reshape(TOP, -1))
    chosen = codes.reshape(TOP, -1)[:, distinct].T.tolist()
    texts = ["; ".join(filter(None, (phrases[code] for code in row))) for row in chosen]
    return [texts[n] for n in place.tolist()]


def _phrase(key: int, sign: int) -> str:
    """``same phone (rare) +21.7`` from weight, field and level in one number; empty for 0."""
    if not key:
        return ""
    field, level, weight = key // 100 % 100, key % 100, key // 10000 / 10
    words = _PHRASES[field][level] + (" (rare)" if sign > 0 and weight >= RARE else "")
    return f"{words} {sign * weight:+.1f}"
