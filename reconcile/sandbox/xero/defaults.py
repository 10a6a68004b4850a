"""The chart, rates and organisation used when the world folder has none: an Australian pool shop."""

import uuid
from decimal import Decimal

from reconcile.sandbox.xero.records import Account, Organisation, TaxRate

TENANT_ID = "0a9c1f52-6f0e-4d0b-9a5e-5b3d1c7e2f10"
_CHART = (
    ("090", "Business Bank Account", "BANK", "ASSET", "BASEXCLUDED", "", False),
    ("095", "Stripe Clearing", "BANK", "ASSET", "BASEXCLUDED", "", False),
    ("200", "Sales", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("260", "Other Revenue", "REVENUE", "REVENUE", "OUTPUT", "", False),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "INPUT", "", False),
    ("404", "Bank Fees", "EXPENSE", "EXPENSE", "EXEMPTEXPENSES", "", False),
    ("429", "General Expenses", "EXPENSE", "EXPENSE", "INPUT", "", False),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", "BASEXCLUDED", "DEBTORS", False),
    ("630", "Inventory", "INVENTORY", "ASSET", "BASEXCLUDED", "", False),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "BASEXCLUDED", "CREDITORS", False),
    ("820", "GST", "CURRLIAB", "LIABILITY", "BASEXCLUDED", "GST", False),
    ("835", "Customer Prepayments", "CURRLIAB", "LIABILITY", "BASEXCLUDED", "", True),
    ("860", "Rounding", "CURRLIAB", "LIABILITY", "BASEXCLUDED", "ROUNDING", False),
    ("960", "Retained Earnings", "EQUITY", "EQUITY", "BASEXCLUDED", "RETAINEDEARNINGS", False),
)
_RATES = (
    ("GST on Income", "OUTPUT", "10", True, False),
    ("GST on Expenses", "INPUT", "10", False, True),
    ("GST Free Income", "EXEMPTOUTPUT", "0", True, False),
    ("GST Free Expenses", "EXEMPTEXPENSES", "0", False, True),
    ("BAS Excluded", "BASEXCLUDED", "0", True, True),
    ("Input Taxed", "INPUTTAXED", "0", True, False),
    ("GST on Capital", "CAPEXINPUT", "10", False, True),
    ("GST Free Capital", "EXEMPTCAPITAL", "0", False, True),
    ("GST Free Exports", "EXEMPTEXPORT", "0", True, False),
    ("GST on Imports", "GSTONIMPORTS", "0", False, True),
)


def default_organisation() -> Organisation:
    """The organisation with the fixed tenant id."""
    return Organisation(id=TENANT_ID, name="Sandbox Pool Services Pty Ltd")


def default_accounts(updated_ms: int) -> list[Account]:
    """An Australian chart; ids are the same in every world."""
    return [
        Account(account_id(code), updated_ms, code, name, kind, group, "ACTIVE", payments, tax, system)
        for code, name, kind, group, tax, system, payments in _CHART
    ]


def account_id(code_or_name: str) -> str:
    """A stable id for an account that came without one."""
    return str(uuid.uuid5(uuid.UUID(TENANT_ID), f"account {code_or_name}"))


def default_tax_rates() -> list[TaxRate]:
    """The Australian rates (facts, section 7)."""
    return [TaxRate(name, code, Decimal(rate), "ACTIVE", sold, bought) for name, code, rate, sold, bought in _RATES]
