"""How alike two texts are, worked out once per distinct pair of texts."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

Codes = npt.NDArray[np.int32]


def distinct_pairs(a: Codes, b: Codes) -> tuple[Codes, Codes, npt.NDArray[np.intp]]:
    """The different (a, b) in ascending order, and where each pair went."""
    packed = a.astype(np.int64) << 32 | b.astype(np.int64)
    order = np.argsort(packed)
    ranked = packed[order]
    new = np.append(True, ranked[1:] != ranked[:-1])
    where = np.empty(len(packed), np.intp)
    where[order] = np.cumsum(new) - 1
    unique = ranked[new]
    return (unique >> 32).astype(np.int32), (unique & 0xFFFFFFFF).astype(np.int32), where


def alike(text: Callable[[int], str], a: Codes, b: Codes) -> npt.NDArray[np.float32]:
    """1 for equal texts, 0 for nothing in common, by edits (a swap of neighbours is one edit).

    ``text`` gives the text of a code; a and b hold no -1.
    """
    if not len(a):
        return np.zeros(0, np.float32)
    left, right, where = distinct_pairs(np.minimum(a, b), np.maximum(a, b))
    values = cpdist(
        list(map(text, left.tolist())),
        list(map(text, right.tolist())),
        scorer=OSA.normalized_similarity,
        dtype=np.float32,
    )
    return np.asarray(values, np.float32)[where]
