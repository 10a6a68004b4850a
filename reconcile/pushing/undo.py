"""The undo journal: from what a run wrote to the writes that take it back, or why that cannot be.

Pure: nothing is sent from here. A reversal states what the record said after our write; when somebody changed it since,
it is not taken back but shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.content import basis_hash, to_json
from reconcile.ports import Verb
from reconcile.pushing.verdict import shows
from reconcile.records import Entity, Record, System

FIELD_OF: Mapping[str, str] = {
    "ContactNumber": "contact_number",
    "EmailAddress": "email",
    "Reference": "reference",
    "xero_contact_id": "xero_contact_id",
    "xero_item_id": "xero_item_id",
    "xero_invoice_id": "xero_invoice_id",
    "xero_payment_id": "xero_payment_id",
    "xero_number": "xero_number",
    "external_reference": "external_reference",
    "title": "name",
    "sku": "code",
    "price": "price",
    "description": "description",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """One write that was carried out: what it set, and the record before and after; ``now`` is what the last pull shows."""

    id: str
    target: System
    entity: Entity
    verb: Verb
    target_id: str
    body: Mapping[str, Any] = field(default_factory=dict)
    before: Record | None = None
    after: Record | None = None
    now: Record | None = None


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """What takes one write back; ``replaces`` are the values that it removes, ``basis`` the content that it rests on."""

    of: Written
    verb: Verb
    what: str
    body: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, str] = field(default_factory=dict)
    replaces: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class Irreversible:
    """Why a write cannot be taken back, and what a person can do."""

    of: Written
    reason: str
    remedy: str = ""


def reverse(written: Written) -> Reversal | Irreversible:
    """What takes one write back."""
    if written.after is None or not written.target_id:
        return Irreversible(of=written, reason="It is not known what the record said after the write.")
    if written.now is not None and basis_hash(written.now) != basis_hash(written.after):
        return Irreversible(
            of=written,
            reason=f"Somebody has changed it in {written.target} since.",
            remedy="Look at it there; what was entered since would be lost.",
        )
    if written.verb == "create":
        return _take_out(written, written.after)
    if written.verb == "update":
        return _put_back(written, written.after)
    if written.verb in ("activate", "deactivate"):
        return _switch_back(written, written.after)
    return Irreversible(
        of=written,
        reason=f"A {written.verb} cannot be undone in {written.target}.",
        remedy="Enter the document anew.",
    )


def _take_out(written: Written, after: Record) -> Reversal | Irreversible:
    status = str(getattr(after, "status", ""))
    kind = (written.target, written.entity)
    if kind == ("xero", "contacts"):
        return _end(written, after, "deactivate", "archived", "archive the contact (Xero deletes none)")
    if kind == ("pooltrackr", "products"):
        return _end(written, after, "deactivate", "inactive", "deactivate the product")
    if kind == ("xero", "payments"):
        return _end(written, after, "delete", "DELETED", "delete the payment")
    if kind == ("xero", "invoices") and status in ("DRAFT", "SUBMITTED"):
        return _end(written, after, "delete", "DELETED", "delete the draft invoice")
    if kind == ("xero", "invoices") and status == "AUTHORISED":
        return _end(written, after, "void", "VOIDED", "void the invoice (its number stays taken)")
    return Irreversible(
        of=written,
        reason=f"{written.target.capitalize()} lets no {written.entity[:-1]} be taken out again.",
        remedy="Archive or delete it there by hand.",
    )


def _end(written: Written, after: Record, verb: Verb, status: str, what: str) -> Reversal:
    return Reversal(
        of=written,
        verb=verb,
        what=what,
        expect={"status": status},
        replaces={"status": str(getattr(after, "status", ""))},
        basis=basis_hash(after),
    )


def _put_back(written: Written, after: Record) -> Reversal | Irreversible:
    unknown = sorted(set(written.body) - set(FIELD_OF))
    if unknown:
        return Irreversible(
            of=written,
            reason=f"The fields {', '.join(unknown)} cannot be put back by themselves.",
            remedy="Correct them by hand; the values before are in the journal.",
        )
    if written.before is None:
        return Irreversible(of=written, reason="It is not known what the record said before the write.")
    was, became = to_json(written.before), to_json(after)
    fields = {name: FIELD_OF[name] for name in written.body}
    expect = {record_field: str(was.get(record_field, "")) for record_field in fields.values()}
    if shows(after, expect):
        return Irreversible(of=written, reason="It said the same before: there is nothing to put back.")
    return Reversal(
        of=written,
        verb="update",
        what=f"put back {', '.join(sorted(fields.values()))}",
        body={name: expect[record_field] for name, record_field in fields.items()},
        expect=expect,
        replaces={record_field: str(became.get(record_field, "")) for record_field in fields.values()},
        basis=basis_hash(after),
    )


def _switch_back(written: Written, after: Record) -> Reversal:
    back: Verb = "activate" if written.verb == "deactivate" else "deactivate"
    ended = "archived" if written.entity == "contacts" else "inactive"
    status = "active" if back == "activate" else ended
    return _end(written, after, back, status, f"{back} it again" if back == "activate" else back)
