"""Linked products: an edit in Pooltrackr of what Xero owns is drift (A15)."""

from collections.abc import Collection
from dataclasses import dataclass

from reconcile.flagging import Finding
from reconcile.normalise.text import fold
from reconcile.ownership import Face
from reconcile.records import Product
from reconcile.syncing.fields import Agreed

FIELDS = ("code", "name", "description", "price")
WORDS = ("name", "description")


@dataclass(frozen=True)
class ProductPair:
    """A linked product and its item; ``behind`` are the fields in which an update to Xero's value is proposed."""

    link_id: str
    product: Product
    item: Product
    agreed: Agreed
    behind: Collection[str] = ()


def product_drift(pair: ProductPair) -> tuple[Finding | None, Agreed]:
    """A flag when somebody edited the product in Pooltrackr, and what is agreed from now on.

    A field is agreed as it stands when it is first compared, and again when both sides mean the same.
    """
    agreed = {"pooltrackr": dict(pair.agreed.pooltrackr), "xero": dict(pair.agreed.xero)}
    words = []
    for name in FIELDS:
        now, there = _face(pair.product, name), _face(pair.item, name)
        before = agreed["pooltrackr"].get(name)
        if before is None or (now != before and _is_same(name, now, there, pair.behind)):
            agreed["pooltrackr"][name], agreed["xero"][name] = now, there
        elif now != before:
            words.append(f'{name} was "{before[0]}", is "{now[0]}" in Pooltrackr and "{there[0]}" in Xero.')
    if not words:
        return None, Agreed(agreed["pooltrackr"], agreed["xero"])
    detail = "Somebody edited this product in Pooltrackr: " + " ".join(words) + " Products are kept in Xero: "
    detail += "edit it in Xero, or put it back (an update that is proposed for it does that)."
    finding = Finding(
        entity="products", system="pooltrackr", record_id=pair.product.id, name="drift", group_id=pair.link_id,
        detail=detail,
    )  # fmt: skip
    return finding, Agreed(agreed["pooltrackr"], agreed["xero"])


def is_renamed(item: Product, agreed: Agreed) -> bool:
    """Whether Xero's item has another name than was agreed."""
    return "name" in agreed.xero and fold(item.name) != fold(agreed.xero["name"][0])


def _face(product: Product, name: str) -> Face:
    value = getattr(product, name)
    return ("" if value is None else str(value),)


def _is_same(name: str, now: Face, there: Face, behind: Collection[str]) -> bool:
    """Prices and codes are judged where updates are proposed, on the right GST basis; words by their letters."""
    return fold(now[0]) == fold(there[0]) if name in WORDS else name not in behind
