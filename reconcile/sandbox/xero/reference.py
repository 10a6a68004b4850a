"""Organisation, Accounts and TaxRates (facts, section 7)."""

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import render_date, render_ms
from reconcile.sandbox.xero.errors import RefusalError, not_found
from reconcile.sandbox.xero.listing import Listing, View
from reconcile.sandbox.xero.records import Account, TaxRate
from reconcile.sandbox.xero.where import Where


def get_organisation(call: Call) -> Response:
    """GET /Organisation: the settings that a sync must read first."""
    own = call.books.organisation
    shown: Json = {
        "OrganisationID": own.id,
        "Name": own.name,
        "LegalName": own.name,
        "PaysTax": own.sales_tax_basis != "NONE",
        "Version": own.country if own.country in {"AU", "NZ", "UK", "US"} else "GLOBAL",
        "OrganisationType": "COMPANY",
        "OrganisationEntityType": "COMPANY",
        "BaseCurrency": own.base_currency,
        "CountryCode": own.country,
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 30,
        "FinancialYearEndMonth": 6,
        "SalesTaxBasis": own.sales_tax_basis,
        "SalesTaxPeriod": "QUARTERLY1",
        "DefaultSalesTax": own.default_sales_tax,
        "DefaultPurchasesTax": "Tax Inclusive",
        "CreatedDateUTC": "/Date(1577836800000)/",
        "Timezone": own.timezone,
        "ShortCode": own.short_code,
        "Class": "PREMIUM",
        "Edition": "BUSINESS",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    locks = (("PeriodLockDate", own.period_lock_date), ("EndOfYearLockDate", own.end_of_year_lock_date))
    shown |= {name: render_date(day) for name, day in locks if day}
    return call.answer("Organisations", [shown])


def get_actions(call: Call, key: str) -> Response:
    """GET /Organisation/Actions: what the connected user may do."""
    if key.casefold() != "actions":
        raise RefusalError(not_found())
    allowed = (
        "CreateApprovedInvoice",
        "CreateDraftInvoice",
        "CreateContact",
        "CreateReceivePayments",
        "UseAttachments",
    )
    actions = [{"Name": name, "Status": "ALLOWED"} for name in allowed]
    return call.answer("Actions", [*actions, {"Name": "UseMulticurrency", "Status": "NOT-ALLOWED"}])


def render_account(_call: Call, account: Account, _view: View) -> Json:
    """An account as Xero shows it; a bank account may have no code."""
    shown: Json = {
        "AccountID": account.id,
        "Name": account.name,
        "Status": account.status,
        "Type": account.type,
        "TaxType": account.tax_type,
        "Class": account.account_class,
        "Description": account.description,
        "EnablePaymentsToAccount": account.enable_payments,
        "ShowInExpenseClaims": False,
        "ReportingCode": account.account_class[:3],
        "HasAttachments": False,
        "UpdatedDateUTC": render_ms(account.updated_ms),
        "AddToWatchlist": False,
    }
    if account.code:
        shown["Code"] = account.code
    if account.system_account:
        shown["SystemAccount"] = account.system_account
    if account.type == "BANK":
        shown |= {"BankAccountNumber": "", "BankAccountType": "BANK", "CurrencyCode": "AUD"}
    return shown


ACCOUNTS: Listing[Account] = Listing(
    plural="Accounts",
    kind="Account",
    render=render_account,
    fields={
        "AccountID": lambda a: a.id,
        "Code": lambda a: a.code,
        "Name": lambda a: a.name,
        "Type": lambda a: a.type,
        "Class": lambda a: a.account_class,
        "Status": lambda a: a.status,
        "TaxType": lambda a: a.tax_type,
        "SystemAccount": lambda a: a.system_account,
        "EnablePaymentsToAccount": lambda a: a.enable_payments,
        "UpdatedDateUTC": lambda a: a.updated_ms,
    },
    paged=False,
)


def list_accounts(call: Call) -> Response:
    """GET /Accounts: the whole chart, archived accounts included with their status."""
    return ACCOUNTS.respond(call, call.books.accounts)


def get_account(call: Call, key: str) -> Response:
    """GET /Accounts/{AccountID}."""
    account = call.books.accounts.get(key)
    if account is None:
        raise RefusalError(not_found())
    return call.answer("Accounts", [render_account(call, account, View())])


def _render_rate(rate: TaxRate) -> Json:
    component = {"Name": "GST", "Rate": rate.rate, "IsCompound": False, "IsNonRecoverable": False}
    return {
        "Name": rate.name,
        "TaxType": rate.tax_type,
        "ReportTaxType": rate.tax_type if not rate.tax_type.startswith("TAX") else "OUTPUT",
        "CanApplyToAssets": rate.to_expenses,
        "CanApplyToEquity": rate.to_expenses,
        "CanApplyToExpenses": rate.to_expenses,
        "CanApplyToLiabilities": rate.to_expenses,
        "CanApplyToRevenue": rate.to_revenue,
        "DisplayTaxRate": rate.rate,
        "EffectiveRate": rate.rate,
        "Status": rate.status,
        "TaxComponents": [component],
    }


_RATE_FIELDS = {
    "Name": lambda r: r.name,
    "TaxType": lambda r: r.tax_type,
    "Status": lambda r: r.status,
    "CanApplyToRevenue": lambda r: r.to_revenue,
    "CanApplyToExpenses": lambda r: r.to_expenses,
}


def list_tax_rates(call: Call) -> Response:
    """GET /TaxRates, with `where` and `TaxType`."""
    rates = call.books.tax_rates
    query = call.request.query
    if query.get("where", "").strip():
        test = Where(query["where"], _RATE_FIELDS, "TaxRate").test
        rates = [rate for rate in rates if test(rate)]
    if query.get("TaxType"):
        rates = [rate for rate in rates if rate.tax_type == query["TaxType"]]
    return call.answer("TaxRates", [_render_rate(rate) for rate in rates])
