"""The month-end tie-out of an organisation's books: its documents as entries, the report's rows, and a short text."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reconcile.invoicing.books import Books
from reconcile.invoicing.report import invoice_url
from reconcile.records import Credit, Invoice, Payment
from reconcile.tie_out import REASONS, Balance, Entry, Papers, Standing, Tied

NOTHING = Decimal("0.00")
MARK = "paid mark of "
TIE_OUT_COLUMNS = (
    *("pooltrackr_contact_id", "xero_contact_id", "name", "difference", "why"),
    *("pooltrackr_opening", "pooltrackr_invoices", "pooltrackr_payments", "pooltrackr_credits", "pooltrackr_closing"),
    *("xero_opening", "xero_invoices", "xero_payments", "xero_credits", "xero_closing"),
)
CAUSE_COLUMNS = ("contact_id", "reason", "meaning", "kind", "difference", "pooltrackr_id", "xero_id", "xero_url")


def papers_of(books: Books) -> Papers:
    """The documents that make up what customers owe. Batched and replaced invoices are left out: others stand for them."""
    ours = [i for i in books.invoices.values() if i.batch != "batched" and not i.superseded_by]
    counted = {invoice.id: invoice for invoice in ours}
    entries = [_our_invoice(invoice) for invoice in ours]
    entries += [_our_payment(p, counted[p.invoice_id]) for p in books.payments.values() if p.invoice_id in counted]
    entries += [mark for invoice in ours for mark in _mark(invoice, books)]
    sales = books.xero_invoices
    theirs = [_their_invoice(copy, books) for copy in sales.values()]
    theirs += [
        _their_payment(p, sales[p.invoice_id], books) for p in books.xero_payments.values() if p.invoice_id in sales
    ]
    theirs += [_their_credit(credit, books) for credit in books.credits if _is_sales(credit, books)]
    links = {("invoice", a): b for a, b in books.invoice_links.pooltrackr.items()}
    links |= {("payment", a): b for a, b in books.payment_links.pooltrackr.items()}
    return Papers(tuple(entries), tuple(theirs), links)


def _our_invoice(invoice: Invoice) -> Entry:
    return Entry(
        system="pooltrackr",
        kind="invoice",
        id=invoice.id,
        contact=invoice.contact_id,
        date=invoice.date,
        amount=invoice.total or NOTHING,
        standing="voided" if invoice.status == "voided" else "live",
    )


def _our_payment(payment: Payment, invoice: Invoice) -> Entry:
    dead = payment.status == "DELETED" or invoice.status == "voided"
    return Entry(
        system="pooltrackr",
        kind="payment",
        id=payment.id,
        contact=invoice.contact_id,
        date=payment.date,
        amount=payment.amount or NOTHING,
        standing="voided" if dead else "live",
    )


def _mark(invoice: Invoice, books: Books) -> Iterator[Entry]:
    """What is left of an invoice that is marked paid counts as paid on its own date, since no payment says when."""
    listed = (p.amount or NOTHING for p in books.payments_of.get(invoice.id, ()) if p.status != "DELETED")
    rest = (invoice.total or NOTHING) - sum(listed, NOTHING)
    if invoice.payment == "paid" and invoice.status != "voided" and rest > 0:
        yield Entry(
            system="pooltrackr",
            kind="payment",
            id=MARK + invoice.id,
            contact=invoice.contact_id,
            date=invoice.date,
            amount=rest,
            is_mark=True,
        )


def _customer(contact_id: str, books: Books) -> str:
    """The Pooltrackr customer of a Xero contact, else the Xero contact itself."""
    return books.contact_links.xero.get(contact_id, contact_id)


def _their_invoice(copy: Invoice, books: Books) -> Entry:
    return Entry(
        system="xero",
        kind="invoice",
        id=copy.id,
        contact=_customer(copy.contact_id, books),
        date=copy.date,
        amount=copy.total or NOTHING,
        standing=_standing(copy.status),
    )


def _standing(status: str) -> Standing:
    if status in ("VOIDED", "DELETED"):
        return "voided"
    return "draft" if status in ("DRAFT", "SUBMITTED") else "live"


def _their_payment(payment: Payment, copy: Invoice, books: Books) -> Entry:
    return Entry(
        system="xero",
        kind="payment",
        id=payment.id,
        contact=_customer(copy.contact_id, books),
        date=payment.date,
        amount=payment.amount or NOTHING,
        standing="voided" if payment.status == "DELETED" else _standing(copy.status),
    )


def _is_sales(credit: Credit, books: Books) -> bool:
    """A credit of a customer: it is allocated to a sales invoice, or belongs to one that we invoice."""
    if any(invoice_id in books.xero_invoices for invoice_id, _ in credit.allocations):
        return True
    return not credit.allocations and credit.contact_id in books.contact_links.xero


def _their_credit(credit: Credit, books: Books) -> Entry:
    return Entry(
        system="xero",
        kind="credit",
        id=credit.id,
        contact=_customer(credit.contact_id, books),
        date=credit.date,
        amount=credit.total or NOTHING,
        standing=_standing(credit.status),
    )


def tie_out_rows(tied: Sequence[Tied], books: Books) -> Iterator[dict[str, str]]:
    """One row per contact, with both balances and what explains their difference."""
    for one in tied:
        ours, theirs = books.contacts.get(one.contact), books.xero_contacts.get(one.contact)
        yield {
            "pooltrackr_contact_id": one.contact if ours else "",
            "xero_contact_id": books.contact_links.pooltrackr.get(one.contact, one.contact if theirs else ""),
            "name": ours.name if ours else theirs.name if theirs else "",
            "difference": f"{one.difference:.2f}",
            "why": "; ".join(f"{name} {amount:+.2f}" for name, amount in one.reasons.items()),
            **_figures("pooltrackr", one.pooltrackr),
            **_figures("xero", one.xero),
        }


def _figures(system: str, balance: Balance) -> dict[str, str]:
    names = ("opening", "invoices", "payments", "credits", "closing")
    return {f"{system}_{name}": f"{getattr(balance, name):.2f}" for name in names}


def cause_rows(tied: Sequence[Tied], books: Books, short_code: str) -> Iterator[dict[str, str]]:
    """One row per document that makes a difference."""
    for one in tied:
        for cause in one.causes:
            yield {
                "contact_id": one.contact,
                "reason": cause.reason,
                "meaning": REASONS[cause.reason],
                "kind": cause.kind,
                "difference": f"{cause.amount:.2f}",
                "pooltrackr_id": cause.pooltrackr_id,
                "xero_id": cause.xero_id,
                "xero_url": invoice_url(books.xero_invoices.get(cause.xero_id), short_code),
            }


def tie_out_words(tied: Sequence[Tied], month: str) -> str:
    """The result in a few lines; no personal data."""
    ours, theirs = (sum((side(one) for one in tied), NOTHING) for side in (_ours, _theirs))
    apart = [one for one in tied if one.difference]
    lines = [
        f"{month}: customers owe {ours:.2f} in Pooltrackr and {theirs:.2f} in Xero; the difference is {ours - theirs:.2f}.",
        f"{len(tied) - len(apart)} of {len(tied)} contacts agree to the cent.",
    ]
    sums: dict[str, Decimal] = {}
    for one in tied:
        for reason, amount in one.reasons.items():
            sums[reason] = sums.get(reason, NOTHING) + amount
    lines += [f"  {amount:>12.2f}  {reason}: {REASONS[reason]}" for reason, amount in sorted(sums.items())]
    return "\n".join(lines)


def _ours(one: Tied) -> Decimal:
    return one.pooltrackr.closing


def _theirs(one: Tied) -> Decimal:
    return one.xero.closing
