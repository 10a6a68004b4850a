"""The contact of a document: chosen, created by name, or changed by accident (facts, section 4)."""

from dataclasses import replace

from reconcile.sandbox.wire import Json
from reconcile.sandbox.xero.bodies import text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.contact_writes import create_contact, update_contact
from reconcile.sandbox.xero.records import Contact

ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes."
)


def choose_contact(call: Call, sent: object) -> tuple[str, list[str]]:
    """The contact's id, or why there is none.

    Without an id, the number and then the name decide, and an unknown name becomes a new contact. Fields beside the
    id change the contact and drop its people: send the id alone.
    """
    if not isinstance(sent, dict) or not sent:
        return "", ["A Contact must be specified for this type of transaction"]
    contact = _existing(call, sent)
    if contact is None and text(sent, "ContactID"):
        return "", ["The contact could not be found."]
    if contact is None:
        saved = create_contact(call, sent)
        return str(saved.shown.get("ContactID", "")), saved.errors
    if contact.status != "ACTIVE":
        return contact.id, [ARCHIVED]
    extra = set(sent) - {"ContactID", "ContactNumber", "Name"}
    if extra or (text(sent, "ContactID") and fold(text(sent, "Name", contact.name)) != fold(contact.name)):
        people = tuple(sent.get("ContactPersons") or ())
        saved = update_contact(call, replace(contact, persons=people), sent)
        return contact.id, saved.errors
    return contact.id, []


def _existing(call: Call, sent: Json) -> Contact | None:
    table = call.books.contacts
    if text(sent, "ContactID"):
        return table.get(text(sent, "ContactID")) or table.get(text(sent, "ContactID").casefold())
    numbered = table.find("number", fold(text(sent, "ContactNumber")))
    named = table.find("active_name", fold(text(sent, "Name")))
    return next(iter([*numbered, *named]), None)


def mark_role(call: Call, contact_id: str, *, customer: bool) -> None:
    """The first invoice makes a customer, the first bill a supplier; UpdatedDateUTC stays."""
    contact = call.books.contacts.get(contact_id)
    if contact is None:
        return
    role = replace(contact, is_customer=True) if customer else replace(contact, is_supplier=True)
    if role != contact:
        call.books.contacts.put(role)
