"""How alike two texts are, worked out once per distinct pair of texts."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reconcile.matching.grouping import group

Codes = npt.NDArray[np.int32]


def alike(text: Callable[[int], str], a: Codes, b: Codes) -> npt.NDArray[np.float32]:
    """1 for equal texts, 0 for nothing in common, by edits (a swap of neighbours is one edit).

    ``text`` gives the text of a code; a and b hold no -1.
    """
    if not len(a):
        return np.zeros(0, np.float32)
    where, rows = group(np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b))
    left, right = a[rows], b[rows]
    values = cpdist(
        list(map(text, left.tolist())),
        list(map(text, right.tolist())),
        scorer=OSA.normalized_similarity,
        dtype=np.float32,
    )
    return np.asarray(values, np.float32)[where]
