"""Which item, account and tax type a line gets, and why (A43, B12, B13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reconcile.invoicing.books import Books
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import NOTHING, dollars, round_cents
from reconcile.records import Line, Product, TaxRate

LARGE_ENOUGH = Decimal("0.05")  # a taxed line below it may well carry no cent of GST


@dataclass(frozen=True)
class Coding:
    """How a line is coded in Xero. ``because`` says where the account comes from; ``holds`` what is wrong."""

    item_code: str = ""
    account: str = ""
    tax_type: str = ""
    rate: Decimal = NOTHING
    because: str = ""
    holds: tuple[Hold, ...] = ()


def code_line(line: Line, books: Books) -> Coding:
    """Item code and account from the linked item, else the category map, else the default account; tax from the mapping."""
    item, unsure = _item(line, books)
    account, because = _account(line, item, books)
    tax_type, rate, untaxed = _tax(line, item, books)
    holds = [*unsure, *_account_holds(line, account, because, books), *untaxed]
    return Coding(item.code if item else "", account, tax_type, rate, because, tuple(holds))


def _item(line: Line, books: Books) -> tuple[Product | None, list[Hold]]:
    """The Xero item that the line's product is linked to, if it can be sold."""
    if not line.product_id:
        return None, []
    item_id = books.product_links.pooltrackr.get(line.product_id)
    item = books.items.get(item_id) if item_id else None
    if item_id and item is None:
        return None, [
            Hold("product_unmapped", f"Product {line.product_id} is linked to an item that Xero no longer has.")
        ]
    if item_id is None and line.product_id in books.undecided_products:
        return None, [Hold("product_unmapped", f"Product {line.product_id} waits for a decision.")]
    return (item if item is not None and item.is_sold != "false" else None), []


def _account(line: Line, item: Product | None, books: Books) -> tuple[str, str]:
    if item is not None and item.sales_account:
        return item.sales_account, f"item {item.code}"
    product = books.products.get(line.product_id)
    mapped = books.settings.category_accounts.get(product.category, "") if product else ""
    if product is not None and mapped:
        return mapped, f"category {product.category}"
    return books.settings.default_sales_account, "default sales account"


def _account_holds(line: Line, code: str, because: str, books: Books) -> list[Hold]:
    account = books.account_by_code.get(code)
    if account is not None and account.status == "ACTIVE" and account.type != "BANK" and not account.system_account:
        return []
    return [
        Hold("account_invalid", f"Account {code or '(none)'} of line {line.id} ({because}) cannot be used for sales.")
    ]


def _tax(line: Line, item: Product | None, books: Books) -> tuple[str, Decimal, list[Hold]]:
    """The item's own tax type where it gives the line's GST, else the mapped one."""
    wanted = tax_class(line)
    if books.organisation.sales_tax_basis == "NONE":
        if wanted == "gst" and line.tax_amount:
            return (
                "",
                NOTHING,
                [Hold("tax_unmapped", f"Line {line.id} has GST, but the organisation is not registered.")],
            )
        return "", NOTHING, []
    names = [item.tax_type if item else "", books.settings.tax_types.get(wanted, "")]
    for rate in (_usable(name, books.tax_rates) for name in names if name):
        if rate is not None and rate.rate is not None and fits(line, wanted, rate.rate):
            return rate.id, rate.rate, []
    said = "no GST" if wanted == "gst_free" else f"{dollars(line.tax_amount)} GST in {dollars(line.line_amount)}"
    return "", NOTHING, [Hold("tax_unmapped", f"Line {line.id} has {said}; no tax type in use gives that.")]


def tax_class(line: Line) -> str:
    """``gst`` or ``gst_free``; a line too small to show any GST counts as taxed."""
    total, tax = line.line_amount or NOTHING, line.tax_amount
    return "gst_free" if tax is not None and not tax and abs(total) >= LARGE_ENOUGH else "gst"


def fits(line: Line, wanted: str, rate: Decimal) -> bool:
    """Whether a rate gives the line's GST, a cent of rounding aside."""
    if wanted == "gst_free":
        return not rate
    if line.tax_amount is None or line.line_amount is None:
        return bool(rate)
    expected = round_cents((line.line_amount - line.tax_amount) * rate / 100)
    return bool(rate) and abs(expected - line.tax_amount) <= Decimal("0.01")


def _usable(tax_type: str, rates: Mapping[str, TaxRate]) -> TaxRate | None:
    rate = rates.get(tax_type)
    if rate is None or rate.status != "ACTIVE" or rate.can_apply_to_revenue == "false":
        return None
    return rate
