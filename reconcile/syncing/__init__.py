"""Two-way sync of what is linked: fields against what was agreed, and links whose records went away. Pure."""

from reconcile.syncing.fields import (
    Agreed,
    Compared,
    Outcome,
    Pair,
    absorb,
    agree,
    changes_to,
    compare_pair,
    faces,
    sync_pair,
)
from reconcile.syncing.products import ProductPair, is_renamed, product_drift
from reconcile.syncing.separation import GONE_AFTER, LONGEST_CHAIN, LinkState, Records, Separated, separate, survivor_of

__all__ = [
    "GONE_AFTER",
    "LONGEST_CHAIN",
    "Agreed",
    "Compared",
    "LinkState",
    "Outcome",
    "Pair",
    "ProductPair",
    "Records",
    "Separated",
    "absorb",
    "agree",
    "changes_to",
    "compare_pair",
    "faces",
    "is_renamed",
    "product_drift",
    "separate",
    "survivor_of",
    "sync_pair",
]
