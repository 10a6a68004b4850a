"""From an approved decision and the records it names to the writes that carry it out.

Bodies are in the target's own field names and hold only fields that we own or that the decision is about. A contact
is never matched or created by name alone: a create carries our stamp (Xero ContactNumber, Pooltrackr
external_reference) by which it is found again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.content import basis_hash
from reconcile.decisions import Accepted
from reconcile.errors import BadData
from reconcile.ports import Verb
from reconcile.records import Contact, Entity, Product, Record, System

STAMP_PREFIX = "PT-"


@dataclass(frozen=True, kw_only=True)
class PlannedWrite:
    """One write, not yet staged. ``expect`` maps record fields to what they must say afterwards."""

    target: System
    entity: Entity
    verb: Verb
    subject_id: str
    target_id: str = ""
    stamp: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""


def stamp_of(pooltrackr_id: str) -> str:
    """What we write into Xero's ContactNumber for a Pooltrackr contact (at most 50 characters)."""
    return f"{STAMP_PREFIX}{pooltrackr_id}"[:50]


def plan_writes(choice: Accepted, record: Record, other: Record | None) -> tuple[PlannedWrite, ...]:
    """The writes that carry out one decision; none for skip, ignore and for links that both sides already carry.

    ``record`` is the proposal's record, ``other`` the one to link to or the linked counterpart.
    Raises BadData when the decision cannot be carried out on these records.
    """
    proposal = choice.proposal
    if choice.verdict == "link" and isinstance(record, Contact) and isinstance(other, Contact):
        left, right = (record, other) if proposal.system == "pooltrackr" else (other, record)
        return link_contacts(left, right)
    if choice.verdict == "link" and isinstance(record, Product) and isinstance(other, Product):
        product, item = (record, other) if proposal.system == "pooltrackr" else (other, record)
        return link_products(product, item.id)
    if choice.verdict == "create":
        return (_create(proposal.system, record),)
    if choice.verdict == "update" and other is not None:
        return (_update(choice, other),)
    if choice.verdict in ("skip", "ignore", "unlink"):
        return ()
    raise BadData(f"{choice.verdict} cannot be carried out on {proposal.entity} {proposal.record_id}.")


def link_contacts(left: Contact, right: Contact) -> tuple[PlannedWrite, ...]:
    """Stamp both sides; a ContactNumber that somebody else has filled is left alone."""
    writes = []
    stamp = stamp_of(left.id)
    if not right.contact_number:
        writes.append(_mark("xero", "contacts", left.id, right, {"ContactNumber": stamp}, {"contact_number": stamp}))
    return (*writes, *point_contact(left, right.id))


def point_contact(left: Contact, xero_id: str) -> tuple[PlannedWrite, ...]:
    """Tell Pooltrackr which Xero contact is the same (A05)."""
    if left.xero_contact_id == xero_id:
        return ()
    mark = {"xero_contact_id": xero_id}
    return (_mark("pooltrackr", "contacts", xero_id, left, mark, mark),)


def link_products(left: Product, xero_id: str) -> tuple[PlannedWrite, ...]:
    """Tell Pooltrackr which Xero item a product is; nothing is ever written to Xero's items (A15)."""
    if left.xero_item_id == xero_id:
        return ()
    mark = {"xero_item_id": xero_id}
    return (_mark("pooltrackr", "products", xero_id, left, mark, mark),)


def _mark(
    target: System, entity: Entity, subject_id: str, record: Record, body: dict[str, str], expect: dict[str, str]
) -> PlannedWrite:
    return PlannedWrite(
        target=target,
        entity=entity,
        verb="update",
        subject_id=subject_id,
        target_id=record.id,
        body=body,
        expect=expect,
        basis=basis_hash(record),
    )


def _create(system: System, record: Record) -> PlannedWrite:
    if system == "pooltrackr" and isinstance(record, Contact):
        return _create_xero_contact(record)
    if system == "xero" and isinstance(record, Contact):
        return _create_pooltrackr_contact(record)
    if system == "xero" and isinstance(record, Product):
        return _create_pooltrackr_product(record)
    raise BadData(
        f"{record.id} cannot be created in the other system.",
        remedy="Products are kept in Xero: import them there with the item-import file.",
    )


