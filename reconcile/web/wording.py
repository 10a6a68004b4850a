"""What the page calls things: systems, verdicts, kinds of records."""

from reconcile.invoicing.reasons import REASONS
from reconcile.proposals import Proposal
from reconcile.records import System

OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
SYSTEM_NAMES: dict[System, str] = {"pooltrackr": "Pooltrackr", "xero": "Xero"}
ONE = {
    "contacts": "contact", "products": "product", "invoices": "invoice", "payments": "payment",
    "bank_transactions": "card fee or surcharge",
}  # fmt: skip
VERBS = {
    "create": "Enter", "update": "Change", "void": "Void", "delete": "Delete", "activate": "Activate",
    "deactivate": "Deactivate",
}  # fmt: skip
STATE_WORDS = {
    "staged": "waiting", "sending": "being sent", "conflict": "changed before it was sent", "raced": "changed since",
    "reconnect": "not connected", "withdrawn": "taken back",
}  # fmt: skip
SUGGESTED_WORDS = {
    "link": "link", "create": "create", "update": "change", "void": "void", "unlink": "take apart", "skip": "nothing",
}  # fmt: skip
_WRITES = {
    ("invoices", "create"): "Enter it in {other}",
    ("payments", "create"): "Enter it in {other}",
    ("contacts", "create"): "Create new in {other}",
    ("products", "create"): "Create new in {other}",
    ("products", "deactivate"): "Deactivate it in Pooltrackr",
    ("contacts", "update"): "Change it in {other}",
    ("products", "update"): "Take Xero's values over",
    ("invoices", "update"): "Carry it over to {other}",
    ("payments", "update"): "Enter fee and surcharge in Xero",
    ("invoices", "void"): "Void it in {other}",
    ("payments", "void"): "Delete it in {other}",
}


def verdict_words(verdict: str, proposal: Proposal) -> str:
    """A verdict as an entry of a row's drop-down."""
    if proposal.kind == "unlink":
        apart = {"unlink": "Take the link apart", "skip": "Keep the link for now", "ignore": "Keep the link for good"}
        return apart.get(verdict, verdict)
    if proposal.kind in ("update", "conflict") and verdict == "ignore":
        return "Leave both as they are, for good"
    words = {"skip": "Skip for now", "ignore": "Ignore for good", "unlink": "Take the link apart"}
    known = words.get(verdict) or _WRITES.get((proposal.entity, verdict), verdict)
    return known.format(other=SYSTEM_NAMES[OTHER[proposal.system]])


def meaning_of(name: str) -> str:
    """What a reason for holding something back means, "" for other flags."""
    return REASONS[name].meaning if name in REASONS else ""


def remedy_of(name: str) -> str:
    """What to do about a reason for holding something back, "" for other flags."""
    return REASONS[name].remedy if name in REASONS else ""
