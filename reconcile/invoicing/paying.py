"""What paying an invoice in Xero takes: the account, the mark by which the payment is found again, what is still due."""

from datetime import date
from decimal import Decimal

from reconcile.invoicing.books import Books
from reconcile.invoicing.plan import expectation, iso
from reconcile.invoicing.totals import NOTHING, dollars
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Account, Invoice, Payment


def account_for(payment: Payment, books: Books) -> Account | None:
    """Card payments go through the clearing account where there is one, everything else to the payment account."""
    settings = books.settings
    wanted = settings.clearing_account if payment.method == "stripe" and settings.clearing_account else ""
    account = find_account(wanted or settings.payment_account, books)
    if account is None or account.status != "ACTIVE":
        return None
    return account if account.type == "BANK" or account.enable_payments == "true" else None


def find_account(named: str, books: Books) -> Account | None:
    """An account by its code, or by its id, since bank accounts may have no code."""
    return books.account_by_code.get(named) or books.accounts.get(named) if named else None


def payment_stamp(payment: Payment, books: Books) -> str:
    """Our mark in the Xero payment's reference."""
    return remade_stamp(stamp_of(payment.id), books.remade.get(payment.id, 0))


def remade_stamp(stamp: str, times: int) -> str:
    """A mark that was used before gets a number: what is entered anew must not be taken for what was deleted."""
    return stamp + (f".{times + 1}" if times else "")


def pay_in_xero(
    subject_id: str, copy: Invoice, account: Account, amount: Decimal, on: date | None, stamp: str
) -> PlannedWrite:
    """A payment on a Xero invoice, found again by its reference."""
    expected = Payment(id="", invoice_id=copy.id, amount=amount, date=on, reference=stamp, account_id=account.id)
    return PlannedWrite(
        target="xero",
        entity="payments",
        verb="create",
        subject_id=subject_id,
        stamp=stamp,
        body={
            "Invoice": {"InvoiceID": copy.id},
            "Account": {"AccountID": account.id},
            "Date": iso(on),
            "Amount": format(amount, "f"),
            "Reference": stamp,
        },
        expect=expectation(expected),
    )


def due_of(copy: Invoice) -> Decimal:
    """What is still owed on a Xero invoice."""
    if copy.amount_due is not None:
        return copy.amount_due
    return (copy.total or NOTHING) - (copy.amount_paid or NOTHING) - (copy.amount_credited or NOTHING)


def explain_due(copy: Invoice, books: Books) -> str:
    """The payments and credits that lower what is due (B17)."""
    parts = [f"{dollars(copy.amount_paid)} is paid"] if copy.amount_paid else []
    named = NOTHING
    for credit, amount in books.credits_of.get(copy.id, ()):
        named += amount
        parts.append(f"{dollars(amount)} comes from {credit.kind.replace('_', ' ')} {credit.number or credit.id}")
    if copy.amount_credited and copy.amount_credited > named:
        parts.append(f"{dollars(copy.amount_credited - named)} is credited")
    return f"In Xero {', '.join(parts)}." if parts else ""
