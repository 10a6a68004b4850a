"""A Xero sales invoice and its lines as a record (facts, section 6)."""

from collections.abc import Mapping
from typing import Any

from reconcile.clients.values import day, moment, money, text
from reconcile.records import Invoice, Line


def read_invoice(body: Mapping[str, Any]) -> Invoice:
    """An invoice; lists that were not paged have no lines."""
    return Invoice(
        id=text(body["InvoiceID"]),
        number=text(body.get("InvoiceNumber")),
        type=text(body.get("Type")),
        contact_id=text((body.get("Contact") or {}).get("ContactID")),
        status=text(body.get("Status")),
        reference=text(body.get("Reference")),
        date=day(body.get("DateString"), body.get("Date")),
        due_date=day(body.get("DueDateString"), body.get("DueDate")),
        line_amount_types=text(body.get("LineAmountTypes")),
        lines=tuple(read_line(line) for line in body.get("LineItems") or ()),
        subtotal=money(body.get("SubTotal")),
        total_tax=money(body.get("TotalTax")),
        total=money(body.get("Total")),
        amount_due=money(body.get("AmountDue")),
        amount_paid=money(body.get("AmountPaid")),
        amount_credited=money(body.get("AmountCredited")),
        currency=text(body.get("CurrencyCode")),
        url=text(body.get("Url")),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )


def read_line(body: Mapping[str, Any]) -> Line:
    """One line; a line with nothing but a description is legal."""
    return Line(
        id=text(body.get("LineItemID")),
        description=text(body.get("Description")),
        product_id=text((body.get("Item") or {}).get("ItemID")),
        item_code=text(body.get("ItemCode")),
        account_code=text(body.get("AccountCode")),
        tax_type=text(body.get("TaxType")),
        quantity=money(body.get("Quantity")),
        unit_amount=money(body.get("UnitAmount")),
        discount_rate=money(body.get("DiscountRate")),
        discount_amount=money(body.get("DiscountAmount")),
        tax_amount=money(body.get("TaxAmount")),
        line_amount=money(body.get("LineAmount")),
    )
