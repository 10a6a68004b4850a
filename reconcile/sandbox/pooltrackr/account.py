"""What one Pooltrackr account holds. Documents are kept as encoded JSON: a page is a join, not a rebuild."""

from dataclasses import dataclass, field
from typing import Any

from reconcile.sandbox.events import Event
from reconcile.sandbox.table import Table
from reconcile.sandbox.wire import dump_json, load_json

Json = dict[str, Any]
ENTITIES = ("contacts", "pools", "products", "invoices", "payments")


@dataclass(frozen=True, slots=True)
class Document:
    """One record as it travels, with what lists and lookups need beside it."""

    id: str
    updated_ms: int
    version: int
    hidden: bool
    external_reference: str
    invoice_id: str
    encoded: bytes

    @property
    def fields(self) -> Json:
        """The record, decoded anew: changing it changes nothing."""
        fields: Json = load_json(self.encoded)
        return fields


def document(updated_ms: int, fields: Json) -> Document:
    """Encode a record. `hidden` is an archived contact or an inactive product."""
    hidden = bool(fields.get("archived")) or fields.get("active") is False
    reference = str(fields.get("external_reference") or "")
    invoice = str(fields.get("invoice_id") or "")
    return Document(
        str(fields["id"]), updated_ms, int(fields["version"]), hidden, reference, invoice, dump_json(fields)
    )


def _table() -> Table[Document]:
    return Table(
        {"external_reference": lambda d: d.external_reference or None, "invoice": lambda d: d.invoice_id or None}
    )


@dataclass
class Account:
    """The five collections, the organisation, and the next number of each."""

    organisation: Json = field(
        default_factory=lambda: {
            "id": "PT-ORG-1",
            "name": "Sandbox Pool Services",
            "abn": "57999999012",
            "gst_registered": True,
        }
    )
    tables: dict[str, Table[Document]] = field(default_factory=lambda: {name: _table() for name in ENTITIES})
    numbers: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
