"""Xero's arithmetic: tax per line, rounded, then summed (facts, section 6).

Half up to two decimals; the exact mode is not documented. An Inclusive line of 10 % carries line x 10 / 110.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reconcile.sandbox.xero.records import ZERO, Line

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Totals:
    """A document's totals in its currency."""

    subtotal: Decimal
    tax: Decimal
    total: Decimal
    discount: Decimal


def round_half_up(amount: Decimal, decimals: int = 2) -> Decimal:
    """Round away from zero at the half."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def line_amount(
    quantity: Decimal, unit: Decimal, discount_rate: Decimal | None, discount_amount: Decimal | None
) -> Decimal:
    """Quantity x unit, less the discount, rounded once at the end."""
    gross = quantity * unit
    if discount_rate:
        gross = gross * (HUNDRED - discount_rate) / HUNDRED
    return round_half_up(gross - (discount_amount or ZERO))


def line_tax(amount: Decimal, rate: Decimal, line_amount_types: str) -> Decimal:
    """The tax of one line. `rate` is a percentage."""
    if line_amount_types == "NoTax":
        return Decimal("0.00")
    if line_amount_types == "Inclusive":
        return round_half_up(amount * rate / (HUNDRED + rate))
    return round_half_up(amount * rate / HUNDRED)


def totals(lines: Iterable[Line], line_amount_types: str) -> Totals:
    """Sum the lines; Inclusive lines contain their tax, Exclusive ones do not."""
    lines = list(lines)
    amount = sum((line.amount for line in lines), Decimal("0.00"))
    tax = sum((line.tax_amount for line in lines), Decimal("0.00"))
    discount = sum((_discount(line) for line in lines), Decimal("0.00"))
    if line_amount_types == "Inclusive":
        return Totals(amount - tax, tax, amount, discount)
    return Totals(amount, tax, amount + tax, discount)


def _discount(line: Line) -> Decimal:
    if line.quantity is None or line.unit_amount is None or not (line.discount_rate or line.discount_amount):
        return ZERO
    return round_half_up(line.quantity * line.unit_amount) - line.amount
