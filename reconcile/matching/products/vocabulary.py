"""Tokens of both systems as columns of sparse matrices: who says what, and how rare it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reconcile.normalise.product_text import ProductText, is_model

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TokenSpace:
    """Presence of each token in each record, and the token's weight in bits (rare is heavy)."""

    words: list[str]
    left: sparse.csr_matrix
    right: sparse.csr_matrix
    bits: Floats


def fold_compounds(texts: Sequence[ProductText]) -> dict[tuple[str, str], str]:
    """Neighbouring tokens that elsewhere stand as one: ("zx", "100") is "zx100", ("steam", "dryer") is "steamdryer"."""
    single = {token for text in texts for token in text.tokens if len(token) >= 4}
    found: dict[tuple[str, str], str] = {}
    for text in texts:
        for one, two in zip(text.tokens, text.tokens[1:], strict=False):
            if one + two in single:
                found[one, two] = one + two
    return found


def folded_tokens(
    text: ProductText, compounds: dict[tuple[str, str], str], split: dict[str, tuple[str, str]]
) -> list[str]:
    """The tokens of one product with model numbers joined and joined words taken apart, as the data itself shows."""
    tokens: list[str] = []
    position = 0
    while position < len(text.tokens):
        pair = text.tokens[position : position + 2]
        joined = compounds.get((pair[0], pair[1])) if len(pair) == 2 else None
        if joined and is_model(joined):
            tokens.append(joined)
            position += 2
            continue
        tokens += split.get(pair[0], (pair[0],))
        position += 1
    return list(dict.fromkeys(tokens))


def token_space(left: Sequence[Iterable[str]], right: Sequence[Iterable[str]]) -> TokenSpace:
    """Encode both sides over one sorted vocabulary; the weight of a token is log2 of one over its share of records."""
    count = Counter(token for tokens in (*left, *right) for token in set(tokens))
    words = sorted(count)
    column = {word: index for index, word in enumerate(words)}
    records = len(left) + len(right)
    frequency = np.array([count[word] for word in words], dtype=float)
    bits = np.log2((records + 2) / (frequency + 0.5))
    return TokenSpace(words, presence(left, column), presence(right, column), bits)


def presence(rows: Sequence[Iterable[str]], column: dict[str, int]) -> sparse.csr_matrix:
    """One row per record, one column per known token, 1 where the record says it."""
    indices: list[int] = []
    starts = [0]
    for tokens in rows:
        indices += sorted({column[token] for token in tokens if token in column})
        starts.append(len(indices))
    data = np.ones(len(indices))
    return sparse.csr_matrix(
        (data, np.array(indices, dtype=np.int64), np.array(starts, dtype=np.int64)), shape=(len(rows), len(column))
    )
