"""Invoices that are in both systems: what an edit or a void on one side asks of the other (B16; facts, section 6).

Xero lets an unpaid invoice be changed and voided. With a payment or credit on it only its labels change: number, due date,
contact, address. A change on both sides is a conflict that a person settles.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from reconcile.content import basis_hash
from reconcile.invoicing.books import Books
from reconcile.invoicing.fingerprint import pooltrackr_says, xero_says
from reconcile.invoicing.holding import DEAD, contact_holds, date_holds, line_holds
from reconcile.invoicing.plan import Draft, expectation, invoice_body, work_out
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import NOTHING, dollars
from reconcile.pushplan import PlannedWrite
from reconcile.records import Invoice, System

LABELS = ("Reference", "InvoiceNumber", "DueDate", "Contact", "Url")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one linked invoice asks for: a write with its proposal, or the reasons why there is none.

    ``source`` is the system in which it happened, ``words`` says what did.
    """

    kind: Literal["none", "update", "void"] = "none"
    source: System = "pooltrackr"
    words: str = ""
    write: PlannedWrite | None = None
    holds: tuple[Hold, ...] = ()


def follow_change(invoice: Invoice, copy: Invoice, books: Books) -> Change:
    """Compare a Pooltrackr invoice with its Xero copy and say what follows."""
    ended = invoice.status == "voided" or bool(invoice.superseded_by)
    if ended or copy.status in DEAD:
        return _follow_end(invoice, copy, books, ended=ended)
    before = books.agreed.get(invoice.id)
    changed = before is not None and before[0] != pooltrackr_says(invoice)
    if changed and before is not None and before[1] != xero_says(copy):
        return Change(holds=(Hold("changed_in_both", f"Xero invoice {copy.id} was changed as well."),))
    if changed:
        return _follow_edit(invoice, copy, books)
    if (invoice.total, invoice.total_tax) != (copy.total, copy.total_tax):
        words = f"Pooltrackr has {dollars(invoice.total)} with {dollars(invoice.total_tax)} GST, Xero {dollars(copy.total)} with {dollars(copy.total_tax)}."
        return Change(holds=(Hold("total_differs_in_xero", words),))
    return Change()


def _follow_end(invoice: Invoice, copy: Invoice, books: Books, *, ended: bool) -> Change:
    if ended and copy.status in DEAD:
        return Change()
    return _void_in_xero(invoice, copy, books) if ended else _void_in_pooltrackr(invoice, copy, books)


def _void_in_xero(invoice: Invoice, copy: Invoice, books: Books) -> Change:
    """A draft is deleted, an approved invoice voided; neither while there is money on it."""
    words = f"Replaced by {invoice.superseded_by} in Pooltrackr." if invoice.superseded_by else "Voided in Pooltrackr."
    holds = [*_money_holds(copy), *date_holds(copy.date, books)]
    if holds:
        return Change(words=words, holds=tuple(holds))
    is_draft = copy.status in ("DRAFT", "SUBMITTED")
    write = PlannedWrite(
        target="xero",
        entity="invoices",
        verb="delete" if is_draft else "void",
        subject_id=invoice.id,
        target_id=copy.id,
        body={"Status": "DELETED" if is_draft else "VOIDED"},
        expect={"status": "DELETED" if is_draft else "VOIDED"},
        basis=basis_hash(copy),
    )
    return Change(kind="void", source="pooltrackr", words=words, write=write)


def _money_holds(copy: Invoice) -> Iterator[Hold]:
    if copy.amount_paid or copy.amount_credited:
        paid, credited = copy.amount_paid or NOTHING, copy.amount_credited or NOTHING
        yield Hold(
            "void_blocked_by_payment",
            f"Xero invoice {copy.id} has {dollars(paid)} paid and {dollars(credited)} credited.",
        )


def _void_in_pooltrackr(invoice: Invoice, copy: Invoice, books: Books) -> Change:
    words = f"{copy.status.capitalize()} in Xero."
    live = [p.id for p in books.payments_of.get(invoice.id, ()) if p.status != "DELETED"]
    if live:
        return Change(words=words, holds=(Hold("void_blocked_by_payment", f"Payments {', '.join(live)} stand on it."),))
    write = PlannedWrite(
        target="pooltrackr",
        entity="invoices",
        verb="update",
        subject_id=copy.id,
        target_id=invoice.id,
        body={"voided": True},
        expect={"status": "voided"},
        basis=basis_hash(invoice),
    )
    return Change(kind="void", source="xero", words=words, write=write)


def _follow_edit(invoice: Invoice, copy: Invoice, books: Books) -> Change:
    draft = work_out(invoice, books)
    body = {
        "Contact": {"ContactID": books.contact_links.pooltrackr.get(invoice.contact_id, "")},
        **invoice_body(invoice, draft, books),
    }
    holds = [*contact_holds(invoice, books), *date_holds(invoice.date, books), *date_holds(copy.date, books)]
    holds += line_holds(invoice, draft.codings, draft.sent)
    has_money = bool(copy.amount_paid or copy.amount_credited)
    if has_money and not _same_money(body, draft, copy):
        holds.append(Hold("edit_blocked_by_payment", f"Xero invoice {copy.id} has payments or credits on it."))
    if holds:
        return Change(words="Changed in Pooltrackr.", holds=tuple(dict.fromkeys(holds)))
    if has_money:
        body = {name: value for name, value in body.items() if name in LABELS}
    expected = Invoice(id="", total=draft.sent.sums.total, total_tax=draft.sent.sums.tax)
    write = PlannedWrite(
        target="xero",
        entity="invoices",
        verb="update",
        subject_id=invoice.id,
        target_id=copy.id,
        body=body,
        expect=expectation(expected) | {"due_date": str(body["DueDate"])},
        basis=basis_hash(copy),
    )
    return Change(kind="update", words=_difference(invoice, copy), write=write)


def _same_money(body: dict[str, Any], draft: Draft, copy: Invoice) -> bool:
    """Whether the lines would stay as they are in Xero: same basis, quantities, prices, tax types."""
    charged = [line for line in copy.lines if line.quantity is not None]
    wanted = [
        (charge.quantity, charge.unit, coding.tax_type)
        for charge, coding in zip(draft.sent.charges, draft.codings, strict=True)
    ]
    there = [(line.quantity, line.unit_amount, line.tax_type) for line in charged]
    return wanted == there and body["LineAmountTypes"] == copy.line_amount_types and body["Date"] == str(copy.date)


def _difference(invoice: Invoice, copy: Invoice) -> str:
    if invoice.total != copy.total:
        return f"Changed in Pooltrackr: {dollars(copy.total)} becomes {dollars(invoice.total)}."
    return "Changed in Pooltrackr; the total stays."
