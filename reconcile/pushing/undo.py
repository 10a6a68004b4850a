"""The undo journal: from what a run wrote to the writes that take it back, or why that cannot be.

Pure: nothing is sent from here. A reversal states what the record said after our write; when somebody changed it since,
it is not taken back but shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.content import basis_hash, to_json
from reconcile.ports import Verb
from reconcile.pushing.undo_money import (
    SAID_BESIDE,
    TOGGLES,
    changes_invoice,
    earlier_invoice,
    money_on,
    said_of,
)
from reconcile.pushing.verdict import shows
from reconcile.records import Entity, Invoice, Record, System

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
    "payment": "payment",
    "title": "name",
    "sku": "code",
    "price": "price",
    "description": "description",
}


UNKNOWN = "It is not known what the record said after the write."


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
    obstacle = _obstacle(written)
    if obstacle is not None or written.after is None:
        return obstacle or Irreversible(of=written, reason=UNKNOWN)
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


def _obstacle(written: Written) -> Irreversible | None:
    """Why nothing can be taken back, whatever was written."""
    if written.after is None or not written.target_id:
        return Irreversible(of=written, reason=UNKNOWN)
    if money_on(written.now) and not money_on(written.after):
        return Irreversible(
            of=written,
            reason=f"Payments or credits of {money_on(written.now):.2f} stand on it in Xero.",
            remedy="Take them back first (they may be part of this plan), push, then undo the run once more.",
        )
    if written.now is not None and basis_hash(written.now) != basis_hash(written.after):
        return Irreversible(
            of=written,
            reason=f"Somebody has changed it in {written.target} since.",
            remedy="Look at it there; what was entered since would be lost.",
        )
    return None


ENDS: Mapping[tuple[str, str, str], tuple[Verb, str, str]] = {
    ("xero", "contacts", ""): ("deactivate", "archived", "archive the contact (Xero deletes none)"),
    ("pooltrackr", "products", ""): ("deactivate", "inactive", "deactivate the product"),
    ("xero", "bank_transactions", ""): ("delete", "DELETED", "delete the card fee or surcharge"),
    ("xero", "invoices", "DRAFT"): ("delete", "DELETED", "delete the draft invoice"),
    ("xero", "invoices", "SUBMITTED"): ("delete", "DELETED", "delete the draft invoice"),
    ("xero", "invoices", "AUTHORISED"): ("void", "VOIDED", "void the invoice (its number stays taken)"),
}
"""How what was created is taken out: system, entity and status ("" for any); verb, status afterwards, words."""


def _take_out(written: Written, after: Record) -> Reversal | Irreversible:
    kind = (written.target, written.entity)
    if kind == ("xero", "payments"):
        return _delete_payment(written, after)
    if kind == ("pooltrackr", "payments"):
        return _toggle(written, after, "deleted", True, "DELETED", "delete the payment")
    end = ENDS.get((*kind, "")) or ENDS.get((*kind, str(getattr(after, "status", ""))))
    if end is not None:
        return _end(written, after, *end)
    return Irreversible(
        of=written,
        reason=f"{written.target.capitalize()} lets no {written.entity[:-1]} be taken out again.",
        remedy="Archive or delete it there by hand.",
    )


def _delete_payment(written: Written, after: Record) -> Reversal | Irreversible:
    if str(getattr(written.now or after, "is_reconciled", "")) == "true":
        return Irreversible(
            of=written,
            reason="The payment is reconciled with the bank in Xero.",
            remedy="Undo the reconciliation in Xero and delete the payment there by hand.",
        )
    return _end(written, after, "delete", "DELETED", "delete the payment")


def _toggle(written: Written, after: Record, name: str, value: bool, shown: str, what: str) -> Reversal:
    return Reversal(
        of=written,
        verb="update",
        what=what,
        body={name: value},
        expect={"status": shown},
        replaces={"status": str(getattr(after, "status", ""))},
        basis=basis_hash(after),
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
    for name, (_, shown, what) in TOGGLES.items():
        if set(written.body) == {name}:
            return _toggle(written, after, name, False, shown, what)
    if written.target == "xero" and changes_invoice(written.before, written.body):
        return _put_back_invoice(written, after)
    beside = {name: value for name, value in SAID_BESIDE.items() if name in written.body}
    unknown = sorted(set(written.body) - set(FIELD_OF) - set(beside))
    if unknown:
        return Irreversible(
            of=written,
            reason=f"The fields {', '.join(unknown)} cannot be put back by themselves.",
            remedy="Correct them by hand; the values before are in the journal.",
        )
    if written.before is None:
        return Irreversible(of=written, reason="It is not known what the record said before the write.")
    was, became = to_json(written.before), to_json(after)
    fields = {name: FIELD_OF[name] for name in written.body if name in FIELD_OF}
    expect = {record_field: str(was.get(record_field, "")) for record_field in fields.values()}
    if shows(after, expect):
        return Irreversible(of=written, reason="It said the same before: there is nothing to put back.")
    return Reversal(
        of=written,
        verb="update",
        what=f"put back {', '.join(sorted(fields.values()))}",
        body={name: expect[record_field] for name, record_field in fields.items()} | beside,
        expect=expect,
        replaces={record_field: str(became.get(record_field, "")) for record_field in fields.values()},
        basis=basis_hash(after),
    )


def _put_back_invoice(written: Written, after: Record) -> Reversal | Irreversible:
    """The lines, dates and words that an invoice had; Xero takes them as long as nothing is paid on it."""
    if not isinstance(written.before, Invoice) or not isinstance(after, Invoice):
        return Irreversible(of=written, reason="It is not known what the invoice said before the write.")
    if money_on(after) and "LineItems" in written.body:
        return Irreversible(
            of=written,
            reason="Xero changes no lines of an invoice that has payments or credits on it.",
            remedy="Correct it with a credit note.",
        )
    return Reversal(
        of=written,
        verb="update",
        what=f"put back what the invoice said before: {written.before.total:.2f}"
        if written.before.total
        else "put back",
        body=earlier_invoice(written.before, written.body),
        expect=said_of(written.before),
        replaces=said_of(after),
        basis=basis_hash(after),
    )


def _switch_back(written: Written, after: Record) -> Reversal:
    back: Verb = "activate" if written.verb == "deactivate" else "deactivate"
    ended = "archived" if written.entity == "contacts" else "inactive"
    status = "active" if back == "activate" else ended
    return _end(written, after, back, status, f"{back} it again" if back == "activate" else back)
