"""Two records side by side: field by field, with what is the same and what differs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reconcile.normalise.addresses import NOWHERE, address
from reconcile.records import Contact, Invoice, Payment, Product, Record

Verdict = Literal["same", "alike", "differs", "one side", "empty"]

CONTACT_FIELDS: Mapping[str, str] = {
    "name": "Name",
    "company": "Company",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "E-mail",
    "mobile": "Mobile",
    "phone": "Telephone",
    "street": "Street",
    "suburb": "Suburb",
    "state": "State",
    "postcode": "Postcode",
    "site_street": "Pool street",
    "site_suburb": "Pool suburb",
    "site_state": "Pool state",
    "site_postcode": "Pool postcode",
    "abn": "ABN",
    "account_number": "Account number",
    "category": "Category",
    "status": "Status",
}
PRODUCT_FIELDS: Mapping[str, str] = {
    "code": "Code",
    "name": "Name",
    "description": "Description",
    "brand": "Brand",
    "category": "Category",
    "price": "Price",
    "gst_included": "Price includes GST",
    "sales_account": "Sales account",
    "status": "Status",
}

INVOICE_FIELDS: Mapping[str, str] = {
    "number": "Number",
    "reference": "Reference",
    "date": "Date",
    "due_date": "Due",
    "subtotal": "Before GST",
    "total_tax": "GST",
    "total": "Total",
    "amount_paid": "Paid",
    "amount_credited": "Credited",
    "amount_due": "Still owed",
    "status": "State",
}
PAYMENT_FIELDS: Mapping[str, str] = {
    "amount": "Amount",
    "date": "Date",
    "method": "Paid by",
    "reference": "Reference",
    "status": "State",
}
_STREETS = ("street", "site_street")
LABELS: Mapping[type, Mapping[str, str]] = {
    Contact: CONTACT_FIELDS,
    Product: PRODUCT_FIELDS,
    Invoice: INVOICE_FIELDS,
    Payment: PAYMENT_FIELDS,
}


@dataclass(frozen=True)
class Line:
    """One field of both records."""

    label: str
    left: str
    right: str
    verdict: Verdict


def compare_records(left: Record | None, right: Record | None) -> tuple[Line, ...]:
    """The fields that a person compares, those empty on both sides left out."""
    labels = labels_of(left or right)
    lines = [_line(name, label, _text(left, name), _text(right, name)) for name, label in labels.items()]
    return tuple(line for line in lines if line.verdict != "empty")


def labels_of(record: Record | None) -> Mapping[str, str]:
    """The fields of a kind of record that are shown, with their labels."""
    return LABELS.get(type(record), {})


def _line(name: str, label: str, left: str, right: str) -> Line:
    verdict = _verdict(left, right)
    if verdict == "differs" and name in _STREETS and _same_street(left, right):
        verdict = "alike"
    return Line(label, left, right, verdict)


def _same_street(left: str, right: str) -> bool:
    """Whether two lists of addresses have one in common, however it is written: ``12 Sea La`` is ``12 Sea Lane``."""
    return bool({address(part) for part in _parts(left)} & {address(part) for part in _parts(right)} - {NOWHERE})


def _verdict(left: str, right: str) -> Verdict:
    if not left and not right:
        return "empty"
    if not left or not right:
        return "one side"
    if left == right:
        return "same"
    alike = _bare(left) == _bare(right) or _words(left) == _words(right) or _shared(left, right)
    return "alike" if alike else "differs"


def _bare(text: str) -> str:
    """Letters and digits only, in lower case; an Australian +61 counts as a leading 0."""
    bare = re.sub(r"[\W_]+", "", text.casefold())
    return f"0{bare[2:]}" if re.fullmatch(r"61\d{9}", bare) else bare


def _words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text.casefold()))


def _shared(left: str, right: str) -> bool:
    """Whether two lists of values ("; " or " | ") have one in common."""
    return bool({_bare(p) for p in _parts(left)} & {_bare(p) for p in _parts(right)})


def _parts(text: str) -> Sequence[str]:
    return [part for part in re.split(r"\s*[;|]\s*", text) if part]


def _text(record: Record | None, name: str) -> str:
    value = getattr(record, name, "")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value or "")
