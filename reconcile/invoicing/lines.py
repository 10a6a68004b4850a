"""An invoice's lines as Xero is to get them, on the basis that gives the same total to the cent (A08, C08).

Where all prices include GST the lines go out Inclusive, where none do Exclusive; an invoice with both is converted to one
basis at four decimals. What is sent is only what was predicted to agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconcile.invoicing.books import Books
from reconcile.invoicing.coding import Coding
from reconcile.invoicing.totals import NOTHING, AmountTypes, Charge, Sums, predict, round_fourth
from reconcile.invoicing.wording import line_text
from reconcile.records import Invoice, Line


@dataclass(frozen=True)
class Sent:
    """How the lines would go out and what Xero would make of them."""

    amounts: AmountTypes
    charges: tuple[Charge, ...]
    sums: Sums

    def agrees(self, invoice: Invoice) -> bool:
        """Whether total and GST are those of Pooltrackr."""
        return (self.sums.total, self.sums.tax) == (invoice.total, invoice.total_tax)


def choose_amounts(invoice: Invoice, codings: Sequence[Coding], *, taxed: bool = True) -> Sent:
    """The first basis on which Xero arrives at Pooltrackr's total and GST; the preferred one when none does."""
    tried = [_as_sent(invoice.lines, codings, amounts) for amounts in _preferred(invoice.lines, taxed=taxed)]
    return next((sent for sent in tried if sent.agrees(invoice)), tried[0])


def _preferred(lines: Sequence[Line], *, taxed: bool) -> tuple[AmountTypes, ...]:
    if not taxed:
        return ("NoTax",)
    all_exclusive = all(line.gst_included == "false" for line in lines)
    return ("Exclusive", "Inclusive") if all_exclusive else ("Inclusive", "Exclusive")


def _as_sent(lines: Sequence[Line], codings: Sequence[Coding], amounts: AmountTypes) -> Sent:
    charges = tuple(_charge(line, coding, amounts) for line, coding in zip(lines, codings, strict=True))
    return Sent(amounts, charges, predict(charges, amounts))


def _charge(line: Line, coding: Coding, amounts: AmountTypes) -> Charge:
    """One line on the basis of the document; a price on the other basis is converted at four decimals."""
    unit = line.unit_amount or NOTHING
    included = line.gst_included != "false"
    factor = (100 + coding.rate) / Decimal(100)
    if amounts == "Inclusive" and not included:
        unit = round_fourth(unit * factor)
    elif amounts == "Exclusive" and included:
        unit = round_fourth(unit / factor)
    quantity = Decimal(1) if line.quantity is None else line.quantity
    return Charge(quantity, unit, coding.rate, line.discount_rate or NOTHING)


def line_bodies(invoice: Invoice, codings: Sequence[Coding], sent: Sent, books: Books) -> list[dict[str, Any]]:
    """The lines in Xero's field names; amounts as decimal text."""
    return [
        _body(line, coding, charge, line_text(line, invoice, books))
        for line, coding, charge in zip(invoice.lines, codings, sent.charges, strict=True)
    ]


def _body(line: Line, coding: Coding, charge: Charge, words: str) -> dict[str, Any]:
    body = {
        "Description": words,
        "Quantity": as_text(charge.quantity),
        "UnitAmount": as_text(charge.unit),
        "AccountCode": coding.account,
    }
    optional = {
        "ItemCode": coding.item_code,
        "TaxType": coding.tax_type,
        "DiscountRate": as_text(charge.discount) if line.discount_rate else "",
    }
    return body | {name: value for name, value in optional.items() if value}


def as_text(amount: Decimal) -> str:
    """An amount as plain decimal text, without an exponent."""
    return format(amount, "f")
