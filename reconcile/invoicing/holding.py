"""The rules that hold an invoice back, each on its own; together they are every reason that applies, the first one first."""

import string
from collections.abc import Iterator, Sequence
from datetime import date

from reconcile.invoicing.books import Books
from reconcile.invoicing.coding import Coding
from reconcile.invoicing.lines import Sent
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import dollars
from reconcile.pushplan import stamp_of
from reconcile.records import Invoice

DEAD = frozenset({"VOIDED", "DELETED"})
LONGEST_NUMBER = 255
_PRINTABLE = frozenset(string.ascii_letters + string.digits + string.punctuation + " ")


def left_alone(invoice: Invoice) -> Hold | None:
    """Why an invoice that is not in Xero does not belong there, if so (B15, B16)."""
    if invoice.batch == "batched":
        return Hold("batched_child", f"It is part of batch invoice {invoice.batch_invoice_id or '(unknown)'}.")
    if invoice.status == "voided":
        return Hold("voided_before_sending", "It was voided in Pooltrackr.")
    if invoice.superseded_by:
        return Hold("superseded_before_sending", f"It was replaced by {invoice.superseded_by}.")
    return None


def stands_no_more(invoice: Invoice) -> str:
    """Why an invoice is no longer owed by itself in Pooltrackr, "" when it is (B15, B16)."""
    if invoice.superseded_by:
        return f"Replaced by {invoice.superseded_by} in Pooltrackr."
    if invoice.status == "voided":
        return "Voided in Pooltrackr."
    if invoice.batch == "batched":
        return (
            f"Part of batch invoice {invoice.batch_invoice_id or '(unknown)'} in Pooltrackr now, which is owed instead."
        )
    return ""


def other_currency(copy: Invoice, books: Books) -> Hold | None:
    """Pooltrackr knows one currency, that of the organisation; amounts in another one are not comparable."""
    home = books.organisation.currency
    if not home or copy.currency in ("", home):
        return None
    return Hold("other_currency", f"Xero invoice {copy.id} is in {copy.currency}, not in {home}.")


def holds_on(invoice: Invoice, books: Books) -> Iterator[Hold]:
    """Everything that speaks against sending, as far as the invoice's head tells."""
    if not invoice.lines:
        yield Hold("zero_lines", "It has no lines.")
    yield from contact_holds(invoice, books)
    yield from number_holds(invoice, books)
    yield from date_holds(invoice.date, books)


def contact_holds(invoice: Invoice, books: Books) -> Iterator[Hold]:
    """The contact comes from the link table only, never by name (A09)."""
    xero_id = books.contact_links.pooltrackr.get(invoice.contact_id, "")
    if not xero_id:
        yield Hold("contact_not_linked", f"Customer {invoice.contact_id or '(none)'} has no link.")
        return
    contact = books.xero_contacts.get(xero_id)
    if contact is not None and contact.merged_to:
        yield Hold("contact_merged", f"Xero contact {xero_id} was merged into {contact.merged_to}.")
    elif contact is None or contact.status != "active":
        yield Hold("contact_archived", f"Xero contact {xero_id} is {contact.status if contact else 'gone'}.")


def number_holds(invoice: Invoice, books: Books) -> Iterator[Hold]:
    """A number that Xero would refuse, or that it has already (A46)."""
    number = invoice.number
    if not number or len(number) > LONGEST_NUMBER or not set(number) <= _PRINTABLE:
        yield Hold("number_unusable", f'The number is "{number[:40]}".' if number else "It has no number.")
        return
    others = [i.id for i in books.pooltrackr_by_number.get(number.casefold(), ()) if i.id != invoice.id]
    if others:
        yield Hold("number_unusable", f"{', '.join(others)} in Pooltrackr has the same number.")
    for holder in holders_of_number(invoice, books):
        linked = books.invoice_links.xero.get(holder.id)
        whose = f"belongs to {linked}" if linked else "is linked to nothing"
        yield Hold("number_taken", f"Xero invoice {holder.id} ({holder.status}) has it and {whose}.")


def holders_of_number(invoice: Invoice, books: Books) -> Sequence[Invoice]:
    """Xero's invoices that carry this one's number where it would go: as number, or as reference when Xero numbers."""
    key = invoice.number.casefold()
    places = books.xero_by_number if books.settings.numbering_scheme == "pooltrackr" else books.xero_by_reference
    return [i for i in places.get(key, ()) if books.invoice_links.xero.get(i.id) != invoice.id]


def twin_of(invoice: Invoice, books: Books) -> Invoice | None:
    """The one live, unlinked Xero invoice with the same number, contact and total: very likely the same one."""
    contact = books.contact_links.pooltrackr.get(invoice.contact_id)
    same = [
        other
        for other in holders_of_number(invoice, books)
        if other.id not in books.invoice_links.xero and other.status not in DEAD
        if other_currency(other, books) is None
        if (other.contact_id, other.total) == (contact, invoice.total)
    ]
    return same[0] if len(same) == 1 else None


def carried_copy(invoice: Invoice, books: Books) -> Invoice | None:
    """The Xero invoice that an earlier push marked as this one's, on either side; None when nothing says so for certain."""
    stamped = [i for i in books.xero_by_reference.get(stamp_of(invoice.id).casefold(), ()) if i.status not in DEAD]
    named = books.xero_invoices.get(invoice.xero_invoice_id)
    found = [named] if named is not None and named.number == (invoice.xero_number or invoice.number) else stamped
    free = [other for other in found if other.id not in books.invoice_links.xero]
    return free[0] if len(free) == 1 else None


def date_holds(day: date | None, books: Books) -> Iterator[Hold]:
    """Documents without a date, in a locked period, or older than the cut-off (B11)."""
    if day is None:
        yield Hold("date_missing", "It has no date.")
        return
    yield from cut_off_holds(day, books)
    if books.lock_date is not None and day <= books.lock_date:
        yield Hold("before_lock_date", f"{day} is not after {books.lock_date}, the lock date in Xero.")


def cut_off_holds(day: date | None, books: Books) -> Iterator[Hold]:
    """Documents older than the cut-off, which neither system is told of."""
    cut_off = books.settings.cut_off_date
    if cut_off is not None and day is not None and day < cut_off:
        yield Hold("before_cut_off", f"{day} is before {cut_off}.")


def line_holds(invoice: Invoice, codings: Sequence[Coding], sent: Sent) -> Iterator[Hold]:
    """What is wrong with the lines' coding; the sums are compared only when every line has its tax."""
    for coding in codings:
        yield from coding.holds
    if invoice.total is not None and invoice.total < 0:
        yield Hold("negative_total", f"It comes to {dollars(invoice.total)}.")
    if not sent.agrees(invoice) and not any(hold.reason == "tax_unmapped" for c in codings for hold in c.holds):
        gap, tax_gap = sent.sums.total - (invoice.total or 0), sent.sums.tax - (invoice.total_tax or 0)
        yield Hold(
            "total_differs",
            f"Pooltrackr has {dollars(invoice.total)} with {dollars(invoice.total_tax)} GST, Xero would make it {sent.sums.total} with "
            f"{sent.sums.tax}: {gap:+.2f}{f', GST {tax_gap:+.2f}' if tax_gap else ''}.",
        )
