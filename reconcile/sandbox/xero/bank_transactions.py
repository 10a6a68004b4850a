"""BankTransactions: money spent and received, such as Stripe's fees (facts, section 7)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import day, flag, read_elements, text
from reconcile.sandbox.xero.calendar import lock_errors, today
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import date_string, render_date, render_ms
from reconcile.sandbox.xero.document_contacts import choose_contact, mark_role
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.invoices import short_contact
from reconcile.sandbox.xero.lines import Document, complete_errors, read_lines, render_line
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Account, BankTransaction, Contact
from reconcile.sandbox.xero.tax import totals

TYPES = frozenset({"SPEND", "RECEIVE"})


def render_bank_transaction(call: Call, entry: BankTransaction, view: View) -> Json:
    """A bank transaction as Xero shows it; lines only on paged and single reads."""
    account = call.books.accounts.rows[entry.account_id]
    contact = call.books.contacts.get(entry.contact_id) or Contact(entry.contact_id, 0, "")
    bank = {"AccountID": account.id, "Name": account.name} | ({"Code": account.code} if account.code else {})
    shown: Json = {
        "BankTransactionID": entry.id,
        "BankAccount": bank,
        "Type": entry.type,
        "Reference": entry.reference,
        "IsReconciled": entry.reconciled,
        "HasAttachments": False,
        "Contact": short_contact(contact),
        "DateString": date_string(entry.issued),
        "Date": render_date(entry.issued),
        "Status": entry.status,
        "LineAmountTypes": entry.line_amount_types,
        "LineItems": [render_line(line, view.decimals) for line in entry.lines] if view.full else [],
        "SubTotal": entry.subtotal,
        "TotalTax": entry.total_tax,
        "Total": entry.total,
        "CurrencyRate": Decimal(1),
        "UpdatedDateUTC": render_ms(entry.updated_ms),
        "CurrencyCode": call.books.organisation.base_currency,
    }
    return shown | ({"Url": entry.url} if entry.url else {})


LISTING: Listing[BankTransaction] = Listing(
    plural="BankTransactions",
    kind="BankTransaction",
    render=render_bank_transaction,
    fields={
        "BankTransactionID": lambda b: b.id,
        "Type": lambda b: b.type,
        "Status": lambda b: b.status,
        "Date": lambda b: b.issued,
        "Total": lambda b: b.total,
        "Reference": lambda b: b.reference,
        "IsReconciled": lambda b: b.reconciled,
        "BankAccount.AccountID": lambda b: b.account_id,
        "Contact.ContactID": lambda b: b.contact_id,
        "UpdatedDateUTC": lambda b: b.updated_ms,
    },
    indexes={"Reference": "reference"},
)


def list_bank_transactions(call: Call) -> Response:
    """GET /BankTransactions."""
    return LISTING.respond(call, call.books.bank_transactions)


def get_bank_transaction(call: Call, key: str) -> Response:
    """GET /BankTransactions/{BankTransactionID}."""
    shown = render_bank_transaction(call, _find(call, key), View(decimals=call.decimals))
    return call.answer("BankTransactions", [shown])


def put_bank_transactions(call: Call) -> Response:
    """PUT /BankTransactions: creates."""
    return _write(call, lambda element: _create(call, element))


def post_bank_transactions(call: Call) -> Response:
    """POST /BankTransactions: with an id deletes or relabels that entry, else creates."""

    def save(element: Json) -> Saved:
        identifier = text(element, "BankTransactionID")
        return _change(call, _find(call, identifier), element) if identifier else _create(call, element)

    return _write(call, save)


def post_bank_transaction(call: Call, key: str) -> Response:
    """POST /BankTransactions/{BankTransactionID}."""
    entry = _find(call, key)
    return _write(call, lambda element: _change(call, entry, element))


def _write(call: Call, save: Callable[[Json], Saved]) -> Response:
    elements = read_elements(call.request, "BankTransactions")
    return write_batch(call, elements, save, "BankTransactions", "BankTransactionID")


def _find(call: Call, key: str) -> BankTransaction:
    entry = call.books.bank_transactions.get(key)
    if entry is None:
        raise RefusalError(not_found())
    return entry


def _create(call: Call, element: Json) -> Saved:
    kind, account = text(element, "Type"), _bank(call, element)
    errors = [] if kind in TYPES else [f"The type {kind} is not supported; SPEND and RECEIVE are."]
    errors += [] if account else ["A bank account must be specified and be of type BANK."]
    errors += [] if element.get("LineItems") else ["One or more line items must be specified"]
    if errors or account is None:
        return Saved(element, errors)
    amounts, issued = text(element, "LineAmountTypes", "Exclusive"), day(element, "Date") or today(call)
    lines, problems = read_lines(Document(call, kind == "RECEIVE", amounts, True), element["LineItems"])
    problems += complete_errors(lines) + lock_errors(call.books.organisation, issued)
    contact_id, refused = choose_contact(call, element.get("Contact"))
    if problems or refused:
        return Saved(element, problems + refused)
    sums = totals(lines, amounts)
    entry = BankTransaction(
        id=call.world.new_id(),
        updated_ms=call.now_ms,
        type=kind,
        account_id=account.id,
        contact_id=contact_id,
        issued=issued,
        lines=lines,
        line_amount_types=amounts,
        reference=text(element, "Reference"),
        url=text(element, "Url"),
        reconciled=flag(element.get("IsReconciled")),
        subtotal=sums.subtotal,
        total_tax=sums.tax,
        total=sums.total,
    )
    mark_role(call, contact_id, customer=kind == "RECEIVE")
    return _kept(call, entry)


def _change(call: Call, entry: BankTransaction, element: Json) -> Saved:
    wanted = text(element, "Status", entry.status)
    errors = lock_errors(call.books.organisation, entry.issued)
    if entry.status != "AUTHORISED" or wanted not in {"AUTHORISED", "DELETED"}:
        errors.append("The bank transaction is not of valid status for modification")
    if wanted == "DELETED" and entry.reconciled:
        errors.append("This bank transaction has been reconciled and cannot be deleted.")
    if errors:
        return Saved(element, errors)
    reference = text(element, "Reference", entry.reference)
    return _kept(call, replace(entry, status=wanted, reference=reference, updated_ms=call.now_ms))


def _kept(call: Call, entry: BankTransaction) -> Saved:
    call.books.bank_transactions.put(entry)
    return Saved(render_bank_transaction(call, entry, View(decimals=call.decimals)))


def _bank(call: Call, element: Json) -> Account | None:
    sent, table = element.get("BankAccount") or {}, call.books.accounts
    coded = table.find("code", text(sent, "Code")) if text(sent, "Code") else []
    account = table.get(text(sent, "AccountID")) or next(iter(coded), None)
    return account if account is not None and account.type == "BANK" and account.status == "ACTIVE" else None
