"""Why: every part of a pair's score in bits, in words a person reads. The parts of a pair add up to its log-odds."""

import math
from dataclasses import dataclass

import numpy as np

from reconcile.matching.products.calibration import Curve
from reconcile.matching.products.competition import unseen_rival
from reconcile.matching.products.likeness import SHARED
from reconcile.matching.products.pairs import Pairs
from reconcile.matching.products.products import Product
from reconcile.matching.products.rules import RULES

NOTABLE = 0.05  # bits under which a piece of evidence is not worth a line
SHOWN = 3
CLOSE = 0.25  # likeness within which a rival is told
BACKGROUND, CEILING = "before looking", "no score is certain"


@dataclass(frozen=True)
class Evidence:
    """One piece: its words and its weight in bits (negative speaks against)."""

    words: str
    bits: float

    def __str__(self) -> str:
        """The words with the weight behind them."""
        return f"{self.words} ({self.bits:+.1f})"


def explain(pairs: Pairs, pair: int, rivals: tuple[float, float], score: float, curve: Curve) -> list[Evidence]:
    """All evidence of one pair, in bits; they add up to log2 of score / (1 - score).

    ``rivals`` is the likeness of the best other candidate of the left and of the right record. What every candidate of
    the family shares is taken off the likeness of the names; only a rival that comes close is told apart.
    """
    one, two = pairs.products(pair)
    unseen = unseen_rival(pairs.shape)
    names = f"names alike: {shared_words(one, two)}"
    alike, rivalled = curve.bits(float(pairs.near[pair])), -curve.bits((sum(rivals) - 2 * unseen) / 3)
    close = float(pairs.value[pair]) - max(rivals) < CLOSE or alike + rivalled <= 0
    pieces = [
        Evidence(BACKGROUND, curve.start / math.log(2) + curve.bits(SHARED - 2 * unseen / 3)),
        Evidence(names, alike if close else alike + rivalled),
        Evidence(words_left_over(one, two), -curve.bits(SHARED * (1 - float(pairs.shared[pair])))),
        Evidence("another candidate is nearly as good", rivalled if close else 0.0),
    ]
    for number in np.flatnonzero(pairs.ruled[pair]).tolist():
        rule, strength = RULES[number], float(pairs.ruled[pair, number])
        pieces.append(Evidence(rule.words(one, two), curve.bits(rule.weight * strength)))
    total = math.log2(score / (1 - score))
    label = "this catalogue has many near-alikes" if curve.doubt else CEILING
    return [*pieces, Evidence(label, total - sum(piece.bits for piece in pieces))]


def top_reasons(pieces: list[Evidence]) -> tuple[str, str]:
    """The three heaviest pieces for and against, each joined by "; "; what holds for every pair is no reason."""
    told = [piece for piece in pieces if piece.words not in {BACKGROUND, CEILING} and abs(piece.bits) >= NOTABLE]
    ordered = sorted(told, key=lambda piece: (-round(abs(piece.bits), 6), piece.words))
    sides = ([p for p in ordered if p.bits > 0 and p is not pieces[-1]], [p for p in ordered if p.bits < 0])
    speaking_for, against = ("; ".join(str(piece) for piece in side[:SHOWN]) for side in sides)
    return speaking_for, against


def shared_words(one: Product, two: Product) -> str:
    """The longest words that both names carry."""
    common = sorted(one.named & two.named, key=lambda token: (-len(token), token))
    return ", ".join(common[:4]) if common else "letters only"


def words_left_over(one: Product, two: Product) -> str:
    """Which words only one of the names has."""
    left = [
        f"only {side}: {', '.join(sorted(mine.tokens - other.said, key=lambda token: (-len(token), token))[:3])}"
        for side, mine, other in (("left", one, two), ("right", two, one))
        if mine.tokens - other.said
    ]
    return ", ".join(left) or "wording differs"
