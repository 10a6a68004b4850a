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
from reconcile.ownership import POSTAL, SITE, may_write
from reconcile.ports import Verb
from reconcile.proposals import Proposal
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
    if choice.verdict == "link" and other is not None:
        return _link(proposal, record, other)
    if choice.verdict == "create":
        return (_create(proposal.system, record),)
    if choice.verdict == "update" and other is not None:
        return (_update_contact(choice, other) if isinstance(other, Contact) else _update(choice, other),)
    if choice.verdict == "unlink":
        return unmark(proposal.record_id, record, other)
    if choice.verdict in ("skip", "ignore"):
        return ()
    raise BadData(f"{choice.verdict} cannot be carried out on {proposal.entity} {proposal.record_id}.")


def _link(proposal: Proposal, record: Record, other: Record) -> tuple[PlannedWrite, ...]:
    """Marks on both sides; a link that moves to the survivor of a merge leaves the survivor's number alone."""
    left, right = (record, other) if proposal.system == "pooltrackr" else (other, record)
    if isinstance(left, Contact) and isinstance(right, Contact):
        return point_contact(left, right.id) if proposal.kind == "unlink" else link_contacts(left, right)
    if isinstance(left, Product) and isinstance(right, Product):
        return link_products(left, right.id)
    raise BadData(f"{proposal.entity} {proposal.record_id} cannot be linked.")


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


XERO_PLAIN = {"name": "Name", "first_name": "FirstName", "last_name": "LastName"}
XERO_PHONES = {"phone": "DEFAULT", "mobile": "MOBILE"}
XERO_ADDRESSES = {"POBOX": POSTAL, "STREET": SITE}
XERO_LINES = ("AddressLine1", "City", "Region", "PostalCode")
POOLTRACKR_PLAIN = ("name", "first_name", "last_name", "company", "abn")


def _update_contact(choice: Accepted, target: Contact) -> PlannedWrite:
    """Approved values into the linked contact; only fields that its system does not own (ownership)."""
    system: System = "xero" if choice.proposal.system == "pooltrackr" else "pooltrackr"
    changes = {change.field: change.new for change in choice.proposal.changes}
    foreign = sorted(name for name in changes if not may_write(system, name))
    if foreign or not changes:
        raise BadData(
            f"contacts {target.id}: {', '.join(foreign) or 'nothing'} cannot be written to {system}.",
            remedy="Change it there by hand.",
        )
    body = _xero_body(changes, target) if system == "xero" else _pooltrackr_body(changes, target)
    return PlannedWrite(
        target=system,
        entity="contacts",
        verb="update",
        subject_id=choice.proposal.record_id,
        target_id=target.id,
        body=body,
        expect=changes,
        basis=basis_hash(target),
    )


def _xero_body(changes: Mapping[str, str], target: Contact) -> dict[str, Any]:
    """Xero keeps the types of phones and addresses that are not sent; a type that is sent counts whole, ``""`` clears.

    ContactPersons are never sent: Xero would replace all of them.
    """
    body: dict[str, Any] = {XERO_PLAIN[name]: changes[name] for name in XERO_PLAIN if name in changes}
    if "email" in changes:
        body["EmailAddress"] = _first(changes["email"], ";")
    phones = [
        {"PhoneType": kind, "PhoneNumber": _first(changes[name], ";"), "PhoneAreaCode": "", "PhoneCountryCode": ""}
        for name, kind in XERO_PHONES.items()
        if name in changes
    ]
    addresses = [
        {"AddressType": kind, **dict(zip(XERO_LINES, (changes.get(n, getattr(target, n)) for n in names), strict=True))}
        for kind, names in XERO_ADDRESSES.items()
        if any(name in changes for name in names)
    ]
    kept = {kind: {"AttentionTo": a, "Country": c} for kind, a, c in target.address_extras}
    rest = {"AddressLine2": "", "AddressLine3": "", "AddressLine4": ""}
    body |= {"Phones": phones} if phones else {}
    sent = [address | rest | kept.get(address["AddressType"], {}) for address in addresses]
    return body | ({"Addresses": sent} if sent else {})


def _pooltrackr_body(changes: Mapping[str, str], target: Contact) -> dict[str, Any]:
    """Lists are replaced whole in Pooltrackr, so they are sent whole; an address takes the parts that are named."""
    body: dict[str, Any] = {name: changes[name] for name in POOLTRACKR_PLAIN if name in changes}
    if "email" in changes:
        body["emails"] = _several(changes["email"])
    if "phone" in changes or "mobile" in changes:
        body["phones"] = [phone for name in ("phone", "mobile") for phone in _labelled(name, changes.get(name), target)]
    address = {name: changes[name] for name in POSTAL if name in changes}
    return body | ({"address": address} if address else {})


def _labelled(name: str, new: str | None, target: Contact) -> list[dict[str, str]]:
    """The numbers of one kind with the labels they have; a number that takes the place of another takes its label."""
    labels, before = dict(target.phone_labels), _several(getattr(target, name))
    numbers = before if new is None else _several(new)
    first = labels.get(before[0], name) if before else name
    found = [labels.get(number, first if place == 0 else name) for place, number in enumerate(numbers)]
    return [{"label": label, "number": number} for label, number in zip(found, numbers, strict=True)]


def unmark(pooltrackr_id: str, record: Record | None, other: Record | None) -> tuple[PlannedWrite, ...]:
    """Take our marks off two records that are no longer linked; one that is archived or gone is left as it is."""
    writes = []
    if isinstance(record, Contact) and record.xero_contact_id and record.status == "active":
        mark = {"xero_contact_id": ""}
        writes.append(_mark("pooltrackr", "contacts", record.xero_contact_id, record, mark, mark))
    if isinstance(record, Product) and record.xero_item_id and record.status == "active":
        mark = {"xero_item_id": ""}
        writes.append(_mark("pooltrackr", "products", record.xero_item_id, record, mark, mark))
    if isinstance(other, Contact) and other.contact_number == stamp_of(pooltrackr_id) and other.status == "active":
        writes.append(_mark("xero", "contacts", pooltrackr_id, other, {"ContactNumber": ""}, {"contact_number": ""}))
    return tuple(writes)


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _site(contact: Contact) -> tuple[str, str, str, str]:
    return contact.site_street, contact.site_suburb, contact.site_state, contact.site_postcode


def _first(text: str, separator: str = "|") -> str:
    return text.split(separator, maxsplit=1)[0].strip()
