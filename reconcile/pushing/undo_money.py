"""Taking back what was written about invoices, payments and card fees (Xero's rules: facts, sections 6 and 7)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reconcile.records import Invoice, Line, Record

NOTHING = Decimal(0)

TOGGLES: Mapping[str, tuple[str, str, str]] = {
    "voided": ("status", "active", "take the void back"),
    "deleted": ("status", "AUTHORISED", "take the deletion back"),
}
"""Pooltrackr's marks on documents: the field of the record that shows them, what it says without, in words."""

SAID_BESIDE: Mapping[str, str] = {"external_status": "not_synced"}
"""What was told along with our marks, and what it says without them."""


def money_on(invoice: object) -> Decimal:
    """What is paid and credited on a Xero invoice."""
    if not isinstance(invoice, Invoice):
        return NOTHING
    return (invoice.amount_paid or NOTHING) + (invoice.amount_credited or NOTHING)


def changes_invoice(before: Record | None, body: Mapping[str, Any]) -> bool:
    """Whether a write changed a Xero invoice as a whole, so that it can be put back as a whole."""
    return isinstance(before, Invoice) and ("LineItems" in body or "DueDate" in body)


def earlier_invoice(before: Invoice, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a write replaced, as they were; lines are sent anew, since Xero dropped the old ones."""
    whole: dict[str, Any] = {
        "Contact": {"ContactID": before.contact_id},
        "Reference": before.reference,
        "InvoiceNumber": before.number,
        "Date": _iso(before.date),
        "DueDate": _iso(before.due_date),
        "Url": before.url,
        "LineAmountTypes": before.line_amount_types,
        "LineItems": [_line(line) for line in before.lines],
    }
    return {name: value for name, value in whole.items() if name in body and value}


def said_of(invoice: Invoice) -> dict[str, str]:
    """What must show that an invoice is as it was."""
    said = {"due_date": _iso(invoice.due_date), "total": _text(invoice.total), "total_tax": _text(invoice.total_tax)}
    return {name: value for name, value in said.items() if value}


def _line(line: Line) -> dict[str, Any]:
    said = {
        "Description": line.description,
        "Quantity": _text(line.quantity),
        "UnitAmount": _text(line.unit_amount),
        "ItemCode": line.item_code,
        "AccountCode": line.account_code,
        "TaxType": line.tax_type,
        "DiscountRate": _text(line.discount_rate),
        "DiscountAmount": "" if line.discount_rate else _text(line.discount_amount),
    }
    return {name: value for name, value in said.items() if value}


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else format(amount, "f")


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
