"""The Xero organisation itself: chart of accounts, tax rates, lock dates."""

from reconcile.sandbox.generate.book import Row
from reconcile.sandbox.generate.dice import Dice

ACCOUNTS = (
    ("090", "Business Cheque Account", "BANK", "ASSET", "true", "BASEXCLUDED", ""),
    ("091", "Savings Account", "BANK", "ASSET", "true", "BASEXCLUDED", ""),
    ("200", "Sales", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
    ("201", "Chemical Sales", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
    ("202", "Equipment Sales", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
    ("203", "Service Income", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
    ("260", "Card Surcharges Collected", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "false", "INPUT", ""),
    ("404", "Bank and Card Fees", "EXPENSE", "EXPENSE", "false", "INPUT", ""),
    ("408", "Cleaning", "EXPENSE", "EXPENSE", "false", "INPUT", ""),
    ("449", "Motor Vehicle Expenses", "EXPENSE", "EXPENSE", "false", "INPUT", ""),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", "false", "BASEXCLUDED", "DEBTORS"),
    ("615", "Card Clearing", "BANK", "ASSET", "true", "BASEXCLUDED", ""),
    ("620", "Prepayments", "CURRENT", "ASSET", "false", "BASEXCLUDED", ""),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "false", "BASEXCLUDED", "CREDITORS"),
    ("820", "GST", "CURRLIAB", "LIABILITY", "false", "BASEXCLUDED", "GST"),
    ("860", "Rounding", "CURRLIAB", "LIABILITY", "false", "BASEXCLUDED", "ROUNDING"),
    ("960", "Retained Earnings", "EQUITY", "EQUITY", "false", "BASEXCLUDED", "RETAINEDEARNINGS"),
    ("299", "Old Sales", "REVENUE", "REVENUE", "false", "OUTPUT", ""),
)

TAX_RATES = (
    ("GST on Income", "OUTPUT", "10.0000", "true", "false"),
    ("GST on Expenses", "INPUT", "10.0000", "false", "true"),
    ("GST Free Income", "EXEMPTOUTPUT", "0.0000", "true", "false"),
    ("GST Free Expenses", "EXEMPTEXPENSES", "0.0000", "false", "true"),
    ("BAS Excluded", "BASEXCLUDED", "0.0000", "true", "true"),
    ("GST on Imports", "GSTONIMPORTS", "0.0000", "false", "true"),
)


def accounts(dice: Dice) -> list[Row]:
    """A small Australian chart of accounts, one of them archived."""
    columns = ("code", "name", "type", "class", "enable_payments", "tax_type", "system_account")
    rows = []
    for number, values in enumerate(ACCOUNTS, start=1):
        row = dict(zip(columns, values, strict=True))
        status = "ARCHIVED" if row["code"] == "299" else "ACTIVE"
        rows.append({"id": dice.guid("account", number), **row, "status": status})
    return rows


def tax_rates() -> list[Row]:
    """The Australian tax rates that a pool business meets; `rate` in per cent."""
    columns = ("name", "tax_type", "rate", "can_apply_to_revenue", "can_apply_to_expenses")
    return [dict(zip(columns, values, strict=True)) | {"status": "ACTIVE"} for values in TAX_RATES]


def organisation(dice: Dice) -> Row:
    """The invented business whose books these are; item prices are kept without GST."""
    return {
        "id": dice.guid("organisation", 1),
        "name": "Clearwater Pool Care (sample)",
        "country": "AU",
        "timezone": "AUSEASTERNSTANDARDTIME",
        "base_currency": "AUD",
        "short_code": "!cLr7w",
        "period_lock_date": "2025-12-31",
        "end_of_year_lock_date": "2025-06-30",
        "sales_tax_basis": "ACCRUALS",
        "default_sales_tax": "Tax Exclusive",
    }
