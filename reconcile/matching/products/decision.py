"""What may be decided without a person."""

from reconcile.matching.products import comparisons as compare
from reconcile.matching.products.products import Product
from reconcile.matching.result import Decision

SUGGESTED = 0.5
SURE = 0.97
CLEAR_LEAD = 0.25  # likeness by which a pair must stand above every rival


def decide(one: Product, two: Product, score: float, clearance: float, vetoes: list[str]) -> Decision:
    """``auto`` needs a sure score, a clear lead, no veto, and two things that agree besides likeness."""
    if score < SUGGESTED:
        return "no"
    if score >= SURE and clearance >= CLEAR_LEAD and not vetoes and corroborated(one, two):
        return "auto"
    return "review"


def corroborated(one: Product, two: Product) -> bool:
    """Whether the names say the same and something besides agrees: a code, a model number, or the price.

    The price says nothing where only one side names a brand: the other may be the same thing of another maker. A long model
    number in both names also carries a pair of which only one name says more than the other.
    """
    if compare.said_alike(one, two):
        priced = compare.same_price(one, two) and not compare.brand_missing(one, two)
        return bool(compare.same_code(one, two) or compare.same_model(one, two) or priced)
    one_sided = not compare.words_left(one, two) or not compare.words_left(two, one)
    return bool(one_sided and compare.long_model(one, two))
