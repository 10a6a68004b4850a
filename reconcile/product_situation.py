"""Which of the article's four situations the two price books are in, and what to do about it (A35 to A38)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Situation = Literal["nothing", "pooltrackr_only", "xero_only", "both_similar", "both_different"]

SIMILAR_SHARE = 0.6
MISMATCH_SHARE = 0.4

WORDS: dict[Situation, str] = {
    "nothing": "Neither system has products yet. There is nothing to do here.",
    "pooltrackr_only": "Only Pooltrackr has products. They stay custom products on the default sales account; "
    "to keep them in Xero, import them there with the file below.",
    "xero_only": "Only Xero has products. Continue: each can be created in Pooltrackr.",
    "both_similar": "Both systems have products, and most are the same or similar. Continue: go through the matches.",
    "both_different": "Both systems have products, but they are very different. Clean up first: export the Pooltrackr "
    "products, check them, import them into Xero or merge them there, run again, then deactivate what is left over.",
}


@dataclass(frozen=True)
class ProductSituation:
    """The situation, the figures that it rests on, and what to do in words."""

    name: Situation
    pooltrackr: int
    xero: int
    matched: int
    price_mismatches: int
    sku_mismatches: int

    @property
    def advice(self) -> str:
        """What to do, in words."""
        return WORDS[self.name]

    @property
    def may_continue(self) -> bool:
        """Whether the plain way on is the recommended one."""
        return self.name != "both_different"


def read_products(
    pooltrackr: int, xero: int, matched: int, price_mismatches: int, sku_mismatches: int
) -> ProductSituation:
    """Tell the situation from counts of live products, likely or linked pairs, and mismatches among those."""
    name: Situation
    if not pooltrackr and not xero:
        name = "nothing"
    elif not xero:
        name = "pooltrackr_only"
    elif not pooltrackr:
        name = "xero_only"
    elif _is_similar(min(pooltrackr, xero), matched, [price_mismatches, sku_mismatches]):
        name = "both_similar"
    else:
        name = "both_different"
    return ProductSituation(name, pooltrackr, xero, matched, price_mismatches, sku_mismatches)


def _is_similar(smaller: int, matched: int, mismatches: Sequence[int]) -> bool:
    """Most of the smaller book has a partner, and neither codes nor prices differ on a large part of the pairs."""
    return matched >= SIMILAR_SHARE * smaller and all(m <= MISMATCH_SHARE * max(matched, 1) for m in mismatches)
