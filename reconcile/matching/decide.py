"""From probability to decision: ``auto`` is for pairs that nobody needs to look at."""

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec

AUTO, REVIEW, NO = 2, 1, 0
DECISIONS = ("no", "review", "auto")


def decide(
    levels: npt.NDArray[np.int8],
    score: npt.NDArray[np.float64],
    margin: npt.NDArray[np.float64],
    vetoed: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int8]:
    """2 auto, 1 review, 0 no: auto needs the score, the margin, no veto, a name and a second, independent agreement."""
    level = {name: levels[:, n] for n, name in enumerate(spec.NAMES)}
    named = (level["person"] >= 6) | (level["person"] == 4) | (level["organisation"] >= 3) | (level["scheme"] == 1)
    other = (level["email"] == 4) | (level["phone"] == 2) | (level["abn"] == 1) | (level["street"] == 5)
    carried = level["carried"] == 1
    safe = (score >= spec.AUTO) & (margin >= spec.AUTO_MARGIN) & ~vetoed & (named & other | carried & (named | other))
    return np.where(safe, AUTO, np.where(score >= spec.REVIEW, REVIEW, NO)).astype(np.int8)
