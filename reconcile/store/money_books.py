"""Reading everything that planning invoices and payments rests on, in one consistent state."""

import json
from typing import TypeVar

from sqlmodel import Session, col, func, select

from reconcile.invoicing.books import Books
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import (
    Account,
    Contact,
    Credit,
    Entity,
    Invoice,
    Organisation,
    Payment,
    Pool,
    Product,
    Record,
    System,
    TaxRate,
)
from reconcile.store import tables
from reconcile.store.links import linked, open_links
from reconcile.store.snapshots import Scope, current_records

Kind = TypeVar("Kind", bound=Record)


def read_books(session: Session, org_id: str, settings: OrganisationSettings, organisation: Organisation) -> Books:
    """The records of both systems as last pulled, the links, and what waits for a decision."""

    def records(system: System, entity: Entity, kind: type[Kind]) -> dict[str, Kind]:
        found = current_records(session, Scope(org_id, system, entity))
        return {record.id: record for record in found if isinstance(record, kind)}

    return Books(
        settings=settings,
        organisation=organisation,
        contacts=records("pooltrackr", "contacts", Contact),
        xero_contacts=records("xero", "contacts", Contact),
        contact_links=linked(session, org_id, "contacts"),
        pools=records("pooltrackr", "pools", Pool),
        products=records("pooltrackr", "products", Product),
        items={i: item for i, item in records("xero", "products", Product).items() if item.status == "active"},
        product_links=linked(session, org_id, "products"),
        undecided_products=undecided_products(session, org_id),
        accounts=records("xero", "accounts", Account),
        tax_rates=records("xero", "tax_rates", TaxRate),
        invoices=records("pooltrackr", "invoices", Invoice),
        xero_invoices=_sales(records("xero", "invoices", Invoice)),
        invoice_links=linked(session, org_id, "invoices"),
        payments=records("pooltrackr", "payments", Payment),
        xero_payments=records("xero", "payments", Payment),
        payment_links=linked(session, org_id, "payments"),
        card_links=linked(session, org_id, "bank_transactions"),
        credits=list(records("xero", "credits", Credit).values()),
        agreed=read_agreed(session, org_id),
        remade=count_remade(session, org_id),
    )


def _sales(invoices: dict[str, Invoice]) -> dict[str, Invoice]:
    return {key: invoice for key, invoice in invoices.items() if invoice.type == "ACCREC"}


def undecided_products(session: Session, org_id: str) -> frozenset[str]:
    """Pooltrackr products that the engine would link to an item, and nobody has decided about."""
    decided = select(tables.Decision.proposal_id).where(
        tables.Decision.org_id == org_id, col(tables.Decision.withdrawn_at).is_(None)
    )
    return frozenset(
        session.exec(
            select(tables.Proposal.record_id).where(
                tables.Proposal.org_id == org_id,
                tables.Proposal.entity == "products",
                tables.Proposal.kind == "match",
                tables.Proposal.system == "pooltrackr",
                tables.Proposal.suggested == "link",
                col(tables.Proposal.closed_at).is_(None),
                col(tables.Proposal.id).not_in(decided),
            )
        )
    )


def read_agreed(session: Session, org_id: str) -> dict[str, tuple[str, str]]:
    """The fingerprints of linked invoices when both sides last agreed, by Pooltrackr id."""
    found = {}
    for link in open_links(session, org_id, "invoices"):
        agreed = json.loads(link.agreed or "{}")
        if "pooltrackr" in agreed:
            found[link.pooltrackr_id] = (str(agreed["pooltrackr"]), str(agreed.get("xero", "")))
    return found


def count_remade(session: Session, org_id: str) -> dict[str, int]:
    """How often a payment's Xero copy was deleted to be entered anew, by Pooltrackr id."""
    table = tables.Link
    query = (
        select(table.pooltrackr_id, func.count())
        .where(table.org_id == org_id, table.entity == "payments", col(table.closed_at).is_not(None))
        .group_by(table.pooltrackr_id)
    )
    return dict(session.exec(query).all())
