"""Invoices: creating and updating (facts, section 6)."""

from collections.abc import Callable
from dataclasses import replace

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import day, flag, read_elements, text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.calendar import lock_errors, today
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.document_contacts import choose_contact, mark_role
from reconcile.sandbox.xero.invoice_rules import edit_errors, number_errors, plan_errors, shape_errors, status_errors
from reconcile.sandbox.xero.invoices import find_invoice, render_invoice
from reconcile.sandbox.xero.lines import Document, complete_errors, read_lines
from reconcile.sandbox.xero.listing import View
from reconcile.sandbox.xero.records import Invoice
from reconcile.sandbox.xero.tax import totals

NO_DUE_DATE = "The DueDate must be specified for an approved document"
APPROVED = frozenset({"AUTHORISED", "PAID"})


def put_invoices(call: Call) -> Response:
    """PUT /Invoices: creates only."""
    return _write(call, lambda element: _create(call, element))


def post_invoices(call: Call) -> Response:
    """POST /Invoices: updates by InvoiceID or by a number that exists, else creates."""
    return _write(call, lambda element: _upsert(call, element))


def post_invoice(call: Call, key: str) -> Response:
    """POST /Invoices/{InvoiceID}: updates that invoice."""
    invoice = find_invoice(call, key)
    return _write(call, lambda element: _update(call, invoice.id, element))


def _write(call: Call, save: Callable[[Json], Saved]) -> Response:
    return write_batch(call, read_elements(call.request, "Invoices"), save, "Invoices", "InvoiceID")


def _upsert(call: Call, element: Json) -> Saved:
    identifier = text(element, "InvoiceID")
    if identifier:
        known = call.books.invoices.get(identifier)
        return _update(call, known.id, element) if known else Saved(element, ["The invoice could not be found."])
    numbered = call.books.invoices.find("number", fold(text(element, "InvoiceNumber")))
    same = [invoice for invoice in numbered if invoice.type == text(element, "Type", invoice.type) == "ACCREC"]
    return _update(call, same[0].id, element) if same else _create(call, element)


def _create(call: Call, element: Json) -> Saved:
    kind, status = text(element, "Type"), text(element, "Status", "DRAFT")
    errors = shape_errors(element)
    if kind not in {"ACCREC", "ACCPAY"}:
        errors.append("Type must be ACCREC or ACCPAY.")
    if status not in {"DRAFT", "SUBMITTED", "AUTHORISED"}:
        errors.append(f"The status {status} is not valid for a new invoice.")
    if not element.get("LineItems"):
        errors.append("One or more line items must be specified")
    if errors:
        return Saved(element, errors)
    contact_id, errors = choose_contact(call, element.get("Contact"))
    blank = Invoice(
        id=call.world.new_id(),
        updated_ms=call.now_ms,
        type=kind,
        number="",
        contact_id=contact_id,
        status=status,
        issued=today(call),
        currency=call.books.organisation.base_currency,
        by_app=True,
    )
    return _save(call, blank, blank, element, errors)


def _update(call: Call, identifier: str, element: Json) -> Saved:
    before = call.books.invoices.rows[identifier]
    errors = shape_errors(element) + status_errors(before, text(element, "Status", before.status))
    if errors:
        return Saved(element, errors)
    contact_id = before.contact_id
    if element.get("Contact"):
        contact_id, errors = choose_contact(call, element["Contact"])
    start = replace(before, contact_id=contact_id, status=text(element, "Status", before.status))
    return _save(call, before, start, element, errors)


def _save(call: Call, before: Invoice, start: Invoice, element: Json, errors: list[str]) -> Saved:
    """Set what was sent, check the whole, number it and put it into the books."""
    changed, problems = _with_fields(call, start, element)
    is_new = call.books.invoices.get(before.id) is None
    errors = errors + problems + lock_errors(call.books.organisation, before.issued, changed.issued)
    errors += number_errors(call, changed) + plan_errors(call, before, changed)
    if changed.status in APPROVED:
        errors += complete_errors(changed.lines) + ([] if changed.due_date else [NO_DUE_DATE])
    if not is_new:
        errors += edit_errors(before, changed)
    if errors:
        return Saved(element, errors)
    if not changed.number and changed.type == "ACCREC":
        changed = replace(changed, number=_next_number(call))
    kept = changed if not is_new and _is_silent(before, changed) else replace(changed, updated_ms=call.now_ms)
    call.books.invoices.put(kept)
    call.books.note("INVOICE", kept.id, "CREATE" if is_new else "UPDATE", call.now_ms)
    if kept.status in APPROVED:
        mark_role(call, kept.contact_id, customer=kept.type == "ACCREC")
    return Saved(render_invoice(call, kept, View(decimals=call.decimals)))


def _with_fields(call: Call, start: Invoice, element: Json) -> tuple[Invoice, list[str]]:
    amounts = text(element, "LineAmountTypes", start.line_amount_types)
    changed = replace(
        start,
        number=text(element, "InvoiceNumber", start.number),
        reference=text(element, "Reference", start.reference),
        url=text(element, "Url", start.url),
        branding_theme=text(element, "BrandingThemeID", start.branding_theme),
        currency=text(element, "CurrencyCode", start.currency),
        line_amount_types=amounts,
        issued=day(element, "Date") or start.issued,
        due_date=day(element, "DueDate") or start.due_date,
        expected_payment_date=day(element, "ExpectedPaymentDate") or start.expected_payment_date,
        sent_to_contact=flag(element["SentToContact"]) if "SentToContact" in element else start.sent_to_contact,
    )
    if changed.sent_to_contact and changed.status not in APPROVED:
        changed = replace(changed, sent_to_contact=False)
    if not element.get("LineItems") and amounts == start.line_amount_types:
        return changed, []
    document = Document(call, changed.type == "ACCREC", amounts, changed.status in APPROVED)
    sent = element.get("LineItems") or [{"LineItemID": line.id} for line in start.lines]
    lines, errors = read_lines(document, sent, start.lines, retax=amounts != start.line_amount_types)
    sums = totals(lines, amounts)
    summed = replace(
        changed, lines=lines, subtotal=sums.subtotal, total_tax=sums.tax, total=sums.total, discount=sums.discount
    )
    return summed, errors


def _is_silent(before: Invoice, after: Invoice) -> bool:
    """Documented not to bump UpdatedDateUTC: DueDate and SentToContact of a part-paid document."""
    same = replace(after, due_date=before.due_date, sent_to_contact=before.sent_to_contact)
    return before.paid > 0 and before != after and same == before


def _next_number(call: Call) -> str:
    books = call.books
    while books.invoices.find("number", fold(f"INV-{books.next_invoice_number:04d}")):
        books.next_invoice_number += 1
    return f"INV-{books.next_invoice_number:04d}"
