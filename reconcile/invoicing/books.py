"""Everything that planning invoices and payments rests on: the records of both systems, the links, the settings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from reconcile.invoicing.fingerprint import Agreed
from reconcile.organisation_settings import OrganisationSettings
from reconcile.proposing import Linked
from reconcile.records import Account, Contact, Credit, Invoice, Organisation, Payment, Pool, Product, TaxRate


@dataclass(frozen=True, kw_only=True)
class Books:
    """One moment of an organisation. Mappings are by id, ``accounts`` and ``tax_rates`` too.

    ``undecided_products`` are Pooltrackr products whose link to an item is suggested and not yet decided. ``agreed`` maps
    a linked Pooltrackr invoice to what it and its Xero copy said when they last agreed. ``remade`` counts how often a
    payment's Xero copy was deleted to be entered anew. ``card_links`` are the fees and surcharges that are in Xero,
    ``card_posted`` what they came to.
    ``marked_by_us`` are invoices in Pooltrackr that we marked paid since nothing was due in Xero. ``first_seen`` is the day on which an invoice without a payment was first seen marked as paid.
    """

    settings: OrganisationSettings
    organisation: Organisation
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    xero_contacts: Mapping[str, Contact] = field(default_factory=dict)
    contact_links: Linked = field(default_factory=Linked)
    pools: Mapping[str, Pool] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    items: Mapping[str, Product] = field(default_factory=dict)
    product_links: Linked = field(default_factory=Linked)
    undecided_products: frozenset[str] = frozenset()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    tax_rates: Mapping[str, TaxRate] = field(default_factory=dict)
    invoices: Mapping[str, Invoice] = field(default_factory=dict)
    xero_invoices: Mapping[str, Invoice] = field(default_factory=dict)
    invoice_links: Linked = field(default_factory=Linked)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    xero_payments: Mapping[str, Payment] = field(default_factory=dict)
    payment_links: Linked = field(default_factory=Linked)
    card_links: Linked = field(default_factory=Linked)
    card_posted: Mapping[str, Decimal] = field(default_factory=dict)
    credits: Sequence[Credit] = ()
    agreed: Mapping[str, Agreed] = field(default_factory=dict)
    remade: Mapping[str, int] = field(default_factory=dict)
    marked_by_us: frozenset[str] = frozenset()
    first_seen: Mapping[str, date] = field(default_factory=dict)

    @cached_property
    def account_by_code(self) -> dict[str, Account]:
        """The accounts that have a code."""
        return {account.code: account for account in self.accounts.values() if account.code}

    @cached_property
    def xero_by_number(self) -> dict[str, list[Invoice]]:
        """Xero's sales invoices in any state by number, which is compared without regard to case."""
        return _grouped((i.number.casefold(), i) for i in self.xero_invoices.values() if i.number)

    @cached_property
    def xero_by_reference(self) -> dict[str, list[Invoice]]:
        """Xero's sales invoices in any state by reference."""
        return _grouped((i.reference.casefold(), i) for i in self.xero_invoices.values() if i.reference)

    @cached_property
    def pooltrackr_by_number(self) -> dict[str, list[Invoice]]:
        """Pooltrackr's live invoices by number."""
        live = (i for i in self.invoices.values() if i.number and i.status != "voided" and not i.superseded_by)
        return _grouped((i.number.casefold(), i) for i in live)

    @cached_property
    def owed_before(self) -> dict[str, list[str]]:
        """The Pooltrackr invoices that another one has taken the place of, by that one's id."""
        groups: dict[str, list[str]] = defaultdict(list)
        for key, invoice in self.invoices.items():
            groups[owed_instead(invoice.superseded_by, invoice.batch, invoice.batch_invoice_id)].append(key)
        return groups

    def copies_before(self, invoice_id: str) -> list[Invoice]:
        """The Xero copies, in any state, of the invoices that one has taken the place of, at however many removes."""
        links = self.invoice_links.pooltrackr
        found = (self.xero_invoices.get(links.get(key, "")) for key in all_before(invoice_id, self.owed_before))
        return [copy for copy in found if copy is not None]

    @cached_property
    def payments_of(self) -> dict[str, list[Payment]]:
        """Pooltrackr's payments by invoice, oldest first."""
        return _payments_by_invoice(self.payments.values())

    @cached_property
    def xero_payments_of(self) -> dict[str, list[Payment]]:
        """Xero's payments by invoice, oldest first."""
        return _payments_by_invoice(self.xero_payments.values())

    @cached_property
    def credits_of(self) -> dict[str, list[tuple[Credit, Decimal]]]:
        """Xero's credits and how much of them is allocated, by Xero invoice."""
        groups: dict[str, list[tuple[Credit, Decimal]]] = defaultdict(list)
        for credit in self.credits:
            for invoice_id, amount in credit.allocations:
                groups[invoice_id].append((credit, Decimal(amount)))
        return groups

    def case_ids(self) -> list[str]:
        """The Pooltrackr ids of all invoices that are there, linked, or named by a payment; in order."""
        return sorted({*self.invoices, *self.invoice_links.pooltrackr, *self.payments_of})

    def links_of(self, invoice_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The links of some Pooltrackr invoices, in the order of these."""
        links = self.invoice_links.pooltrackr
        return ((key, links[key]) for key in invoice_ids if key in links)

    @cached_property
    def lock_date(self) -> date | None:
        """The latest day of Xero's locked periods."""
        locks = (self.organisation.period_lock_date, self.organisation.end_of_year_lock_date)
        return max((day for day in locks if day is not None), default=None)


def owed_instead(superseded_by: str, batch: str, batch_invoice_id: str) -> str:
    """The invoice that is owed in the place of one that was replaced or batched; "" for one that stands for itself."""
    return superseded_by or (batch_invoice_id if batch == "batched" else "")


def all_before(invoice_id: str, owed_before: Mapping[str, Sequence[str]]) -> list[str]:
    """The invoices that one has taken the place of, and those before them."""
    found: dict[str, None] = {}
    ahead = [invoice_id] if invoice_id else []
    while ahead:
        fresh = [key for key in owed_before.get(ahead.pop(), ()) if key not in found and key != invoice_id]
        found.update(dict.fromkeys(fresh))
        ahead += fresh
    return list(found)


def _grouped(pairs: Iterable[tuple[str, Invoice]]) -> dict[str, list[Invoice]]:
    groups: dict[str, list[Invoice]] = defaultdict(list)
    for key, invoice in pairs:
        groups[key].append(invoice)
    return groups


def _payments_by_invoice(payments: Iterable[Payment]) -> dict[str, list[Payment]]:
    groups: dict[str, list[Payment]] = defaultdict(list)
    for payment in sorted(payments, key=lambda p: (p.date or date.min, p.id)):
        groups[payment.invoice_id].append(payment)
    return groups
