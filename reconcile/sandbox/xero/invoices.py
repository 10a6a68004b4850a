"""Invoices: reading (facts, sections 3 and 6)."""

from collections.abc import Callable
from decimal import Decimal

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.contacts import render_contact
from reconcile.sandbox.xero.dates import date_string, render_date, render_ms, utc_string
from reconcile.sandbox.xero.errors import RefusalError, bad_request, not_found
from reconcile.sandbox.xero.lines import render_line
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import ZERO, Contact, Invoice


def render_invoice(call: Call, invoice: Invoice, view: View) -> Json:
    """An invoice as Xero shows it: an unpaged list has no lines and only the contact's id and name."""
    shown: Json = {
        "Type": invoice.type,
        "InvoiceID": invoice.id,
        "InvoiceNumber": invoice.number,
        "Reference": invoice.reference,
        "AmountDue": invoice.due,
        "AmountPaid": invoice.paid,
        "AmountCredited": invoice.credited,
        "CurrencyRate": Decimal(1),
        "IsDiscounted": invoice.discount != 0,
        "HasErrors": False,
        "Contact": _contact(call, invoice.contact_id, view),
        "DateString": date_string(invoice.issued),
        "Date": render_date(invoice.issued),
        "Status": invoice.status,
        "LineAmountTypes": invoice.line_amount_types,
        "SubTotal": invoice.subtotal,
        "TotalTax": invoice.total_tax,
        "Total": invoice.total,
        "UpdatedDateUTC": render_ms(invoice.updated_ms),
        "UpdatedDateUTCString": utc_string(invoice.updated_ms),
        "CurrencyCode": invoice.currency,
        "SentToContact": invoice.sent_to_contact,
    }
    shown |= _optional(invoice)
    if not view.summary:
        shown |= {"Payments": _payments(call, invoice), "HasAttachments": False, "CreditNotes": []}
        shown |= {"Prepayments": [], "Overpayments": []}
        shown["LineItems"] = [render_line(line, view.decimals) for line in invoice.lines] if view.full else []
    return shown


def _optional(invoice: Invoice) -> Json:
    shown: Json = {}
    if invoice.due_date:
        shown |= {"DueDateString": date_string(invoice.due_date), "DueDate": render_date(invoice.due_date)}
    if invoice.discount:
        shown["TotalDiscount"] = invoice.discount
    if invoice.fully_paid_on:
        shown["FullyPaidOnDate"] = render_date(invoice.fully_paid_on)
    if invoice.expected_payment_date:
        shown["ExpectedPaymentDate"] = render_date(invoice.expected_payment_date)
    keys = (("Url", invoice.url), ("BrandingThemeID", invoice.branding_theme))
    return shown | {name: value for name, value in keys if value}


def _contact(call: Call, contact_id: str, view: View) -> Json:
    contact = call.books.contacts.get(contact_id) or Contact(contact_id, 0, "")
    return _whole_contact(call, contact) if view.full and not view.summary else short_contact(contact)


def _whole_contact(call: Call, contact: Contact) -> Json:
    """The contact inside a document, kept until the contact changes: a page shows the same ones again and again."""
    kept = call.books.shown_contacts.get(contact.id)
    if kept is None or kept[0] is not contact:
        shown = render_contact(call, contact, View(full=False))
        del shown["HasAttachments"]
        kept = call.books.shown_contacts[contact.id] = (contact, shown)
    return kept[1]


def short_contact(contact: Contact) -> Json:
    """Id and name, as documents inside other documents carry them."""
    return {"ContactID": contact.id, "Name": contact.name, "Addresses": [], "Phones": [], "ContactGroups": []}


