"""A record as canonical JSON, and the hash of what it says.

The hash covers what a person would call the content: neither the moment of the last change nor a version counter is
part of it, so a record that was touched but not altered keeps its hash.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_type_hints

from reconcile.records import RECORD_TYPES, Entity, Line, Record

NOT_CONTENT = frozenset({"updated_at", "version"})
SENT_BACK = frozenset({"phone_labels", "address_extras"})
OUR_MARKS = frozenset(
    {"contact_number", "xero_contact_id", "xero_item_id", "xero_invoice_id", "xero_payment_id", "external_reference"}
)


def to_json(record: Record) -> dict[str, Any]:
    """A record as JSON values: Decimal and time as text, empty fields left out."""
    out = {f.name: _plain(getattr(record, f.name)) for f in fields(record)}
    return {name: value for name, value in out.items() if value not in ("", None, [])}


def from_json(entity: Entity, body: Mapping[str, Any]) -> Record:
    """The record that ``to_json`` wrote; unknown fields are ignored."""
    record: Record = _build(RECORD_TYPES[entity], body)
    return record


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces, the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, as 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def content_hash(record: Record) -> str:
    """The hash of what a record says, 64 hex digits."""
    return digest({name: value for name, value in to_json(record).items() if name not in NOT_CONTENT})


def basis_hash(record: Record) -> str:
    """Like ``content_hash``, without the marks that we write ourselves: linking a record does not change its basis.

    What is only sent back as it was is not part of it either.
    """
    left_out = NOT_CONTENT | OUR_MARKS | SENT_BACK
    return digest({name: value for name, value in to_json(record).items() if name not in left_out})


def _plain(value: object) -> Any:
    if type(value) is str:  # most of what there is
        return value
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return {name: part for name, part in parts.items() if part not in ("", None, [])}
    return value


def _plain_decimal(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "0") else text


def _build(kind: type[Any], body: Mapping[str, Any]) -> Any:
    readers = _readers(kind)
    return kind(**{name: readers[name](value) for name, value in body.items() if name in readers})


def _readers(kind: type[Any]) -> dict[str, Any]:
    return _READERS[kind]


def _readers_of(kind: type[Any]) -> dict[str, Any]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Any:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if Decimal in options:
        return lambda v: None if v is None else Decimal(v)
    if datetime in options:
        return lambda v: None if v is None else datetime.fromisoformat(v)
    if date in options:
        return lambda v: None if v is None else date.fromisoformat(v)
    if hint == tuple[Line, ...]:
        return lambda v: tuple(_build(Line, line) for line in v)
    if str(hint).startswith("tuple"):
        return lambda v: tuple(tuple(item) for item in v)
    return lambda v: v


_READERS: dict[type[Any], dict[str, Any]] = {kind: _readers_of(kind) for kind in (*RECORD_TYPES.values(), Line)}