def _create_xero_contact(contact: Contact) -> PlannedWrite:
    """A Xero contact; the postal address is POBOX since that is what invoices print."""
    stamp = stamp_of(contact.id)
    phones = [("DEFAULT", contact.phone), ("MOBILE", contact.mobile)]
    addresses = [
        ("POBOX", contact.street, contact.suburb, contact.state, contact.postcode),
        ("STREET", *(_first(part) for part in _site(contact))),
    ]
    body: dict[str, Any] = {
        "Name": xero_name(contact),
        "ContactNumber": stamp,
        "FirstName": contact.first_name,
        "LastName": contact.last_name,
        "EmailAddress": _first(contact.email, ";"),
        "TaxNumber": contact.abn,
        "Phones": [{"PhoneType": kind, "PhoneNumber": _first(number, ";")} for kind, number in phones if number],
        "Addresses": [
            {"AddressType": kind, "AddressLine1": street, "City": suburb, "Region": state, "PostalCode": postcode}
            for kind, street, suburb, state, postcode in addresses
            if any((street, suburb, state, postcode))
        ],
    }
    return PlannedWrite(
        target="xero",
        entity="contacts",
        verb="create",
        subject_id=contact.id,
        stamp=stamp,
        body={name: value for name, value in body.items() if value},
        expect={"contact_number": stamp},
        basis=basis_hash(contact),
    )


def xero_name(contact: Contact) -> str:
    """The name a contact gets in Xero: its company, else its name; no angle brackets, no doubled spaces, at most 255."""
    name = contact.company or contact.name or f"{contact.first_name} {contact.last_name}"
    name = re.sub(r"\s+", " ", name.replace("<", "(").replace(">", ")")).strip()[:255]
    if not name:
        raise BadData(f"Contact {contact.id} has no name.", remedy="Give it a name in Pooltrackr.")
    return name


def _create_pooltrackr_contact(contact: Contact) -> PlannedWrite:
    first, _, last = contact.name.rpartition(" ")
    person = bool(contact.first_name or contact.last_name)
    body: dict[str, Any] = {
        "type": "Individual" if person else "Company",
        "name": contact.name,
        "first_name": contact.first_name or (first if person else ""),
        "last_name": contact.last_name or (last if person else ""),
        "company": "" if person else contact.name,
        "emails": [part.strip() for part in contact.email.split(";") if part.strip()],
        "phones": [
            {"label": label, "number": number}
            for label, number in (("phone", contact.phone), ("mobile", contact.mobile))
            if number
        ],
        "abn": contact.abn,
        "address": {
            "street": contact.street,
            "suburb": contact.suburb,
            "state": contact.state,
            "postcode": contact.postcode,
        },
        "xero_contact_id": contact.id,
        "external_reference": contact.id,
    }
    return _pooltrackr_create(
        "contacts", contact, body, {"external_reference": contact.id, "xero_contact_id": contact.id}
    )


def _create_pooltrackr_product(item: Product) -> PlannedWrite:
    body: dict[str, Any] = {
        "title": item.name or item.code,
        "sku": item.code,
        "description": item.description,
        "price": None if item.price is None else str(item.price),
        "gst_included": item.gst_included == "true",
        "active": True,
        "xero_item_id": item.id,
        "external_reference": item.id,
    }
    return _pooltrackr_create("products", item, body, {"external_reference": item.id, "xero_item_id": item.id})


def _pooltrackr_create(entity: Entity, record: Record, body: dict[str, Any], expect: dict[str, str]) -> PlannedWrite:
    return PlannedWrite(
        target="pooltrackr",
        entity=entity,
        verb="create",
        subject_id=record.id,
        stamp=record.id,
        body={name: value for name, value in body.items() if value not in ("", None, [])},
        expect=expect,
        basis=basis_hash(record),
    )


POOLTRACKR_PRODUCT_FIELDS = {"name": "title", "code": "sku", "price": "price", "description": "description"}


def _update(choice: Accepted, target: Record) -> PlannedWrite:
    """Take over approved values into a Pooltrackr product."""
    changes = {change.field: change.new for change in choice.proposal.changes}
    unknown = set(changes) - set(POOLTRACKR_PRODUCT_FIELDS)
    if not isinstance(target, Product) or unknown:
        raise BadData(
            f"{choice.proposal.entity} {target.id}: {', '.join(sorted(unknown)) or 'nothing'} cannot be updated."
        )
    return PlannedWrite(
        target="pooltrackr",
        entity="products",
        verb="update",
        subject_id=choice.proposal.record_id,
        target_id=target.id,
        body={POOLTRACKR_PRODUCT_FIELDS[name]: value for name, value in changes.items()},
        expect=changes,
        basis=basis_hash(target),
    )


def _site(contact: Contact) -> tuple[str, str, str, str]:
    return contact.site_street, contact.site_suburb, contact.site_state, contact.site_postcode


def _first(text: str, separator: str = "|") -> str:
    return text.split(separator, maxsplit=1)[0].strip()
