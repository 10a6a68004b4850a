"""The same article twice in one system."""

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from reconcile.matching.products.candidates import letter_triples, nearest, weigh_by_rarity
from reconcile.matching.products.engine import complete, texts
from reconcile.matching.result import DUPLICATE_COLUMNS

SURE = 0.9


def find_duplicate_products(frame: pd.DataFrame) -> pd.DataFrame:
    """Groups of records of one system that look like one article, with DUPLICATE_COLUMNS."""
    frame = complete(frame)
    if len(frame) < 2:
        return pd.DataFrame(columns=DUPLICATE_COLUMNS)
    grams = letter_triples(texts(frame, "name", "brand"))
    left, right = weigh_by_rarity(grams, grams)
    rows, columns = nearest(left, right, 4)
    rows, columns = rows[rows < columns], columns[rows < columns]
    value = np.asarray(left[rows].multiply(right[columns]).sum(axis=1)).ravel()
    sure = value >= SURE
    edges = sparse.coo_matrix((np.ones(sure.sum()), (rows[sure], columns[sure])), shape=(len(frame),) * 2)
    _, label = connected_components(edges, directed=False)
    best = np.zeros(len(frame))
    np.maximum.at(best, rows[sure], value[sure])
    np.maximum.at(best, columns[sure], value[sure])
    found = pd.DataFrame(
        {"group_id": label, "id": frame["id"], "score": best, "reasons": "similar name", "differs": ""}
    )
    return found[best > 0].sort_values(["group_id", "id"]).reset_index(drop=True)[DUPLICATE_COLUMNS]
