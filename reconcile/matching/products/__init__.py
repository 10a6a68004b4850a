"""The product model: the same article in two price books, whatever each calls it."""

from reconcile.matching.products.duplicates import find_duplicate_products
from reconcile.matching.products.engine import match_products

__all__ = ["find_duplicate_products", "match_products"]
