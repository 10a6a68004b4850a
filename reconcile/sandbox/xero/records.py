"""What Xero's books hold. Records are never changed in place: a change is a new record."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer or supplier. Addresses and phones are kept by type, as sent."""

    id: str
    updated_ms: int
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""
    account_number: str = ""
    company_number: str = ""
    tax_number: str = ""
    status: str = "ACTIVE"
    merged_to: str = ""
    is_customer: bool = False
    is_supplier: bool = False
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    phones: dict[str, dict[str, str]] = field(default_factory=dict)
    persons: tuple[Json, ...] = ()
    other: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart."""

    id: str
    updated_ms: int
    code: str
    name: str
    type: str
    account_class: str
    status: str = "ACTIVE"
    enable_payments: bool = False
    tax_type: str = ""
    system_account: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate; `rate` is a percentage."""

    name: str
    tax_type: str
    rate: Decimal
    status: str = "ACTIVE"
    to_revenue: bool = True
    to_expenses: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A product or service. It has no status and no tax-inclusive flag (facts, section 5)."""

    id: str
    updated_ms: int
    code: str
    name: str = ""
    description: str = ""
    purchase_description: str = ""
    is_sold: bool = True
    is_purchased: bool = True
    sales: Json = field(default_factory=dict)
    purchase: Json = field(default_factory=dict)
    tracked: bool = False
    inventory_account: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document; `amount` is after discount, in the document's LineAmountTypes."""

    id: str
    description: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    item_code: str = ""
    account_code: str = ""
    tax_type: str = ""
    tax_amount: Decimal = ZERO
    amount: Decimal = ZERO
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    tracking: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Invoice:
    """A sales invoice (ACCREC) or bill (ACCPAY)."""

    id: str
    updated_ms: int
    type: str
    number: str
    contact_id: str
    status: str
    issued: date
    due_date: date | None = None
    line_amount_types: str = "Exclusive"
    lines: tuple[Line, ...] = ()
    reference: str = ""
    url: str = ""
    currency: str = "AUD"
    branding_theme: str = ""
    expected_payment_date: date | None = None
    sent_to_contact: bool = False
    subtotal: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO
    discount: Decimal = ZERO
    paid: Decimal = ZERO
    credited: Decimal = ZERO
    fully_paid_on: date | None = None
    by_app: bool = False

    @property
    def due(self) -> Decimal:
        """What is still owed."""
        return ZERO if self.status in {"VOIDED", "DELETED"} else self.total - self.paid - self.credited


@dataclass(frozen=True, slots=True)
class Payment:
    """Money against an invoice; never edited, only deleted."""

    id: str
    updated_ms: int
    invoice_id: str
    account_id: str
    issued: date
    amount: Decimal
    reference: str = ""
    status: str = "AUTHORISED"
    reconciled: bool = False
    batch_payment_id: str = ""


@dataclass(frozen=True, slots=True)
class BankTransaction:
    """Money spent or received straight through a bank account."""

    id: str
    updated_ms: int
    type: str
    account_id: str
    contact_id: str
    issued: date
    lines: tuple[Line, ...]
    line_amount_types: str = "Exclusive"
    reference: str = ""
    url: str = ""
    status: str = "AUTHORISED"
    reconciled: bool = False
    subtotal: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note; the sandbox only reads them, tests put them in."""

    id: str
    updated_ms: int
    type: str
    number: str
    contact_id: str
    status: str
    issued: date
    lines: tuple[Line, ...] = ()
    line_amount_types: str = "Exclusive"
    reference: str = ""
    subtotal: Decimal = ZERO
    total_tax: Decimal = ZERO
    total: Decimal = ZERO
    remaining: Decimal = ZERO
    allocations: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """The company whose books these are."""

    id: str
    name: str
    country: str = "AU"
    timezone: str = "AUSEASTERNSTANDARDTIME"
    base_currency: str = "AUD"
    short_code: str = "!poolX"
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    sales_tax_basis: str = "ACCRUALS"
    default_sales_tax: str = "Tax Inclusive"
