"""What an invoice says that the other system must follow: hashes that payments, statuses and our own marks leave alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.content import digest, to_json
from reconcile.records import Invoice

POOLTRACKR_SAYS = (
    *("number", "contact_id", "date", "due_date", "lines", "subtotal", "total_tax", "total"),
    *("pool_id", "service_date", "notes", "intro", "technician"),
)
XERO_SAYS = ("number", "contact_id", "date", "due_date", "line_amount_types", "lines", "total_tax", "total")
SHORT = 12  # digits of the hash of one field, of which only whether it is another one counts


@dataclass(frozen=True)
class Agreed:
    """What both sides of a link said when they last agreed; ``fields`` are Xero's by name, empty where they were not noted."""

    pooltrackr: str
    xero: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def edited_in_xero(self, copy: Invoice) -> frozenset[str]:
        """The fields that somebody has changed in Xero since; all of them where it is not known which."""
        if self.xero == xero_says(copy):
            return frozenset()
        now = xero_fields(copy)
        return frozenset(name for name in XERO_SAYS if self.fields.get(name) != now[name])

    def as_json(self) -> dict[str, Any]:
        """How it is stored."""
        return {"pooltrackr": self.pooltrackr, "xero": self.xero, "fields": dict(self.fields)}


def pooltrackr_says(invoice: Invoice) -> str:
    """The fingerprint of a Pooltrackr invoice."""
    said = to_json(invoice)
    return digest({name: said.get(name) for name in POOLTRACKR_SAYS})


def xero_says(invoice: Invoice) -> str:
    """The fingerprint of a Xero invoice."""
    said = to_json(invoice)
    return digest({name: said.get(name) for name in XERO_SAYS})


def xero_fields(invoice: Invoice) -> dict[str, str]:
    """The fingerprint of each field of a Xero invoice."""
    said = to_json(invoice)
    return {name: digest(said.get(name))[:SHORT] for name in XERO_SAYS}
