"""Match a price book with another system's items."""

import numpy as np
import pandas as pd

from reconcile.matching.products.candidates import distinct_pairs, letter_triples, nearest, weigh_by_rarity
from reconcile.matching.products.competition import assign, best_rival
from reconcile.matching.result import CANDIDATE_COLUMNS, PAIR_COLUMNS, MatchResult, Memory
from reconcile.normalise.product_text import plain

FIELDS = ["id", "code", "name", "description", "category", "brand", "price"]

NOTHING_SAID = Memory()


def match_products(left: pd.DataFrame, right: pd.DataFrame, memory: Memory = NOTHING_SAID) -> MatchResult:
    """Suggest which products of two systems are the same article, one to one."""
    left, right = complete(left), complete(right)
    if left.empty or right.empty:
        return MatchResult(pd.DataFrame(columns=PAIR_COLUMNS), pd.DataFrame(columns=CANDIDATE_COLUMNS))
    names = weigh_by_rarity(letter_triples(texts(left, "name", "brand")), letter_triples(texts(right, "name", "brand")))
    rows_a, columns_a = nearest(*names)
    columns_b, rows_b = nearest(names[1], names[0])
    rows, columns = distinct_pairs(np.r_[rows_a, rows_b], np.r_[columns_a, columns_b], len(right))
    value = np.asarray(names[0][rows].multiply(names[1][columns]).sum(axis=1)).ravel()
    lead = value * 3 - best_rival(value, rows, len(left)) - best_rival(value, columns, len(right))
    chosen = assign(np.maximum(lead, 0), rows, columns, (len(left), len(right)))
    score = 1 / (1 + np.exp(-6 * (lead[chosen] - 0.6)))
    pairs = pd.DataFrame(
        {
            "left_id": left["id"].to_numpy()[rows[chosen]],
            "right_id": right["id"].to_numpy()[columns[chosen]],
            "score": score,
            "decision": np.where(score >= 0.5, "review", "no"),
            "reasons": "similar name",
            "against": "",
            "margin": lead[chosen],
            "vetoes": "",
        }
    )
    refused = [pair in memory.rejected for pair in zip(pairs["left_id"], pairs["right_id"], strict=True)]
    pairs = pairs[~np.array(refused, dtype=bool)].sort_values(["score", "left_id"], ascending=[False, True])
    return MatchResult(pairs.reset_index(drop=True)[PAIR_COLUMNS], pd.DataFrame(columns=CANDIDATE_COLUMNS))


def complete(frame: pd.DataFrame) -> pd.DataFrame:
    """All fields as text, in the order of the ids, so that the order of rows changes nothing."""
    filled = frame.reindex(columns=FIELDS).fillna("").astype(str)
    return filled.sort_values(FIELDS, kind="stable").reset_index(drop=True)


def texts(frame: pd.DataFrame, *fields: str) -> list[str]:
    """The fields of each row in one normal text."""
    return [plain(" ".join(values)) for values in frame[list(fields)].itertuples(index=False)]
