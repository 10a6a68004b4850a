"""Tax per line, rounded, then summed; prices of two or four decimals; discounts; overrides."""

import pytest


@pytest.fixture
def sums(xero, approved_invoice):
    def post(amounts, *lines, query=""):
        coded = [{"Description": "x", "AccountCode": "200", "TaxType": "OUTPUT"} | line for line in lines]
        answer = xero.put(f"Invoices{query}", json=approved_invoice(LineAmountTypes=amounts, LineItems=coded))
        made = answer.json()["Invoices"][0]
        return made["SubTotal"], made["TotalTax"], made["Total"]

    return post


def line(quantity, unit, **more):
    return {"Quantity": quantity, "UnitAmount": unit} | more


def test_tax_is_rounded_per_line_and_then_summed(sums):
    lines = [line(1, amount) for amount in (12.34, 7.77, 0.55, 4.45)]

    assert sums("Exclusive", *lines) == (25.11, 2.52, 27.63)


def test_three_lines_of_3_35_carry_102_and_not_101(sums):
    assert sums("Exclusive", *[line(1, 3.35)] * 3) == (10.05, 1.02, 11.07)


def test_inclusive_lines_carry_gross_times_10_over_110(sums):
    assert sums("Inclusive", line(10, 19.99)) == (181.73, 18.17, 199.9)


def test_no_tax_means_no_tax(sums):
    assert sums("NoTax", line(1, 110)) == (110, 0, 110)


def test_gst_free_lines_stand_beside_taxed_ones(sums):
    assert sums("Inclusive", line(1, 110), line(1, 50, TaxType="EXEMPTOUTPUT")) == (150, 10, 160)


def test_unit_amounts_are_rounded_to_two_decimals_first(sums):
    assert sums("Exclusive", line(10, 18.1727))[0] == 181.7


def test_unitdp_4_keeps_four_decimals(sums):
    assert sums("Exclusive", line(10, 18.1727), query="?unitdp=4")[0] == 181.73


def test_a_half_cent_goes_up(sums):
    assert sums("Exclusive", line(1, 0.05))[1] == 0.01


def test_a_credit_line_takes_its_tax_back(sums):
    assert sums("Inclusive", line(1, 110), line(1, -11)) == (90, 9, 99)


def test_a_discount_rate_lowers_the_line(sums):
    assert sums("Inclusive", line(1, 110, DiscountRate=10)) == (90, 9, 99)


def test_a_discount_amount_lowers_the_line(sums):
    assert sums("Inclusive", line(2, 55, DiscountAmount=11)) == (90, 9, 99)


def test_a_stated_tax_amount_wins(sums):
    assert sums("Exclusive", line(1, 0.35, TaxAmount=0.04), line(1, 0.35, TaxAmount=0.03)) == (0.7, 0.07, 0.77)


def test_a_line_amount_that_disagrees_is_refused(xero, approved_invoice, messages):
    wrong = {"Description": "x", "AccountCode": "200", "Quantity": 2, "UnitAmount": 5, "LineAmount": 11}

    assert messages(xero.put("Invoices", json=approved_invoice(LineItems=[wrong]))) == [
        "The line total 11 does not match the expected line total 10.00"
    ]


def test_a_line_amount_alone_gives_the_unit_amount(xero, approved_invoice):
    sent = {"Description": "x", "AccountCode": "200", "Quantity": 3, "LineAmount": 10, "TaxType": "OUTPUT"}
    row = xero.put("Invoices?unitdp=4", json=approved_invoice(LineItems=[sent])).json()["Invoices"][0]["LineItems"][0]

    assert (row["UnitAmount"], row["LineAmount"]) == (3.3333, 10)


def test_quantities_have_four_decimals(xero, approved_invoice):
    sent = {"Description": "x", "AccountCode": "200", "Quantity": 0.33335, "UnitAmount": 100}
    row = xero.put("Invoices", json=approved_invoice(LineItems=[sent])).json()["Invoices"][0]["LineItems"][0]

    assert (row["Quantity"], row["LineAmount"]) == (0.3334, 33.34)


def test_a_note_line_has_no_amounts(xero, approved_invoice):
    lines = [
        {"Description": "Gate code 1234"},
        {"Description": "x", "AccountCode": "200", "Quantity": 1, "UnitAmount": 11},
    ]
    note = xero.put("Invoices", json=approved_invoice(LineItems=lines)).json()["Invoices"][0]["LineItems"][0]

    assert (note["LineAmount"], "Quantity" in note) == (0, False)


def test_decimals_survive_the_wire_as_they_were_written(xero, approved_invoice):
    sent = {"Description": "x", "AccountCode": "200", "Quantity": 1, "UnitAmount": 19.99, "TaxType": "OUTPUT"}
    text = xero.put("Invoices", json=approved_invoice(LineItems=[sent])).text

    assert '"UnitAmount":19.99,' in text
    assert '"Total":19.99,' in text


def test_numbers_may_come_as_text(sums):
    assert sums("Inclusive", line("2", "55.00")) == (100, 10, 110)


def test_a_number_that_is_none_is_refused(xero, approved_invoice):
    sent = {"Description": "x", "AccountCode": "200", "Quantity": "two", "UnitAmount": 1}
    answer = xero.put("Invoices", json=approved_invoice(LineItems=[sent]))

    assert (answer.status_code, answer.json()["Type"]) == (400, "PostDataInvalidException")
