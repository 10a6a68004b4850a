"""What Xero refuses about invoices: shapes, statuses, numbers, edits of paid documents (facts, section 6)."""

import string
from dataclasses import replace

from reconcile.sandbox.wire import Json
from reconcile.sandbox.xero.bodies import text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.records import ZERO, Invoice, Line

NOT_MODIFIABLE = "Invoice not of valid status for modification"
HAS_PAYMENTS = "This document cannot be edited as it has a payment or credit note allocated to it."
VOID_WITH_PAYMENTS = (
    "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it."
)
PLAN_LIMIT = "You have reached the limit of invoices you can approve"
NUMBER_TAKEN = "Invoice # must be unique."
_LEGAL = {
    "DRAFT": {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    "PAID": {"PAID"},
}
_PRINTABLE = frozenset(string.printable) - frozenset("\t\n\r\x0b\x0c")


def shape_errors(element: Json) -> list[str]:
    """Lengths, characters and enums of the document's own fields."""
    errors = [
        f"The {name} field must not be longer than 255 characters."
        for name in ("InvoiceNumber", "Reference")
        if len(text(element, name)) > 255
    ]
    if not set(text(element, "InvoiceNumber")) <= _PRINTABLE:
        errors.append("The InvoiceNumber may contain printable ASCII characters only.")
    if text(element, "LineAmountTypes", "Exclusive") not in {"Exclusive", "Inclusive", "NoTax"}:
        errors.append(f"The LineAmountTypes {text(element, 'LineAmountTypes')} is not valid.")
    url = text(element, "Url").casefold()
    if url and ("xero" in url or not url.startswith(("http://", "https://"))):
        errors.append("The Url must be an absolute http address that does not contain 'xero'.")
    return errors


def status_errors(invoice: Invoice, wanted: str) -> list[str]:
    """Whether the status machine lets this change through."""
    if invoice.status not in _LEGAL:
        return [NOT_MODIFIABLE]
    if wanted == "VOIDED" and (invoice.paid or invoice.credited):
        return [VOID_WITH_PAYMENTS]
    if wanted not in _LEGAL[invoice.status]:
        return [NOT_MODIFIABLE]
    return []


def number_errors(call: Call, invoice: Invoice) -> list[str]:
    """Sales numbers are unique; those of voided and deleted documents stay taken (switchable). Currency is known."""
    errors = []
    if invoice.currency != call.books.organisation.base_currency:
        errors.append(f"Organisation is not subscribed to currency {invoice.currency}")
    if invoice.type != "ACCREC" or not invoice.number:
        return errors
    for holder in call.books.invoices.find("number", fold(invoice.number)):
        freed = holder.status in {"VOIDED", "DELETED"} and not call.settings.voided_numbers_stay_taken
        if holder.id != invoice.id and holder.type == "ACCREC" and not freed:
            return [*errors, NUMBER_TAKEN]
    return errors


def plan_errors(call: Call, before: Invoice, after: Invoice) -> list[str]:
    """Small plans approve only so many sales invoices a month (by the invoice's date)."""
    cap = call.settings.approved_invoices_a_month
    newly = after.type == "ACCREC" and after.status == "AUTHORISED" and not _is_approved(call, before)
    if not cap or not newly:
        return []
    month = (after.issued.year, after.issued.month)
    approved = (i for i in call.books.invoices if i.type == "ACCREC" and i.status in {"AUTHORISED", "PAID"})
    used = sum((i.issued.year, i.issued.month) == month for i in approved)
    return [PLAN_LIMIT] if used >= cap else []


def _is_approved(call: Call, before: Invoice) -> bool:
    known = call.books.invoices.get(before.id)
    return known is not None and known.status in {"AUTHORISED", "PAID"}


def edit_errors(before: Invoice, after: Invoice) -> list[str]:
    """A part-paid or paid document lets only its labels, due date, contact and the coding of its lines change."""
    if before.paid == ZERO and before.credited == ZERO:
        return []
    labels = replace(
        after,
        updated_ms=before.updated_ms,
        reference=before.reference,
        due_date=before.due_date,
        number=before.number,
        branding_theme=before.branding_theme,
        contact_id=before.contact_id,
        url=before.url,
        sent_to_contact=before.sent_to_contact,
        expected_payment_date=before.expected_payment_date,
        lines=before.lines,
    )
    same_lines = [_money(line) for line in before.lines] == [_money(line) for line in after.lines]
    return [] if labels == before and same_lines else [HAS_PAYMENTS]


def _money(line: Line) -> Line:
    """A line without what stays editable."""
    return replace(line, id="", description="", account_code="", tracking=())
