"""A week of invoices: raised, edited, paid and voided on both sides by a seeded script, with outages, decided by a person.

At the end both systems agree on every linked invoice, or a proposal or a held row says why not; nothing was written
without a decision.
"""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from reconcile.decisions import DecisionRow
from reconcile.errors import DecisionsRejected, ReconcileError
from reconcile.inspecting import inspect_invoices
from reconcile.invoicing.reasons import REASONS
from reconcile.month_end import papers_of
from reconcile.proposals import Proposal
from reconcile.sandbox.faults import Fault
from reconcile.stages.decide import decide_rows
from reconcile.stages.money import read_ledger
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.decisions import Source
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.money_plans import MONEY
from reconcile.store.proposals import current_proposals
from reconcile.tie_out import month_of, tie_out

from .conftest import write_rows

DAYS = 4
NAMES = ("Ann Lee", "Bob Marsh", "Cy Oates")


class Week:
    """People who invoice and collect in both systems, an analyst in the morning, and nights that sometimes fail."""

    def __init__(self, office: Any, seed: int) -> None:
        self.office, self.dice, self.invoices = office, random.Random(seed), []

    def day(self, number: int) -> None:
        """People work; yesterday's outage is over."""
        self.office.sandbox.sandbox.faults.clear()
        for _ in range(2):
            self._raise_invoice(number)
        for act in self.dice.sample((self._edit, self._pay, self._pay_in_xero, self._void, self._void_in_xero), 3):
            act()

    def _raise_invoice(self, day: int) -> None:
        count = len(self.invoices) + 1
        line = {"description": "Pool clean", "quantity": "1", "unit_price": "110.00", "gst_included": True}
        sent = self.office.pooltrackr(
            "POST", "invoices", number=f"INV-{count}", contact_id=f"C{self.dice.randint(1, len(NAMES))}",
            issued_date=f"2026-10-{day + 10}", due_date="2026-10-30", subtotal="100.00", gst="10.00", total="110.00",
            lines=[line | {"tax": "10.00", "total": "110.00", "kind": "service"}],
        )  # fmt: skip
        self.invoices.append(sent["id"])

    def _edit(self) -> None:
        self.office.pooltrackr("PATCH", f"invoices/{self.dice.choice(self.invoices)}", notes=str(self.dice.random()))

    def _pay(self) -> None:
        amount = self.dice.choice(("110.00", "40.00"))
        invoice = self.dice.choice(self.invoices)
        self.office.pooltrackr(
            "POST", "payments", invoice_id=invoice, amount=amount, date="2026-10-20", method="manual"
        )

    def _pay_in_xero(self) -> None:
        open_ones = [i for i in self._copies() if i.status == "AUTHORISED" and not i.paid]
        if open_ones:
            paid = {"InvoiceID": self.dice.choice(open_ones).id}
            self.office.xero(
                "payments", "create", Invoice=paid, Account={"Code": "090"}, Amount="110.00", Date="2026-10-21"
            )

    def _void(self) -> None:
        self.office.pooltrackr("PATCH", f"invoices/{self.dice.choice(self.invoices)}", voided=True)

    def _void_in_xero(self) -> None:
        open_ones = [i for i in self._copies() if i.status == "AUTHORISED" and not i.paid]
        if open_ones:
            self.office.xero("invoices", "void", self.dice.choice(open_ones).id)

    def _copies(self) -> list[Any]:
        return list(self.office.sandbox.world.first_books.invoices)

    def night(self) -> None:
        """Pull and plan; one that fails is made up for by the next. Nothing is written."""
        before = len(self.office.writes())
        self.office.clock.ahead += timedelta(days=1)
        try:
            self.office.plan()
        except ReconcileError:
            self.office.sandbox.sandbox.faults.clear()
        assert len(self.office.writes()) == before

    def morning(self, *, thorough: bool = False) -> None:
        """The analyst decides most of what is suggested, and it is pushed; now and then Xero is down."""
        for proposal in self._proposals():
            if proposal.suggested != "skip" and (thorough or self.dice.random() < 0.8):
                self._decide(proposal)
        try:
            self.office.push()
        except ReconcileError:
            self.office.sandbox.sandbox.faults.clear()

    def _decide(self, proposal: Proposal) -> None:
        row = {"proposal_id": proposal.id, "basis": proposal.basis}
        try:
            decide(self.office, row, proposal.suggested)
        except DecisionsRejected:
            return

    def _proposals(self) -> list[Proposal]:
        with reading(self.office.services.engine) as session:
            return [p for e in MONEY for p in current_proposals(session, self.office.services.org_id, e)]

    def trouble(self, day: int) -> None:
        """What befalls Xero on some days."""
        faults = self.office.sandbox.sandbox.faults
        if day == 1:
            faults.add(Fault("unavailable", path="Invoices", method="GET", times=0))
        if day == 2:
            faults.add(Fault("unavailable", path="Payments", method="PUT", times=0))


