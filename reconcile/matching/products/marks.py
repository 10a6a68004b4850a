"""Numbers that stand for records and pairs and owe nothing to their place: the same in any order and from both sides."""

import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from reconcile.matching.products.products import Product

Marks = npt.NDArray[np.uint64]


def mark_records(products: Iterable[Product]) -> Marks:
    """One number per record, from its id and name."""
    return np.array([_mark(f"{product.id}\n{product.name}") for product in products], dtype=np.uint64)


def mark_pairs(ones: Marks, others: Marks) -> Marks:
    """One number per pair of marks, whichever comes first."""
    mixed: Marks = ones * others ^ (ones + others)
    return mixed


def _mark(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) * 2_654_435_761
