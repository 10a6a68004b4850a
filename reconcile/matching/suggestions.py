"""Matches as rows: the suggested pairs, best first, and up to three alternatives for each left record."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile.matching import evidence, spec, vetoes
from reconcile.matching.decide import DECISIONS
from reconcile.matching.engine import Matches

Suggestion = tuple[str, str, float, str, str, str, float, str]
Alternative = tuple[str, int, str, float, str, str, str]
CANDIDATES = 3


def suggestions(matches: Matches, left_ids: Sequence[str], right_ids: Sequence[str]) -> list[Suggestion]:
    """Rows in PAIR_COLUMNS: the chosen pairs worth writing down, by score, then by ids."""
    at = np.flatnonzero(matches.chosen & (matches.score >= spec.SUGGEST))
    lefts = [left_ids[k] for k in matches.left[at].tolist()]
    rights = [right_ids[k] for k in matches.right[at].tolist()]
    scores = np.round(matches.score[at], 6).tolist()
    decided = [DECISIONS[d] for d in matches.decision[at].tolist()]
    margins = np.round(matches.margin[at], 2).tolist()
    rows = zip(lefts, rights, scores, decided, *_words(matches, at), margins, _names(matches, at), strict=True)
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def alternatives(matches: Matches, left_ids: Sequence[str], right_ids: Sequence[str]) -> list[Alternative]:
    """Rows in CANDIDATE_COLUMNS: the best three of each left record before assignment."""
    at = np.flatnonzero(matches.score >= 0.0001)
    names = np.argsort(np.argsort(np.array(right_ids, dtype=object)))[matches.right[at]] if len(at) else at
    at = at[np.lexsort((names, -matches.weighed.total[at], matches.left[at]))]
    left = matches.left[at]
    starts = np.flatnonzero(np.append(True, left[1:] != left[:-1])) if len(left) else np.zeros(0, np.intp)
    rank = np.arange(len(at)) - np.repeat(starts, np.diff(np.append(starts, len(at))))
    at, rank = at[rank < CANDIDATES], rank[rank < CANDIDATES]
    lefts = [left_ids[k] for k in matches.left[at].tolist()]
    rights = [right_ids[k] for k in matches.right[at].tolist()]
    scores = np.round(matches.score[at], 6).tolist()
    rows = zip(lefts, (rank + 1).tolist(), rights, scores, *_words(matches, at), _names(matches, at), strict=True)
    return sorted(rows, key=lambda row: (row[0], row[1]))


def _words(matches: Matches, at: npt.NDArray[np.intp]) -> tuple[list[str], list[str]]:
    levels, weights = matches.levels[at], matches.weighed.fields[at]
    for_ = evidence.reasons(levels, weights)
    return for_, evidence.against(levels, weights, [""] * len(at))


def _names(matches: Matches, at: npt.NDArray[np.intp]) -> list[str]:
    return [
        " ".join(name for name, holds in zip(vetoes.NAMES, row, strict=True) if holds)
        for row in matches.vetoes[at].tolist()
    ]
