"""A small set of books: one linked customer, a pool, two products, Xero's chart of accounts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reconcile.invoicing.books import Books
from reconcile.organisation_settings import OrganisationSettings
from reconcile.proposing import Linked
from reconcile.records import Account, Contact, Invoice, Line, Organisation, Pool, Product, TaxRate


def both_ways(pairs):
    return Linked(pairs, {right: left for left, right in pairs.items()})


LINE = Line(
    id="L1",
    description="Pool clean",
    quantity=Decimal(1),
    unit_amount=Decimal("110.00"),
    gst_included="true",
    tax_amount=Decimal("10.00"),
    line_amount=Decimal("110.00"),
)
INVOICE = Invoice(
    id="I1",
    number="INV-1",
    contact_id="C1",
    pool_id="P1",
    status="active",
    date=date(2026, 11, 5),
    due_date=date(2026, 11, 19),
    service_date=date(2026, 11, 2),
    lines=(LINE,),
    subtotal=Decimal("100.00"),
    total_tax=Decimal("10.00"),
    total=Decimal("110.00"),
    payment="unpaid",
)


@pytest.fixture
def invoice():
    """110.00 with 10.00 GST for a linked customer; changes by name."""
    return lambda **changes: replace(INVOICE, **changes)


@pytest.fixture
def line():
    """One line of the invoice; changes by name."""
    return lambda **changes: replace(LINE, **changes)


@pytest.fixture
def books():
    """Everything that one clean invoice needs; settings and parts by name."""

    def make(settings=None, **parts):
        whole = Books(
            settings=OrganisationSettings(**{"payment_account": "090", **(settings or {})}),
            organisation=Organisation(id="t", sales_tax_basis="ACCRUALS", period_lock_date=date(2026, 6, 30)),
            contacts={"C1": Contact(id="C1", name="Mary Smith")},
            xero_contacts={"X1": Contact(id="X1", name="Mary Smith")},
            contact_links=both_ways({"C1": "X1"}),
            pools={"P1": Pool(id="P1", street="12 Palm St", suburb="Noosa", state="QLD", postcode="4567")},
            products={
                "R1": Product(id="R1", name="Chlorine", category="Chemicals"),
                "R2": Product(id="R2", name="Pump", category="Equipment"),
            },
            items={"T1": Product(id="T1", code="CHL", sales_account="201", tax_type="OUTPUT")},
            product_links=both_ways({"R1": "T1"}),
            accounts={
                code: Account(id=f"A{code}", code=code, type=kind, account_class=group, status="ACTIVE")
                for code, kind, group in (
                    ("090", "BANK", "ASSET"), ("200", "REVENUE", "REVENUE"), ("201", "REVENUE", "REVENUE"), ("202", "REVENUE", "REVENUE"),
                )
            },
            tax_rates={
                "OUTPUT": TaxRate(id="OUTPUT", rate=Decimal(10), status="ACTIVE", can_apply_to_revenue="true"),
                "EXEMPTOUTPUT": TaxRate(id="EXEMPTOUTPUT", rate=Decimal(0), status="ACTIVE", can_apply_to_revenue="true"),
                "INPUT": TaxRate(id="INPUT", rate=Decimal(10), status="ACTIVE", can_apply_to_revenue="false"),
            },
        )  # fmt: skip
        return replace(whole, **parts)

    return make
