"""The same article twice in one system."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from reconcile.matching.products.evidence import shared_words, words_left_over
from reconcile.matching.products.pairs import HABITS, PLACE, WEIGHTS, Pairs, compare_sides
from reconcile.matching.products.products import complete
from reconcile.matching.products.rules import RULES
from reconcile.matching.result import DUPLICATE_COLUMNS

Floats = npt.NDArray[np.float64]

LEARNT = [PLACE[name] for habit in HABITS for name in habit]
HALF_SURE, STEEPNESS = 2.75, 4.0  # likeness at which two records of one system are as likely one article as not


def find_duplicate_products(frame: pd.DataFrame) -> pd.DataFrame:
    """Groups of records of one system that look like one article, with DUPLICATE_COLUMNS.

    The comparison is that of ``match_products``. Two records that a veto keeps apart (another pack, model, chemical
    ...) are no duplicates. How far brands and prices count is not learnt here: every record agrees with itself. ``score``
    is that of the record's best partner in the group; ``differs`` says what the two do not share. The group is named after
    its first id.
    """
    pairs = compare_sides(complete(frame), complete(frame), frozenset())
    value = pairs.value - pairs.ruled[:, LEARNT] @ WEIGHTS[LEARNT]
    scores = np.round(1 / (1 + np.exp(-STEEPNESS * (value - HALF_SURE))), 6)
    alike = (scores >= 0.5) & (pairs.rows < pairs.columns)
    same = [pair for pair in np.flatnonzero(alike).tolist() if not pairs.vetoes(pair)]
    rows = [
        _member(pairs, scores, record, partner, group) for record, (partner, group) in _partners(pairs, same).items()
    ]
    found = pd.DataFrame(rows, columns=DUPLICATE_COLUMNS)
    return found.sort_values(["group_id", "id"], kind="stable").reset_index(drop=True)


def _partners(pairs: Pairs, same: list[int]) -> dict[int, tuple[int, str]]:
    """Per duplicated record the pair with its best partner, and its group's name."""
    records = len(pairs.left)
    ends = pairs.rows[same], pairs.columns[same]
    edges = sparse.coo_matrix((np.ones(len(same)), ends), shape=(records, records))
    _, label = connected_components(edges, directed=False)
    names: dict[int, str] = {}
    best: dict[int, int] = {}
    for pair in same:
        for record in (int(pairs.rows[pair]), int(pairs.columns[pair])):
            name = pairs.left[record].id
            names[label[record]] = min(names.get(label[record], name), name)
            if record not in best or pairs.value[pair] > pairs.value[best[record]]:
                best[record] = pair
    return {record: (pair, names[label[record]]) for record, pair in best.items()}


def _member(pairs: Pairs, scores: Floats, record: int, pair: int, group: str) -> tuple[str, str, float, str, str]:
    one, two = pairs.products(pair)
    agree = [
        rule.words(one, two)
        for rule, strength in zip(RULES, pairs.ruled[pair], strict=True)
        if strength and rule.weight > 0
    ]
    differ = [
        rule.words(one, two)
        for rule, strength in zip(RULES, pairs.ruled[pair], strict=True)
        if strength and rule.weight < 0
    ]
    if one.tokens != two.tokens:
        differ.append(words_left_over(one, two))
    reasons = [f"names alike: {shared_words(one, two)}", *agree]
    return group, pairs.left[record].id, float(scores[pair]), "; ".join(reasons), "; ".join(differ)
