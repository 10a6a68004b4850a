"""Contacts: reading (facts, sections 3 and 4)."""

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import render_ms
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Contact

ADDRESS_TYPES = ("STREET", "POBOX")
PHONE_TYPES = ("DDI", "DEFAULT", "FAX", "MOBILE")
ADDRESS_FIELDS = (
    "AddressLine1",
    "AddressLine2",
    "AddressLine3",
    "AddressLine4",
    "City",
    "Region",
    "PostalCode",
    "Country",
    "AttentionTo",
)
_ALWAYS = ("City", "Region", "PostalCode", "Country")


def render_contact(_call: Call, contact: Contact, view: View) -> Json:
    """A contact as Xero shows it; people and the merge pointer only on paged and single reads."""
    shown: Json = {
        "ContactID": contact.id,
        "ContactStatus": contact.status,
        "Name": contact.name,
        "FirstName": contact.first_name,
        "LastName": contact.last_name,
        "EmailAddress": contact.email,
    }
    keys = (
        ("ContactNumber", contact.number),
        ("AccountNumber", contact.account_number),
        ("CompanyNumber", contact.company_number),
        ("TaxNumber", contact.tax_number),
    )
    shown |= {name: value for name, value in keys if value}
    shown |= {
        "Phones": [_phone(kind, contact) for kind in _phone_types(contact)],
        "UpdatedDateUTC": render_ms(contact.updated_ms),
        "HasAttachments": False,
        "HasValidationErrors": False,
    }
    if view.summary:
        return shown
    shown |= {"Addresses": [_address(kind, contact) for kind in ADDRESS_TYPES], "ContactGroups": []}
    shown |= {"IsSupplier": contact.is_supplier, "IsCustomer": contact.is_customer}
    if view.full:
        shown |= contact.other
        shown["ContactPersons"] = list(contact.persons)
        if contact.merged_to:
            shown["MergedToContactID"] = contact.merged_to
    return shown


def _phone_types(contact: Contact) -> tuple[str, ...]:
    return (*PHONE_TYPES, "OFFICE") if "OFFICE" in contact.phones else PHONE_TYPES


def _phone(kind: str, contact: Contact) -> Json:
    phone = contact.phones.get(kind, {})
    parts = ("PhoneNumber", "PhoneAreaCode", "PhoneCountryCode")
    return {"PhoneType": kind} | {part: phone.get(part, "") for part in parts}


def _address(kind: str, contact: Contact) -> Json:
    address = contact.addresses.get(kind, {})
    kept = {name: address[name] for name in ADDRESS_FIELDS if address.get(name)}
    return {"AddressType": kind} | {name: address.get(name, "") for name in _ALWAYS} | kept


LISTING: Listing[Contact] = Listing(
    plural="Contacts",
    kind="Contact",
    render=render_contact,
    fields={
        "ContactID": lambda c: c.id,
        "Name": lambda c: c.name,
        "FirstName": lambda c: c.first_name,
        "LastName": lambda c: c.last_name,
        "EmailAddress": lambda c: c.email,
        "ContactNumber": lambda c: c.number,
        "AccountNumber": lambda c: c.account_number,
        "CompanyNumber": lambda c: c.company_number,
        "TaxNumber": lambda c: c.tax_number,
        "ContactStatus": lambda c: c.status,
        "IsCustomer": lambda c: c.is_customer,
        "IsSupplier": lambda c: c.is_supplier,
        "UpdatedDateUTC": lambda c: c.updated_ms,
    },
    optimised=frozenset({"Name", "EmailAddress", "AccountNumber", "ContactID"}),
    search=("Name", "FirstName", "LastName", "ContactNumber", "CompanyNumber", "EmailAddress"),
    guarded=True,
    indexes={"Name": "name", "EmailAddress": "email", "ContactNumber": "number", "AccountNumber": "account_number"},
)


def list_contacts(call: Call) -> Response:
    """GET /Contacts: active ones, and archived ones with `includeArchived`."""
    archived = call.flag("includeArchived")
    keep = None if archived else _is_active
    return LISTING.respond(call, call.books.contacts, keep, keep_key=archived)


def _is_active(contact: Contact) -> bool:
    return contact.status == "ACTIVE"


def find_contact(call: Call, key: str) -> Contact:
    """By ContactID, else by ContactNumber. Raises RefusalError (404)."""
    contact = call.books.contacts.get(key) or call.books.contacts.get(key.casefold())
    if contact is None:
        numbered = call.books.contacts.find("number", key.casefold())
        contact = numbered[0] if numbered else None
    if contact is None:
        raise RefusalError(not_found())
    return contact


def get_contact(call: Call, key: str) -> Response:
    """GET /Contacts/{ContactID or ContactNumber}, archived or not."""
    return call.answer("Contacts", [render_contact(call, find_contact(call, key), View())])
