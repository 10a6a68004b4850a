"""How alike the words of two products are: letters, rare tokens, whole text, and the tokens left over."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reconcile.matching.products.candidates import letter_triples, telling, weigh_by_rarity
from reconcile.matching.products.products import Product, size_tokens
from reconcile.matching.products.vocabulary import learn_vocabulary, resemblances

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LETTERS, TOKENS, TEXT, SHARED = (
    1.0,
    1.0,
    0.5,
    1.0,
)  # weights of the four likenesses; the first three also find candidates
TEXT_LIMIT = 600
_NO_LETTER = re.compile(r"[\W_]+")
RESEMBLING = 0.95  # a resembling token never counts as much as the same one
EXPLAINED = 0.5  # how far a token counts as shared that the other says only in its description, brand or code
PAIRS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Sides:
    """The sparse matrices of both sides."""

    near: tuple[sparse.csr_matrix, sparse.csr_matrix]
    own: tuple[sparse.csr_matrix, sparse.csr_matrix]
    heard: tuple[sparse.csr_matrix, sparse.csr_matrix]
    weight: tuple[Floats, Floats]


def measure_sides(left: list[Product], right: list[Product]) -> Sides:
    """Encode both sides. ``near`` rows multiply to the likeness that finds candidates."""
    tokens = [[[*sorted(p.tokens), *size_tokens(p)] for p in side] for side in (left, right)]
    named = [[[*sorted(p.named), *size_tokens(p)] for p in side] for side in (left, right)]
    vocabulary = learn_vocabulary([*named[0], *named[1]])
    own, full = [vocabulary.presence(side) for side in tokens], [vocabulary.presence(side) for side in named]
    said = [vocabulary.presence([p.said for p in side]) for side in (left, right)]
    like = resemblances(vocabulary.words)
    heard = [_heard(own[side], full[side], said[side], like) for side in (0, 1)]
    bits = sparse.diags(vocabulary.bits)
    weighed = [(side @ bits).tocsr() for side in own]
    return Sides(
        near=_near(left, right, full),
        own=(weighed[0], weighed[1]),
        heard=(heard[0], heard[1]),
        weight=(_sum_rows(weighed[0]), _sum_rows(weighed[1])),
    )


def _heard(
    own: sparse.csr_matrix, named: sparse.csr_matrix, said: sparse.csr_matrix, like: sparse.csr_matrix
) -> sparse.csr_matrix:
    """How far each record can answer for a token: says it in its name, resembles it, or mentions it elsewhere."""
    resembling = (named @ like).tocsr()
    resembling.data = np.minimum(resembling.data, RESEMBLING)
    return own.maximum(named).maximum(resembling).maximum(said * EXPLAINED).tocsr()


def _near(
    left: list[Product], right: list[Product], full: list[sparse.csr_matrix]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    names = weigh_by_rarity(*(letter_triples([short_text(p) for p in side]) for side in (left, right)))
    words = weigh_by_rarity(*full)
    if any(p.text.extra for side in (left, right) for p in side):
        texts = weigh_by_rarity(*(letter_triples([long_text(p) for p in side]) for side in (left, right)))
        parts = [(names, LETTERS), (words, TOKENS), (texts, TEXT)]
    else:
        parts = [(names, LETTERS + TEXT), (words, TOKENS)]
    stacked = [sparse.hstack([part[side] * np.sqrt(weight) for part, weight in parts], format="csr") for side in (0, 1)]
    masks = [sparse.diags(telling([long_text(p) for p in side])) for side in (left, right)]
    return (masks[0] @ stacked[0]).tocsr(), (masks[1] @ stacked[1]).tocsr()


def short_text(product: Product) -> str:
    """Name and brand in letters and digits."""
    return _letters(_named(product))


def long_text(product: Product) -> str:
    """Name, brand and the first words of the description."""
    return _letters(f"{_named(product)} {' '.join(product.text.extra)}"[:TEXT_LIMIT])


def _named(product: Product) -> str:
    text = product.text
    return f"{text.canonical} {'' if text.brand in text.canonical else text.brand} {product.spoken_code}"


def _letters(text: str) -> str:
    return _NO_LETTER.sub(" ", text[:TEXT_LIMIT].lower()).strip()


def near_likeness(sides: Sides, rows: Ints, columns: Ints) -> Floats:
    """The likeness that finds candidates (letters, rare tokens, whole text), 0 to 2.5."""
    return _row_products(sides.near[0], sides.near[1], rows, columns)


def shared_share(sides: Sides, rows: Ints, columns: Ints) -> Floats:
    """Share of both names' token weight that the other side answers for, 0 to 1."""
    answered = _row_products(sides.own[0], sides.heard[1], rows, columns) + _row_products(
        sides.own[1], sides.heard[0], columns, rows
    )
    total = sides.weight[0][rows] + sides.weight[1][columns]
    share: Floats = np.where(total > 0, answered / np.maximum(total, 1e-9), 0.0)
    return share


def _row_products(one: sparse.csr_matrix, two: sparse.csr_matrix, rows: Ints, columns: Ints) -> Floats:
    parts = [
        _sum_rows(
            one[rows[start : start + PAIRS_AT_ONCE]].multiply(two[columns[start : start + PAIRS_AT_ONCE]]).tocsr()
        )
        for start in range(0, len(rows), PAIRS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _sum_rows(matrix: sparse.csr_matrix) -> Floats:
    sums: Floats = np.asarray(matrix.sum(axis=1), dtype=float).ravel()
    return sums
