"""What becomes of one Pooltrackr invoice: sent as planned, held with its reasons, left alone, or it has a copy in Xero already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from reconcile.content import basis_hash, to_json
from reconcile.invoicing.books import Books
from reconcile.invoicing.coding import Coding, code_line
from reconcile.invoicing.holding import DEAD, carried_copy, holds_on, left_alone, line_holds, twin_of
from reconcile.invoicing.lines import Sent, choose_amounts, line_bodies
from reconcile.invoicing.reasons import Hold
from reconcile.invoicing.totals import dollars
from reconcile.invoicing.wording import LONGEST_DESCRIPTION, header_text, shorten
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Invoice, Payment

State = Literal["create", "held", "ignored", "linked", "adopt"]


@dataclass(frozen=True, kw_only=True)
class InvoicePlan:
    """What is to happen with one Pooltrackr invoice that has no copy in Xero yet.

    ``write`` is there when it can be sent. ``twin`` is a Xero invoice that is very likely the same. ``copy_id`` is the Xero
    invoice that marks of an earlier push name. ``because`` says for each line where its account comes from. ``cautions``
    are what a person should know before sending it, ``warnings`` what is lost on the way.
    """

    invoice: Invoice
    state: State
    holds: tuple[Hold, ...] = ()
    write: PlannedWrite | None = None
    twin: str = ""
    copy_id: str = ""
    because: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An invoice coded and worked out, whether it may go or not."""

    codings: tuple[Coding, ...]
    sent: Sent
    header: str


def plan_invoice(invoice: Invoice, books: Books) -> InvoicePlan:
    """Plan one invoice. Raises BadInput when the template of the settings cannot be used."""
    if invoice.id in books.invoice_links.pooltrackr:
        return InvoicePlan(invoice=invoice, state="linked", copy_id=books.invoice_links.pooltrackr[invoice.id])
    found = carried_copy(invoice, books)
    if found is not None:
        return InvoicePlan(invoice=invoice, state="adopt", copy_id=found.id)
    alone = left_alone(invoice)
    if alone is not None:
        return InvoicePlan(invoice=invoice, state="ignored", holds=(alone,))
    return _plan_new(invoice, books)


def _plan_new(invoice: Invoice, books: Books) -> InvoicePlan:
    draft = work_out(invoice, books)
    twin = twin_of(invoice, books)
    holds = [*_unknown_copy(invoice), *holds_on(invoice, books)]
    if invoice.lines:
        holds += line_holds(invoice, draft.codings, draft.sent)
    return InvoicePlan(
        invoice=invoice,
        state="held" if holds else "create",
        holds=tuple(holds),
        twin=twin.id if twin else "",
        because=tuple(f"{coding.account}: {coding.because}" for coding in draft.codings),
        warnings=_warnings(draft),
        cautions=tuple(_cautions(invoice, books)),
        write=None if holds else create_in_xero(invoice, draft, books),
    )


def _unknown_copy(invoice: Invoice) -> Sequence[Hold]:
    if not invoice.xero_invoice_id:
        return ()
    return (Hold("xero_id_unknown", f"Pooltrackr names Xero invoice {invoice.xero_invoice_id}."),)


def work_out(invoice: Invoice, books: Books) -> Draft:
    """Code the lines and choose the basis on which the total comes out right."""
    codings = tuple(code_line(line, books) for line in invoice.lines)
    taxed = books.organisation.sales_tax_basis != "NONE"
    return Draft(codings, choose_amounts(invoice, codings, taxed=taxed), header_text(invoice, books))


def _warnings(draft: Draft) -> tuple[str, ...]:
    if len(draft.header) <= LONGEST_DESCRIPTION:
        return ()
    return (f"The notes are {len(draft.header)} characters long; Xero gets the first {LONGEST_DESCRIPTION}.",)


def _cautions(invoice: Invoice, books: Books) -> Iterator[str]:
    """What stands in Xero still although this invoice has taken its place: with both there, the customer owes it twice."""
    for copy in books.copies_before(invoice.id):
        if copy.status not in DEAD:
            yield f"Xero still has {copy.number or copy.id} of {dollars(copy.total)}, which this one takes the place of: void that first"


def create_in_xero(invoice: Invoice, draft: Draft, books: Books) -> PlannedWrite:
    """The invoice as Xero gets it: PUT, so that a taken number is refused and never overwritten."""
    contact_id = books.contact_links.pooltrackr[invoice.contact_id]
    stamp = reference_of(invoice, books)
    body = {
        "Type": "ACCREC",
        "Status": books.settings.default_invoice_status,
        "Contact": {"ContactID": contact_id},
        **invoice_body(invoice, draft, books),
        **({"CurrencyCode": books.organisation.currency} if books.organisation.currency else {}),
    }
    expected = Invoice(
        id="",
        contact_id=contact_id,
        reference=stamp,
        number=invoice.number if books.settings.numbering_scheme == "pooltrackr" else "",
        total=draft.sent.sums.total,
        total_tax=draft.sent.sums.tax,
        currency=books.organisation.currency,
    )
    return PlannedWrite(
        target="xero",
        entity="invoices",
        verb="create",
        subject_id=invoice.id,
        stamp=stamp,
        body=body,
        expect=expectation(expected),
        basis=basis_hash(invoice),
    )


def invoice_body(invoice: Invoice, draft: Draft, books: Books) -> dict[str, Any]:
    """The fields that a later change sends as well: number, dates, words, lines, the way back to Pooltrackr."""
    header = [{"Description": shorten(draft.header)}] if draft.header else []
    body: dict[str, Any] = {
        "Reference": reference_of(invoice, books),
        "Date": iso(invoice.date),
        "DueDate": iso(invoice.due_date or invoice.date),
        "Url": address_in_pooltrackr(invoice, books),
        "LineAmountTypes": draft.sent.amounts,
        "LineItems": [*header, *line_bodies(invoice, draft.codings, draft.sent, books)],
    }
    if books.settings.numbering_scheme == "pooltrackr":
        body["InvoiceNumber"] = invoice.number
    return {name: value for name, value in body.items() if value}


def reference_of(invoice: Invoice, books: Books) -> str:
    """The reference by which our invoice is found again: Pooltrackr's number where Xero numbers (A47), else our own mark."""
    return invoice.number if books.settings.numbering_scheme == "xero" else stamp_of(invoice.id)


def address_in_pooltrackr(invoice: Invoice, books: Books) -> str:
    """Where the invoice opens in Pooltrackr; Xero takes no address with its own name in it."""
    url = books.settings.pooltrackr_invoice_url.replace("{id}", invoice.id).replace("{number}", invoice.number)
    return "" if "xero" in url.casefold() else url


def iso(day: date | None) -> str:
    """A date as Xero and Pooltrackr take it."""
    return day.isoformat() if day else ""


def expectation(expected: Invoice | Payment) -> dict[str, str]:
    """The fields of an expected record that are set, as the outbox compares them."""
    unset = {"id", "type", "version"}
    return {name: str(value) for name, value in to_json(expected).items() if name not in unset}
