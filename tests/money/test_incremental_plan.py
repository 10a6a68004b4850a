"""However both systems, the links and the settings are edited: planning what changed comes to what planning everything does.

The records are put into the snapshot as a pull would put them, so that the dice can also make what people rarely do: numbers
that are taken, marks that two invoices carry, payouts that miss a cent, links that are taken apart.
"""

import csv
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from reconcile.errors import TargetTaken
from reconcile.ports import Page
from reconcile.records import Account, Contact, Credit, Invoice, Line, Payment, Pool, Product, TaxRate
from reconcile.stages.money import plan_money
from reconcile.stages.money_report import write_money_report
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.links import close_link, open_link
from reconcile.store.snapshots import Scope, current_records, mark_missing, store_page

from .conftest import write_rows
from .whole import files_whole, planned_whole, standing

ACCOUNTS = [
    Account(id="A1", code="200", type="REVENUE", status="ACTIVE"),
    Account(id="A2", code="090", type="BANK", status="ACTIVE"),
    Account(id="A3", code="615", type="BANK", status="ACTIVE"),
    Account(id="A4", code="404", type="EXPENSE", status="ACTIVE"),
]
CARDS = {"clearing_account": "615", "fees_account": "404", "reimbursement_account": "200", "stripe_contact": "X0"}
SETTINGS: list[dict[str, Any]] = [
    CARDS,
    {**CARDS, "cut_off_date": "2026-10-05"},
    {**CARDS, "invoice_template": "{notes}"},
    {**CARDS, "numbering_scheme": "xero"},
]


