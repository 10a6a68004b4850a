"""What an open gate says to a person: what it lets through."""

from collections.abc import Mapping

from sqlmodel import Session

from reconcile.gates import Gate
from reconcile.records import Entity
from reconcile.stages.services import Services
from reconcile.store.snapshots import Scope, count_current


def open_words(
    session: Session, services: Services, gates: tuple[Gate, ...], left: Mapping[str, int]
) -> dict[str, str]:
    """What each open gate says, by its name; ``left`` is how many rows of an entity are still to be decided."""
    said = {
        "contacts": lambda: _contacts(session, services, left["contacts"]),
        "products": lambda: _products(session, services, left["products"]),
        "settings": lambda: _settings(services),
    }
    return {gate.name: said[gate.name]() for gate in gates if gate.is_open and gate.name in said}


def how_many_read(session: Session, services: Services, entity: Entity) -> int:
    """How many records of one kind both systems have, as last pulled."""
    return sum(count_current(session, Scope(services.org_id, system, entity)) for system in ("pooltrackr", "xero"))


def _contacts(session: Session, services: Services, left: int) -> str:
    if left:
        return f"No contact in Xero is selected twice. {_left(left)}"
    if not how_many_read(session, services, "contacts"):
        return "Neither system has a contact yet."
    return "No contact in Xero is selected twice, and none is left to decide."


def _products(session: Session, services: Services, left: int) -> str:
    basis = services.settings_of_org.xero_price_basis
    told = {"INC": "The prices in Xero include GST.", "EX": "GST is added to the prices in Xero."}.get(
        basis, "Xero has no items, so nobody has to say whether its prices include GST."
    )
    if left:
        return f"{told} {_left(left)}"
    return told if how_many_read(session, services, "products") else f"{told} Pooltrackr has none either."


def _left(count: int) -> str:
    rows = "1 row is" if count == 1 else f"{count} rows are"
    return f"{rows} still to be decided: nothing is sent for them meanwhile."


def _settings(services: Services) -> str:
    chosen = services.settings_of_org
    state = "as drafts" if chosen.default_invoice_status == "DRAFT" else "approved"
    return (
        f"Invoices arrive in Xero {state}, with sales account {chosen.default_sales_account} where a product is not "
        f"from Xero. Payments go to account {chosen.payment_account}."
    )
