"""Xero's invoices: what was pushed long ago, what a bookkeeper typed, what suppliers sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from reconcile.sandbox.generate.bills import Bill, Line, dollars, hundredths
from reconcile.sandbox.generate.book import AS_OF, Row
from reconcile.sandbox.generate.dice import Dice

PUSHED_BEFORE = date(2026, 5, 1)
FATES = {"agrees": 80, "total_differs": 5, "voided_in_xero": 3, "paid_in_xero_only": 8, "draft_in_xero": 4}


@dataclass
class Ledger:
    """Writes Xero invoices and payments beside Pooltrackr's."""

    dice: Dice
    active: set[str]
    item_codes: dict[str, str]
    paid: dict[str, list[Row]]
    invoices: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)

    def push(self, bill: Bill, fate: str) -> None:
        """The invoice as it was pushed, and what became of it in Xero since."""
        row = self._copy(bill)
        bill.row |= {"xero_invoice_id": row["id"], "xero_number": row["number"]}
        bill.case = bill.case or (f"pushed_{fate}")
        if fate == "total_differs":
            self.lines[-1]["unit_amount"] = str(Decimal(self.lines[-1]["unit_amount"]) + 10)
        elif fate == "voided_in_xero":
            row["status"] = "VOIDED"
        elif fate == "draft_in_xero":
            row["status"] = "DRAFT"
        elif fate == "paid_in_xero_only":
            self._pay(row, bill.total, bill.issued + timedelta(days=9), "Direct deposit")
            row["status"] = "PAID"
        else:
            self._follow_payments(bill, row)

    def type_by_hand(self, bill: Bill) -> None:
        """The same invoice, typed into Xero by a bookkeeper: nothing in Pooltrackr tells of it."""
        self._copy(bill)
        bill.case = "typed_into_xero"

    def receive(self, supplier: Row, number: int) -> None:
        """A supplier's bill."""
        issued = AS_OF.date() - timedelta(days=self.dice.randrange(300))
        row = self._invoice(supplier["id"], "ACCPAY", f"SUP-{number:05d}", issued)
        self._line(
            row, "Goods as per delivery docket", "1", dollars(self.dice.randint(2_000, 400_000)), "", "310", "INPUT"
        )

    def _copy(self, bill: Bill) -> Row:
        row = self._invoice(bill.right_contact, "ACCREC", bill.row["number"], bill.issued)
        row["due_date"] = bill.row["due_date"]
        row["reference"] = bill.row["job_id"]
        row["line_amount_types"] = "Exclusive" if bill.mode == "exclusive" else "Inclusive"
        for line in bill.lines:
            quantity, unit = (line.quantity, line.price) if not line.discount else (100, line.amount)
            code = self.item_codes.get(line.product_id, "")
            self._line(row, line.description, hundredths(quantity), dollars(unit), code, account_of(line), "OUTPUT")
        return row

    def _invoice(self, contact_id: str, kind: str, number: str, issued: date) -> Row:
        row = {
            "id": self.dice.guid("invoice", len(self.invoices) + 1), "number": number, "contact_id": contact_id, "type": kind,
            "status": "AUTHORISED", "date": issued.isoformat(), "due_date": (issued + timedelta(days=14)).isoformat(),
            "reference": "", "line_amount_types": "Inclusive", "updated_at": f"{issued.isoformat()}T07:00:00Z",
        }  # fmt: skip
        self.invoices.append(row)
        return row

    def _line(self, row: Row, description: str, quantity: str, unit: str, item: str, account: str, tax: str) -> None:
        self.lines.append({
            "invoice_id": row["id"], "description": description, "quantity": quantity, "unit_amount": unit,
            "item_code": item, "account_code": account, "tax_type": tax,
        })  # fmt: skip

    def _follow_payments(self, bill: Bill, row: Row) -> None:
        """Payments of Pooltrackr that Xero knows of; some were never carried over."""
        known, open_cents = 0, bill.total
        for payment in self.paid.get(bill.id, []):
            cents = int(Decimal(payment["amount"]) * 100)
            if payment["deleted"] == "true" or cents > open_cents - known or self.dice.chance(0.25):
                continue
            payment["xero_payment_id"] = self._pay(row, cents, date.fromisoformat(payment["date"]), payment["id"])
            known += cents
        if known == open_cents:
            row["status"] = "PAID"

    def _pay(self, row: Row, cents: int, on: date, reference: str) -> str:
        payment = {
            "id": self.dice.guid("payment", len(self.payments) + 1), "invoice_id": row["id"], "account_code": "090",
            "date": on.isoformat(), "amount": dollars(cents), "reference": reference, "status": "AUTHORISED",
        }  # fmt: skip
        self.payments.append(payment)
        return payment["id"]


def fill_ledger(
    dice: Dice, bills: Sequence[Bill], payments: Sequence[Row], contacts: Sequence[Row], item_codes: dict[str, str]
) -> Ledger:
    """Write Xero's side of the invoices; only plain old bills of linked, active contacts were ever pushed."""
    paid: dict[str, list[Row]] = {}
    for payment in payments:
        paid.setdefault(payment["invoice_id"], []).append(payment)
    ledger = Ledger(dice, {row["id"] for row in contacts if row["status"] == "ACTIVE"}, item_codes, paid)
    forced, by_hand = list(FATES), True
    for bill in bills:
        if not pushable(bill, ledger.active):
            continue
        if bill.issued < PUSHED_BEFORE and dice.chance(0.7):
            ledger.push(bill, forced.pop(0) if forced else dice.weighted(FATES))
        elif by_hand or dice.chance(0.02):
            by_hand = False
            ledger.type_by_hand(bill)
    suppliers = [row for row in contacts if row["is_supplier"] == "true"]
    for number in range(1, len(bills) // 20 + 1):
        ledger.receive(dice.pick(suppliers), number)
    return ledger


def pushable(bill: Bill, active: set[str]) -> bool:
    """Whether an earlier push could have carried the bill without a question."""
    plain = bill.case in ("", "part_paid", "two_payments") and bill.row["delivery"] == "sent"
    return plain and bill.right_contact in active and bill.mode != "mixed"


def account_of(line: Line) -> str:
    """The sales account that an earlier push used."""
    return "203" if line.kind == "service" else "200"