class Books:
    """Both sides of a business that the dice edits: a handful of each kind of record, so that they often meet."""

    def __init__(self, office: Any, seed: int) -> None:
        self.office, self.dice, self.edits = office, random.Random(seed), 0
        self.put("xero", "accounts", *ACCOUNTS)
        self.put("xero", "tax_rates", TaxRate(id="OUTPUT", rate=Decimal(10), status="ACTIVE"))
        self.put("xero", "contacts", *(Contact(id=f"X{n}", name="X", status="active") for n in range(4)))
        self.put("pooltrackr", "contacts", *(Contact(id=f"C{n}", name=f"Customer {n}") for n in range(4)))
        self.acts = (
            self.invoice, self.invoice, self.copy, self.copy, self.payment, self.payment, self.xero_payment, self.credit,
            self.link_invoice, self.link_invoice, self.link_payment, self.unlink, self.link_contact, self.archive, self.move,
            self.product, self.vanish, self.let_days_pass, self.configure, self.ignore,
        )  # fmt: skip

    def put(self, system: Any, entity: Any, *records: Any) -> None:
        with writing(self.office.services.engine) as session:
            scope = Scope(self.office.services.org_id, system, entity)
            store_page(session, scope, self.office.begin(), Page(tuple(records)))

    def known(self, system: Any, entity: Any) -> list[Any]:
        with reading(self.office.services.engine) as session:
            return list(current_records(session, Scope(self.office.services.org_id, system, entity)))

    def edit(self) -> None:
        for act in self.dice.choices(self.acts, k=self.dice.randint(1, 3)):
            act()

    def pick(self, *values: Any) -> Any:
        return self.dice.choice(values)

    def number(self) -> str:
        return f"inv-{self.dice.randint(1, 6)}" if self.dice.random() < 0.2 else f"INV-{self.dice.randint(1, 8)}"

    def invoice(self) -> None:
        key = self.dice.randint(1, 10)
        line = Line(
            id="L", description="Clean", product_id=self.pick("", "R1", "R2"), quantity=Decimal(1),
            unit_amount=Decimal("100.00"), gst_included="false", tax_amount=Decimal("10.00"), line_amount=Decimal("110.00"),
            pool_id=self.pick("", "P1", "P2"),
        )  # fmt: skip
        record = Invoice(
            id=f"I{key}", number=self.pick(f"INV-{key}", f"INV-{key}", self.number(), ""),
            contact_id=f"C{self.dice.randint(0, 3)}", status=self.pick(*["active"] * 5, "voided"),
            date=date(2026, 10, self.dice.randint(1, 20)), lines=self.pick((line,), (line,), ()),
            subtotal=Decimal("100.00"), total_tax=Decimal("10.00"), total=self.pick(*[Decimal("110.00")] * 4, Decimal("110.01")),
            pool_id=self.pick("", "P1"), notes=self.pick("", "Gate"), payment=self.pick("unpaid", "unpaid", "paid"),
            superseded_by=self.pick(*[""] * 5, "I2"), batch=self.pick(*["none"] * 5, "batched"),
            xero_invoice_id=self.pick("", "", f"V{self.dice.randint(1, 10)}"),
        )  # fmt: skip
        self.put("pooltrackr", "invoices", record)

    def copy(self) -> None:
        key, paid = self.dice.randint(1, 10), self.pick(Decimal(0), Decimal(0), Decimal("110.00"))
        record = Invoice(
            id=f"V{key}", type=self.pick(*["ACCREC"] * 6, "ACCPAY"), number=self.pick(f"INV-{key}", self.number()),
            reference=self.pick("", "", f"PT-I{self.dice.randint(1, 10)}", self.number()),
            contact_id=f"X{self.dice.randint(0, 3)}", date=date(2026, 10, 3), total=Decimal("110.00"), total_tax=Decimal("10.00"),
            status=self.pick("AUTHORISED", "AUTHORISED", "DRAFT", "VOIDED", "PAID"), amount_paid=paid,
            amount_due=Decimal("110.00") - paid,
        )  # fmt: skip
        self.put("xero", "invoices", record)

    def payment(self) -> None:
        key, amount = self.dice.randint(1, 8), self.pick(Decimal("110.00"), Decimal("40.00"), Decimal("-1.00"))
        card = self.dice.random() < 0.4
        record = Payment(
            id=f"Y{key}", invoice_id=self.pick(f"I{self.dice.randint(1, 10)}", f"I{key}", ""), amount=amount,
            date=date(2026, 10, 12), status=self.pick(*["AUTHORISED"] * 4, "DELETED"), method="stripe" if card else "manual",
            xero_payment_id=self.pick("", "", f"Q{self.dice.randint(1, 8)}"),
        )  # fmt: skip
        if card:
            record = replace(
                record, stripe_charge=f"ch{key}", stripe_gross=amount + Decimal("3.70"), stripe_fee=Decimal("3.76"),
                stripe_surcharge=Decimal("3.70"), stripe_net=amount - self.pick(Decimal("0.06"), Decimal("0.07")),
                stripe_payout=self.pick("po_1", "po_2"),
            )  # fmt: skip
        self.put("pooltrackr", "payments", record)

    def xero_payment(self) -> None:
        record = Payment(
            id=f"Q{self.dice.randint(1, 8)}", invoice_id=f"V{self.dice.randint(1, 10)}", date=date(2026, 10, 12),
            amount=self.pick(Decimal("110.00"), Decimal("40.00")), status=self.pick("AUTHORISED", "AUTHORISED", "DELETED"),
            reference=self.pick("", f"PT-Y{self.dice.randint(1, 8)}"), is_reconciled=self.pick("", "true"),
        )  # fmt: skip
        self.put("xero", "payments", record)

    def credit(self) -> None:
        allocated = ((f"V{self.dice.randint(1, 10)}", "40.00"),)
        self.put("xero", "credits", Credit(id=f"N{self.dice.randint(1, 2)}", kind="credit_note", allocations=allocated))

    def link(self, entity: Any, left: str, right: str) -> None:
        with writing(self.office.services.engine) as session:
            try:
                open_link(
                    session, self.office.services.org_id, entity, left, right, "", "test", self.office.clock.now()
                )
            except TargetTaken:
                return

    def link_invoice(self) -> None:
        key = self.dice.randint(1, 10)
        self.link("invoices", f"I{key}", f"V{self.pick(key, key, self.dice.randint(1, 10))}")

    def link_payment(self) -> None:
        left = self.pick(f"Y{self.dice.randint(1, 8)}", f"I{self.dice.randint(1, 10)}")
        self.link("payments", left, f"Q{self.dice.randint(1, 8)}")
        self.link("bank_transactions", f"Y{self.dice.randint(1, 8)}-FEE", f"B{self.dice.randint(1, 99)}")

    def link_contact(self) -> None:
        self.link("contacts", f"C{self.dice.randint(0, 3)}", f"X{self.dice.randint(0, 3)}")
        self.link("products", self.pick("R1", "R2"), self.pick("T1", "T2"))

    def unlink(self) -> None:
        with writing(self.office.services.engine) as session:
            table = tables.Link
            ours = (table.org_id == self.office.services.org_id, col(table.closed_at).is_(None))
            found = session.exec(select(table).where(*ours).order_by(col(table.id))).all()
            if found:
                close_link(session, self.dice.choice(found), "test", self.office.clock.now(), "test")

    def archive(self) -> None:
        status = self.pick("active", "active", "archived")
        self.put("xero", "contacts", Contact(id=f"X{self.dice.randint(0, 3)}", name="X", status=status))
        name = f"Customer {self.dice.randint(0, 99)}"
        self.put("pooltrackr", "contacts", Contact(id=f"C{self.dice.randint(0, 3)}", name=name))

    def move(self) -> None:
        self.put("pooltrackr", "pools", Pool(id=self.pick("P1", "P2"), street=f"{self.dice.randint(1, 9)} Low St"))

    def product(self) -> None:
        self.put("pooltrackr", "products", Product(id=self.pick("R1", "R2"), name="R", category=self.pick("", "pump")))
        item = Product(id=self.pick("T1", "T2"), code=self.pick("T", "U"), name="T", sales_account=self.pick("", "200"))
        self.put("xero", "products", item)

    def vanish(self) -> None:
        system, entity = self.pick(("pooltrackr", "invoices"), ("xero", "invoices"), ("pooltrackr", "payments"))
        ids = [record.id for record in self.known(system, entity)]
        if ids:
            with writing(self.office.services.engine) as session:
                scope = Scope(self.office.services.org_id, system, entity)
                mark_missing(session, scope, [self.dice.choice(ids)], self.office.clock.now())

    def let_days_pass(self) -> None:
        self.office.clock.ahead += timedelta(days=1)

    def configure(self) -> None:
        self.office.configure(**self.dice.choice(SETTINGS))

    def ignore(self) -> None:
        waiting = [row for row in self.office.rows().values() if row["proposal_id"] and row["suggested"] == "create"]
        if waiting:
            self.office.decide(self.dice.choice(waiting), "ignore")

    def plan(self, *, anew: bool = False) -> int:
        self.edits += 1
        return plan_money(self.office.services, self.office.begin(), anew=anew).planned


