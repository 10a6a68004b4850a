"""Webhooks: the signature over the raw body first, then thin events that say where to look (facts, section 7b).

An event never carries the record, so a forged or repeated one can at worst cause a look. Nothing is parsed before the
signature is right. Answer 200 with an empty body when it is, 401 when it is not; Xero tests both on purpose.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reconcile.clients.answers import Garbled, decode
from reconcile.clients.values import moment, text
from reconcile.errors import BadData, ReconcileError
from reconcile.records import Entity

MAX_BYTES = 1024 * 1024
MAX_AGE = timedelta(days=31)  # Xero keeps and replays events that long
_AHEAD = timedelta(minutes=10)
_ENTITIES: dict[str, Entity] = {
    "CONTACT": "contacts",
    "INVOICE": "invoices",
    "CREDITNOTE": "credits",
    "OVERPAYMENT": "credits",
    "PREPAYMENT": "credits",
    "contacts": "contacts",
    "pools": "pools",
    "products": "products",
    "invoices": "invoices",
    "payments": "payments",
}


class Unsigned(ReconcileError):
    """The webhook is not signed by who it claims to be from."""


class TooLarge(ReconcileError):
    """The webhook is larger than any real one."""


@dataclass(frozen=True)
class Event:
    """Something happened to a record; which one, and when by the sender's clock.

    ``tenant_id`` is Xero's tenant, or Pooltrackr's organisation. Two deliveries of one event are equal.
    """

    tenant_id: str
    entity: Entity
    record_id: str
    type: str
    at: datetime


def sign(body: bytes, key: str) -> str:
    """base64 of HMAC-SHA256 over the raw bytes; the key is used as text, not decoded."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(body: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of our keys made this signature. Two keys at once let a key be replaced without a gap."""
    given = signature.strip().encode()
    matches = [hmac.compare_digest(sign(body, key).encode(), given) for key in keys if key]
    return any(matches)


def receive(body: bytes, signature: str, keys: Iterable[str], now: datetime) -> tuple[Event, ...]:
    """The events of a webhook of Xero or Pooltrackr; those too old, and kinds that we do not follow, are left out.

    Raises TooLarge and Unsigned before anything is parsed, BadData for a signed body that makes no sense.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge
    if not is_signed(body, signature, keys):
        raise Unsigned
    try:
        data = decode(body)
    except Garbled:
        raise BadData("A webhook is not JSON.") from None
    rows = data.get("events") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadData("A webhook holds no list of events.")
    events = (_event(row) for row in rows)
    return tuple(dict.fromkeys(e for e in events if e and now - MAX_AGE < e.at < now + _AHEAD))


def _event(row: Mapping[str, Any]) -> Event | None:
    entity = _ENTITIES.get(text(row.get("eventCategory") or row.get("entity")))
    at = moment(row.get("eventDateUtc") or row.get("at"))
    record_id = text(row.get("resourceId") or row.get("id"))
    if entity is None or at is None or not record_id:
        return None
    tenant = text(row.get("tenantId") or row.get("organisation_id"))
    return Event(tenant, entity, record_id, text(row.get("eventType") or row.get("type")), at)
