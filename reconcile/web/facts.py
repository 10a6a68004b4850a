"""What a person has to know of an invoice or payment before deciding: amount, customer, dates, both numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reconcile.invoicing.report import invoice_url
from reconcile.records import Invoice, Payment, Record, System
from reconcile.reports.wording import money
from reconcile.store.review_money import Papers

STATES = {
    "DRAFT": "draft", "SUBMITTED": "waiting for approval", "AUTHORISED": "awaiting payment", "PAID": "paid",
    "VOIDED": "voided", "DELETED": "deleted",
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """An invoice or payment as a list shows it; ``facts`` are (label, value), ``url`` opens the invoice in Xero."""

    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    url: str = ""


def describe(record: Record | None, system: System, papers: Papers, short_code: str, partner: str = "") -> Document:
    """The facts of an invoice or payment; ``partner`` is the Xero invoice it would be linked to or was copied to."""
    if isinstance(record, Invoice):
        return _invoice(record, system, papers, short_code, partner)
    return _payment(record, system, papers, short_code) if isinstance(record, Payment) else Document()


def _invoice(record: Invoice, system: System, papers: Papers, short_code: str, partner: str) -> Document:
    left, right = papers.both(system, record.id)
    left, right = (left or record, right) if system == "pooltrackr" else (left, right or record)
    if system == "pooltrackr" and right is None and partner:
        right = papers.invoices.get(("xero", partner))
    customer = papers.customer(left, right)
    shown = left or record
    facts = (
        ("Customer", customer),
        ("Total", money(shown.total)),
        ("of it GST", money(shown.total_tax)),
        ("Date", day(shown.date)),
        ("Due", day(shown.due_date)),
        ("Number in Pooltrackr", left.number if left else ""),
        ("Number in Xero", right.number if right else ""),
        ("Total in Xero", money(right.total) if right and right.total != shown.total else ""),
        ("Still owed in Xero", money(right.amount_due) if right else ""),
        ("State in Xero", STATES.get(right.status, right.status) if right else "not there"),
    )
    return Document(_title(shown.number or record.id, customer), _filled(facts), invoice_url(right, short_code))


def _payment(record: Payment, system: System, papers: Papers, short_code: str) -> Document:
    left, right = papers.both(system, record.invoice_id)
    customer = papers.customer(left, right)
    number = (left.number if left else "") or (right.number if right else "")
    facts = (
        ("Customer", customer),
        ("Amount", money(record.amount)),
        ("Date", day(record.date)),
        ("Paid by", record.method),
        ("Reference", record.reference),
        ("Card fee", money(record.stripe_fee)),
        ("Card surcharge", money(record.stripe_surcharge)),
        ("Invoice in Pooltrackr", left.number if left else ""),
        ("Invoice in Xero", right.number if right else "not there"),
        ("Still owed in Xero", money(right.amount_due) if right else ""),
    )
    return Document(
        _title(f"{money(record.amount)} for {number or record.invoice_id}", customer),
        _filled(facts),
        invoice_url(right, short_code),
    )


def planned_lines(writes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What would be sent, in words: each write, and each line of an invoice with its amount and account."""
    told: list[tuple[str, str]] = []
    for write in writes:
        told.append((f"{write['verb']} in {str(write['target']).capitalize()}", _short(write.get("body", {}))))
        lines = write.get("body", {}).get("LineItems", ())
        told += [(str(line.get("Description", "")), _line(line)) for line in lines]
    return told


def _line(line: dict[str, Any]) -> str:
    if "UnitAmount" not in line:
        return ""
    amount = f"{line.get('Quantity', 1)} at {line['UnitAmount']}"
    return f"{amount}, account {line.get('AccountCode', '')}, tax {line.get('TaxType', '')}"


def _short(body: dict[str, Any]) -> str:
    plain = {name: value for name, value in body.items() if isinstance(value, str | int | float | bool | Decimal)}
    return ", ".join(f"{name} {value}" for name, value in plain.items())


def day(moment: date | None) -> str:
    """A date as people write it."""
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def _title(what: str, customer: str) -> str:
    return f"{what}, {customer}" if customer else what


def _filled(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in facts if value)
