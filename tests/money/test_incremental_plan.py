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
from reconcile.stages.propose import propose_entity
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
        self.office, self.dice = office, random.Random(seed)
        self.put("xero", "accounts", *ACCOUNTS)
        self.put("xero", "tax_rates", TaxRate(id="OUTPUT", rate=Decimal(10), status="ACTIVE"))
        self.put("xero", "contacts", *(Contact(id=f"X{n}", name="X", status="active") for n in range(4)))
        self.put("pooltrackr", "contacts", *(Contact(id=f"C{n}", name=f"Customer {n}") for n in range(4)))
        self.acts = (
            self.invoice, self.invoice, self.copy, self.copy, self.payment, self.payment, self.xero_payment, self.credit,
            self.link_invoice, self.link_invoice, self.link_payment, self.unlink, self.link_contact, self.archive, self.move,
            self.vanish, self.let_days_pass, self.ignore,
        )  # fmt: skip
        self.voiding = (self.product, self.link_product, self.configure)

    def put(self, system: Any, entity: Any, *records: Any) -> None:
        with writing(self.office.services.engine) as session:
            scope = Scope(self.office.services.org_id, system, entity)
            store_page(session, scope, self.office.begin(), Page(tuple(records)))

    def known(self, system: Any, entity: Any) -> list[Any]:
        with reading(self.office.services.engine) as session:
            return list(current_records(session, Scope(self.office.services.org_id, system, entity)))

    def edit(self) -> None:
        """One or two edits, now and then one that makes all plans void."""
        for act in self.dice.choices(self.acts, k=self.dice.randint(1, 2)):
            act()
        if self.dice.random() < 0.07:
            self.dice.choice(self.voiding)()

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
            superseded_by=self.pick(*[""] * 5, "I2"), batch=self.pick(*["none"] * 5, "batched"), batch_invoice_id=self.pick("", "I3"),
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

    def link_product(self) -> None:
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


def run_weeks(office: Any, folder: Any, seed: int, steps: int) -> None:
    """Edit, plan what changed, and compare with planning everything, in the tables and in the reports."""
    books = Books(office, seed)
    for step in range(steps):
        books.edit()
        books.plan()
        services = office.services
        assert standing(services) == planned_whole(services), f"seed {seed}, step {step}"
        _, paths = write_money_report(services, folder / str(step), "R")
        assert read_files(paths) == files_whole(services), f"seed {seed}, step {step}"


def test_planning_what_changed_comes_to_what_planning_everything_does(empty_office, tmp_path):
    run_weeks(empty_office, tmp_path, seed=1, steps=30)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_planning_what_changed_comes_to_the_same_whatever_the_dice_say(empty_office, tmp_path, seed):
    run_weeks(empty_office, tmp_path, seed, steps=60)


@pytest.fixture
def three_invoices(empty_office):
    """Three plain invoices for customer C1, who is linked; planned."""
    books = Books(empty_office, 4)
    line = Line(
        id="L", description="Clean", quantity=Decimal(1), unit_amount=Decimal("100.00"), gst_included="false",
        tax_amount=Decimal("10.00"), line_amount=Decimal("110.00"),
    )  # fmt: skip
    invoices = [
        Invoice(
            id=f"I{n}", number=f"INV-{n}", contact_id="C1", date=date(2026, 10, 3), lines=(line,), status="active",
            subtotal=Decimal("100.00"), total_tax=Decimal("10.00"), total=Decimal("110.00"), payment="unpaid", batch="none",
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    books.put("pooltrackr", "invoices", *invoices, replace(invoices[0], id="I9", number="INV-9", contact_id="C2"))
    books.link("contacts", "C1", "X1")
    assert books.plan() == 4
    assert books.plan() == 0
    return books


def lock(books: Books, until: date) -> None:
    """Lock Xero's books until a day."""
    there = books.office.sandbox.world.first_books
    there.organisation = replace(there.organisation, period_lock_date=until)


COMMON: dict[str, Any] = {
    "the template": lambda b: b.office.configure(**CARDS, invoice_template="{notes}"),
    "the cut-off date": lambda b: b.office.configure(**CARDS, cut_off_date="2026-10-05"),
    "the category map": lambda b: b.office.configure(**CARDS, category_accounts={"pump": "200"}),
    "the chart of accounts": lambda b: b.put("xero", "accounts", replace(ACCOUNTS[0], status="ARCHIVED")),
    "a tax rate": lambda b: b.put("xero", "tax_rates", TaxRate(id="OUTPUT", rate=Decimal(12), status="ACTIVE")),
    "an item's account": lambda b: b.put("xero", "products", Product(id="T1", code="T", sales_account="200")),
    "a product's link": lambda b: b.link("products", "R1", "T1"),
    "the lock date": lambda b: lock(b, date(2026, 10, 31)),
}


def test_what_all_plans_rest_on_voids_all_of_them(three_invoices):
    for what, change in COMMON.items():
        change(three_invoices)
        assert three_invoices.plan() == 4, what
        assert three_invoices.plan() == 0, what
        assert standing(three_invoices.office.services) == planned_whole(three_invoices.office.services), what


def test_a_customer_that_is_linked_or_archived_voids_the_plans_of_its_own_invoices(three_invoices):
    three_invoices.link("contacts", "C2", "X2")
    assert three_invoices.plan() == 1
    three_invoices.put("xero", "contacts", Contact(id="X1", name="X", status="archived"))
    assert three_invoices.plan() == 3


def test_a_price_a_name_and_a_number_elsewhere_void_nothing(three_invoices):
    three_invoices.put("pooltrackr", "products", Product(id="R1", name="R"))
    three_invoices.plan()
    three_invoices.put("pooltrackr", "products", Product(id="R1", name="R", price=Decimal("9.50")))
    three_invoices.put("pooltrackr", "contacts", Contact(id="C1", name="Another Name"))
    three_invoices.put("xero", "invoices", Invoice(id="V7", number="INV-7", status="AUTHORISED"))
    assert three_invoices.plan() == 0


def test_everything_is_planned_anew_after_everything_was_matched_anew(three_invoices):
    before = standing(three_invoices.office.services)
    propose_entity(three_invoices.office.services, three_invoices.office.begin(), "contacts", anew=True)
    assert three_invoices.plan() == 4
    assert standing(three_invoices.office.services) == before


def test_a_run_with_a_cut_off_date_of_its_own_does_not_bind_the_next_one(three_invoices):
    services = three_invoices.office.services
    own = services.settings_of_org
    services.settings_of_org = own.model_copy(update={"cut_off_date": date(2026, 10, 20)})
    assert three_invoices.plan() == 4
    services.settings_of_org = own
    assert three_invoices.plan() == 4


def test_reports_that_would_be_the_same_are_copied_unless_somebody_filled_them_in(three_invoices):
    services = three_invoices.office.services
    base = services.settings.reports_dir / services.org_id
    said, first = write_money_report(services, base / "R1", "R1")
    again, second = write_money_report(services, base / "R2", "R2")
    assert again == said
    assert [path.name for path in second] == [path.name.replace("R1", "R2") for path in first]
    assert [path.read_bytes() for path in second] == [path.read_bytes() for path in first]
    first[0].write_text("filled in", encoding="utf-8")
    assert read_files(write_money_report(services, base / "R3", "R3")[1]) == files_whole(services)
    three_invoices.put("pooltrackr", "contacts", Contact(id="C1", name="Another Name"))
    three_invoices.plan()
    assert read_files(write_money_report(services, base / "R4", "R4")[1]) == files_whole(services)
