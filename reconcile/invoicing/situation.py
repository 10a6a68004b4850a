"""The whole money side of an organisation at once: every invoice and payment planned, and what is to be judged."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reconcile.flagging import Finding
from reconcile.invoicing.books import Books
from reconcile.invoicing.card_money import Movement, plan_card_money
from reconcile.invoicing.changes import Change, follow_change
from reconcile.invoicing.paid_marks import PaidMark, plan_paid_marks
from reconcile.invoicing.payments import PaymentPlan, plan_payments
from reconcile.invoicing.plan import InvoicePlan, plan_invoice
from reconcile.invoicing.reasons import REASONS, Hold
from reconcile.invoicing.suggest import (
    Suggestion,
    suggest_card_money,
    suggest_change,
    suggest_invoice,
    suggest_paid_mark,
    suggest_payment,
)
from reconcile.records import Entity, System

FOLLOWS = frozenset({"payment_not_in_xero", "before_lock_date", "before_cut_off", "contact_not_linked"})  # said before


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What was planned: invoices by Pooltrackr id, changes of linked ones, payments, paid marks, card movements by payment."""

    books: Books
    invoices: Mapping[str, InvoicePlan]
    changes: Mapping[str, Change]
    payments: tuple[PaymentPlan, ...]
    marks: tuple[PaidMark, ...]
    card_money: Mapping[str, tuple[Movement, ...]]

    def named_by_marks(self, entity: Entity) -> list[tuple[str, str]]:
        """The pairs (Pooltrackr id, Xero id) that marks of an earlier push name; several may name the same Xero record."""
        if entity == "invoices":
            return [(p.invoice.id, p.copy_id) for p in self.invoices.values() if p.state == "adopt"]
        return [(p.payment.id, p.copy_id) for p in self.payments if p.kind == "adopt"]

    def suggestions(self, org_id: str, entity: Entity, ignored: Mapping[System, set[str]]) -> list[Suggestion]:
        """What people and policies are to judge, one per kind and record; records ignored for good are left out."""
        found: dict[tuple[str, str, str], Suggestion] = {}
        for suggestion in self._invoices(org_id) if entity == "invoices" else self._payments(org_id):
            proposal = suggestion.proposal
            if proposal.record_id not in ignored[proposal.system]:
                found.setdefault((proposal.kind, proposal.system, proposal.record_id), suggestion)
        return list(found.values())

    def _invoices(self, org_id: str) -> Iterator[Suggestion]:
        for plan in self.invoices.values():
            suggestion = suggest_invoice(org_id, plan, self.books)
            if suggestion is not None:
                yield suggestion
        for invoice_id, change in self.changes.items():
            copy = self.books.xero_invoices[self.books.invoice_links.pooltrackr[invoice_id]]
            suggestion = suggest_change(org_id, self.books.invoices[invoice_id], copy, change)
            if suggestion is not None:
                yield suggestion
        for mark in self.marks:
            suggestion = suggest_paid_mark(org_id, mark)
            if suggestion is not None:
                yield suggestion

    def _payments(self, org_id: str) -> Iterator[Suggestion]:
        for plan in self.payments:
            suggestion = suggest_payment(org_id, plan, self.books)
            if suggestion is not None:
                yield suggestion
        for movements in self.card_money.values():
            suggestion = suggest_card_money(org_id, movements, self.books)
            if suggestion is not None:
                yield suggestion

    def holds_on(self, invoice_id: str) -> tuple[Hold, ...]:
        """Every reason that applies to an invoice, sent or not."""
        change = self.changes.get(invoice_id)
        mark = self._marks_by_invoice.get(invoice_id)
        own = self.invoices[invoice_id].holds
        return (*own, *(change.holds if change else ()), *(mark.holds if mark else ()))

    @cached_property
    def _marks_by_invoice(self) -> dict[str, PaidMark]:
        return {mark.invoice.id: mark for mark in self.marks}

    def payment_holds(self, plan: PaymentPlan) -> tuple[Hold, ...]:
        """Every reason that applies to a payment; of its card movements those that have a cause of their own."""
        cards = self.card_money.get(plan.payment.id, ()) if plan.system == "pooltrackr" else ()
        more = [hold for movement in cards for hold in movement.holds if hold.reason not in FOLLOWS]
        return tuple(dict.fromkeys((*plan.holds, *more)))

    def findings(self, entity: Entity) -> list[Finding]:
        """The reasons as flags on their records, one per reason and record; what is simply not sent raises none."""
        if entity == "invoices":
            rows = [("pooltrackr", key, self.holds_on(key)) for key in self.invoices]
        else:
            rows = [(plan.system, plan.payment.id, self.payment_holds(plan)) for plan in self.payments]
        return [_finding(entity, system, key, hold) for system, key, holds in rows for hold in _first_of_each(holds)]


def _first_of_each(holds: tuple[Hold, ...]) -> list[Hold]:
    first: dict[str, Hold] = {}
    for hold in holds:
        first.setdefault(hold.reason, hold)
    return [hold for hold in first.values() if REASONS[hold.reason].holds]


def _finding(entity: Entity, system: str, record_id: str, hold: Hold) -> Finding:
    side: System = "xero" if system == "xero" else "pooltrackr"
    return Finding(entity=entity, system=side, record_id=record_id, name=hold.reason, detail=hold.detail)


def plan_ledger(books: Books, today: date, only: Collection[str] | None = None) -> Ledger:
    """Plan everything, or only the cases of some Pooltrackr invoice ids, for which the books hold all that they look at.

    Raises BadInput when the invoice template cannot be used.
    """
    cases = books.case_ids() if only is None else sorted(only)
    invoices = {key: plan_invoice(books.invoices[key], books) for key in cases if key in books.invoices}
    changes = {}
    for invoice_id, copy_id in books.links_of(cases):
        invoice, copy = books.invoices.get(invoice_id), books.xero_invoices.get(copy_id)
        if invoice is not None and copy is not None:
            changes[invoice_id] = follow_change(invoice, copy, books)
    payments = tuple(plan_payments(books, invoices, cases))
    cards: dict[str, tuple[Movement, ...]] = {}
    for movement in plan_card_money(books, frozenset(cases)):
        cards[movement.payment.id] = (*cards.get(movement.payment.id, ()), movement)
    return Ledger(
        books=books,
        invoices=invoices,
        changes=changes,
        payments=payments,
        marks=tuple(plan_paid_marks(books, today, cases)),
        card_money=cards,
    )
