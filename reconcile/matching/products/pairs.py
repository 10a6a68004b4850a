"""Candidate pairs and everything measured of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.matching.products.candidates import find_candidates
from reconcile.matching.products.competition import best_rival, unseen_rival
from reconcile.matching.products.likeness import SHARED, measure_sides, near_likeness, shared_share
from reconcile.matching.products.marks import Marks, mark_pairs, mark_records
from reconcile.matching.products.products import Product, read_products
from reconcile.matching.products.rules import RULES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LOOKED_AT = 6  # candidates per record that the rules look at
WEIGHTS = np.array([rule.weight for rule in RULES])
PLACE = {rule.name: place for place, rule in enumerate(RULES)}
SAME_CODE, DIFFERENT_CODE = PLACE["same_code"], PLACE["different_code"]
VETOES = [(number, rule.name) for number, rule in enumerate(RULES) if rule.veto]


HABITS = (  # fields that two systems may or may not keep alike: the ways in which they agree and differ
    ("same_brand", "brand_differs", "brand_missing"),
    ("same_price", "price_but_for_gst", "different_price"),
)
MOST_BITS, LEAST_BITS = 4.0, 0.01


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs as parallel arrays; ``ruled`` has one row per pair and one column per rule of RULES."""

    left: list[Product]
    right: list[Product]
    rows: Ints
    columns: Ints
    near: Floats
    shared: Floats
    ruled: Floats
    value: Floats
    marks: tuple[Marks, Marks]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of records on each side."""
        return len(self.left), len(self.right)

    def products(self, pair: int) -> tuple[Product, Product]:
        """Both records of a pair."""
        return self.left[self.rows[pair]], self.right[self.columns[pair]]

    def vetoes(self, pair: int) -> list[str]:
        """Names of the rules that keep a pair from being decided without a person."""
        return [name for number, name in VETOES if self.ruled[pair, number]]

    def corroborated(self) -> Flags:
        """Per pair whether a code or a model number and the price speak for it besides the words."""
        prices = [np.array([product.price for product in side], dtype=float) for side in (self.left, self.right)]
        priced = (prices[0][self.rows] > 0) & (prices[1][self.columns] > 0)
        numbered = (self.ruled[:, SAME_CODE] > 0) | (self.ruled[:, PLACE["same_model"]] > 0)
        agreeing: Flags = priced & numbered & (self.ruled[:, PLACE["price_differs"]] == 0)
        return agreeing

    def rivals(self) -> tuple[Floats, Floats]:
        """Per pair the highest value among the other pairs of its left and of its right record."""
        unseen = unseen_rival(self.shape)
        left, right = self.shape
        return best_rival(self.value, self.rows, left, unseen), best_rival(self.value, self.columns, right, unseen)


def compare_sides(left: pd.DataFrame, right: pd.DataFrame, rejected: frozenset[tuple[str, str]]) -> Pairs:
    """Read both (complete) sides, find candidates and measure them; rejected pairs are left out."""
    products = read_products(left, right)
    if not products[0] or not products[1]:
        return _nothing(*products)
    rows, columns, near, shared = _alike(*products, rejected)
    ruled = rule_strengths(*products, rows, columns)
    ruled = weigh_habits(ruled, near + SHARED * shared, rows, columns, (len(left), len(right)))
    marks = mark_records(products[0]), mark_records(products[1])
    value = near + SHARED * shared + ruled @ WEIGHTS + tie_breakers(*marks, rows, columns)
    return Pairs(*products, rows, columns, near, shared, ruled, np.round(value, 9), marks)


def _nothing(left: list[Product], right: list[Product]) -> Pairs:
    none, zero = np.zeros(0, dtype=np.int64), np.zeros(0)
    marks = mark_records(left), mark_records(right)
    return Pairs(left, right, none, none, zero, zero, np.zeros((0, len(RULES))), zero, marks)


def _alike(
    left: list[Product], right: list[Product], rejected: frozenset[tuple[str, str]]
) -> tuple[Ints, Ints, Floats, Floats]:
    """The most alike pairs of each record, with both likenesses."""
    sides = measure_sides(left, right)
    rows, columns = find_candidates(*sides.near, [p.text.sku for p in left], [p.text.sku for p in right])
    if rejected:
        allowed = np.array(
            [(left[i].id, right[j].id) not in rejected for i, j in zip(rows, columns, strict=True)], dtype=bool
        )
        rows, columns = rows[allowed], columns[allowed]
    near, shared = near_likeness(sides, rows, columns), shared_share(sides, rows, columns)
    one_code = np.array(
        [left[i].text.sku == right[j].text.sku != "" for i, j in zip(rows, columns, strict=True)], dtype=bool
    )
    promising = np.flatnonzero(_best_of_each(near + SHARED * shared, rows, columns) | one_code)
    return rows[promising], columns[promising], near[promising], shared[promising]


def _best_of_each(value: Floats, rows: Ints, columns: Ints) -> Flags:
    kept = np.zeros(len(value), dtype=bool)
    for owner in (rows, columns):
        order = np.lexsort((-np.round(value, 9), owner))
        place = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
        kept[order[place < LOOKED_AT]] = True
    return kept


def rule_strengths(left: list[Product], right: list[Product], rows: Ints, columns: Ints) -> Floats:
    """How strongly each rule applies to each pair: one row per pair, one column per rule in the order of RULES."""
    rules = [rule.compare for rule in RULES]
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    strengths = (compare(left[i], right[j]) for i, j in pairs for compare in rules)
    return np.fromiter(strengths, dtype=float, count=len(rows) * len(rules)).reshape(len(rows), len(rules))


def weigh_habits(ruled: Floats, likeness: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Codes, brands and prices count as far as the two systems share them, which the pairs alike without them show.

    Where hardly any such pair has one code in both systems, equal codes are chance and unequal ones say nothing; where
    nearly all have, an equal code is worth three times as much, and unequal codes speak against a pair. Brand and price
    count by the bits between such pairs and their rivals: one brand says little where all rivals share it too.
    """
    clear = likeness > np.maximum(
        *(best_rival(likeness, *owner, 1.5) for owner in zip((rows, columns), shape, strict=True))
    )
    weighed = ruled.copy()
    equal, unequal = ruled[clear, SAME_CODE].sum(), ruled[clear, DIFFERENT_CODE].sum()
    share = (equal + 0.5) / (equal + unequal + 5)
    weighed[:, SAME_CODE] *= 0.5 + 2 * share
    weighed[:, DIFFERENT_CODE] *= share**2
    for habit in HABITS:
        ways = [PLACE[name] for name in habit]
        bits = np.log2(_shares(ruled[clear][:, ways]) / _shares(ruled[~clear][:, ways]))
        weighed[:, ways] *= np.clip(bits * np.sign(WEIGHTS[ways]), LEAST_BITS, MOST_BITS)
    return weighed


def _shares(said: Floats) -> Floats:
    """How often each way is met, of the pairs that say anything; as if each had been met once more."""
    count = said.sum(axis=0) + 1
    shares: Floats = count / count.sum()
    return shares


def tie_breakers(left: Marks, right: Marks, rows: Ints, columns: Ints) -> Floats:
    """A millionth and less per pair, from the marks alone: equal pairs fall alike in any order and from both sides."""
    small: Floats = (mark_pairs(left[rows], right[columns]) % np.uint64(1_000_003)).astype(float) * 1e-12
    return small
