"""One organisation's books: its tables and the keys that Xero holds unique."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reconcile.sandbox.events import Event
from reconcile.sandbox.table import Table
from reconcile.sandbox.xero.records import (
    Account,
    BankTransaction,
    Contact,
    CreditNote,
    Invoice,
    Item,
    Json,
    Organisation,
    Payment,
    TaxRate,
)


def fold(text: str) -> str:
    """Text as Xero compares it: without case and accents (facts, section 3, optimised filters)."""
    if text.isascii():
        return text.lower().strip()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()


def _key(text: str) -> str | None:
    return fold(text) or None


def _contacts() -> Table[Contact]:
    return Table(
        {
            "active_name": lambda c: _key(c.name) if c.status == "ACTIVE" else None,
            "name": lambda c: _key(c.name),
            "email": lambda c: _key(c.email),
            "number": lambda c: _key(c.number),
            "account_number": lambda c: _key(c.account_number),
        }
    )


def _invoices() -> Table[Invoice]:
    return Table(
        {
            "number": lambda i: _key(i.number),
            "reference": lambda i: _key(i.reference),
            "contact": lambda i: i.contact_id,
        }
    )


def _payments() -> Table[Payment]:
    return Table({"invoice": lambda p: p.invoice_id, "reference": lambda p: _key(p.reference)})


def _bank_transactions() -> Table[BankTransaction]:
    return Table({"reference": lambda b: _key(b.reference)})


@dataclass
class Books:
    """Everything that one Xero organisation holds."""

    organisation: Organisation
    accounts: Table[Account] = field(default_factory=lambda: Table({"code": lambda a: a.code or None}))
    tax_rates: list[TaxRate] = field(default_factory=list)
    contacts: Table[Contact] = field(default_factory=_contacts)
    items: Table[Item] = field(default_factory=lambda: Table({"code": lambda i: _key(i.code)}))
    invoices: Table[Invoice] = field(default_factory=_invoices)
    payments: Table[Payment] = field(default_factory=_payments)
    bank_transactions: Table[BankTransaction] = field(default_factory=_bank_transactions)
    credit_notes: Table[CreditNote] = field(default_factory=Table)
    history: dict[str, list[Json]] = field(default_factory=dict)
    shown_contacts: dict[str, tuple[Contact, Json]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    next_invoice_number: int = 1

    def note(self, category: str, identifier: str, kind: str, at_ms: int) -> None:
        """Write down what a webhook would tell."""
        self.events.append(Event(category, identifier, kind, at_ms))

    @contextmanager
    def undoable(self) -> Iterator["Undo"]:
        """Writes inside the block are put back when the block asks for it."""
        tables = (self.contacts, self.items, self.invoices, self.payments, self.bank_transactions, self.accounts)
        for table in tables:
            table.begin()
        undo, told = Undo(), len(self.events)
        try:
            yield undo
        except BaseException:
            undo.wanted = True
            raise
        finally:
            if undo.wanted:
                del self.events[told:]
            for table in tables:
                table.rollback() if undo.wanted else table.commit()


@dataclass
class Undo:
    """Set `wanted` to take the block's writes back."""

    wanted: bool = False
