"""The weights in plain words, heaviest first."""

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec

TOP = 3
RARE = 12.0
PRIOR = "chance before looking"
RELATIVES = "could be family or colleagues"
RIVALS = "other candidates are as good"

_PHRASES = [[level.words for level in comparison.levels] for comparison in spec.COMPARISONS]


def reasons(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64]) -> list[str]:
    """The heaviest agreements of each pair: ``same phone +17.2; same name +14.0``; weights are bits."""
    return _top(levels, weights)


def against(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64], vetoes: list[str]) -> list[str]:
    """Vetoes in words, then the heaviest disagreements."""
    texts = _top(levels, -weights, sign=-1)
    return ["; ".join(filter(None, (veto, text))) for veto, text in zip(vetoes, texts, strict=True)]


def _top(levels: npt.NDArray[np.int8], weights: npt.NDArray[np.float64], sign: int = 1) -> list[str]:
    order = np.argsort(-weights, axis=1, kind="stable")[:, :TOP]
    rows = np.arange(len(weights))[:, None]
    chosen = zip(order.tolist(), levels[rows, order].tolist(), weights[rows, order].tolist(), strict=True)
    return ["; ".join(_phrase(f, k, w, sign) for f, k, w in zip(*row, strict=True) if w >= 0.1) for row in chosen]


def _phrase(field: int, level: int, weight: float, sign: int) -> str:
    words = _PHRASES[field][level] + (" (rare)" if sign > 0 and weight >= RARE else "")
    return f"{words} {sign * weight:+.1f}"
