"""Price and SKU findings on matched products, and the updates that a changed Xero item asks for (C06, A14, A33)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from reconcile.content import basis_hash
from reconcile.flagging import Finding
from reconcile.normalise.product_text import sku_key
from reconcile.normalise.text import fold
from reconcile.organisation_settings import OrganisationSettings
from reconcile.pricing import PriceClass, classify_price, to_basis
from reconcile.proposals import Change, Proposal, basis_of, proposal_id
from reconcile.proposing import display_name
from reconcile.records import Product

EXPLAINED: dict[PriceClass, str] = {
    "gst_basis": "differ by GST: one includes it, the other does not",
    "rounding": "differ by a cent of rounding",
    "stale_price": "differ: one of them is out of date",
    "different_pack": "belong to different packs",
}
Pair = tuple[Product, Product]
XeroSaid = Mapping[str, tuple[str, ...]]
NOBODY: Mapping[str, XeroSaid] = {}
WORDS = ("name", "description")


def flag_prices(
    pairs: Iterable[Pair], settings: OrganisationSettings, different_packs: frozenset[str]
) -> list[Finding]:
    """One finding with exactly one class for each matched pair whose prices are not equal.

    ``different_packs`` are the Pooltrackr ids whose match is vetoed for its pack.
    """
    findings = []
    for product, item in pairs:
        if product.price is None or item.price is None:
            continue
        kind = classify_price(
            product.price,
            _included(product),
            item.price,
            settings.xero_price_basis or None,
            same_pack=product.id not in different_packs,
        )
        if kind != "equal":
            words = f"Pooltrackr {product.price} and Xero {item.price} {EXPLAINED[kind]}."
            findings.append(_on(product, "price_mismatch", kind, words))
    return findings


def flag_skus(pairs: Iterable[Pair]) -> list[Finding]:
    """A finding for each matched pair whose codes are both given and not the same."""
    return [
        _on(product, "sku_mismatch", "", f"Pooltrackr says {product.code}, Xero says {item.code}.")
        for product, item in pairs
        if product.code and item.code and sku_key(product.code) != sku_key(item.code)
    ]


def propose_updates(
    org_id: str, linked: Iterable[Pair], settings: OrganisationSettings, agreed: Mapping[str, XeroSaid] = NOBODY
) -> list[Proposal]:
    """One proposal for each linked product whose code or price is not what its Xero item says, or whose words changed there.

    Names and descriptions may differ for good, so only what Xero says otherwise than ``agreed`` (by Pooltrackr id) counts.
    Prices are compared on Pooltrackr's own basis, so nothing is proposed until the basis of Xero's prices is known.
    """
    return [
        _update(org_id, product, item, changes)
        for product, item in linked
        if (changes := _changes(product, item, settings, agreed.get(product.id, {})))
    ]


def _changes(product: Product, item: Product, settings: OrganisationSettings, agreed: XeroSaid) -> tuple[Change, ...]:
    changes = []
    if item.code and product.code != item.code:
        changes.append(Change(field="code", old=product.code, new=item.code))
    changes += [_text_change(name, product, item) for name in WORDS if _has_moved(name, product, item, agreed)]
    included = _included(product)
    if item.price is not None and settings.xero_price_basis and included is not None:
        wanted = to_basis(item.price, settings.xero_price_basis, "INC" if included else "EX")
        if product.price is None or abs(product.price - wanted) > Decimal("0.01"):
            old = "" if product.price is None else str(product.price)
            changes.append(Change(field="price", old=old, new=_plain(wanted)))
    return tuple(changes)


def _has_moved(name: str, product: Product, item: Product, agreed: XeroSaid) -> bool:
    """Whether Xero's words changed, by more than case and spacing; Xero's silence takes nothing away."""
    ours, theirs = fold(getattr(product, name)), fold(getattr(item, name))
    return bool(theirs) and name in agreed and fold(agreed[name][0]) != theirs != ours


def _text_change(name: str, product: Product, item: Product) -> Change:
    return Change(field=name, old=getattr(product, name), new=getattr(item, name))


def _update(org_id: str, product: Product, item: Product, changes: Sequence[Change]) -> Proposal:
    basis = basis_of(basis_hash(item), basis_hash(product))
    words = "; ".join(f"{change.field} {change.old or '(none)'} becomes {change.new}" for change in changes)
    return Proposal(
        id=proposal_id(org_id, "products", "update", "xero", item.id, basis),
        entity="products",
        system="xero",
        record_id=item.id,
        name=display_name(item),
        basis=basis,
        kind="update",
        suggested="update",
        suggested_id=product.id,
        confidence="review",
        reasons=words,
        changes=tuple(changes),
    )


def _on(product: Product, name: str, group: str, detail: str) -> Finding:
    return Finding(
        entity="products", system="pooltrackr", record_id=product.id, name=name, group_id=group, detail=detail
    )


def _included(product: Product) -> bool | None:
    return {"true": True, "false": False}.get(product.gst_included)


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")
