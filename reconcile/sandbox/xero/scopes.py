"""Which scope a call needs (facts, section 1)."""

_FAMILY = {
    "contacts": "contacts",
    "invoices": "invoices",
    "creditnotes": "invoices",
    "payments": "payments",
    "banktransactions": "banktransactions",
}
_TRANSACTIONS = {"invoices", "payments", "banktransactions"}


def allowed(endpoint: str, method: str, scopes: frozenset[str]) -> bool:
    """Whether the scopes let this verb through. Items and reference data need the settings scope."""
    family = _FAMILY.get(endpoint, "settings")
    enough = {f"accounting.{family}"}
    if family in _TRANSACTIONS:
        enough.add("accounting.transactions")
    if method == "GET":
        enough |= {f"{scope}.read" for scope in enough}
    return bool(enough & scopes)
