"""The fields of Pooltrackr's records: kind, default, and what a value must look like."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from reconcile.sandbox.pooltrackr.account import Json

READ_ONLY = frozenset({"id", "version", "created_at", "updated_at"})
ADDRESS = ("street", "suburb", "state", "postcode", "country")
TEXT, MONEY, DATE, FLAG = "text", "money", "date", "flag"
SCHEMA: dict[str, dict[str, tuple[str, Any]]] = {
    "contacts": {
        "type": ("Individual|Company", "Individual"),
        **dict.fromkeys(("name", "first_name", "last_name", "company", "abn", "category"), (TEXT, "")),
        "emails": ("texts", []),
        "phones": ("phones", []),
        "address": ("address", {}),
        "is_batch": (FLAG, False),
        "archived": (FLAG, False),
        "xero_contact_id": (TEXT, ""),
        "external_reference": (TEXT, ""),
    },
    "pools": {
        "name": (TEXT, ""),
        "address": ("address", {}),
        "contacts": ("pool_contacts", []),
        "archived": (FLAG, False),
        "external_reference": (TEXT, ""),
    },
    "products": {
        **dict.fromkeys(("title", "category", "brand", "sku", "description"), (TEXT, "")),
        "price": (MONEY, "0.00"),
        "gst_included": (FLAG, True),
        "active": (FLAG, True),
        "xero_item_id": (TEXT, ""),
        "external_reference": (TEXT, ""),
    },
    "invoices": {
        **dict.fromkeys(("number", "contact_id", "pool_id", "job_id"), (TEXT, "")),
        **dict.fromkeys(("service_date", "issued_date", "due_date"), (DATE, None)),
        **dict.fromkeys(("notes", "intro", "technician"), (TEXT, "")),
        "delivery": ("sent|unsent", "unsent"),
        "payment": ("paid|unpaid", "unpaid"),
        "batch": ("none|batch|batched", "none"),
        **dict.fromkeys(("batch_invoice_id", "split_group_id", "superseded_by"), (TEXT, "")),
        "voided": (FLAG, False),
        **dict.fromkeys(("subtotal", "gst", "total"), (MONEY, "0.00")),
        "gst_mode": (TEXT, ""),
        "xero_invoice_id": (TEXT, ""),
        "xero_number": (TEXT, ""),
        "external_status": ("not_synced|synced|error|ignored_batched", "not_synced"),
        "lines": ("lines", []),
        "external_reference": (TEXT, ""),
    },
    "payments": {
        "invoice_id": (TEXT, ""),
        "amount": (MONEY, "0.00"),
        "date": (DATE, None),
        "method": ("manual|stripe|xero", "manual"),
        "stripe_charge": (TEXT, ""),
        **{f"stripe_{name}": (MONEY, None) for name in ("gross", "fee", "surcharge", "net")},
        "stripe_payout": (TEXT, ""),
        "xero_payment_id": (TEXT, ""),
        "deleted": (FLAG, False),
        "external_reference": (TEXT, ""),
    },
}
LINE: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(("id", "product_id", "sku", "description"), (TEXT, "")),
    "quantity": (MONEY, "1"),
    "unit_price": (MONEY, "0.00"),
    "gst_included": (FLAG, True),
    **dict.fromkeys(("tax", "total"), (MONEY, "0.00")),
    "discount_percent": (MONEY, None),
    "pool_id": (TEXT, ""),
    "kind": (TEXT, ""),
}
PHONE: dict[str, tuple[str, Any]] = {"label": (TEXT, ""), "number": (TEXT, "")}
POOL_CONTACT: dict[str, tuple[str, Any]] = {
    "contact_id": (TEXT, ""),
    "relationship": ("owner|tenant|agent|other", "owner"),
}
_PARTS = {"lines": LINE, "phones": PHONE, "pool_contacts": POOL_CONTACT}


class FieldError(ValueError):
    """A field's value is not acceptable; `field` is its path."""

    def __init__(self, field: str, message: str, code: str = "invalid_field") -> None:
        super().__init__(message)
        self.field, self.code = field, code


def defaults(entity: str) -> Json:
    """Every field of an entity with its default, freshly made."""
    return {name: _fresh(default) for name, (_, default) in SCHEMA[entity].items()} | (
        {"address": dict.fromkeys(ADDRESS, "")} if "address" in SCHEMA[entity] else {}
    )


def check(entity: str, sent: Json) -> None:
    """Raise FieldError for a field that is unknown, read-only or of the wrong form."""
    for name, value in sent.items():
        if name in READ_ONLY:
            raise FieldError(name, f"{name} is set by Pooltrackr", "read_only")
        if name not in SCHEMA[entity]:
            raise FieldError(name, f"{entity} have no field {name}", "unknown_field")
        _check_value(name, SCHEMA[entity][name][0], value)


def _fresh(default: Any) -> Any:
    return list(default) if isinstance(default, list) else dict(default) if isinstance(default, dict) else default


def _check_value(path: str, kind: str, value: Any) -> None:
    if kind in _PARTS:
        _check_parts(path, _PARTS[kind], value)
    elif kind == "address":
        _check_object(path, dict.fromkeys(ADDRESS, (TEXT, "")), value)
    elif kind == "texts":
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise FieldError(path, f"{path} must be a list of texts")
    elif "|" in kind:
        if value not in kind.split("|"):
            raise FieldError(path, f"{path} must be one of {kind.replace('|', ', ')}")
    elif not _PLAIN[kind](value):
        raise FieldError(path, f"{path} must be {_SAID[kind]}")


def _check_parts(path: str, fields: dict[str, tuple[str, Any]], value: Any) -> None:
    if not isinstance(value, list):
        raise FieldError(path, f"{path} must be a list")
    for number, part in enumerate(value):
        _check_object(f"{path}[{number}]", fields, part)


def _check_object(path: str, fields: dict[str, tuple[str, Any]], value: Any) -> None:
    if not isinstance(value, dict):
        raise FieldError(path, f"{path} must be an object")
    for name, part in value.items():
        if name not in fields:
            raise FieldError(f"{path}.{name}", f"{path} has no field {name}", "unknown_field")
        _check_value(f"{path}.{name}", fields[name][0], part)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_money(value: Any) -> bool:
    """Amounts travel as decimal text; a JSON number is refused so that no cent passes through a float."""
    if value is None:
        return True
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_date(value: Any) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value) and date.fromisoformat(value))
    except ValueError:
        return False


_PLAIN: dict[str, Callable[[Any], bool]] = {
    TEXT: _is_text,
    MONEY: _is_money,
    DATE: _is_date,
    FLAG: lambda value: isinstance(value, bool),
}
_SAID = {
    TEXT: "a text",
    MONEY: 'a decimal text such as "12.50"',
    DATE: 'a date such as "2026-11-22"',
    FLAG: "true or false",
}
