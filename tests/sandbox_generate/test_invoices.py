"""The sample's invoices obey their own arithmetic, and the ones that do not are named in the truth."""

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from reconcile.sandbox.generate import World
from reconcile.sandbox.generate.bills import Line, divide, dollars, hundredths

Row = dict[str, str]
CENT = Decimal("0.01")


def by_id(world: World, table: str) -> dict[str, Row]:
    return {row["id"]: row for row in world.tables[table]}


def lines_of(world: World) -> dict[str, list[Row]]:
    lines = defaultdict(list)
    for row in world.tables["pooltrackr/invoice_lines"]:
        lines[row["invoice_id"]].append(row)
    return lines


def cases(world: World, case: str) -> list[Row]:
    invoices = by_id(world, "pooltrackr/invoices")
    return [invoices[row["id"]] for row in world.tables["truth/invoices"] if row["case"] == case]


def money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


TRAPS = {
    "one_cent_off", "batch", "batched_child", "split", "superseded", "supersedes", "voided", "zero_line", "credit_line",
    "zero_total", "no_lines", "part_paid", "two_payments", "overpaid", "payment_deleted", "typed_into_xero", "pushed_agrees",
    "pushed_total_differs", "pushed_voided_in_xero", "pushed_paid_in_xero_only", "pushed_draft_in_xero",
}  # fmt: skip


def test_every_trap_occurs_in_the_sample(sample: World) -> None:
    assert {row["case"] for row in sample.tables["truth/invoices"]} == TRAPS


def test_a_lines_tax_and_total_follow_from_quantity_price_and_discount(larger: World) -> None:
    for row in larger.tables["pooltrackr/invoice_lines"]:
        share = 1 - Decimal(row["discount_percent"] or 0) / 100
        amount = money(Decimal(row["quantity"]) * Decimal(row["unit_price"]) * share)
        inclusive = row["gst_included"] == "true"
        tax = money(amount / 11) if inclusive else money(amount / 10)
        assert Decimal(row["tax"]) == tax
        assert Decimal(row["total"]) == (amount if inclusive else amount + tax)


def test_totals_are_the_sums_of_the_lines_except_where_a_cent_is_off(larger: World) -> None:
    off = {row["id"] for row in cases(larger, "one_cent_off")}
    lines = lines_of(larger)
    assert off
    for row in larger.tables["pooltrackr/invoices"]:
        gap = Decimal(row["total"]) - sum((Decimal(line["total"]) for line in lines[row["id"]]), Decimal(0))
        assert abs(gap) == (CENT if row["id"] in off else 0)
        assert Decimal(row["subtotal"]) + Decimal(row["gst"]) == Decimal(row["total"])


def test_gst_mode_tells_the_bases_of_the_lines(larger: World) -> None:
    lines = lines_of(larger)
    for row in larger.tables["pooltrackr/invoices"]:
        bases = {line["gst_included"] for line in lines[row["id"]]}
        expected = {("true",): "inclusive", ("false",): "exclusive", ("false", "true"): "mixed", (): "inclusive"}
        assert row["gst_mode"] == expected[tuple(sorted(bases))]
    assert {row["gst_mode"] for row in larger.tables["pooltrackr/invoices"]} == {"inclusive", "exclusive", "mixed"}


def test_a_batch_invoice_holds_the_lines_of_its_children(larger: World) -> None:
    lines, children = lines_of(larger), defaultdict(list)
    for row in cases(larger, "batched_child"):
        assert row["batch"] == "batched"
        children[row["batch_invoice_id"]].append(row)
    batches = cases(larger, "batch")
    assert batches
    for batch in batches:
        assert batch["batch"] == "batch"
        assert Decimal(batch["total"]) == sum(Decimal(child["total"]) for child in children[batch["id"]])
        assert len(lines[batch["id"]]) == sum(len(lines[child["id"]]) for child in children[batch["id"]])
        assert {child["contact_id"] for child in children[batch["id"]]} == {batch["contact_id"]}


def test_a_split_job_has_two_invoices(sample: World) -> None:
    groups = defaultdict(list)
    for row in cases(sample, "split"):
        groups[row["split_group_id"]].append(row)
    assert all(len(group) == 2 and group[0]["job_id"] == group[1]["job_id"] for group in groups.values())


def test_a_superseded_invoice_names_its_successor(sample: World) -> None:
    invoices = by_id(sample, "pooltrackr/invoices")
    for old in cases(sample, "superseded"):
        assert invoices[old["superseded_by"]]["job_id"] == old["job_id"]


def test_paid_means_that_the_whole_total_was_paid(larger: World) -> None:
    received = Counter()
    for row in larger.tables["pooltrackr/payments"]:
        if row["deleted"] == "false":
            received[row["invoice_id"]] += Decimal(row["amount"])
    over = {row["id"] for row in cases(larger, "overpaid")}
    for row in larger.tables["pooltrackr/invoices"]:
        paid, total = received[row["id"]], Decimal(row["total"])
        if row["payment"] == "paid":
            assert paid == total + 10 if row["id"] in over else paid == total
        else:
            assert paid == 0 or paid < total


def test_nothing_is_paid_on_voided_batched_or_superseded_invoices(larger: World) -> None:
    invoices = by_id(larger, "pooltrackr/invoices")
    for payment in larger.tables["pooltrackr/payments"]:
        row = invoices[payment["invoice_id"]]
        assert (row["voided"], row["superseded_by"]) == ("false", "")
        assert row["batch"] != "batched"


