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
AT_A_TIME = 20_000
"""Pairs that are put into words together: their weights stay in the processor's cache."""


def suggestions(matches: Matches, left_ids: Sequence[str], right_ids: Sequence[str]) -> list[Suggestion]:
    """Rows in PAIR_COLUMNS: the chosen pairs worth writing down, by score, then by ids."""
    at = np.flatnonzero(matches.chosen & (matches.score >= spec.SUGGEST))
    lefts = [left_ids[k] for k in matches.left[at].tolist()]
    by_id = np.array(sorted(range(len(at)), key=lefts.__getitem__), np.intp)
    scores = np.round(matches.score[at], 6)
    order = by_id[np.argsort(-scores[by_id], kind="stable")]
    at = at[order]
    lefts = [lefts[k] for k in order.tolist()]
    rights = [right_ids[k] for k in matches.right[at].tolist()]
    decided = [DECISIONS[d] for d in matches.decision[at].tolist()]
    margins = np.round(matches.margin[at], 2).tolist()
    reasons, against, names = _words(matches, at)
    return list(zip(lefts, rights, scores[order].tolist(), decided, reasons, against, margins, names, strict=True))


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
    rows = zip(lefts, (rank + 1).tolist(), rights, scores, *_words(matches, at), strict=True)
    return sorted(rows, key=lambda row: (row[0], row[1]))


def _words(matches: Matches, at: npt.NDArray[np.intp]) -> tuple[list[str], list[str], list[str]]:
    """Reasons, what speaks against (vetoes first) and the names of the vetoes of some pairs."""
    reasons: list[str] = []
    against: list[str] = []
    for start in range(0, len(at), AT_A_TIME):
        some = at[start : start + AT_A_TIME]
        levels, weights = matches.levels[some], matches.weighed.fields[some]
        reasons += evidence.reasons(levels, weights)
        against += evidence.against(levels, weights)
    names = [""] * len(at)
    held = matches.vetoes[at]
    for n in np.flatnonzero(held.any(axis=1)).tolist():
        holding = [veto for veto, holds in zip(vetoes.VETOES, held[n], strict=True) if holds]
        names[n] = " ".join(veto.name for veto in holding)
        against[n] = "; ".join(filter(None, (*(veto.words for veto in holding), against[n])))
    return reasons, against, names
