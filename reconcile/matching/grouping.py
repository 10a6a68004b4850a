"""Finds equal things among many by sorting whole numbers, which numpy does faster than any dictionary of texts."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
Words = npt.NDArray[np.uint64]

ROOM = 2**62
"""What a number made of several may reach."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def group(keys: npt.NDArray[np.int64] | Codes | Words) -> tuple[Codes, Places]:
    """For each key the rank of its value, and for each value a position where it stands."""
    order = np.argsort(keys)
    ranked = keys[order]
    new = np.append(True, ranked[1:] != ranked[:-1]) if len(keys) else np.zeros(0, bool)
    codes = np.empty(len(keys), np.int32)
    codes[order] = np.cumsum(new, dtype=np.int32) - np.int32(1)
    return codes, order[new]


def group_rows(*columns: Codes | npt.NDArray[np.bool_]) -> tuple[Codes, Places]:
    """For each row the number of its combination of codes (-1 is a value too), and for each combination a row that has it."""
    packed, size = columns[0].astype(np.int64) + 1, int(columns[0].max(initial=0)) + 2
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 2
        if size * width > ROOM:
            ranks, rows = group(packed)
            packed, size = ranks.astype(np.int64), len(rows)
        packed, size = packed * width + column + 1, size * width
    return group(packed)


def group_words(words: Sequence[Words]) -> tuple[Codes, Places] | None:
    """``group`` of texts given as their first eight bytes, their second, ...; None when two texts mix to the same number.

    Texts of more than eight bytes are mixed into one number, and the answer is checked against the bytes themselves.
    """
    keys = words[0]
    for word in words[1:]:
        keys = keys * _ODD
        keys = (keys ^ keys >> _HALF) ^ word
    codes, first = group(keys)
    if len(words) > 1 and not all(np.array_equal(word[first][codes], word) for word in words):
        return None
    return codes, first
