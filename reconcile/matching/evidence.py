"""The weights in plain words, heaviest first."""

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec

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
    """Up to TOP phrases for each pair; every different phrase is written once."""
    rows = np.arange(len(weights))[:, None]
    order = np.argsort(-weights, axis=1, kind="stable")[:, :TOP]
    tenths = np.rint(weights[rows, order] * 10).astype(np.int64)
    keys = (np.clip(tenths, 0, 9999) * 100 + order) * 100 + levels[rows, order]
    keys[tenths < 1] = 0
    different, place = np.unique(keys, return_inverse=True)
    phrases = np.array(
        [_phrase(key // 100 % 100, key % 100, key // 10000 / 10, sign) if key else "" for key in different.tolist()],
        object,
    )
    columns = phrases[place.reshape(keys.shape)].T.tolist()
    return [
        "; ".join((one, two, three) if three else (one, two) if two else (one,))
        for one, two, three in zip(*columns, strict=True)
    ]


def _phrase(field: int, level: int, weight: float, sign: int) -> str:
    words = _PHRASES[field][level] + (" (rare)" if sign > 0 and weight >= RARE else "")
    return f"{words} {sign * weight:+.1f}"
