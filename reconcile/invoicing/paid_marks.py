"""Invoices that one system holds for paid and the other does not, where no single payment tells it (A18, B17)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from reconcile.content import basis_hash
from reconcile.invoicing.books import Books
from reconcile.invoicing.holding import date_holds, other_currency, stands_no_more
from reconcile.invoicing.paying import due_of, explain_due, find_account, pay_in_xero, remade_stamp
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import dollars
from reconcile.invoicing.wording import long_date
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Invoice, System


@dataclass(frozen=True, kw_only=True)
class PaidMark:
    """An invoice whose mark is to be carried over; ``source`` is where it is paid.

    ``certain`` says that Xero's credits explain it, or that there was nothing to pay. ``on`` is the date that its payment gets.
    """

    invoice: Invoice
    copy: Invoice
    source: System
    write: PlannedWrite | None = None
    holds: tuple[Hold, ...] = ()
    words: str = ""
    certain: bool = False
    on: date | None = None


def plan_paid_marks(books: Books, today: date, cases: Iterable[str]) -> Iterator[PaidMark]:
    """Compare the paid marks of linked invoices; ``today`` dates a payment that has no date of its own."""
    for invoice_id, copy_id in books.links_of(cases):
        invoice, copy = books.invoices.get(invoice_id), books.xero_invoices.get(copy_id)
        if invoice is None or copy is None or stands_no_more(invoice) or other_currency(copy, books):
            continue
        if copy.status == "PAID" and invoice.payment == "unpaid":
            yield from _paid_in_xero(invoice, copy, books)
        elif _is_paid_without_payment(invoice, copy, books):
            yield _rested_on_xero(invoice, copy, books) or _pay(invoice, copy, books, today)


def _paid_in_xero(invoice: Invoice, copy: Invoice, books: Books) -> Iterator[PaidMark]:
    """Paid there and not here: a mark, where each payment has its counterpart; a finding, where one has lost it."""
    live = [p for p in books.xero_payments_of.get(copy.id, ()) if p.status != "DELETED"]
    ours = {p.id for p in books.payments_of.get(invoice.id, ()) if p.status != "DELETED"}
    counterparts = {p.id: books.payment_links.xero.get(p.id) for p in live}
    lost = [key for key, other in counterparts.items() if other is not None and other not in books.payments]
    if lost:
        words = f"Xero payment {', '.join(lost)} of invoice {copy.id} settles it there."
        yield PaidMark(invoice=invoice, copy=copy, source="xero", holds=(Hold("paid_mark_taken_off", words),))
    elif set(counterparts.values()) == ours:
        yield _mark_paid(invoice, copy, books)


def _mark_paid(invoice: Invoice, copy: Invoice, books: Books) -> PaidMark:
    write = PlannedWrite(
        target="pooltrackr",
        entity="invoices",
        verb="update",
        subject_id=copy.id,
        target_id=invoice.id,
        body={"payment": "paid"},
        expect={"payment": "paid"},
        basis=basis_hash(invoice),
    )
    words = f"Nothing is due in Xero. {explain_due(copy, books)}".strip()
    certain = bool(copy.amount_credited) or not copy.total
    return PaidMark(invoice=invoice, copy=copy, source="xero", write=write, words=words, certain=certain)


def _is_paid_without_payment(invoice: Invoice, copy: Invoice, books: Books) -> bool:
    """Marked paid in Pooltrackr without a payment, while Xero still expects money."""
    live = [p for p in books.payments_of.get(invoice.id, ()) if p.status != "DELETED"]
    return invoice.payment == "paid" and not live and due_of(copy) > 0 and copy.status != "PAID"


def _rested_on_xero(invoice: Invoice, copy: Invoice, books: Books) -> PaidMark | None:
    """A mark that was carried to or from Xero already is nobody's news of money: what it rested on there was taken back."""
    if invoice.id not in books.marked_by_us and invoice.id not in books.payment_links.pooltrackr:
        return None
    words = f"{dollars(due_of(copy))} is due again on Xero invoice {copy.number or copy.id}."
    return PaidMark(invoice=invoice, copy=copy, source="xero", holds=(Hold("paid_mark_stands_alone", words),))


def _pay(invoice: Invoice, copy: Invoice, books: Books, today: date) -> PaidMark:
    """A payment dated the day on which the mark was first seen, so that an approval holds for more than a day."""
    account = find_account(books.settings.payment_account, books)
    on = books.first_seen.get(invoice.id, today)
    on = today if list(date_holds(on, books)) else on
    holds = list(date_holds(on, books))
    if copy.status != "AUTHORISED":
        holds.append(Hold("draft_in_xero", f"Xero invoice {copy.id} is {copy.status}."))
    if any(p.status != "DELETED" for p in books.xero_payments_of.get(copy.id, ())):
        holds.append(Hold("looks_entered", f"Xero invoice {copy.id} has payments of {dollars(copy.amount_paid)}."))
    if account is None or account.status != "ACTIVE":
        holds.append(Hold("payment_account_missing", "No payment account is set."))
    words = f"Marked paid in Pooltrackr without a payment: {dollars(due_of(copy))} is due in Xero, entered with {long_date(on)}, when the mark was first seen."
    write = None
    if account is not None and not holds:
        stamp = remade_stamp(f"{stamp_of(invoice.id)}-PAID", books.remade.get(invoice.id, 0))
        write = pay_in_xero(invoice.id, copy, account, due_of(copy), on, stamp)
    return PaidMark(
        invoice=invoice, copy=copy, source="pooltrackr", write=write, holds=tuple(holds), words=words, on=on
    )
