"""The records of both systems, in one shape: frozen values with strings for ids and text, Decimal for money, UTC for time.

A field that a system does not have is empty. Missing text is ``""``, missing money and time are None.
"""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

System = Literal["pooltrackr", "xero"]
Entity = Literal[
    "contacts", "pools", "products", "invoices", "payments", "accounts", "tax_rates", "credits", "bank_transactions"
]
SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A customer, supplier or other party.

    ``email``, ``phone`` and ``mobile`` may hold several values joined by "; ". ``street`` .. ``postcode`` is the postal
    address (Xero's POBOX), ``site_street`` .. ``site_postcode`` Xero's STREET address or, on a Pooltrackr contact, its
    pools' addresses (several joined by " | "). ``contact_number`` and ``account_number`` are Xero's;
    ``xero_contact_id`` is what Pooltrackr stores. ``status`` is active, archived or gdpr. ``phone_labels`` holds (number,
    label) of Pooltrackr's numbers with a label of their own, ``address_extras`` (type, attention, country) of Xero's
    addresses: neither is compared, both are sent back as they are.
    """

    id: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    abn: str = ""
    street: str = ""
    suburb: str = ""
    state: str = ""
    postcode: str = ""
    site_street: str = ""
    site_suburb: str = ""
    site_state: str = ""
    site_postcode: str = ""
    contact_number: str = ""
    account_number: str = ""
    xero_contact_id: str = ""
    external_reference: str = ""
    type: str = ""
    category: str = ""
    status: str = "active"
    merged_to: str = ""
    is_customer: str = ""
    is_supplier: str = ""
    is_batch: str = ""
    phone_labels: tuple[tuple[str, str], ...] = ()
    address_extras: tuple[tuple[str, str, str], ...] = ()
    version: int = 0
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool and the contacts that own, rent or manage it; ``contacts`` holds (contact id, relationship)."""

    id: str
    name: str = ""
    street: str = ""
    suburb: str = ""
    state: str = ""
    postcode: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    version: int = 0
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A Pooltrackr product or a Xero item.

    ``price`` is the sales price as that system states it; in Pooltrackr ``gst_included`` says on what basis
    ("true" / "false"), in Xero nothing does. ``status`` is active or inactive.
    """

    id: str
    code: str = ""
    name: str = ""
    description: str = ""
    category: str = ""
    brand: str = ""
    price: Decimal | None = None
    gst_included: str = ""
    purchase_price: Decimal | None = None
    sales_account: str = ""
    tax_type: str = ""
    is_sold: str = ""
    xero_item_id: str = ""
    external_reference: str = ""
    status: str = "active"
    version: int = 0
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an invoice. ``quantity`` has up to four decimals, ``unit_amount`` as well."""

    id: str = ""
    description: str = ""
    product_id: str = ""
    item_code: str = ""
    account_code: str = ""
    tax_type: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    line_amount: Decimal | None = None
    gst_included: str = ""
    pool_id: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A sales invoice of either system.

    ``status`` in Xero is DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED or DELETED; in Pooltrackr active or voided.
    ``delivery``, ``payment``, ``batch`` and what follows exist in Pooltrackr only.
    """

    id: str
    number: str = ""
    type: str = "ACCREC"
    contact_id: str = ""
    status: str = ""
    reference: str = ""
    date: dt.date | None = None
    due_date: dt.date | None = None
    line_amount_types: str = ""
    lines: tuple[Line, ...] = ()
    subtotal: Decimal | None = None
    total_tax: Decimal | None = None
    total: Decimal | None = None
    amount_due: Decimal | None = None
    amount_paid: Decimal | None = None
    amount_credited: Decimal | None = None
    currency: str = ""
    url: str = ""
    pool_id: str = ""
    job_id: str = ""
    service_date: dt.date | None = None
    notes: str = ""
    intro: str = ""
    technician: str = ""
    delivery: str = ""
    payment: str = ""
    batch: str = ""
    batch_invoice_id: str = ""
    split_group_id: str = ""
    superseded_by: str = ""
    xero_invoice_id: str = ""
    xero_number: str = ""
    external_reference: str = ""
    version: int = 0
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received on one invoice. ``status`` is AUTHORISED or DELETED."""

    id: str
    invoice_id: str = ""
    amount: Decimal | None = None
    date: dt.date | None = None
    status: str = "AUTHORISED"
    method: str = ""
    reference: str = ""
    account_code: str = ""
    account_id: str = ""
    payment_type: str = ""
    is_reconciled: str = ""
    stripe_charge: str = ""
    stripe_gross: Decimal | None = None
    stripe_fee: Decimal | None = None
    stripe_surcharge: Decimal | None = None
    stripe_net: Decimal | None = None
    stripe_payout: str = ""
    xero_payment_id: str = ""
    external_reference: str = ""
    version: int = 0
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A Xero credit note, overpayment or prepayment, and the invoices it is allocated to (invoice id, amount)."""

    id: str
    kind: str = ""
    number: str = ""
    contact_id: str = ""
    status: str = ""
    date: dt.date | None = None
    total: Decimal | None = None
    remaining: Decimal | None = None
    allocations: tuple[tuple[str, str], ...] = ()
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTransaction:
    """Money that went through a Xero bank account without an invoice; ``type`` is SPEND or RECEIVE."""

    id: str
    type: str = ""
    status: str = ""
    contact_id: str = ""
    account_id: str = ""
    date: dt.date | None = None
    reference: str = ""
    line_amount_types: str = ""
    lines: tuple[Line, ...] = ()
    total_tax: Decimal | None = None
    total: Decimal | None = None
    is_reconciled: str = ""
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of Xero's chart of accounts."""

    id: str
    code: str = ""
    name: str = ""
    type: str = ""
    account_class: str = ""
    status: str = ""
    tax_type: str = ""
    system_account: str = ""
    enable_payments: str = ""
    updated_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """A tax rate; ``id`` is Xero's TaxType, which is what documents carry. ``rate`` is in per cent."""

    id: str
    name: str = ""
    rate: Decimal | None = None
    status: str = ""
    can_apply_to_revenue: str = ""
    can_apply_to_expenses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The Xero organisation behind a connection; ``id`` is the tenant id."""

    id: str
    name: str = ""
    country: str = ""
    timezone: str = ""
    currency: str = ""
    short_code: str = ""
    period_lock_date: dt.date | None = None
    end_of_year_lock_date: dt.date | None = None
    sales_tax_basis: str = ""
    default_sales_tax: str = ""


Record = Contact | Pool | Product | Invoice | Payment | Credit | BankTransaction | Account | TaxRate

RECORD_TYPES: dict[Entity, type[Record]] = {
    "contacts": Contact,
    "pools": Pool,
    "products": Product,
    "invoices": Invoice,
    "payments": Payment,
    "credits": Credit,
    "bank_transactions": BankTransaction,
    "accounts": Account,
    "tax_rates": TaxRate,
}


def field_names(entity: Entity) -> tuple[str, ...]:
    """The names of an entity's fields, in order."""
    return tuple(f.name for f in fields(RECORD_TYPES[entity]))
