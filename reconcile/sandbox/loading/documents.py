"""Xero's invoices, bills and payments of a world folder. Sums come from the lines, paid amounts from the payments."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from reconcile.sandbox.loading.rows import Row, read_rows
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.defaults import account_id
from reconcile.sandbox.xero.records import ZERO, Invoice, Line, Payment
from reconcile.sandbox.xero.tax import line_amount, line_tax, round_half_up, totals

_INVOICE = frozenset(
    [
        "id",
        "number",
        "contact_id",
        "type",
        "status",
        "date",
        "due_date",
        "reference",
        "line_amount_types",
        "url",
        "sent_to_contact",
        "amount_credited",
        "updated_at",
    ]
)
_LINE = frozenset(
    [
        "id",
        "invoice_id",
        "description",
        "quantity",
        "unit_amount",
        "item_code",
        "account_code",
        "tax_type",
        "tax_amount",
        "line_amount",
        "discount_rate",
        "discount_amount",
    ]
)
_PAYMENT = frozenset(
    [
        "id",
        "invoice_id",
        "account_id",
        "account_code",
        "date",
        "amount",
        "reference",
        "status",
        "is_reconciled",
        "updated_at",
    ]
)


def load_documents(folder: Path, books: Books) -> None:
    """Read invoices with their lines, then payments. Raises WorldError."""
    books.payments.fill([_payment(row, books) for row in read_rows(folder / "payments.csv", _PAYMENT)])
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(folder / "invoice_lines.csv", _LINE):
        lines[row.text("invoice_id")].append(row)
    rates = {rate.tax_type: rate.rate for rate in books.tax_rates}
    invoices = read_rows(folder / "invoices.csv", _INVOICE)
    books.invoices.fill([_invoice(row, lines.pop(row.identifier(), []), rates, books) for row in invoices])


def _invoice(row: Row, line_rows: list[Row], rates: dict[str, Decimal], books: Books) -> Invoice:
    amounts = row.text("line_amount_types") or "Exclusive"
    issued = row.day("date") or date(2026, 1, 1)
    lines = tuple(_line(line, number, rates, amounts) for number, line in enumerate(line_rows))
    sums = totals(lines, amounts)
    invoice = Invoice(
        id=row.identifier(),
        updated_ms=row.moment_ms("updated_at"),
        type=row.text("type") or "ACCREC",
        number=row.text("number"),
        contact_id=row.text("contact_id"),
        status=row.text("status") or "AUTHORISED",
        issued=issued,
        due_date=row.day("due_date"),
        line_amount_types=amounts,
        lines=lines,
        reference=row.text("reference"),
        url=row.text("url"),
        currency=books.organisation.base_currency,
        sent_to_contact=row.flag("sent_to_contact"),
        subtotal=sums.subtotal,
        total_tax=sums.tax,
        total=sums.total,
        discount=sums.discount,
        credited=row.money("amount_credited") or ZERO,
    )
    return _paid(invoice, books)


def _paid(invoice: Invoice, books: Books) -> Invoice:
    """The invoice with what its payments paid; a file that says PAID without payments gets its word kept."""
    standing = [payment for payment in books.payments.find("invoice", invoice.id) if payment.status == "AUTHORISED"]
    paid = sum((payment.amount for payment in standing), ZERO)
    if invoice.status == "PAID" and not standing:
        return replace(invoice, paid=invoice.total - invoice.credited, fully_paid_on=invoice.due_date or invoice.issued)
    last = max((payment.issued for payment in standing), default=None)
    settled = invoice.status in {"AUTHORISED", "PAID"} and bool(standing) and paid + invoice.credited >= invoice.total
    return replace(
        invoice, paid=paid, status="PAID" if settled else invoice.status, fully_paid_on=last if settled else None
    )


def _line(row: Row, number: int, rates: dict[str, Decimal], amounts: str) -> Line:
    quantity, unit, stated = row.money("quantity"), row.money("unit_amount"), row.money("line_amount")
    identifier = row.text("id") or account_id(f"line {row.text('invoice_id')} {number}")
    if quantity is None and unit is None and stated is None:
        return Line(identifier, row.text("description"))
    quantity, rate, off = quantity or Decimal(1), row.money("discount_rate"), row.money("discount_amount")
    unit = unit if unit is not None else (stated or ZERO) / quantity
    amount = stated if stated is not None else line_amount(quantity, unit, rate, off)
    tax = row.money("tax_amount")
    if tax is None:
        tax = line_tax(amount, rates.get(row.text("tax_type"), ZERO), amounts)
    return Line(
        id=identifier,
        description=row.text("description"),
        quantity=quantity,
        unit_amount=round_half_up(unit, 4),
        item_code=row.text("item_code"),
        account_code=row.text("account_code"),
        tax_type=row.text("tax_type"),
        tax_amount=round_half_up(tax),
        amount=round_half_up(amount),
        discount_rate=rate,
        discount_amount=off,
    )


def _payment(row: Row, books: Books) -> Payment:
    coded = books.accounts.find("code", row.text("account_code"))
    return Payment(
        id=row.identifier(),
        updated_ms=row.moment_ms("updated_at", "date"),
        invoice_id=row.text("invoice_id"),
        account_id=row.text("account_id") or (coded[0].id if coded else account_id("090")),
        issued=row.day("date") or date(2026, 1, 1),
        amount=round_half_up(row.money("amount") or ZERO),
        reference=row.text("reference"),
        status=row.text("status") or "AUTHORISED",
        reconciled=row.flag("is_reconciled"),
    )
