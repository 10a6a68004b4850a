"""What an invoice says that the other system must follow: a hash that payments, statuses and our own marks leave alone."""

from reconcile.content import digest, to_json
from reconcile.records import Invoice

POOLTRACKR_SAYS = (
    *("number", "contact_id", "date", "due_date", "lines", "subtotal", "total_tax", "total"),
    *("pool_id", "service_date", "notes", "intro", "technician"),
)
XERO_SAYS = ("number", "contact_id", "date", "due_date", "line_amount_types", "lines", "total_tax", "total")


def pooltrackr_says(invoice: Invoice) -> str:
    """The fingerprint of a Pooltrackr invoice."""
    said = to_json(invoice)
    return digest({name: said.get(name) for name in POOLTRACKR_SAYS})


def xero_says(invoice: Invoice) -> str:
    """The fingerprint of a Xero invoice."""
    said = to_json(invoice)
    return digest({name: said.get(name) for name in XERO_SAYS})
