"""Xero's side of a world folder."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from reconcile.sandbox.loading.documents import load_documents
from reconcile.sandbox.loading.rows import MATCH_CONTACT, MATCH_PRODUCT, Row, read_rows
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.defaults import account_id, default_accounts, default_organisation, default_tax_rates
from reconcile.sandbox.xero.records import Account, Contact, Item, Json, Organisation, TaxRate

_CONTACT = MATCH_CONTACT | frozenset(
    [
        "contact_number",
        "account_number",
        "company_number",
        "status",
        "merged_to",
        "is_customer",
        "is_supplier",
        "site_street",
        "site_suburb",
        "site_state",
        "site_postcode",
        "updated_at",
        "country",
    ]
)
_ITEM = MATCH_PRODUCT | frozenset(
    [
        "sales_account",
        "purchase_account",
        "tax_type",
        "purchase_tax_type",
        "purchase_price",
        "is_sold",
        "is_purchased",
        "updated_at",
    ]
)
_CLASSES = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET",
    "EQUITY": "EQUITY",
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
    "OTHERINCOME": "REVENUE",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "PAYG": "LIABILITY",
}


def load_books(folder: Path, now_ms: int) -> list[Books]:
    """Read the books; the first organisation gets the records, any further one is empty. Raises WorldError."""
    organisations = list(_organisations(folder / "organisation.csv")) or [default_organisation()]
    shelves = [Books(organisation) for organisation in organisations]
    for books in shelves:
        books.accounts.fill(list(_accounts(folder / "accounts.csv")) or default_accounts(now_ms))
        books.tax_rates = list(_tax_rates(folder / "tax_rates.csv")) or default_tax_rates()
    shelves[0].contacts.fill(_contacts(folder / "contacts.csv"))
    shelves[0].items.fill(_items(folder / "items.csv"))
    load_documents(folder, shelves[0])
    return shelves


def _organisations(file: Path) -> Iterator[Organisation]:
    given = default_organisation()
    for row in read_rows(file):
        yield Organisation(
            id=row.text("id") or given.id,
            name=row.text("name") or given.name,
            country=row.text("country") or given.country,
            timezone=row.text("timezone") or given.timezone,
            base_currency=row.text("base_currency") or given.base_currency,
            short_code=row.text("short_code") or given.short_code,
            period_lock_date=row.day("period_lock_date"),
            end_of_year_lock_date=row.day("end_of_year_lock_date"),
            sales_tax_basis=row.text("sales_tax_basis") or given.sales_tax_basis,
            default_sales_tax=row.text("default_sales_tax") or given.default_sales_tax,
        )


def _accounts(file: Path) -> Iterator[Account]:
    for row in read_rows(file):
        kind = row.text("type") or "REVENUE"
        yield Account(
            id=row.text("id") or account_id(row.text("code", "name")),
            updated_ms=row.moment_ms("updated_at"),
            code=row.text("code"),
            name=row.text("name"),
            type=kind,
            account_class=row.text("class") or _CLASSES.get(kind, "EXPENSE"),
            status=row.text("status") or "ACTIVE",
            enable_payments=row.flag("enable_payments"),
            tax_type=row.text("tax_type") or "BASEXCLUDED",
            system_account=row.text("system_account"),
        )


def _tax_rates(file: Path) -> Iterator[TaxRate]:
    for row in read_rows(file):
        yield TaxRate(
            name=row.text("name"),
            tax_type=row.text("tax_type"),
            rate=row.money("rate") or Decimal(0),
            status=row.text("status") or "ACTIVE",
            to_revenue=row.flag("can_apply_to_revenue", default=True),
            to_expenses=row.flag("can_apply_to_expenses", default=True),
        )


def _contacts(file: Path) -> Iterator[Contact]:
    for row in read_rows(file, _CONTACT):
        person = f"{row.text('first_name')} {row.text('last_name')}".strip()
        yield Contact(
            id=row.text("id") or _stable_id(row),
            updated_ms=row.moment_ms("updated_at"),
            name=row.text("name") or row.text("company") or person,
            first_name=row.text("first_name"),
            last_name=row.text("last_name"),
            email=row.text("email"),
            number=row.text("contact_number"),
            account_number=row.text("account_number"),
            company_number=row.text("company_number"),
            tax_number=row.text("abn"),
            status=row.text("status") or "ACTIVE",
            merged_to=row.text("merged_to"),
            is_customer=row.flag("is_customer"),
            is_supplier=row.flag("is_supplier"),
            addresses=_addresses(row),
            phones=_phones(row),
        )


def _addresses(row: Row) -> dict[str, dict[str, str]]:
    found = {"POBOX": _address(row, ""), "STREET": _address(row, "site_")}
    return {kind: address for kind, address in found.items() if address}


def _address(row: Row, prefix: str) -> dict[str, str]:
    columns = {"AddressLine1": "street", "City": "suburb", "Region": "state", "PostalCode": "postcode"}
    address = {name: row.text(prefix + column) for name, column in columns.items() if row.text(prefix + column)}
    return address | {"Country": row.text("country") or "Australia"} if address else {}


def _phones(row: Row) -> dict[str, dict[str, str]]:
    columns = {"DEFAULT": "phone", "MOBILE": "mobile"}
    return {kind: {"PhoneNumber": row.text(name)} for kind, name in columns.items() if row.text(name)}


def _items(file: Path) -> Iterator[Item]:
    for row in read_rows(file, _ITEM):
        yield Item(
            id=row.text("id") or _stable_id(row),
            updated_ms=row.moment_ms("updated_at"),
            code=row.text("code"),
            name=row.text("name"),
            description=row.text("description"),
            purchase_description=row.text("purchase_description"),
            is_sold=row.flag("is_sold", default=True),
            is_purchased=row.flag("is_purchased", default=True),
            sales=_details(row.money("price"), row.text("sales_account") or "200", row.text("tax_type") or "OUTPUT"),
            purchase=_details(row.money("purchase_price"), row.text("purchase_account"), row.text("purchase_tax_type")),
        )


def _details(price: Decimal | None, account: str, tax_type: str) -> Json:
    given = {"UnitPrice": price, "AccountCode": account, "TaxType": tax_type}
    return {name: value for name, value in given.items() if value not in {None, ""}}


def _stable_id(row: Row) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{row.file.name} {row.number}"))
