"""Duplicates inside one system: the engine on a side against itself, pairs put together into groups."""

from collections.abc import Sequence

import numpy as np

from reconcile.matching import evidence
from reconcile.matching.engine import Matches, match_within
from reconcile.matching.table import Columns

Duplicate = tuple[str, str, float, str, str]
LIKELY = 0.5


def group_duplicates(side: Columns) -> list[Duplicate]:
    """Rows in DUPLICATE_COLUMNS, group by group; ``score`` is the record's best pair inside the group.

    A record joins a group through a pair of probability 0.5 or more; groups are lettered by their first id.
    """
    matches = match_within(side)
    ids = side["id"]
    likely = np.flatnonzero(matches.score >= LIKELY)
    likely = likely[np.argsort(-matches.score[likely], kind="stable")]
    best: dict[int, int] = {}
    root: dict[int, int] = {}

    def find(node: int) -> int:
        while root.setdefault(node, node) != node:
            node = root[node]
        return node

    for pair in likely.tolist():
        one, other = int(matches.left[pair]), int(matches.right[pair])
        best.setdefault(one, pair)
        best.setdefault(other, pair)
        root[find(other)] = find(one)
    groups: dict[int, list[int]] = {}
    for record in sorted(best, key=ids.__getitem__):
        groups.setdefault(find(record), []).append(record)
    ordered = sorted(groups.values(), key=lambda group: ids[group[0]])
    return [row for n, group in enumerate(ordered) for row in _rows(letters(n), group, best, matches, ids)]


def _rows(
    group_id: str, group: Sequence[int], best: dict[int, int], matches: Matches, ids: Sequence[str]
) -> list[Duplicate]:
    at = np.array([best[record] for record in group], np.intp)
    levels, weights = matches.levels[at], matches.weighed.fields[at]
    reasons, differs = evidence.reasons(levels, weights), evidence.against(levels, weights)
    scores = np.round(matches.score[at], 6).tolist()
    return [
        (group_id, ids[record], score, why, against)
        for record, score, why, against in zip(group, scores, reasons, differs, strict=True)
    ]


def letters(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
