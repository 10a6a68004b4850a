"""Pooltrackr's side of a world folder."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from reconcile.sandbox.loading.rows import MATCH_CONTACT, MATCH_PRODUCT, Row, read_rows
from reconcile.sandbox.pooltrackr.account import Account, Document, Json, document
from reconcile.sandbox.pooltrackr.answers import moment
from reconcile.sandbox.pooltrackr.schema import LINE, SCHEMA, defaults

_STAMPS = frozenset({"id", "version", "created_at", "updated_at", "external_reference"})
_CONTACT = MATCH_CONTACT | _STAMPS | {"type", "category", "is_batch", "archived", "xero_contact_id"}
_POOL = _STAMPS | {"contact_id", "relationship", "name", "street", "suburb", "state", "postcode", "archived"}
_PRODUCT = MATCH_PRODUCT | _STAMPS | {"gst_included", "active", "xero_item_id"}
_INVOICE = _STAMPS | set(SCHEMA["invoices"])
_LINE = frozenset(LINE) | {"invoice_id"}
_PAYMENT = _STAMPS | set(SCHEMA["payments"])


def load_pooltrackr(folder: Path) -> Account:
    """Read the five collections. Raises WorldError."""
    account = Account()
    account.tables["contacts"].fill(_contacts(folder / "contacts.csv"))
    account.tables["pools"].fill(_pools(folder / "pools.csv"))
    account.tables["products"].fill(_products(folder / "products.csv"))
    account.tables["invoices"].fill(_invoices(folder))
    account.tables["payments"].fill(_payments(folder / "payments.csv"))
    return account


def _contacts(file: Path) -> Iterator[Document]:
    for row in read_rows(file, frozenset(_CONTACT)):
        person = f"{row.text('first_name')} {row.text('last_name')}".strip()
        phones = (("phone", row.text("phone")), ("mobile", row.text("mobile")))
        yield _document(
            "contacts",
            row,
            {
                "type": row.text("type") or ("Company" if row.text("company") and not person else "Individual"),
                "name": row.text("name") or person or row.text("company"),
                **{name: row.text(name) for name in ("first_name", "last_name", "company", "abn", "category")},
                "emails": [part.strip() for part in row.text("email").split(";") if part.strip()],
                "phones": [{"label": label, "number": number} for label, number in phones if number],
                "address": _address(row),
                "is_batch": row.flag("is_batch"),
                "archived": row.flag("archived"),
                "xero_contact_id": row.text("xero_contact_id"),
            },
        )


def _pools(file: Path) -> Iterator[Document]:
    """A pool may have several rows, one for each person who has to do with it."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(file, frozenset(_POOL)):
        rows[row.identifier()].append(row)
    for group in rows.values():
        people = [
            {"contact_id": row.text("contact_id"), "relationship": row.text("relationship") or "owner"}
            for row in group
            if row.text("contact_id")
        ]
        fields = {"name": group[0].text("name"), "address": _address(group[0]), "contacts": people}
        yield _document("pools", group[0], fields | {"archived": group[0].flag("archived")})


def _products(file: Path) -> Iterator[Document]:
    for row in read_rows(file, frozenset(_PRODUCT)):
        yield _document(
            "products",
            row,
            {
                "title": row.text("name"),
                "sku": row.text("code"),
                **{name: row.text(name) for name in ("category", "brand", "description", "xero_item_id")},
                "price": _amount(row, "price"),
                "gst_included": row.flag("gst_included", default=True),
                "active": row.flag("active", default=True),
            },
        )


def _invoices(folder: Path) -> Iterator[Document]:
    lines: dict[str, list[Json]] = defaultdict(list)
    for row in read_rows(folder / "invoice_lines.csv", _LINE):
        lines[row.text("invoice_id")].append(_typed(row, LINE))
    for row in read_rows(folder / "invoices.csv", frozenset(_INVOICE)):
        fields = _typed(row, {name: spec for name, spec in SCHEMA["invoices"].items() if name != "lines"})
        yield _document("invoices", row, fields | {"lines": lines.pop(row.identifier(), [])})


def _payments(file: Path) -> Iterator[Document]:
    for row in read_rows(file, frozenset(_PAYMENT)):
        yield _document("payments", row, _typed(row, SCHEMA["payments"]))


def _typed(row: Row, fields: dict[str, tuple[str, object]]) -> Json:
    """The row's cells by the schema's kinds; an empty cell is the default."""
    typed: Json = {}
    for name, (kind, default) in fields.items():
        if kind == "flag":
            typed[name] = row.flag(name, default=bool(default))
        elif kind == "date":
            day = row.day(name)
            typed[name] = day.isoformat() if day else default
        elif kind == "money":
            typed[name] = _amount(row, name) if row.text(name) else default
        else:
            typed[name] = row.text(name) or default
    return typed


def _amount(row: Row, name: str) -> str:
    amount = row.money(name)
    return f"{amount if amount is not None else Decimal('0.00'):f}"


def _address(row: Row) -> Json:
    names = ("street", "suburb", "state", "postcode")
    return {name: row.text(name) for name in names} | {"country": "Australia" if row.text(*names) else ""}


def _document(entity: str, row: Row, fields: Json) -> Document:
    updated = row.moment_ms("updated_at")
    stamps = {"created_at": moment(row.moment_ms("created_at", "updated_at")), "updated_at": moment(updated)}
    head = {"id": row.identifier(), "version": 1}
    reference = {"external_reference": row.text("external_reference")}
    return document(updated, head | defaults(entity) | fields | reference | stamps)
