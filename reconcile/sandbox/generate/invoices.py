"""Pooltrackr's invoices: ordinary ones, and the kinds that trouble a push."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from reconcile.sandbox.generate.bills import Bill, Line
from reconcile.sandbox.generate.book import AS_OF, ContactBook, Row
from reconcile.sandbox.generate.dice import Dice

DAYS = 480
TECHNICIANS = ("T01", "T02", "T03", "T04", "T05")


@dataclass
class BillBook:
    """Writes Pooltrackr invoices for the contacts and products of one world."""

    dice: Dice
    contacts: Sequence[Row]
    batch_contacts: Sequence[Row]
    products: Sequence[Row]
    pools: dict[str, list[str]]
    partners: dict[str, str]
    bills: list[Bill] = field(default_factory=list)
    jobs: int = 0

    def bill(self, contact: Row, case: str = "", lines: int = 0, **fields: str) -> Bill:
        """One invoice for a contact, with lines drawn from the price book."""
        issued = AS_OF.date() - timedelta(days=self.dice.randrange(DAYS))
        self.jobs += 1
        number = 50_001 + len(self.bills)
        pool = self.dice.pick(self.pools.get(contact["id"], [""]))
        row = {
            "number": f"INV-{number}", "contact_id": contact["id"], "pool_id": pool, "job_id": f"J{70_000 + self.jobs}",
            "service_date": day(issued - timedelta(days=self.dice.randrange(4))), "issued_date": day(issued),
            "due_date": day(issued + timedelta(days=self.dice.pick((7, 14, 14, 30)))), "notes": "", "intro": "",
            "technician": self.dice.pick(TECHNICIANS), "delivery": "sent", "payment": "unpaid", "batch": "none",
            "batch_invoice_id": "", "split_group_id": "", "superseded_by": "", "voided": "false",
            "xero_invoice_id": "", "xero_number": "", "created_at": f"{day(issued)}T02:00:00Z",
            "updated_at": f"{day(issued)}T06:30:00Z",
        } | fields  # fmt: skip
        bill = Bill(f"I{number}", issued, row, case=case, right_contact=self.partners.get(contact["id"], ""))
        bill.lines = [
            self.line(pool) for _ in range(lines or self.dice.choices((1, 2, 3, 4, 6), (20, 35, 25, 15, 5))[0])
        ]
        self.bills.append(bill)
        return bill

    def line(self, pool: str = "") -> Line:
        """A product or service at its list price, or words of the technician's own."""
        product = self.dice.pick(self.products)
        service = product["category"] == "Services"
        quantity = (
            self.dice.pick((25, 50, 75, 100, 150, 200))
            if service
            else 100 * self.dice.choices((1, 2, 3, 10), (75, 15, 6, 4))[0]
        )
        discount = self.dice.pick((5, 10, 15)) if self.dice.chance(0.04) else 0
        price = int(Decimal(product["price"]) * 100)
        line = Line(
            product["name"], quantity, price, product["gst_included"] == "true", product["id"], product["code"],
            discount, pool, "service" if service else "product",
        )  # fmt: skip
        if self.dice.chance(0.04):
            return replace(line, description="Parts as discussed on site", product_id="", sku="", kind="custom")
        return line

    def contact(self) -> Row:
        """A contact who gets invoices one by one."""
        return self.dice.pick(self.contacts)


def ordinary(book: BillBook) -> None:
    """One job, one invoice."""
    book.bill(book.contact(), delivery="sent" if book.dice.chance(0.9) else "unsent")


def one_cent_off(book: BillBook) -> None:
    """The header's GST was worked out on the total, the lines' per line."""
    bill = book.bill(book.contact(), "one_cent_off", lines=3)
    bill.cents_off = book.dice.pick((1, -1))


def batched(book: BillBook) -> None:
    """A month of jobs: the children stay in Pooltrackr, their batch invoice goes out."""
    contact = book.dice.pick(book.batch_contacts)
    children = [book.bill(contact, "batched_child", lines=2, batch="batched") for _ in range(book.dice.randint(2, 4))]
    batch = book.bill(contact, "batch", lines=1, batch="batch", pool_id="")
    batch.lines = [replace(line) for child in children for line in child.lines]
    for child in children:
        child.row["batch_invoice_id"] = batch.id


def split(book: BillBook) -> None:
    """One job shared between two contacts."""
    first = book.bill(book.contact(), "split")
    second = book.bill(book.contact(), "split", job_id=first.row["job_id"])
    for bill in (first, second):
        bill.row["split_group_id"] = f"S{first.id[1:]}"


def superseded(book: BillBook) -> None:
    """Editing an issued invoice made a new one."""
    contact = book.contact()
    old = book.bill(contact, "superseded")
    new = book.bill(contact, "supersedes", job_id=old.row["job_id"], pool_id=old.row["pool_id"])
    new.lines = [*(replace(line) for line in old.lines), book.line(old.row["pool_id"])]
    old.row["superseded_by"] = new.id


def voided(book: BillBook) -> None:
    """Taken back by the office."""
    book.bill(book.contact(), "voided", voided="true")


def zero_line(book: BillBook) -> None:
    """A line that costs nothing stands among others."""
    bill = book.bill(book.contact(), "zero_line")
    bill.lines.append(Line("Water test, no charge", 100, 0, True, pool_id=bill.row["pool_id"], kind="custom"))


def credit_line(book: BillBook) -> None:
    """Goods brought back, as a negative line."""
    bill = book.bill(book.contact(), "credit_line", lines=2)
    bill.lines.append(Line("Allowance for returned drum", 100, -500, True, kind="discount"))


def free_of_charge(book: BillBook) -> None:
    """A whole invoice of 0.00."""
    bill = book.bill(book.contact(), "zero_total")
    bill.lines = [Line("Warranty visit", 100, 0, True, kind="custom")]


def without_lines(book: BillBook) -> None:
    """An invoice that nobody finished."""
    bill = book.bill(book.contact(), "no_lines", delivery="unsent")
    bill.lines = []


MIX: dict[Callable[[BillBook], None], float] = {
    ordinary: 86, one_cent_off: 1, batched: 2, split: 1, superseded: 1.5, voided: 1.5, zero_line: 3, credit_line: 1.5,
    free_of_charge: 0.5, without_lines: 0.2,
}  # fmt: skip


def fill_bill_book(dice: Dice, contacts: ContactBook, products: Sequence[Row], wanted: int) -> BillBook:
    """Write about `wanted` invoices; every kind occurs at least once when any are wanted."""
    billed = [row for row in contacts.pooltrackr if row["archived"] == "false" and row["category"] != "Tenant"]
    pools: dict[str, list[str]] = defaultdict(list)
    for pool in contacts.pools:
        pools[pool["contact_id"]].append(pool["id"])
    book = BillBook(
        dice,
        [row for row in billed if row["is_batch"] == "false"],
        [row for row in billed if row["is_batch"] == "true"],
        [row for row in products if row["active"] == "true" and Decimal("0.5") < Decimal(row["price"]) < 9_000],
        pools,
        {pair.left_id: pair.right_id for pair in contacts.truth.contacts},
    )
    if wanted:
        for recipe in MIX:
            recipe(book)
    while len(book.bills) < wanted:
        dice.weighted(MIX)(book)
    return book


def day(moment: date) -> str:
    """A calendar day as ISO 8601."""
    return moment.isoformat()
