"""Money that a customer has to their credit: credit notes, overpayments, prepayments, and where they were used.

Allocations lower an invoice's amount due without any payment (facts, section 7), so they have to be read as well.
"""

from collections.abc import Mapping
from typing import Any

from reconcile.clients.values import day, flag, moment, money, text
from reconcile.records import Credit


def read_credit_note(body: Mapping[str, Any]) -> Credit:
    """A credit note for a customer."""
    return _read(body, "CreditNoteID", "credit_note", "CreditNoteNumber")


def read_overpayment(body: Mapping[str, Any]) -> Credit:
    """Money received beyond what was owed."""
    return _read(body, "OverpaymentID", "overpayment", "Reference")


def read_prepayment(body: Mapping[str, Any]) -> Credit:
    """Money received before there was an invoice."""
    return _read(body, "PrepaymentID", "prepayment", "Reference")


def _read(body: Mapping[str, Any], id_field: str, kind: str, number: str) -> Credit:
    live = (a for a in body.get("Allocations") or () if flag(a.get("IsDeleted")) != "true")
    return Credit(
        id=text(body[id_field]),
        kind=kind,
        number=text(body.get(number)),
        contact_id=text((body.get("Contact") or {}).get("ContactID")),
        status=text(body.get("Status")),
        date=day(body.get("DateString"), body.get("Date")),
        total=money(body.get("Total")),
        remaining=money(body.get("RemainingCredit")),
        allocations=tuple((text((a.get("Invoice") or {}).get("InvoiceID")), text(a.get("Amount"))) for a in live),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )
