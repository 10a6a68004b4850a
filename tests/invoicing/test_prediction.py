"""What we predict is what the sandbox's own, separately written arithmetic makes of the same lines."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reconcile.invoicing.totals import Charge, Sums, predict
from reconcile.sandbox.clock import frozen_clock
from reconcile.sandbox.ids import seeded_ids
from reconcile.sandbox.wire import parse_request
from reconcile.sandbox.world import empty_world
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.lines import Document, read_lines
from reconcile.sandbox.xero.tax import totals

RATES = {"OUTPUT": Decimal(10), "EXEMPTOUTPUT": Decimal(0)}


@pytest.fixture(scope="module")
def call():
    world = empty_world(frozen_clock(datetime(2026, 11, 22, tzinfo=UTC)), seeded_ids(1))
    request = parse_request("PUT", "/api.xro/2.0/Invoices?unitdp=4", {}, b"")
    return Call(request, world, world.first_books)


def random_line(dice):
    """A line as the trade writes them: odd hours, four-decimal prices, returns, discounts, GST-free goods."""
    quantity = dice.choice(
        ["1", "1", "2", "3", "10", f"{dice.randint(1, 40000) / 100:.2f}", f"{dice.randint(1, 9999999) / 10000:.4f}"]
    )
    places = dice.choice([2, 2, 2, 4])
    unit = Decimal(dice.randint(-2000, 2_000_000) if places == 2 else dice.randint(0, 90_000_000)).scaleb(-places)
    tax_type = dice.choice(["OUTPUT", "OUTPUT", "OUTPUT", "EXEMPTOUTPUT"])
    discount = dice.choice(["", "", "", "5", "10", "12.5", "33.33"])
    return quantity, unit, tax_type, discount


def as_sent(line):
    quantity, unit, tax_type, discount = line
    body = {
        "Description": "x",
        "AccountCode": "200",
        "TaxType": tax_type,
        "Quantity": quantity,
        "UnitAmount": str(unit),
    }
    return body | ({"DiscountRate": discount} if discount else {})


def as_charge(line):
    quantity, unit, tax_type, discount = line
    return Charge(Decimal(quantity), unit, RATES[tax_type], Decimal(discount or 0))


def sandbox_sums(call, amounts, lines):
    read, errors = read_lines(Document(call, True, amounts, True), [as_sent(line) for line in lines])
    assert not errors
    made = totals(read, amounts)
    return Sums(made.subtotal, made.tax)


def differences(call, count, seed):
    """How many of some random invoices the two arithmetics disagree on, with the first such invoice."""
    dice, wrong, first = random.Random(seed), 0, None
    for _ in range(count):
        lines = [random_line(dice) for _ in range(dice.choice([1, 1, 2, 3, 4, 6]))]
        amounts = dice.choice(["Inclusive", "Inclusive", "Exclusive", "Exclusive", "NoTax"])
        if predict([as_charge(line) for line in lines], amounts) != sandbox_sums(call, amounts, lines):
            wrong, first = wrong + 1, first or (amounts, lines)
    return wrong, first


def test_twenty_thousand_random_invoices_are_predicted_to_the_cent(call):
    assert differences(call, 20_000, seed=2026) == (0, None)


@pytest.mark.soak
def test_a_hundred_thousand_random_invoices_are_predicted_to_the_cent(call):
    assert differences(call, 100_000, seed=7) == (0, None)


@pytest.mark.parametrize(
    ("amounts", "units", "net", "tax"),
    [
        ("Exclusive", ["12.34", "7.77", "0.55", "4.45"], "25.11", "2.52"),
        ("Exclusive", ["3.35", "3.35", "3.35"], "10.05", "1.02"),
        ("Inclusive", ["199.90"], "181.73", "18.17"),
        ("Inclusive", ["110", "-11"], "90.00", "9.00"),
        ("NoTax", ["110"], "110.00", "0.00"),
    ],
)
def test_tax_is_rounded_per_line_and_then_added_up(amounts, units, net, tax):
    charges = [Charge(Decimal(1), Decimal(unit), Decimal(10)) for unit in units]

    assert predict(charges, amounts) == Sums(Decimal(net), Decimal(tax))


def test_a_price_without_gst_at_two_decimals_would_miss_the_total():
    inclusive = predict([Charge(Decimal(10), Decimal("19.99"), Decimal(10))], "Inclusive").total
    rounded_price = predict([Charge(Decimal(10), Decimal("18.17"), Decimal(10))], "Exclusive").total

    assert (inclusive, rounded_price) == (Decimal("199.90"), Decimal("199.87"))
