"""What a person does in either system while the sync is not looking. Used by tests and by the control endpoint."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reconcile.sandbox.pooltrackr import records
from reconcile.sandbox.table import Table
from reconcile.sandbox.wire import Json
from reconcile.sandbox.world import World
from reconcile.sandbox.xero.books import Books

_TOLD = {"contacts": "CONTACT", "invoices": "INVOICE", "credit_notes": "CREDITNOTE"}
XERO_TABLES = ("contacts", "items", "accounts", "invoices", "payments", "bank_transactions", "credit_notes")


def xero_table(books: Books, entity: str) -> Table[Any]:
    """One of the books' tables by name. Raises ValueError."""
    if entity not in XERO_TABLES:
        raise ValueError(f"unknown entity {entity}; known: {', '.join(XERO_TABLES)}")
    table: Table[Any] = getattr(books, entity)
    return table


def edit_xero(world: World, entity: str, identifier: str, /, *, quiet: bool = False, **changes: Any) -> Any:
    """Set fields of a Xero record by their names in `xero/records.py`; `quiet` leaves UpdatedDateUTC as it is."""
    table, now = xero_table(world.first_books, entity), world.clock.now_ms()
    record = table.rows[identifier]
    kinds = {slot.name: type(getattr(record, slot.name)) for slot in fields(record)}
    unknown = set(changes) - set(kinds)
    if unknown:
        raise ValueError(f"{entity} have no field {', '.join(sorted(unknown))}")
    typed = {name: _typed(kinds[name], name, value) for name, value in changes.items()}
    stamped = typed if quiet else {"updated_ms": now} | typed
    changed = table.put(replace(record, **stamped))
    if entity in _TOLD:
        world.first_books.note(_TOLD[entity], identifier, "UPDATE", now)
    return changed


def merge_contacts(world: World, loser: str, winner: str) -> None:
    """Merge in Xero: the loser is archived and points to the winner, its invoices move."""
    edit_xero(world, "contacts", loser, status="ARCHIVED", merged_to=winner)
    for invoice in world.first_books.invoices.find("contact", loser):
        edit_xero(world, "invoices", invoice.id, contact_id=winner)


def credit_invoice(world: World, identifier: str, amount: Decimal) -> None:
    """Allocate a credit to an invoice: less is due, without any payment."""
    invoice = world.first_books.invoices.rows[identifier]
    credited = invoice.credited + amount
    due = invoice.total - invoice.paid - credited
    edit_xero(world, "invoices", identifier, credited=credited, status="PAID" if due == 0 else invoice.status)


def remove_xero(world: World, entity: str, identifier: str) -> None:
    """Delete a record in Xero: it is gone without a trace, as a deleted item is."""
    xero_table(world.first_books, entity).remove(identifier)


def edit_pooltrackr(world: World, entity: str, identifier: str, /, **changes: Any) -> Json:
    """Set fields of a Pooltrackr record, as a person in its web page does."""
    account = world.pooltrackr
    known = records.find(account, entity, identifier)
    return records.change(account, entity, known, changes, world.clock.now_ms()).fields


def _typed(kind: type, name: str, value: Any) -> Any:
    if kind is Decimal:
        return Decimal(str(value))
    if isinstance(value, str) and (kind is date or name in {"due_date", "issued", "fully_paid_on"}):
        return date.fromisoformat(value)
    return value
