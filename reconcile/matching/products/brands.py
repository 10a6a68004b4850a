"""Brands that only the price book itself knows: what one system keeps in a column stands in the names of the other."""

from collections.abc import Sequence
from dataclasses import replace

from reconcile.normalise.product_text import ProductText, canonical_brand, phrase_pattern
from reconcile.normalise.product_words import HARMLESS, PART_WORDS, SERVICE_WORDS

LEAST_LETTERS = 3
NO_BRAND = (
    HARMLESS | PART_WORDS | SERVICE_WORDS | {"generic", "unknown", "none", "various", "other", "misc", "own brand"}
)


def find_brands(sides: Sequence[Sequence[ProductText]], columns: Sequence[str]) -> list[list[ProductText]]:
    """Both sides, where a name that had no brand gets the one of the brand columns that it says first."""
    known = {brand for column in set(columns) if (brand := canonical_brand(column)) and _is_brand(brand)}
    if not known:
        return [list(side) for side in sides]
    pattern = phrase_pattern(known)
    return [
        [
            replace(text, brand=found.group(1).replace("-", " "))
            if not text.brand and (found := pattern.search(text.canonical))
            else text
            for text in side
        ]
        for side in sides
    ]


def _is_brand(brand: str) -> bool:
    return len(brand) >= LEAST_LETTERS and brand not in NO_BRAND and not brand.isdigit()
