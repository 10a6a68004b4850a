"""Invoices that are in both systems: what an edit or a void on one side asks of the other (B16; facts, section 6).

Xero lets an unpaid invoice be changed and voided. With a payment or credit on it only its labels change: number, due date,
contact, address. What somebody changed in Xero is never replaced by something else: that is a conflict which a person settles.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from reconcile.content import basis_hash
from reconcile.invoicing.books import Books
from reconcile.invoicing.fingerprint import Agreed, pooltrackr_says
from reconcile.invoicing.holding import DEAD, date_holds, holds_on, line_holds, other_currency, stands_no_more
from reconcile.invoicing.plan import Draft, expectation, invoice_body, iso, work_out
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import NOTHING, dollars
from reconcile.invoicing.wording import long_date
from reconcile.pushplan import PlannedWrite
from reconcile.records import Invoice, Line, System

LABELS = ("Reference", "InvoiceNumber", "DueDate", "Contact", "Url")
FIELD_WORDS = {
    "number": "the number",
    "contact_id": "the contact",
    "date": "the date",
    "due_date": "the due date",
    "line_amount_types": "the lines",
    "lines": "the lines",
}


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
    ended = stands_no_more(invoice)
    if ended or copy.status in DEAD:
        return _follow_end(invoice, copy, books, ended)
    foreign = other_currency(copy, books)
    if foreign is not None:
        return Change(holds=(foreign,))
    before = books.agreed.get(invoice.id)
    if before is not None and before.pooltrackr != pooltrackr_says(invoice):
        return _follow_edit(invoice, copy, before, books)
    if (invoice.total, invoice.total_tax) != (copy.total, copy.total_tax):
        words = f"Pooltrackr has {dollars(invoice.total)} with {dollars(invoice.total_tax)} GST, Xero {dollars(copy.total)} with {dollars(copy.total_tax)}."
        return Change(holds=(Hold("total_differs_in_xero", words),))
    return Change()


def _follow_end(invoice: Invoice, copy: Invoice, books: Books, ended: str) -> Change:
    if ended and copy.status in DEAD:
        return Change()
    return _void_in_xero(invoice, copy, books, ended) if ended else _void_in_pooltrackr(invoice, copy, books)


def _void_in_xero(invoice: Invoice, copy: Invoice, books: Books, words: str) -> Change:
    """A draft is deleted, an approved invoice voided; neither while there is money on it."""
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


def _follow_edit(invoice: Invoice, copy: Invoice, before: Agreed, books: Books) -> Change:
    """The whole invoice as it would be sent now; while there is money on it, its labels."""
    draft = work_out(invoice, books)
    body = {
        "Contact": {"ContactID": books.contact_links.pooltrackr.get(invoice.contact_id, "")},
        **invoice_body(invoice, draft, books),
    }
    holds = [*holds_on(invoice, books), *date_holds(copy.date, books)]
    holds += line_holds(invoice, draft.codings, draft.sent) if invoice.lines else []
    has_money = bool(copy.amount_paid or copy.amount_credited)
    if has_money and not _same_money(body, draft, copy):
        holds.append(Hold("edit_blocked_by_payment", f"Xero invoice {copy.id} has payments or credits on it."))
    if has_money:
        body = {name: value for name, value in body.items() if name in LABELS}
    replaced = sorted(_replaced(body, draft, copy) & before.edited_in_xero(copy))
    if replaced:
        what = " and ".join(dict.fromkeys(FIELD_WORDS[name] for name in replaced))
        holds.insert(0, Hold("changed_in_both", f"In Xero {what} of invoice {copy.id} changed as well."))
    if holds:
        return Change(words="Changed in Pooltrackr.", holds=tuple(dict.fromkeys(holds)))
    expected = Invoice(
        id="",
        contact_id=body["Contact"]["ContactID"],
        number=str(body.get("InvoiceNumber", "")),
        total=draft.sent.sums.total,
        total_tax=draft.sent.sums.tax,
    )
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
    return Change(kind="update", words=_difference(invoice, copy, body), write=write)


def _replaced(body: Mapping[str, Any], draft: Draft, copy: Invoice) -> frozenset[str]:
    """The fields of the Xero copy that would say something else after this was sent; words are not counted."""
    said = {
        "number": (body.get("InvoiceNumber"), copy.number),
        "contact_id": (body["Contact"]["ContactID"], copy.contact_id),
        "date": (body.get("Date"), iso(copy.date)),
        "due_date": (body.get("DueDate"), iso(copy.due_date)),
        "line_amount_types": (body.get("LineAmountTypes"), copy.line_amount_types),
    }
    found = {name for name, (sent, there) in said.items() if sent not in (None, there)}
    coded = [(c.account, c.item_code) for c in draft.codings] != [(n.account_code, n.item_code) for n in _charged(copy)]
    return frozenset(found | ({"lines"} if "LineItems" in body and (coded or not _same_lines(draft, copy)) else set()))


def _same_money(body: Mapping[str, Any], draft: Draft, copy: Invoice) -> bool:
    """Whether what is owed would stay as it is in Xero: same basis, date, and charges."""
    same_head = body.get("LineAmountTypes") == copy.line_amount_types and body.get("Date") == iso(copy.date)
    return same_head and _same_lines(draft, copy)


def _same_lines(draft: Draft, copy: Invoice) -> bool:
    """Whether the lines charge the same: quantities, prices, discounts and, where there is tax, its types."""
    taxed = draft.sent.amounts != "NoTax"
    wanted = [
        (charge.quantity, charge.unit, charge.discount, coding.tax_type if taxed else "")
        for charge, coding in zip(draft.sent.charges, draft.codings, strict=True)
    ]
    there = [
        (line.quantity, line.unit_amount, line.discount_rate or NOTHING, line.tax_type if taxed else "")
        for line in _charged(copy)
    ]
    return wanted == there and not any(line.discount_amount for line in copy.lines if not line.discount_rate)


def _charged(copy: Invoice) -> list[Line]:
    """The lines that are more than words."""
    return [line for line in copy.lines if line.quantity is not None]


def _difference(invoice: Invoice, copy: Invoice, body: Mapping[str, Any]) -> str:
    """What becomes of the Xero copy, in words."""
    parts = [f"{dollars(copy.total)} becomes {dollars(invoice.total)}"] if invoice.total != copy.total else []
    days = (("date", body.get("Date"), copy.date), ("due date", body.get("DueDate"), copy.due_date))
    parts += [
        f"the {name} {long_date(there) or '(none)'} becomes {long_date(date.fromisoformat(sent))}"
        for name, sent, there in days
        if sent and sent != iso(there)
    ]
    if body["Contact"]["ContactID"] != copy.contact_id:
        parts.append(f"it goes to the contact of customer {invoice.contact_id}")
    if body.get("InvoiceNumber", copy.number) != copy.number:
        parts.append(f"the number {copy.number} becomes {body['InvoiceNumber']}")
    stays = "" if invoice.total != copy.total else " The total stays."
    return f"Changed in Pooltrackr: {'; '.join(parts) or 'lines or words'}.{stays}"
