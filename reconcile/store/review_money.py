"""What the review page shows beside an invoice or payment: its counterparts, its customer, what would be sent."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, or_, select

from reconcile.records import Contact, Entity, Invoice, Payment, Record, System
from reconcile.store import tables
from reconcile.store.containing import holds
from reconcile.store.snapshots import CHUNK, Scope, current_records
from reconcile.store.tables_money import PlannedWrites

MOST_FOUND = 500


@dataclass(frozen=True)
class Papers:
    """The documents that some invoices or payments have to do with, by system and id; ``copies`` maps Pooltrackr invoice ids to Xero's."""

    invoices: dict[tuple[System, str], Invoice] = field(default_factory=dict)
    contacts: dict[tuple[System, str], Contact] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)

    def both(self, system: System, invoice_id: str) -> tuple[Invoice | None, Invoice | None]:
        """An invoice of one system as it stands in Pooltrackr and in Xero."""
        if system == "pooltrackr":
            left, right = invoice_id, self.copies.get(invoice_id, "")
        else:
            left, right = next((p for p, x in self.copies.items() if x == invoice_id), ""), invoice_id
        return self.invoices.get(("pooltrackr", left)), self.invoices.get(("xero", right))

    def customer(self, left: Invoice | None, right: Invoice | None) -> str:
        """Who an invoice is for, by name."""
        sides: tuple[tuple[System, Invoice | None], ...] = (("pooltrackr", left), ("xero", right))
        for system, invoice in sides:
            contact = self.contacts.get((system, invoice.contact_id)) if invoice else None
            if contact is not None:
                return contact.name or contact.company or contact.id
        invoice = left or right
        return invoice.contact_id if invoice else ""


def read_papers(session: Session, org_id: str, records: Iterable[tuple[System, Record]]) -> Papers:
    """Everything that ``records`` (invoices or payments with their system) have to do with, in few queries."""
    wanted: dict[System, set[str]] = {"pooltrackr": set(), "xero": set()}
    for system, record in records:
        if isinstance(record, Invoice):
            wanted[system].add(record.id)
        elif isinstance(record, Payment):
            wanted[system].add(record.invoice_id)
    copies = _copies(session, org_id, wanted)
    for left, right in copies.items():
        wanted["pooltrackr"].add(left)
        wanted["xero"].add(right)
    invoices: dict[tuple[System, str], Invoice] = {}
    contacts: dict[tuple[System, str], Contact] = {}
    for system, ids in wanted.items():
        found = current_records(session, Scope(org_id, system, "invoices"), sorted(ids - {""}))
        invoices |= {(system, invoice.id): invoice for invoice in found if isinstance(invoice, Invoice)}
        named = {invoice.contact_id for (s, _), invoice in invoices.items() if s == system} - {""}
        known = current_records(session, Scope(org_id, system, "contacts"), sorted(named))
        contacts |= {(system, contact.id): contact for contact in known if isinstance(contact, Contact)}
    return Papers(invoices, contacts, copies)


def _copies(session: Session, org_id: str, wanted: dict[System, set[str]]) -> dict[str, str]:
    table = tables.Link
    found: dict[str, str] = {}
    columns = {"pooltrackr": col(table.pooltrackr_id), "xero": col(table.xero_id)}
    for system, named in wanted.items():
        column, ids = columns[system], sorted(named)
        for start in range(0, len(ids), CHUNK):
            query = select(table.pooltrackr_id, table.xero_id).where(
                table.org_id == org_id,
                table.entity == "invoices",
                col(table.closed_at).is_(None),
                column.in_(ids[start : start + CHUNK]),
            )
            found |= dict(session.exec(query).all())
    return found


def planned_for(session: Session, proposal_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The writes that approving each of these proposals would stage; empty where something holds them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for start in range(0, len(proposal_ids), CHUNK):
        chunk = proposal_ids[start : start + CHUNK]
        for row in session.exec(select(PlannedWrites).where(col(PlannedWrites.proposal_id).in_(chunk))):
            found[row.proposal_id] = json.loads(row.writes)
    return found


def find_documents(session: Session, org_id: str, entity: Entity, text: str) -> tuple[str, ...]:
    """The invoices or payments that contain a text, or that belong to a contact whose record contains it."""
    if not text.strip():
        return ()
    contacts = _containing(session, org_id, "contacts", [text.strip()])
    invoices = _containing(session, org_id, "invoices", [text.strip(), *(f'"contact_id":"{i}"' for i in contacts[:50])])
    if entity == "invoices":
        return tuple(invoices)
    return tuple(
        _containing(session, org_id, "payments", [text.strip(), *(f'"invoice_id":"{i}"' for i in invoices[:50])])
    )


def _containing(session: Session, org_id: str, entity: Entity, texts: Sequence[str]) -> list[str]:
    table = tables.RecordVersion
    words = [text if text.startswith('"') and '":"' in text else _quoted(text) for text in texts]
    query = select(table.record_id).where(
        table.org_id == org_id,
        table.entity == entity,
        col(table.run_to).is_(None),
        or_(*(holds(table.body, word) for word in words)),
    )
    return list(session.exec(query.limit(MOST_FOUND)))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
