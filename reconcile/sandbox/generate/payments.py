"""What customers paid: in full, in part, too much, by card, and what was taken back."""

from datetime import date, timedelta

from reconcile.sandbox.generate.bills import Bill, divide, dollars
from reconcile.sandbox.generate.book import AS_OF, Row
from reconcile.sandbox.generate.dice import Dice

FATES = {"paid": 62, "unpaid": 27, "part_paid": 5, "two_payments": 4, "overpaid": 0.7, "payment_deleted": 1.3}


def take_payments(dice: Dice, bills: list[Bill]) -> list[Row]:
    """Pay the bills; sets each bill's `payment` and its case, returns the rows of payments.csv."""
    rows: list[Row] = []
    forced = [fate for fate in FATES if fate != "unpaid"]
    for bill in bills:
        if (
            bill.total <= 0
            or bill.row["voided"] == "true"
            or bill.row["superseded_by"]
            or bill.row["batch"] == "batched"
        ):
            continue
        fate = forced.pop() if forced and not bill.case else dice.weighted(FATES)
        if bill.case and fate != "unpaid":
            fate = "paid"
        for amount, deleted in _amounts(dice, fate, bill.total):
            rows.append(_payment(dice, f"Y{20_001 + len(rows)}", bill, amount, deleted))
        if fate in ("paid", "two_payments", "overpaid"):
            bill.row["payment"] = "paid"
        if fate not in ("paid", "unpaid"):
            bill.case = fate
    return rows


def _amounts(dice: Dice, fate: str, total: int) -> list[tuple[int, bool]]:
    """The payments of a fate in cents, each with whether it was deleted later."""
    part = max(1, total * dice.randint(20, 70) // 100)
    return {
        "paid": [(total, False)],
        "unpaid": [],
        "part_paid": [(part, False)],
        "two_payments": [(part, False), (total - part, False)],
        "overpaid": [(total + 1000, False)],
        "payment_deleted": [(total, True)],
    }[fate]


def _payment(dice: Dice, payment_id: str, bill: Bill, amount: int, deleted: bool) -> Row:
    """One payment; by card the customer may carry the surcharge, and the card firm keeps its fee."""
    paid_on = min(bill.issued + timedelta(days=dice.randrange(40)), AS_OF.date())
    method = dice.weighted({"manual": 50, "stripe": 38, "xero": 12})
    row = {
        "id": payment_id, "invoice_id": bill.id, "amount": dollars(amount), "date": paid_on.isoformat(), "method": method,
        "stripe_charge": "", "stripe_gross": "", "stripe_fee": "", "stripe_surcharge": "", "stripe_net": "", "stripe_payout": "",
        "xero_payment_id": "", "deleted": "true" if deleted else "false",
    }  # fmt: skip
    return row | _card(dice, payment_id, amount, paid_on) if method == "stripe" else row


def _card(dice: Dice, payment_id: str, amount: int, paid_on: date) -> Row:
    """The four sums of a card payment: surcharge, gross, fee (1.7 % and 30 cents) and net."""
    surcharge = divide(amount * 17, 1000) + 30 if dice.chance(0.5) else 0
    gross = amount + surcharge
    fee = divide(gross * 17, 1000) + 30
    return {
        "stripe_charge": f"ch_sample{payment_id[1:]}",
        "stripe_gross": dollars(gross),
        "stripe_fee": dollars(fee),
        "stripe_surcharge": dollars(surcharge),
        "stripe_net": dollars(gross - fee),
        "stripe_payout": f"po_sample{paid_on:%Y%m%d}",
    }
