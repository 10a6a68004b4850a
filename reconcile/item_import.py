"""Pooltrackr's products as files for a person: an export, and what Xero's item import takes (A39, A40).

Xero's limits: code at most 30 characters and unique, name at most 50, a sales account of the chart of accounts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.pricing import Basis, to_basis
from reconcile.records import Account, Product

EXPORT_COLUMNS: tuple[str, ...] = (
    "id", "code", "name", "description", "category", "brand", "price", "gst_included", "status", "xero_item_id",
)  # fmt: skip
IMPORT_COLUMNS: tuple[str, ...] = (
    "*ItemCode", "ItemName", "PurchasesDescription", "PurchasesUnitPrice", "PurchasesAccount", "PurchasesTaxRate",
    "SalesDescription", "SalesUnitPrice", "SalesAccount", "SalesTaxRate",
)  # fmt: skip
LONGEST_CODE, LONGEST_NAME = 30, 50
GST_ON_INCOME = "GST on Income"


@dataclass(frozen=True)
class Unfit:
    """A product that Xero would not import as it is, and why."""

    product: Product
    why: str


@dataclass(frozen=True)
class ItemImport:
    """The rows of the import file, and the products that had to be left out of it."""

    rows: tuple[dict[str, str], ...]
    left_out: tuple[Unfit, ...]


def export_rows(products: Sequence[Product]) -> list[dict[str, str]]:
    """Every product with the fields that a person checks, in EXPORT_COLUMNS."""
    return [{column: _text(getattr(product, column)) for column in EXPORT_COLUMNS} for product in products]


def item_import(
    products: Sequence[Product],
    taken_codes: Sequence[str],
    accounts: Sequence[Account],
    default_account: str,
    category_accounts: Mapping[str, str],
    basis: Basis,
) -> ItemImport:
    """Rows in IMPORT_COLUMNS for products that Xero lacks, prices on the basis that Xero's item prices have.

    ``taken_codes`` are the codes of Xero's own items. What breaks a limit is left out and named, never cut short.
    """
    counts = Counter(product.code.casefold() for product in products)
    taken = {code.casefold() for code in taken_codes}
    active = {a.code for a in accounts if a.status == "ACTIVE" and a.account_class == "REVENUE"}
    rows, left_out = [], []
    for product in products:
        account = product.sales_account or category_accounts.get(product.category, default_account)
        why = _why_unfit(product, counts[product.code.casefold()], product.code.casefold() in taken, account in active)
        if why:
            left_out.append(Unfit(product, why))
        else:
            rows.append(_row(product, account, basis))
    return ItemImport(tuple(rows), tuple(left_out))


def _why_unfit(product: Product, times: int, taken: bool, has_account: bool) -> str:
    reasons = []
    if not product.code:
        reasons.append("it has no code")
    if len(product.code) > LONGEST_CODE:
        reasons.append(f"the code has {len(product.code)} characters, Xero takes {LONGEST_CODE}")
    if product.code and times > 1:
        reasons.append(f"{times} products have this code")
    if product.code and taken:
        reasons.append("Xero has an item with this code")
    if len(product.name) > LONGEST_NAME:
        reasons.append(f"the name has {len(product.name)} characters, Xero takes {LONGEST_NAME}")
    if product.price is not None and product.gst_included not in ("true", "false"):
        reasons.append("it is not said whether the price includes GST")
    if not has_account:
        reasons.append("its sales account is no active revenue account in Xero")
    return "; ".join(reasons)


def _row(product: Product, account: str, basis: Basis) -> dict[str, str]:
    held: Basis = "INC" if product.gst_included == "true" else "EX"
    price = "" if product.price is None else _text(to_basis(product.price, held, basis))
    row = dict.fromkeys(IMPORT_COLUMNS, "")
    return row | {
        "*ItemCode": product.code,
        "ItemName": product.name,
        "SalesDescription": product.description or product.name,
        "SalesUnitPrice": price,
        "SalesAccount": account,
        "SalesTaxRate": GST_ON_INCOME,
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
