"""Records as typed frames: text columns of dtype ``str`` with "" for missing, money as integers, never float.

``price_e4`` is in ten-thousandths of a dollar (Xero's unit prices may have four decimals), ``*_cents`` in cents;
both are ``Int64`` with <NA> for unknown.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import pandas as pd

from reconcile.records import Contact, Entity, Pool, Product, Record, field_names

MATCH_CONTACT_COLUMNS = [
    "id", "name", "first_name", "last_name", "company", "email", "phone", "mobile", "abn", "street", "suburb", "state",
    "postcode", "site_street", "site_suburb", "site_state", "site_postcode", "contact_number", "account_number",
]  # fmt: skip
MATCH_PRODUCT_COLUMNS = ["id", "code", "name", "description", "category", "brand", "price"]

MONEY: dict[str, dict[str, tuple[str, int]]] = {
    "products": {"price": ("price_e4", 4), "purchase_price": ("purchase_price_e4", 4)},
    "invoices": {
        "subtotal": ("subtotal_cents", 2),
        "total_tax": ("total_tax_cents", 2),
        "total": ("total_cents", 2),
        "amount_due": ("amount_due_cents", 2),
        "amount_paid": ("amount_paid_cents", 2),
        "amount_credited": ("amount_credited_cents", 2),
    },
    "payments": {"amount": ("amount_cents", 2)},
    "tax_rates": {"rate": ("rate_e4", 4)},
}
NOT_TEXT = frozenset({"lines", "contacts", "allocations", "phone_labels", "address_extras"})


def to_frame(entity: Entity, records: Sequence[Record]) -> pd.DataFrame:
    """One row per record, one column per field: text as ``str``, money as integers, times in UTC, nested fields left out."""
    columns: dict[str, pd.Series] = {}
    for name in field_names(entity):
        values = [getattr(record, name) for record in records]
        if name in MONEY.get(entity, {}):
            column, places = MONEY[entity][name]
            columns[column] = minor_units(values, places)
        elif name == "updated_at":
            columns[name] = pd.Series(pd.to_datetime(values, utc=True), dtype="datetime64[us, UTC]")
        elif name == "version":
            columns[name] = pd.Series(values, dtype="int64")
        elif name not in NOT_TEXT:
            columns[name] = _text(values)
    return pd.DataFrame(columns)


def minor_units(values: Iterable[Decimal | None], places: int) -> "pd.Series[int]":
    """Decimal amounts as whole numbers of the smallest unit; an amount with more decimals than that is unknown."""
    scaled = [None if value is None else value.scaleb(places) for value in values]
    whole = [None if value is None or value != value.to_integral_value() else int(value) for value in scaled]
    return pd.Series(pd.array(whole, dtype="Int64"))


def contact_frame(contacts: Sequence[Contact], pools: Sequence[Pool] = ()) -> pd.DataFrame:
    """The match columns of contacts; the addresses of a contact's pools stand in ``site_*``, joined by " | "."""
    sites: dict[str, list[Pool]] = {}
    for pool in pools:
        for contact_id, _ in pool.contacts:
            sites.setdefault(contact_id, []).append(pool)
    frame = pd.DataFrame({name: _text([getattr(c, name) for c in contacts]) for name in MATCH_CONTACT_COLUMNS})
    if pools:
        for column, part in (
            ("site_street", "street"),
            ("site_suburb", "suburb"),
            ("site_state", "state"),
            ("site_postcode", "postcode"),
        ):
            frame[column] = _text([_joined(sites.get(c.id, ()), part) or getattr(c, column) for c in contacts])
    return frame


def product_frame(products: Sequence[Product]) -> pd.DataFrame:
    """The match columns of products; ``price`` is decimal text."""
    return pd.DataFrame({name: _text([getattr(p, name) for p in products]) for name in MATCH_PRODUCT_COLUMNS})


def _joined(pools: Sequence[Pool], part: str) -> str:
    return " | ".join(str(getattr(pool, part)) for pool in pools)


def _text(values: Sequence[object]) -> "pd.Series[str]":
    return pd.Series(["" if value is None else str(value) for value in values], dtype="str")
