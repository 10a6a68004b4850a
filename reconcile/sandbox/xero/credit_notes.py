"""CreditNotes: reading only; a credit is made in Xero, by a person."""

from decimal import Decimal

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import date_string, render_date, render_ms, utc_string
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.invoices import short_contact
from reconcile.sandbox.xero.lines import render_line
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Contact, CreditNote


def render_credit_note(call: Call, note: CreditNote, view: View) -> Json:
    """A credit note as Xero shows it; lines only on paged and single reads."""
    contact = call.books.contacts.get(note.contact_id) or Contact(note.contact_id, 0, "")
    return {
        "CreditNoteID": note.id,
        "CreditNoteNumber": note.number,
        "Type": note.type,
        "Reference": note.reference,
        "Status": note.status,
        "Contact": short_contact(contact),
        "DateString": date_string(note.issued),
        "Date": render_date(note.issued),
        "LineAmountTypes": note.line_amount_types,
        "LineItems": [render_line(line, view.decimals) for line in note.lines] if view.full else [],
        "SubTotal": note.subtotal,
        "TotalTax": note.total_tax,
        "Total": note.total,
        "RemainingCredit": note.remaining,
        "Allocations": list(note.allocations),
        "CurrencyRate": Decimal(1),
        "CurrencyCode": call.books.organisation.base_currency,
        "HasAttachments": False,
        "HasErrors": False,
        "UpdatedDateUTC": render_ms(note.updated_ms),
        "UpdatedDateUTCString": utc_string(note.updated_ms),
    }


LISTING: Listing[CreditNote] = Listing(
    plural="CreditNotes",
    kind="CreditNote",
    render=render_credit_note,
    fields={
        "CreditNoteID": lambda n: n.id,
        "CreditNoteNumber": lambda n: n.number,
        "Type": lambda n: n.type,
        "Status": lambda n: n.status,
        "Date": lambda n: n.issued,
        "Reference": lambda n: n.reference,
        "Contact.ContactID": lambda n: n.contact_id,
        "UpdatedDateUTC": lambda n: n.updated_ms,
    },
    optimised=frozenset(
        {"Status", "Contact.ContactID", "Reference", "CreditNoteNumber", "CreditNoteID", "Type", "Date"}
    ),
    guarded=True,
)


def list_credit_notes(call: Call) -> Response:
    """GET /CreditNotes."""
    return LISTING.respond(call, call.books.credit_notes)


def get_credit_note(call: Call, key: str) -> Response:
    """GET /CreditNotes/{CreditNoteID}."""
    note = call.books.credit_notes.get(key)
    if note is None:
        raise RefusalError(not_found())
    return call.answer("CreditNotes", [render_credit_note(call, note, View(decimals=call.decimals))])
