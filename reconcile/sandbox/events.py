"""What happened to a record, for webhooks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Which record, CREATE or UPDATE, when. `category` is CONTACT, INVOICE, ... in Xero, the collection in Pooltrackr."""

    category: str
    resource_id: str
    kind: str
    at_ms: int