def test_the_four_sums_of_a_card_payment_agree(sample: World) -> None:
    cards = [row for row in sample.tables["pooltrackr/payments"] if row["method"] == "stripe"]
    assert cards
    for row in cards:
        gross = Decimal(row["stripe_gross"])
        assert gross == Decimal(row["amount"]) + Decimal(row["stripe_surcharge"])
        assert Decimal(row["stripe_fee"]) == money(gross * Decimal("0.017")) + Decimal("0.30")
        assert Decimal(row["stripe_net"]) == gross - Decimal(row["stripe_fee"])


def xero_totals(world: World) -> dict[str, Decimal]:
    """Xero's totals by its own rule: tax is rounded per line, then summed."""
    invoices, totals = by_id(world, "xero/invoices"), Counter()
    for row in world.tables["xero/invoice_lines"]:
        amount = money(Decimal(row["quantity"]) * Decimal(row["unit_amount"]))
        exclusive = invoices[row["invoice_id"]]["line_amount_types"] == "Exclusive"
        totals[row["invoice_id"]] += amount + (money(amount / 10) if exclusive else 0)
    return totals


@pytest.mark.parametrize("fate", ["agrees", "voided_in_xero", "paid_in_xero_only", "draft_in_xero", "total_differs"])
def test_a_pushed_invoice_has_the_same_total_in_xero_unless_it_differs(larger: World, fate: str) -> None:
    totals, pushed = xero_totals(larger), cases(larger, f"pushed_{fate}")
    assert pushed
    for row in pushed:
        assert (totals[row["xero_invoice_id"]] == Decimal(row["total"])) == (fate != "total_differs")


def test_xero_never_holds_more_payments_than_an_invoice_is_worth(larger: World) -> None:
    totals, paid = xero_totals(larger), Counter()
    for row in larger.tables["xero/payments"]:
        paid[row["invoice_id"]] += Decimal(row["amount"])
    invoices = by_id(larger, "xero/invoices")
    for invoice_id, amount in paid.items():
        assert amount <= totals[invoice_id] or invoices[invoice_id]["status"] == "VOIDED"
        assert (invoices[invoice_id]["status"] == "PAID") == (amount == totals[invoice_id])


def test_payments_known_to_xero_are_linked_once(larger: World) -> None:
    xero = by_id(larger, "xero/payments")
    linked = [row for row in larger.tables["pooltrackr/payments"] if row["xero_payment_id"]]
    assert linked
    assert len({row["xero_payment_id"] for row in linked}) == len(linked)
    assert all(Decimal(xero[row["xero_payment_id"]]["amount"]) == Decimal(row["amount"]) for row in linked)


def test_an_invoice_typed_into_xero_is_not_known_to_pooltrackr(sample: World) -> None:
    numbers = {row["number"] for row in sample.tables["xero/invoices"]}
    typed = cases(sample, "typed_into_xero")
    assert typed
    assert all(row["number"] in numbers and not row["xero_invoice_id"] for row in typed)


def test_pushed_invoices_stand_with_the_true_partner(larger: World) -> None:
    partner = {row["left_id"]: row["right_id"] for row in larger.tables["truth/contacts"]}
    xero = by_id(larger, "xero/invoices")
    for row in larger.tables["pooltrackr/invoices"]:
        if row["xero_invoice_id"]:
            assert xero[row["xero_invoice_id"]]["contact_id"] == partner[row["contact_id"]]


def test_every_reference_leads_somewhere(larger: World) -> None:
    contacts, pools = by_id(larger, "pooltrackr/contacts"), by_id(larger, "pooltrackr/pools")
    products, codes = by_id(larger, "pooltrackr/products"), {row["code"] for row in larger.tables["xero/items"]}
    accounts = {row["code"] for row in larger.tables["xero/accounts"]}
    for row in larger.tables["pooltrackr/invoices"]:
        assert row["contact_id"] in contacts
        assert not row["pool_id"] or row["pool_id"] in pools
        assert date.fromisoformat(row["issued_date"]) <= date.fromisoformat(row["due_date"])
    assert all(
        not row["product_id"] or row["product_id"] in products for row in larger.tables["pooltrackr/invoice_lines"]
    )
    for row in larger.tables["xero/invoice_lines"]:
        assert not row["item_code"] or row["item_code"] in codes
        assert row["account_code"] in accounts


def test_suppliers_send_bills(sample: World) -> None:
    suppliers = {row["id"] for row in sample.tables["xero/contacts"] if row["is_supplier"] == "true"}
    bills = [row for row in sample.tables["xero/invoices"] if row["type"] == "ACCPAY"]
    assert bills
    assert all(row["contact_id"] in suppliers for row in bills)


@pytest.mark.parametrize(
    ("line", "tax", "total"),
    [
        (Line("one inclusive dollar ten", 100, 110, True), 10, 110),
        (Line("one exclusive dollar", 100, 100, False), 10, 110),
        (Line("half a cent of tax goes up", 100, 5, False), 1, 6),
        (Line("three at 3.35", 300, 335, False), 101, 1106),
        (Line("ten per cent off", 200, 1999, True, discount=10), 327, 3598),
        (Line("goods brought back", 100, -500, True), -45, -500),
    ],
)
def test_line_arithmetic(line: Line, tax: int, total: int) -> None:
    assert (line.tax, line.total) == (tax, total)


def test_halves_go_away_from_zero() -> None:
    assert [divide(number, 10) for number in (4, 5, 15, -4, -5, -15)] == [0, 1, 2, 0, -1, -2]


def test_cents_and_quantities_as_text() -> None:
    assert [dollars(cents) for cents in (0, 5, 100, -45, -12345)] == ["0.00", "0.05", "1.00", "-0.45", "-123.45"]
    assert [hundredths(quantity) for quantity in (25, 100, 150, 1000)] == ["0.25", "1", "1.5", "10"]
