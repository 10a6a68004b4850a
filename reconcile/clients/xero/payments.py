"""A payment received in Xero as a record (facts, section 7)."""

from collections.abc import Mapping
from typing import Any

from reconcile.clients.values import day, flag, moment, money, text
from reconcile.records import Payment


def read_payment(body: Mapping[str, Any]) -> Payment:
    """A payment on an invoice; a deleted one keeps coming, with the status DELETED."""
    account: Mapping[str, Any] = body.get("Account") or {}
    return Payment(
        id=text(body["PaymentID"]),
        invoice_id=text((body.get("Invoice") or {}).get("InvoiceID")),
        amount=money(body.get("Amount")),
        date=day(body.get("Date")),
        status=text(body.get("Status")) or "AUTHORISED",
        reference=text(body.get("Reference")),
        account_code=text(account.get("Code")),
        account_id=text(account.get("AccountID")),
        payment_type=text(body.get("PaymentType")),
        is_reconciled=flag(body.get("IsReconciled")),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )
