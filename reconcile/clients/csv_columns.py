"""The columns of Pooltrackr's CSV exports, with the names they go by.

Pooltrackr does not publish its headers, so each field lists what it may be called; spaces, case and punctuation do not
count. ``docs/connect.md`` has the template.
"""

import re
from dataclasses import dataclass
from typing import Literal

from reconcile.records import Entity

Kind = Literal["text", "money", "flag", "date", "time", "many"]


@dataclass(frozen=True)
class Column:
    """One field: what kind of value it holds, what else it is called, whether the export is of no use without it."""

    name: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    is_expected: bool = False


def _columns(*parts: Column | str) -> tuple[Column, ...]:
    return tuple(Column(part) if isinstance(part, str) else part for part in parts)


_ADDRESS = _columns(
    Column("street", "text", ("address", "address_1", "address1", "address_line_1", "street_address"), True),
    Column("suburb", "text", ("city", "town", "locality"), True),
    Column("state", "text", ("region", "province")),
    Column("postcode", "text", ("post_code", "zip", "zip_code", "postal_code"), True),
)
_STAMPS = _columns(
    "external_reference",
    Column("created_at", "time", ("created", "created_date", "date_created")),
    Column("updated_at", "time", ("updated", "modified", "last_modified", "date_updated")),
    "version",
)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "contacts": _columns(
        Column("id", "text", ("contact_id", "customer_id", "client_id"), True),
        Column("name", "text", ("contact_name", "customer_name", "full_name", "display_name")),
        Column("first_name", "text", ("first", "given_name", "firstname"), True),
        Column("last_name", "text", ("last", "surname", "family_name", "lastname"), True),
        Column("company", "text", ("company_name", "business_name", "organisation", "organization")),
        Column("email", "many", ("emails", "email_address", "e_mail", "email_1", "email_2"), True),
        Column("phone", "many", ("phones", "phone_number", "home_phone", "work_phone", "landline", "telephone"), True),
        Column("mobile", "many", ("mobile_phone", "mobile_number", "cell", "cell_phone"), True),
        Column("abn", "text", ("abn_number", "tax_number")),
        *_ADDRESS,
        Column("type", "text", ("contact_type",)),
        Column("category", "text", ("contact_category",)),
        Column("is_batch", "flag", ("batch", "batch_customer")),
        Column("archived", "flag", ("is_archived",)),
        Column("xero_contact_id", "text", ("xero_id",)),
        *_STAMPS,
    ),
    "pools": _columns(
        Column("id", "text", ("pool_id",), True),
        Column("contact_id", "text", ("customer_id", "client_id"), True),
        Column("relationship", "text", ("relation", "role")),
        Column("name", "text", ("pool_name",)),
        *_ADDRESS,
        Column("archived", "flag"),
        *_STAMPS,
    ),
    "products": _columns(
        Column("id", "text", ("product_id",), True),
        Column("sku", "text", ("code", "product_code", "item_code", "sku_code"), True),
        Column("title", "text", ("name", "product_title", "product_name", "product"), True),
        Column("description", "text", ("product_description",)),
        Column("category", "text", ("product_category",)),
        Column("brand", "text", ("product_brand",)),
        Column("price", "money", ("sell_price", "unit_price", "sale_price", "retail_price"), True),
        Column("gst_included", "flag", ("gst_inclusive", "gst_inc", "includes_gst", "tax_inclusive"), True),
        Column("active", "flag", ("is_active", "enabled")),
        Column("xero_item_id", "text", ("xero_id",)),
        *_STAMPS,
    ),
    "invoices": _columns(
        Column("id", "text", ("invoice_id",), True),
        Column("number", "text", ("invoice_number", "invoice_no"), True),
        Column("contact_id", "text", ("customer_id", "client_id"), True),
        "pool_id",
        "job_id",
        Column("service_date", "date", ("job_date",)),
        Column("issued_date", "date", ("date", "invoice_date", "issue_date"), True),
        Column("due_date", "date", ("due",)),
        "notes",
        "intro",
        "technician",
        "delivery",
        "payment",
        "batch",
        "batch_invoice_id",
        "split_group_id",
        "superseded_by",
        Column("voided", "flag", ("is_voided",)),
        Column("subtotal", "money", ("sub_total",)),
        Column("gst", "money", ("tax", "total_tax")),
        Column("total", "money", ("amount", "invoice_total"), True),
        "gst_mode",
        "xero_invoice_id",
        "xero_number",
        "external_status",
        *_STAMPS,
    ),
    "invoice_lines": _columns(
        "id",
        Column("invoice_id", "text", (), True),
        "product_id",
        Column("sku", "text", ("code", "item_code")),
        Column("description", "text", (), True),
        Column("quantity", "money", ("qty",), True),
        Column("unit_price", "money", ("price",), True),
        Column("gst_included", "flag"),
        Column("tax", "money", ("gst",)),
        Column("total", "money", ("line_total", "amount")),
        Column("discount_percent", "money", ("discount",)),
        "pool_id",
        "kind",
    ),
    "payments": _columns(
        Column("id", "text", ("payment_id",), True),
        Column("invoice_id", "text", (), True),
        Column("amount", "money", (), True),
        Column("date", "date", ("payment_date", "paid_date"), True),
        "method",
        "reference",
        "stripe_charge",
        Column("stripe_gross", "money"),
        Column("stripe_fee", "money"),
        Column("stripe_surcharge", "money"),
        Column("stripe_net", "money"),
        "stripe_payout",
        "xero_payment_id",
        Column("deleted", "flag"),
        *_STAMPS,
    ),
}
FILES: dict[Entity, str] = {
    "contacts": "contacts.csv",
    "pools": "pools.csv",
    "products": "products.csv",
    "invoices": "invoices.csv",
    "payments": "payments.csv",
}


def plain(header: str) -> str:
    """A header without its looks: "Post Code*" and "post_code" are the same."""
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


def names_of(table: str) -> dict[str, Column]:
    """Every name of every column of a table; a column's own name comes before another's alias."""
    names = {alias: column for column in COLUMNS[table] for alias in column.aliases}
    return names | {column.name: column for column in COLUMNS[table]}
