"""Payments: reading, creating, deleting (facts, section 7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import day, decimal, flag, read_elements, text
from reconcile.sandbox.xero.books import Books, fold
from reconcile.sandbox.xero.calendar import lock_errors, today
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import render_date, render_ms, utc_string
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.invoices import short_contact
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Account, Contact, Invoice, Payment
from reconcile.sandbox.xero.tax import round_half_up

TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_AUTHORISED = "Payments can only be made against Authorised documents"
NO_ACCOUNT = "Account could not be found"
WRONG_ACCOUNT = "The account type is invalid: payments need a bank account or one with payments enabled."
IN_BATCH = "Payments within a batch cannot be deleted."
RECONCILED = "This payment has been reconciled with a bank statement line and cannot be deleted."


def render_payment(call: Call, payment: Payment, _view: View) -> Json:
    """A payment as Xero shows it, with the head of its invoice."""
    invoice, account = call.books.invoices.get(payment.invoice_id), call.books.accounts.get(payment.account_id)
    shown: Json = {
        "PaymentID": payment.id,
        "Date": render_date(payment.issued),
        "BankAmount": payment.amount,
        "Amount": payment.amount,
        "Reference": payment.reference,
        "CurrencyRate": Decimal(1),
        "PaymentType": _kind(invoice),
        "Status": payment.status,
        "UpdatedDateUTC": render_ms(payment.updated_ms),
        "UpdatedDateUTCString": utc_string(payment.updated_ms),
        "HasAccount": account is not None,
        "IsReconciled": payment.reconciled,
        "HasValidationErrors": False,
    }
    if payment.batch_payment_id:
        shown["BatchPaymentID"] = payment.batch_payment_id
    if account is not None:
        shown["Account"] = {"AccountID": account.id, "Name": account.name} | (
            {"Code": account.code} if account.code else {}
        )
    return shown | ({"Invoice": _head(call.books, invoice)} if invoice else {})


def _kind(invoice: Invoice | None) -> str:
    return "ACCPAYPAYMENT" if invoice is not None and invoice.type == "ACCPAY" else "ACCRECPAYMENT"


def _head(books: Books, invoice: Invoice) -> Json:
    contact = books.contacts.get(invoice.contact_id) or Contact(invoice.contact_id, 0, "")
    return {
        "Type": invoice.type,
        "InvoiceID": invoice.id,
        "InvoiceNumber": invoice.number,
        "CurrencyCode": invoice.currency,
        "IsDiscounted": False,
        "HasErrors": False,
        "Contact": short_contact(contact),
        "LineItems": [],
    }


LISTING: Listing[Payment] = Listing(
    plural="Payments",
    kind="Payment",
    render=render_payment,
    fields={
        "PaymentID": lambda p: p.id,
        "Status": lambda p: p.status,
        "Date": lambda p: p.issued,
        "Amount": lambda p: p.amount,
        "Reference": lambda p: p.reference,
        "IsReconciled": lambda p: p.reconciled,
        "Invoice.InvoiceID": lambda p: p.invoice_id,
        "UpdatedDateUTC": lambda p: p.updated_ms,
    },
    optimised=frozenset({"PaymentType", "Status", "Date", "Invoice.InvoiceID", "Reference"}),
    guarded=True,
    indexes={"Invoice.InvoiceID": "invoice", "Reference": "reference"},
)


def list_payments(call: Call) -> Response:
    """GET /Payments, deleted ones included with their status."""

    def kind(payment: Payment) -> str:
        return _kind(call.books.invoices.get(payment.invoice_id))

    def number(payment: Payment) -> str:
        invoice = call.books.invoices.get(payment.invoice_id)
        return invoice.number if invoice else ""

    return LISTING.with_fields({"PaymentType": kind, "Invoice.InvoiceNumber": number}).respond(
        call, call.books.payments
    )


def get_payment(call: Call, key: str) -> Response:
    """GET /Payments/{PaymentID}."""
    return call.answer("Payments", [render_payment(call, _find(call, key), View())])


def create_payments(call: Call) -> Response:
    """PUT or POST /Payments: creates; a payment is never updated."""
    elements = read_elements(call.request, "Payments")
    return write_batch(call, elements, lambda element: _create(call, element), "Payments", "PaymentID")


def delete_payment(call: Call, key: str) -> Response:
    """POST /Payments/{PaymentID} with `Status: DELETED`, the only change there is."""
    elements = read_elements(call.request, "Payments")
    payment = _find(call, key)
    return write_batch(call, elements[:1], lambda element: _delete(call, payment, element), "Payments", "PaymentID")


def _find(call: Call, key: str) -> Payment:
    payment = call.books.payments.get(key)
    if payment is None:
        raise RefusalError(not_found())
    return payment


def _create(call: Call, element: Json) -> Saved:
    invoice, account = _invoice(call, element), _account(call, element)
    amount, paid_on = decimal(element.get("Amount")), day(element, "Date") or today(call)
    if invoice is None or any(element.get(name) for name in ("CreditNote", "Prepayment", "Overpayment")):
        return Saved(element, ["The payment must name one invoice that exists, and nothing else to pay."])
    errors = [] if account else [NO_ACCOUNT]
    if account and account.type != "BANK" and not account.enable_payments:
        errors.append(WRONG_ACCOUNT)
    if amount is None or amount <= 0 or round_half_up(amount) != amount:
        errors.append("The payment amount must be more than zero, with at most two decimals.")
    if invoice.status != "AUTHORISED":
        errors.append(NOT_AUTHORISED)
    elif amount is not None and amount > invoice.due:
        errors.append(TOO_MUCH)
    errors += lock_errors(call.books.organisation, paid_on)
    if errors or account is None or amount is None:
        return Saved(element, errors)
    payment = Payment(
        id=call.world.new_id(),
        updated_ms=call.now_ms,
        invoice_id=invoice.id,
        account_id=account.id,
        issued=paid_on,
        amount=round_half_up(amount),
        reference=text(element, "Reference"),
        reconciled=flag(element.get("IsReconciled")),
    )
    call.books.payments.put(payment)
    settle(call, invoice, payment.amount, paid_on)
    return Saved(render_payment(call, payment, View()))


def _delete(call: Call, payment: Payment, element: Json) -> Saved:
    if text(element, "Status") != "DELETED":
        return Saved(element, ["A payment cannot be updated, only deleted with the status DELETED."])
    errors = [IN_BATCH] if payment.batch_payment_id else []
    errors += [RECONCILED] if payment.reconciled else []
    errors += ["The payment has been deleted already."] if payment.status == "DELETED" else []
    errors += lock_errors(call.books.organisation, payment.issued)
    if errors:
        return Saved(element, errors)
    gone = call.books.payments.put(replace(payment, status="DELETED", updated_ms=call.now_ms))
    settle(call, call.books.invoices.rows[payment.invoice_id], -payment.amount, payment.issued)
    return Saved(render_payment(call, gone, View()))


def settle(call: Call, invoice: Invoice, amount: Decimal, paid_on: date) -> None:
    """Move an invoice's paid amount: at nothing due it is PAID, else AUTHORISED. Tells the webhook INVOICE UPDATE."""
    moved = replace(invoice, paid=invoice.paid + amount, updated_ms=call.now_ms)
    full = moved.due == 0
    moved = replace(moved, status="PAID" if full else "AUTHORISED", fully_paid_on=paid_on if full else None)
    call.books.invoices.put(moved)
    call.books.note("INVOICE", invoice.id, "UPDATE", call.now_ms)


def _invoice(call: Call, element: Json) -> Invoice | None:
    sent = element.get("Invoice") or {}
    table = call.books.invoices
    if text(sent, "InvoiceID"):
        return table.get(text(sent, "InvoiceID"))
    number = text(sent, "InvoiceNumber") or text(element, "InvoiceNumber")
    found = [invoice for invoice in table.find("number", fold(number)) if invoice.type == "ACCREC"]
    return found[0] if number and found else None


def _account(call: Call, element: Json) -> Account | None:
    sent, table = element.get("Account") or {}, call.books.accounts
    if text(sent, "AccountID"):
        account = table.get(text(sent, "AccountID"))
    else:
        coded = table.find("code", text(sent, "Code") or text(element, "Code"))
        account = coded[0] if coded else None
    return account if account is not None and account.status == "ACTIVE" else None
