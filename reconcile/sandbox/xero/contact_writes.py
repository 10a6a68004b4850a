"""Contacts: creating and updating (facts, section 4)."""

import re
from collections.abc import Callable
from dataclasses import replace

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import read_elements, text
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.contacts import ADDRESS_FIELDS, ADDRESS_TYPES, find_contact, render_contact
from reconcile.sandbox.xero.listing import View
from reconcile.sandbox.xero.records import Contact

NAME_TAKEN = (
    "The contact name {} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
NUMBER_TAKEN = (
    "The contact number {} is already assigned to another contact. "
    "The contact number must be unique across all contacts."
)
ACCOUNT_NUMBER_TAKEN = "The Account Number already exists. Please enter a different Account Number."
_TEXTS = {
    "Name": ("name", 255),
    "FirstName": ("first_name", 255),
    "LastName": ("last_name", 255),
    "EmailAddress": ("email", 255),
    "ContactNumber": ("number", 50),
    "AccountNumber": ("account_number", 50),
    "CompanyNumber": ("company_number", 50),
    "TaxNumber": ("tax_number", 50),
    "ContactStatus": ("status", 50),
}
_KEPT_AS_SENT = (
    "BankAccountDetails",
    "AccountsReceivableTaxType",
    "AccountsPayableTaxType",
    "DefaultCurrency",
    "SalesDefaultAccountCode",
    "PurchasesDefaultAccountCode",
    "PaymentTerms",
)
_ADDRESS_LENGTHS = {"PostalCode": 50, "Country": 50, "City": 255, "Region": 255, "AttentionTo": 255}
_PHONE_LENGTHS = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def put_contacts(call: Call) -> Response:
    """PUT /Contacts: creates only; a taken name or number is refused."""
    return _write(call, lambda element: create_contact(call, element))


def post_contacts(call: Call) -> Response:
    """POST /Contacts: updates by ContactID; without one, by number or name (overwriting, switchable), else creates."""
    return _write(call, lambda element: _upsert(call, element))


def post_contact(call: Call, key: str) -> Response:
    """POST /Contacts/{ContactID}: updates that contact."""
    contact = find_contact(call, key)
    return _write(call, lambda element: update_contact(call, contact, element))


def _write(call: Call, save: Callable[[Json], Saved]) -> Response:
    return write_batch(call, read_elements(call.request, "Contacts"), save, "Contacts", "ContactID")


def create_contact(call: Call, element: Json) -> Saved:
    """Make a new contact from an element."""
    blank = Contact(id=call.world.new_id(), updated_ms=call.now_ms, name="")
    return _save(call, blank, element)


def _upsert(call: Call, element: Json) -> Saved:
    identifier = text(element, "ContactID")
    if identifier:
        known = call.books.contacts.get(identifier) or call.books.contacts.get(identifier.casefold())
        return update_contact(call, known, element) if known else Saved(element, ["The contact could not be found."])
    table = call.books.contacts
    same = table.find("number", fold(text(element, "ContactNumber"))) or table.find(
        "active_name", fold(text(element, "Name"))
    )
    if same and call.settings.post_overwrites_by_name:
        return update_contact(call, same[0], element)
    return create_contact(call, element)


def update_contact(call: Call, contact: Contact, element: Json) -> Saved:
    """Change a contact: what is not sent stays."""
    return _save(call, replace(contact, updated_ms=call.now_ms), element)


def _save(call: Call, contact: Contact, element: Json) -> Saved:
    errors = _shape_errors(element)
    if errors:
        return Saved(element, errors)
    texts: Json = {slot: text(element, name) for name, (slot, _) in _TEXTS.items() if name in element}
    changed = replace(
        contact,
        **texts,
        addresses=_merge(contact.addresses, element.get("Addresses") or [], "AddressType", ADDRESS_FIELDS),
        phones=_merge(contact.phones, element.get("Phones") or [], "PhoneType", tuple(_PHONE_LENGTHS)),
        persons=tuple(element.get("ContactPersons") or contact.persons),
        other=contact.other | {name: element[name] for name in _KEPT_AS_SENT if name in element},
    )
    errors = _book_errors(call, changed)
    if errors:
        return Saved(element, errors)
    is_new = call.books.contacts.get(changed.id) is None
    call.books.contacts.put(changed)
    call.books.note("CONTACT", changed.id, "CREATE" if is_new else "UPDATE", call.now_ms)
    return Saved(render_contact(call, changed, View()))


def _merge(
    kept: dict[str, dict[str, str]], sent: list[Json], type_field: str, fields: tuple[str, ...]
) -> dict[str, dict[str, str]]:
    """Types that were not sent stay; a sent type is taken as sent, so `""` clears it."""
    default = "DEFAULT" if type_field == "PhoneType" else "POBOX"
    return kept | {text(part, type_field, default): {name: text(part, name) for name in fields} for part in sent}


def _shape_errors(element: Json) -> list[str]:
    errors = [
        f"The {name} field must not be longer than {limit} characters."
        for name, (_, limit) in _TEXTS.items()
        if len(text(element, name)) > limit
    ]
    email = text(element, "EmailAddress")
    if email and not _EMAIL.fullmatch(email):
        errors.append("Email address must be valid")
    if "Name" in element:
        errors += _name_errors(text(element, "Name"))
    if text(element, "ContactStatus", "ACTIVE") not in {"ACTIVE", "ARCHIVED", "GDPRREQUEST"}:
        errors.append(f"The ContactStatus {text(element, 'ContactStatus')} is not valid.")
    if len(element.get("ContactPersons") or []) > 5:
        errors.append("A contact can have at most 5 contact persons.")
    return errors + _part_errors(element)


def _name_errors(name: str) -> list[str]:
    if "<" in name or ">" in name:
        return ["The contact name cannot contain angle brackets."]
    if name != name.strip() or "  " in name:
        return ["The contact name cannot begin or end with a space or contain double spaces."]
    return []


def _part_errors(element: Json) -> list[str]:
    errors = []
    for address in element.get("Addresses") or []:
        if text(address, "AddressType", "POBOX") not in ADDRESS_TYPES:
            errors.append(f"The AddressType {text(address, 'AddressType')} is not valid.")
        limits = {name: _ADDRESS_LENGTHS.get(name, 500) for name in ADDRESS_FIELDS}
        errors += _too_long(address, limits)
        if re.search(r"[^A-Za-z ]", text(address, "Country")):
            errors.append("The Country field may contain letters only.")
    for phone in element.get("Phones") or []:
        if text(phone, "PhoneType", "DEFAULT") not in {"DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE"}:
            errors.append(f"The PhoneType {text(phone, 'PhoneType')} is not valid.")
        errors += _too_long(phone, _PHONE_LENGTHS)
    return errors


def _too_long(part: Json, limits: dict[str, int]) -> list[str]:
    return [
        f"The {name} field must not be longer than {limit} characters."
        for name, limit in limits.items()
        if len(text(part, name)) > limit
    ]


def _book_errors(call: Call, contact: Contact) -> list[str]:
    """What the other contacts forbid: names among active ones, numbers among all."""
    if not contact.name:
        return ["The Contact Name is mandatory."]
    table, errors = call.books.contacts, []
    if contact.status == "ACTIVE" and _held(table.find("active_name", fold(contact.name)), contact):
        errors.append(NAME_TAKEN.format(contact.name))
    if _held(table.find("number", fold(contact.number)), contact):
        errors.append(NUMBER_TAKEN.format(contact.number))
    if _held(table.find("account_number", fold(contact.account_number)), contact):
        errors.append(ACCOUNT_NUMBER_TAKEN)
    return errors


def _held(holders: list[Contact], by: Contact) -> bool:
    return any(holder.id != by.id for holder in holders)