def _payments(call: Call, invoice: Invoice) -> list[Json]:
    if invoice.paid == ZERO:
        return []
    standing = (p for p in call.books.payments.find("invoice", invoice.id) if p.status == "AUTHORISED")
    return [
        {
            "PaymentID": payment.id,
            "Date": render_date(payment.issued),
            "Amount": payment.amount,
            "Reference": payment.reference,
            "CurrencyRate": Decimal(1),
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        for payment in standing
    ]


LISTING: Listing[Invoice] = Listing(
    plural="Invoices",
    kind="Invoice",
    render=render_invoice,
    fields={
        "InvoiceID": lambda i: i.id,
        "InvoiceNumber": lambda i: i.number,
        "Reference": lambda i: i.reference,
        "Type": lambda i: i.type,
        "Status": lambda i: i.status,
        "Date": lambda i: i.issued,
        "DueDate": lambda i: i.due_date,
        "Total": lambda i: i.total,
        "SubTotal": lambda i: i.subtotal,
        "TotalTax": lambda i: i.total_tax,
        "AmountDue": lambda i: i.due,
        "AmountPaid": lambda i: i.paid,
        "AmountCredited": lambda i: i.credited,
        "FullyPaidOnDate": lambda i: i.fully_paid_on,
        "CurrencyCode": lambda i: i.currency,
        "LineAmountTypes": lambda i: i.line_amount_types,
        "SentToContact": lambda i: i.sent_to_contact,
        "Contact.ContactID": lambda i: i.contact_id,
        "UpdatedDateUTC": lambda i: i.updated_ms,
    },
    optimised=frozenset(
        [
            "Status",
            "Contact.ContactID",
            "Contact.Name",
            "Contact.ContactNumber",
            "Reference",
            "InvoiceNumber",
            "InvoiceID",
            "Type",
            "Date",
            "DueDate",
            "AmountDue",
            "AmountPaid",
        ]
    ),
    search=("InvoiceNumber", "Reference"),
    guarded=True,
    indexes={"InvoiceNumber": "number", "Reference": "reference", "Contact.ContactID": "contact"},
)


def list_invoices(call: Call) -> Response:
    """GET /Invoices with Statuses, InvoiceNumbers, ContactIDs and createdByMyApp.

    VOIDED and DELETED ones come only when `Statuses` or `where` asks for them; `Statuses` and `summaryOnly` page.
    """
    query = call.request.query
    asked = tuple(_listed(query.get(name, "")) for name in ("Statuses", "InvoiceNumbers", "ContactIDs"))
    mine, by_status = call.flag("createdByMyApp"), "status" in query.get("where", "").casefold()
    keep = _keep(*asked, mine=mine, by_status=by_status)
    force = bool(asked[0]) or call.flag("summaryOnly")
    return _with_contact_fields(call).respond(
        call,
        call.books.invoices,
        keep,
        keep_key=(*asked, mine, by_status),
        force_paging=force,
        among=_numbered(call, asked[1]) if asked[1] else None,
    )


def _numbered(call: Call, numbers: frozenset[str]) -> list[str]:
    return [invoice.id for number in numbers for invoice in call.books.invoices.find("number", number)]


def _listed(text: str) -> frozenset[str]:
    return frozenset(fold(part) for part in text.split(",") if part.strip())


def _keep(
    statuses: frozenset[str], numbers: frozenset[str], contacts: frozenset[str], *, mine: bool, by_status: bool
) -> Callable[[Invoice], bool]:
    def shows(status: str) -> bool:
        return fold(status) in statuses if statuses else by_status or status not in {"DELETED", "VOIDED"}

    return lambda invoice: (
        shows(invoice.status)
        and (not numbers or fold(invoice.number) in numbers)
        and (not contacts or invoice.contact_id.casefold() in contacts)
        and (not mine or invoice.by_app)
    )


def _with_contact_fields(call: Call) -> Listing[Invoice]:
    """The listing with the two filter fields that look into the contact."""

    def name(invoice: Invoice) -> str:
        return (call.books.contacts.get(invoice.contact_id) or Contact("", 0, "")).name

    def number(invoice: Invoice) -> str:
        return (call.books.contacts.get(invoice.contact_id) or Contact("", 0, "")).number

    return LISTING.with_fields({"Contact.Name": name, "Contact.ContactNumber": number})


def find_invoice(call: Call, key: str) -> Invoice:
    """By InvoiceID, else by InvoiceNumber. Raises RefusalError (404)."""
    table = call.books.invoices
    numbered = table.find("number", fold(key))
    found = table.get(key) or table.get(key.casefold()) or (numbered[0] if numbered else None)
    if found is None:
        raise RefusalError(not_found())
    return found


def get_invoice(call: Call, key: str) -> Response:
    """GET /Invoices/{InvoiceID or InvoiceNumber}, with lines."""
    return call.answer("Invoices", [render_invoice(call, find_invoice(call, key), View(decimals=call.decimals))])


def get_online_invoice(call: Call, key: str) -> Response:
    """GET /Invoices/{InvoiceID}/OnlineInvoice: where the customer sees it; a draft has no such page."""
    invoice = find_invoice(call, key)
    if invoice.status not in {"AUTHORISED", "PAID"}:
        raise RefusalError(bad_request("The online invoice is available for approved sales invoices only."))
    url = f"https://in.xero.com/{invoice.id.replace('-', '')[:24]}"
    return call.answer("OnlineInvoices", [{"OnlineInvoiceUrl": url}])