def decide(office: Any, row: dict[str, str], verdict: str) -> None:
    """The analyst's decision on one row."""
    asked = DecisionRow(row=2, proposal_id=row["proposal_id"], basis=row["basis"], decision=verdict)
    decide_rows(office.services, [asked], Source("Ana", office.services.clock.now(), "csv"))


@pytest.fixture(scope="module")
def office(make_office, tmp_path_factory):
    world = tmp_path_factory.mktemp("week")
    people = [(n, name) for n, name in enumerate(NAMES, start=1)]
    write_rows(world / "pooltrackr/contacts.csv", "id,name", *(f"C{n},{name}" for n, name in people))
    write_rows(world / "xero/contacts.csv", "id,name", *(f"X{n},{name}" for n, name in people))
    office = make_office(world)
    office.sandbox.world.settings.limits.minute = 100_000
    office.configure(policies={}, xero_price_basis="INC")
    office.pull_everything()
    office.link("contacts", *((f"C{n}", f"X{n}") for n, _ in people))
    return office


@pytest.mark.timeout(200)
def test_after_a_week_every_linked_invoice_agrees_or_something_visible_says_why_not(office):
    week = Week(office, 5)
    for day in range(DAYS):
        week.day(day)
        week.trouble(day)
        week.night()
        week.morning()
    office.sandbox.sandbox.faults.clear()
    for _ in range(4):
        week.night()
        week.morning(thorough=True)
    week.night()

    services, ledger = office.services, read_ledger(office.services)
    with reading(services.engine) as session:
        flags = {f.record_id for e in MONEY for f in standing_flags(session, services.org_id, e) if f.name in REASONS}
        deciders = set(session.exec(select(tables.Decision.by).where(tables.Decision.org_id == services.org_id)))
        operations = session.exec(
            select(tables.PushOperation).where(tables.PushOperation.org_id == services.org_id)
        ).all()
        undecided = [op for op in operations if not op.decision_id]
        seals = broken_seals(session, services.org_id)
    explained = flags | {r for p in week._proposals() for r in (p.record_id, p.suggested_id)}
    explained |= {p.invoice_id for p in ledger.books.payments.values() if p.id in explained}
    explained |= {p.invoice_id for p in ledger.books.xero_payments.values() if p.id in explained}
    found = inspect_invoices(ledger.books)
    unexplained = [i.errors for i in found if i.errors and not explained & {i.invoice_id, i.copy_id}]

    assert len(found) >= DAYS
    assert unexplained == []
    assert deciders == {"Ana"}
    assert undecided == []
    assert seals == []
    assert {op.status for op in operations} <= {"done", "conflict", "withdrawn", "raced", "failed"}
    assert_each_arrived_once(office)
    for tied in tie_out(papers_of(ledger.books), month_of("2026-10")):
        assert sum((cause.amount for cause in tied.causes), Decimal(0)) == tied.difference


def assert_each_arrived_once(office: Any) -> None:
    """No reference stands on two live invoices, and no payment of ours on two."""
    books = office.sandbox.world.first_books
    invoices = [i.reference for i in books.invoices if i.status not in ("VOIDED", "DELETED")]
    payments = [p.reference for p in books.payments if p.status != "DELETED" and p.reference]
    assert len(set(invoices)) == len(invoices)
    assert len(set(payments)) == len(payments)
