"""Who owns which field of a linked contact: the one table behind every update (A03, A04, B02).

A part is what is compared and carried over as a whole: an address is one value, not four. What a part says in each
system is its *face*, in the shape of the fields that Xero keeps it in. Shared parts follow whoever changed them; a part
that one system owns is never written back to its owner.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reconcile.normalise.addresses import address
from reconcile.normalise.emails import emails
from reconcile.normalise.phones import phones
from reconcile.normalise.places import postcode, state, suburb
from reconcile.normalise.text import fold
from reconcile.records import Contact, System

Owner = Literal["shared", "pooltrackr", "xero"]
Group = Literal["name", "email", "phone", "address", "owned"]
Face = tuple[str, ...]

POSTAL = ("street", "suburb", "state", "postcode")
SITE = ("site_street", "site_suburb", "site_state", "site_postcode")


@dataclass(frozen=True)
class Part:
    """One part: its record fields, who owns it, and how two spellings of the same are told to be one."""

    name: str
    title: str
    group: Group
    owner: Owner
    fields: tuple[str, ...]
    normal: Callable[[Face], Face]


def _folded(face: Face) -> Face:
    return tuple(fold(text) for text in face)


def _mailbox(face: Face) -> Face:
    return tuple((emails(text) or (fold(text),))[0] for text in face)


def _number(face: Face) -> Face:
    return tuple((phones(text) or (fold(text),))[0] for text in face)


def _place(face: Face) -> Face:
    street, town, region, code = face
    return (*address(street), suburb(town), state(region), postcode(code))


def _digits(face: Face) -> Face:
    return tuple(re.sub(r"\D", "", text) or fold(text) for text in face)


PARTS: tuple[Part, ...] = (
    Part("name", "name", "name", "shared", ("name",), _folded),
    Part("person", "first and last name", "name", "shared", ("first_name", "last_name"), _folded),
    Part("email", "e-mail", "email", "shared", ("email",), _mailbox),
    Part("phone", "phone", "phone", "shared", ("phone",), _number),
    Part("mobile", "mobile", "phone", "shared", ("mobile",), _number),
    Part("postal_address", "postal address", "address", "shared", POSTAL, _place),
    Part("site_address", "site address", "owned", "pooltrackr", SITE, _place),
    Part("tax_number", "ABN", "owned", "xero", ("abn",), _digits),
)
ONLY_IN_XERO = ("account_number", "contact_number", "is_customer", "is_supplier")
ONLY_IN_POOLTRACKR = ("type", "category", "is_batch", "xero_contact_id")
"""Fields that the other system has no place for: never compared, never carried over."""

PART_OF_FIELD: dict[str, Part] = {name: part for part in PARTS for name in part.fields} | {"company": PARTS[0]}


def may_write(target: System, field: str) -> bool:
    """Whether an update may write a record's field in a system: no system is ever told what it owns itself."""
    part = PART_OF_FIELD.get(field)
    return part is not None and part.owner != target and (field != "company" or target == "pooltrackr")


def face_of(part: Part, system: System, contact: Contact) -> Face:
    """What a contact says about a part: its first number and mailbox, and in Pooltrackr the company before the name."""
    if part.name == "name" and system == "pooltrackr":
        return (contact.company or contact.name or f"{contact.first_name} {contact.last_name}".strip(),)
    values = (str(getattr(contact, name)) for name in part.fields)
    if part.name in ("email", "phone", "mobile"):
        return tuple(text.split(";", maxsplit=1)[0].strip() for text in values)
    if part.name == "site_address":
        return tuple(text.split("|", maxsplit=1)[0].strip() for text in values)
    return tuple(text.strip() for text in values)
