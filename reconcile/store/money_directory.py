"""Reading which invoices and payments there are and how they hang together, without reading the documents themselves."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Row, select
from sqlmodel import Session, col

from reconcile.invoicing.books import owed_instead
from reconcile.invoicing.cases import Directory, Ours, Paid, Theirs
from reconcile.records import Payment, System
from reconcile.store import tables
from reconcile.store.decisions import ignored_records
from reconcile.store.json_parts import json_part
from reconcile.store.links import linked
from reconcile.store.money_books import count_remade
from reconcile.store.money_plans import MONEY, busy_proposals
from reconcile.store.snapshots import Scope, current_records

SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")


class Sharing(Protocol):
    """One object for all equal texts, so that an id which stands in many places is kept once."""

    def __call__(self, text: str | None) -> str: ...


def read_directory(session: Session, org_id: str) -> Directory:
    """The versions of all invoices, payments and what they name, the links, and what was ignored or is under way."""
    share = _sharing()
    return Directory(
        invoices=_invoices(session, org_id, share),
        xero_invoices=_xero_invoices(session, org_id, share),
        payments=_payments(session, org_id, "pooltrackr", "xero_payment_id", share),
        xero_payments=_payments(session, org_id, "xero", "reference", share),
        contacts={r[0]: r[1] for r in _present(session, Scope(org_id, "xero", "contacts"))},
        pools={r[0]: r[1] for r in _present(session, Scope(org_id, "pooltrackr", "pools"))},
        credits=_credits(session, org_id),
        contact_links=linked(session, org_id, "contacts", share),
        invoice_links=linked(session, org_id, "invoices", share),
        payment_links=linked(session, org_id, "payments", share),
        card_links=linked(session, org_id, "bank_transactions"),
        agreed=_agreed(session, org_id, share),
        remade=count_remade(session, org_id),
        ignored={(e, s, i) for e in MONEY for s in SYSTEMS for i in ignored_records(session, org_id, e, s)},
        busy={(p.entity, p.system, p.record_id) for e in MONEY for p in busy_proposals(session, org_id, e)},
    )


def _sharing() -> Sharing:
    seen: dict[str, str] = {}

    def share(text: str | None) -> str:
        return seen.setdefault(text, text) if text else ""

    return share


def _present(session: Session, scope: Scope, parts: Sequence[str] = ()) -> Iterator[Row[Any]]:
    """Id, version and some parts of the content of each record that is not missing, ordered by id."""
    table = tables.RecordVersion
    body = col(table.body)
    query = select(col(table.record_id), col(table.id), *(json_part(session, body, name) for name in parts)).where(
        col(table.org_id) == scope.org_id,
        col(table.system) == scope.system,
        col(table.entity) == scope.entity,
        col(table.run_to).is_(None),
        col(table.missing_since).is_(None),
    )
    yield from session.connection().execute(query.order_by(col(table.record_id)))


def _invoices(session: Session, org_id: str, share: Sharing) -> dict[str, Ours]:
    parts = ("number", "contact_id", "xero_invoice_id", "superseded_by", "batch", "batch_invoice_id")
    rows = _present(session, Scope(org_id, "pooltrackr", "invoices"), parts)
    return {
        share(key): Ours(
            version,
            share((number or "").casefold()),
            share(contact),
            share(named),
            share(owed_instead(newer or "", batch or "", batch_id or "")),
        )
        for key, version, number, contact, named, newer, batch, batch_id in rows
    }


def _xero_invoices(session: Session, org_id: str, share: Sharing) -> dict[str, Theirs]:
    rows = _present(session, Scope(org_id, "xero", "invoices"), ("number", "reference", "type"))
    return {
        share(key): Theirs(version, share((number or "").casefold()), share((reference or "").casefold()))
        for key, version, number, reference, kind in rows
        if kind == "ACCREC"
    }


def _payments(session: Session, org_id: str, system: System, mark: str, share: Sharing) -> dict[str, Paid]:
    rows = _present(session, Scope(org_id, system, "payments"), ("invoice_id", mark, "stripe_payout"))
    return {
        share(key): Paid(version, share(invoice), share(said), share(payout))
        for key, version, invoice, said, payout in rows
    }


def _credits(session: Session, org_id: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for key, version, allocations in _present(session, Scope(org_id, "xero", "credits"), ("allocations",)):
        for invoice_id, _ in json.loads(allocations or "[]"):
            found[invoice_id] += (f"{key} {version}",)
    return dict(found)


def _agreed(session: Session, org_id: str, share: Sharing) -> dict[str, str]:
    table = tables.Link
    query = select(col(table.pooltrackr_id), col(table.agreed)).where(
        col(table.org_id) == org_id, col(table.entity) == "invoices", col(table.closed_at).is_(None)
    )
    return {share(key): agreed for key, agreed in session.connection().execute(query)}


def card_payments(session: Session, org_id: str) -> dict[str, Payment]:
    """Pooltrackr's payments that a card payout names."""
    scope = Scope(org_id, "pooltrackr", "payments")
    ids = [key for key, _, payout in _present(session, scope, ("stripe_payout",)) if payout]
    return {record.id: record for record in current_records(session, scope, ids) if isinstance(record, Payment)}
