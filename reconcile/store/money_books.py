"""Reading everything that planning invoices and payments rests on, in one consistent state."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from sqlmodel import Session, col, func, select

from reconcile.content import canonical
from reconcile.invoicing.books import Books
from reconcile.invoicing.cases import PARTS, Directory
from reconcile.invoicing.fingerprint import Agreed
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
from reconcile.store.planned_cases import days_borne
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_changes import chunks

Kind = TypeVar("Kind", bound=Record)


def read_books(session: Session, org_id: str, settings: OrganisationSettings, organisation: Organisation) -> Books:
    """The records of both systems as last pulled, the links, and what waits for a decision."""

    def records(system: System, entity: Entity, kind: type[Kind]) -> dict[str, Kind]:
        return _records(session, Scope(org_id, system, entity), kind)

    return replace(
        read_common(session, org_id, settings, organisation),
        contacts=records("pooltrackr", "contacts", Contact),
        xero_contacts=records("xero", "contacts", Contact),
        contact_links=linked(session, org_id, "contacts"),
        pools=records("pooltrackr", "pools", Pool),
        invoices=records("pooltrackr", "invoices", Invoice),
        xero_invoices=_sales(records("xero", "invoices", Invoice)),
        invoice_links=linked(session, org_id, "invoices"),
        payments=records("pooltrackr", "payments", Payment),
        xero_payments=records("xero", "payments", Payment),
        payment_links=linked(session, org_id, "payments"),
        card_links=(cards := linked(session, org_id, "bank_transactions")),
        card_posted=posted_amounts(session, org_id, sorted(cards.pooltrackr)),
        credits=list(records("xero", "credits", Credit).values()),
        agreed=read_agreed(session, org_id),
        remade=count_remade(session, org_id),
    )


def read_common(session: Session, org_id: str, settings: OrganisationSettings, organisation: Organisation) -> Books:
    """What the plans of all invoices have in common: settings, accounts, taxes, products with their links, the card contact."""
    items = _records(session, Scope(org_id, "xero", "products"), Product)
    return Books(
        settings=settings,
        organisation=organisation,
        xero_contacts=_records(session, Scope(org_id, "xero", "contacts"), Contact, [settings.stripe_contact]),
        products=_records(session, Scope(org_id, "pooltrackr", "products"), Product),
        items={key: item for key, item in items.items() if item.status == "active"},
        product_links=linked(session, org_id, "products"),
        undecided_products=undecided_products(session, org_id),
        accounts=_records(session, Scope(org_id, "xero", "accounts"), Account),
        tax_rates=_records(session, Scope(org_id, "xero", "tax_rates"), TaxRate),
        marked_by_us=_marked_by_us(session, org_id),
        first_seen=days_borne(session, org_id),
    )


def read_cases(session: Session, org_id: str, common: Books, directory: Directory, cases: Sequence[str]) -> Books:
    """The common books with the records that planning some cases looks at, by the directory; the links are all there."""

    def records(system: System, entity: Entity, kind: type[Kind], ids: Iterable[str]) -> dict[str, Kind]:
        return _records(session, Scope(org_id, system, entity), kind, sorted({*ids} - {""}))

    invoices = records("pooltrackr", "invoices", Invoice, _around(cases, directory.ours_around))
    contacts = [directory.contact_links.pooltrackr.get(invoice.contact_id, "") for invoice in invoices.values()]
    copies = records("xero", "invoices", Invoice, (key for case in cases for key in directory.copies_around(case)))
    return replace(
        common,
        xero_contacts={**common.xero_contacts, **records("xero", "contacts", Contact, contacts)},
        contact_links=directory.contact_links,
        pools=records("pooltrackr", "pools", Pool, (key for i in invoices.values() for key in pools_of(i))),
        invoices=invoices,
        xero_invoices=_sales(copies),
        invoice_links=directory.invoice_links,
        payments=records("pooltrackr", "payments", Payment, _around(cases, directory.payments_around)),
        xero_payments=records("xero", "payments", Payment, _around(cases, directory.xero_payments_around)),
        payment_links=directory.payment_links,
        card_links=directory.card_links,
        card_posted=posted_amounts(session, org_id, sorted(_card_ids(cases, directory))),
        credits=list(
            records(
                "xero", "credits", Credit, (k.split()[0] for c in copies for k in directory.credits.get(c, ()))
            ).values()
        ),
        agreed=_said_when_agreed((case, directory.agreed[case]) for case in cases if case in directory.agreed),
        remade=directory.remade,
    )


def _card_ids(cases: Sequence[str], directory: Directory) -> Iterator[str]:
    """The movements in Xero of the card payments of some cases."""
    names = (f"{key}-{part}" for case in cases for key in directory.payments_of.get(case, ()) for part in PARTS)
    return (name for name in names if name in directory.card_links.pooltrackr)


def posted_amounts(session: Session, org_id: str, movement_ids: Sequence[str]) -> dict[str, Decimal]:
    """What card movements that are in Xero came to when they were entered, by movement."""
    table, found = tables.PushOperation, dict[str, Decimal]()
    query = select(table.subject_id, table.expect).where(
        table.org_id == org_id, table.entity == "bank_transactions", table.verb == "create", table.status == "done"
    )
    for some in chunks(movement_ids):
        for movement_id, expect in session.exec(query.where(col(table.subject_id).in_(some))):
            found[movement_id] = Decimal(json.loads(expect)["total"])
    return found


def _marked_by_us(session: Session, org_id: str) -> frozenset[str]:
    """The Pooltrackr invoices that we marked paid since nothing was due in Xero."""
    table = tables.PushOperation
    query = select(table.target_id).where(
        table.org_id == org_id,
        table.target == "pooltrackr",
        table.entity == "invoices",
        table.status == "done",
        table.body == canonical({"payment": "paid"}),
    )
    return frozenset(session.exec(query))


def pools_of(invoice: Invoice) -> list[str]:
    """The pools that an invoice shows."""
    return sorted({invoice.pool_id, *(line.pool_id for line in invoice.lines)} - {""})


def _around(cases: Sequence[str], look: Callable[[str], Iterable[str]]) -> Iterator[str]:
    return (key for case in cases for key in look(case))


def _records(session: Session, scope: Scope, kind: type[Kind], ids: Sequence[str] | None = None) -> dict[str, Kind]:
    """The records as last pulled by id, all of them or some, in order."""
    return {record.id: record for record in current_records(session, scope, ids) if isinstance(record, kind)}


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


def read_agreed(session: Session, org_id: str) -> dict[str, Agreed]:
    """What both sides of linked invoices said when they last agreed, by Pooltrackr id."""
    return _said_when_agreed((link.pooltrackr_id, link.agreed) for link in open_links(session, org_id, "invoices"))


def _said_when_agreed(stored: Iterable[tuple[str, str]]) -> dict[str, Agreed]:
    found = {}
    for invoice_id, text in stored:
        agreed = json.loads(text or "{}")
        if "pooltrackr" in agreed:
            found[invoice_id] = Agreed(agreed["pooltrackr"], agreed.get("xero", ""), agreed.get("fields", {}))
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