def read_files(paths: Any) -> dict[str, list[dict[str, str]]]:
    found = {}
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: text.lstrip("'") for name, text in row.items()} for row in csv.DictReader(file)]
            found[path.name.rpartition("_")[0]] = rows
    return found


@pytest.fixture
def empty_office(make_office, tmp_path):
    write_rows(tmp_path / "world/pooltrackr/contacts.csv", "id,name", "C0,Nobody")
    office = make_office(tmp_path / "world")
    office.configure(**CARDS)
    return office


@pytest.mark.parametrize("seed", [1, 2])
def test_planning_what_changed_comes_to_what_planning_everything_does(empty_office, tmp_path, seed):
    books = Books(empty_office, seed)
    spared = 0
    for step in range(40):
        books.edit()
        planned = books.plan()
        services = empty_office.services
        assert standing(services) == planned_whole(services), f"seed {seed}, step {step}"
        _, paths = write_money_report(services, tmp_path / str(step), "R")
        assert read_files(paths) == files_whole(services), f"seed {seed}, step {step}"
        spared += len(read_files(paths)["invoices"]) - planned
    assert spared > 100


def test_planning_everything_anew_finds_nothing_to_change(empty_office):
    books = Books(empty_office, 3)
    for _ in range(15):
        books.edit()
        books.plan()
    before = standing(empty_office.services)
    assert books.plan(anew=True) > 0
    assert standing(empty_office.services) == before
