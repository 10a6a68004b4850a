"""Money spent from and received into a Xero bank account as a record, such as Stripe's fees (facts, section 7)."""

from collections.abc import Mapping
from typing import Any

from reconcile.clients.values import day, flag, moment, money, text
from reconcile.clients.xero.invoices import read_line
from reconcile.records import BankTransaction


def read_bank_transaction(body: Mapping[str, Any]) -> BankTransaction:
    """A bank transaction; lists that were not paged have no lines."""
    return BankTransaction(
        id=text(body["BankTransactionID"]),
        type=text(body.get("Type")),
        status=text(body.get("Status")),
        contact_id=text((body.get("Contact") or {}).get("ContactID")),
        account_id=text((body.get("BankAccount") or {}).get("AccountID")),
        date=day(body.get("DateString"), body.get("Date")),
        reference=text(body.get("Reference")),
        line_amount_types=text(body.get("LineAmountTypes")),
        lines=tuple(read_line(line) for line in body.get("LineItems") or ()),
        total_tax=money(body.get("TotalTax")),
        total=money(body.get("Total")),
        is_reconciled=flag(body.get("IsReconciled")),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )
