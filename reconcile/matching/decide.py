"""From probability to decision: ``auto`` is for pairs that nobody needs to look at."""

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.weights import Evidence

AUTO, REVIEW, NO = 2, 1, 0
DECISIONS = ("no", "review", "auto")


def decide(
    evidence: Evidence, score: npt.NDArray[np.float64], margin: npt.NDArray[np.float64], vetoed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int8]:
    """2 auto, 1 review, 0 no: auto needs the score, the margin, no veto, a name and a second agreement that few others share."""
    level = {name: evidence.levels[:, n] for n, name in enumerate(spec.NAMES)}
    rare = {name: evidence.rare[:, n] for n, name in enumerate(spec.NAMES)}
    named = (level["person"] >= 6) | (level["person"] == 4) | (level["organisation"] >= 3) | (level["scheme"] == 1)
    detail = (
        (level["email"] == 4) & rare["email"]
        | (level["phone"] == 2) & rare["phone"]
        | (level["abn"] == 1) & rare["abn"]
    )
    place = (level["street"] == 5) & rare["street"] | (level["site"] == 2) & rare["site"] | (level["scheme"] == 1)
    carried = level["carried"] == 1
    second = detail | place | carried
    rare_details = [
        (level["email"] == 4) & rare["email"],
        (level["phone"] == 2) & rare["phone"],
        (level["street"] == 5) & rare["street"],
    ]
    half_named = (level["person"] == 3) & (np.sum(rare_details, axis=0) >= 2)
    whole_name = (level["person"] >= 6) & rare["person"] | (level["organisation"] >= 4) & rare["organisation"]
    same_office = whole_name & (level["email"] == 4) & (level["phone"] == 2)
    enough = named & second | carried & detail | half_named | same_office
    safe = (score >= spec.AUTO) & (margin >= spec.AUTO_MARGIN) & ~vetoed & enough
    return np.where(safe, AUTO, np.where(score >= spec.REVIEW, REVIEW, NO)).astype(np.int8)
