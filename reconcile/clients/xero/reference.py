"""What changes rarely: items, accounts, tax rates and the organisation, as records (facts, sections 5 and 7)."""

from collections.abc import Mapping
from typing import Any

from reconcile.clients.values import day, flag, moment, money, text
from reconcile.records import Account, Organisation, Product, TaxRate


def read_item(body: Mapping[str, Any]) -> Product:
    """An item has no status: a deleted one just disappears from the list. Nothing says whether a price has GST in it."""
    sales: Mapping[str, Any] = body.get("SalesDetails") or {}
    purchase: Mapping[str, Any] = body.get("PurchaseDetails") or {}
    return Product(
        id=text(body["ItemID"]),
        code=text(body.get("Code")),
        name=text(body.get("Name")),
        description=text(body.get("Description")),
        price=money(sales.get("UnitPrice")),
        purchase_price=money(purchase.get("UnitPrice")),
        sales_account=text(sales.get("AccountCode")),
        tax_type=text(sales.get("TaxType")),
        is_sold=flag(body.get("IsSold")),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )


def read_account(body: Mapping[str, Any]) -> Account:
    """An account; bank accounts may have no code."""
    return Account(
        id=text(body["AccountID"]),
        code=text(body.get("Code")),
        name=text(body.get("Name")),
        type=text(body.get("Type")),
        account_class=text(body.get("Class")),
        status=text(body.get("Status")),
        tax_type=text(body.get("TaxType")),
        system_account=text(body.get("SystemAccount")),
        enable_payments=flag(body.get("EnablePaymentsToAccount")),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )


def read_tax_rate(body: Mapping[str, Any]) -> TaxRate:
    """A tax rate; its TaxType is what documents carry."""
    return TaxRate(
        id=text(body["TaxType"]),
        name=text(body.get("Name")),
        rate=money(body.get("EffectiveRate", body.get("DisplayTaxRate"))),
        status=text(body.get("Status")),
        can_apply_to_revenue=flag(body.get("CanApplyToRevenue")),
        can_apply_to_expenses=flag(body.get("CanApplyToExpenses")),
    )


def read_organisation(body: Mapping[str, Any], tenant_id: str) -> Organisation:
    """The organisation; its id here is the tenant id, by which every call names it."""
    return Organisation(
        id=tenant_id or text(body.get("OrganisationID")),
        name=text(body.get("Name")),
        country=text(body.get("CountryCode")),
        timezone=text(body.get("Timezone")),
        currency=text(body.get("BaseCurrency")),
        short_code=text(body.get("ShortCode")),
        period_lock_date=day(body.get("PeriodLockDate")),
        end_of_year_lock_date=day(body.get("EndOfYearLockDate")),
        sales_tax_basis=text(body.get("SalesTaxBasis")),
        default_sales_tax=text(body.get("DefaultSalesTax")),
    )
