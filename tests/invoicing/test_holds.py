"""Each reason that keeps an invoice back, by name; a clean one goes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reconcile.invoicing.plan import plan_invoice
from reconcile.invoicing.reasons import REASONS
from reconcile.proposing import Linked
from reconcile.records import Contact, Invoice, Organisation, Product

DOCS = Path(__file__).parents[2] / "docs" / "invoices.md"


def reasons(invoice, books):
    return [hold.reason for hold in plan_invoice(invoice, books).holds]


def test_a_clean_invoice_goes_to_the_linked_contact_by_its_id_alone(invoice, books):
    plan = plan_invoice(invoice(), books())

    assert (plan.state, plan.holds) == ("create", ())
    assert plan.write.body["Contact"] == {"ContactID": "X1"}
    assert plan.write.expect["total"] == "110"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"contact_id": "C9"}, "contact_not_linked"),
        ({"lines": ()}, "zero_lines"),
        ({"number": ""}, "number_unusable"),
        ({"date": None}, "date_missing"),
        ({"date": date(2026, 6, 30)}, "before_lock_date"),
        ({"total": Decimal("110.01")}, "total_differs"),
        ({"total_tax": Decimal("10.01")}, "total_differs"),
        ({"xero_invoice_id": "gone"}, "xero_id_unknown"),
        ({"batch": "batched"}, "batched_child"),
        ({"status": "voided"}, "voided_before_sending"),
        ({"superseded_by": "I2"}, "superseded_before_sending"),
    ],
)
def test_what_is_wrong_with_the_invoice_has_a_name(invoice, books, changes, reason):
    assert reason in reasons(invoice(**changes), books())


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        (Contact(id="X1", status="archived"), "contact_archived"),
        (Contact(id="X1", status="archived", merged_to="X2"), "contact_merged"),
        (None, "contact_archived"),
    ],
)
def test_a_contact_that_is_archived_merged_or_gone_takes_no_invoice(invoice, books, contact, reason):
    xero_contacts = {"X1": contact} if contact else {}

    assert reasons(invoice(), books(xero_contacts=xero_contacts)) == [reason]


def test_only_what_is_not_sent_by_design_holds_nothing(invoice, books):
    plan = plan_invoice(invoice(batch="batched"), books())

    assert plan.state == "ignored"
    assert not REASONS[plan.holds[0].reason].holds


def test_the_difference_is_named_to_the_cent(invoice, books):
    hold = plan_invoice(invoice(total=Decimal("110.01"), total_tax=Decimal("10.01")), books()).holds[0]

    assert "110.01 with 10.01 GST" in hold.detail
    assert "110.00 with 10.00: -0.01" in hold.detail


def test_a_number_that_any_xero_invoice_has_even_a_voided_one_is_taken(invoice, books):
    other = Invoice(id="N1", number="inv-1", status="VOIDED", contact_id="X1", total=Decimal("110.00"))
    plan = plan_invoice(invoice(), books(xero_invoices={"N1": other}))

    assert ([hold.reason for hold in plan.holds], plan.twin) == (["number_taken"], "")


def test_a_live_one_for_the_same_contact_and_total_is_offered_as_the_same(invoice, books):
    other = Invoice(id="N1", number="INV-1", status="AUTHORISED", contact_id="X1", total=Decimal("110.00"))

    assert plan_invoice(invoice(), books(xero_invoices={"N1": other})).twin == "N1"


def test_two_pooltrackr_invoices_with_one_number_are_both_held(invoice, books):
    pair = {"I1": invoice(), "I2": invoice(id="I2")}

    assert reasons(pair["I1"], books(invoices=pair)) == ["number_unusable"]
    assert reasons(pair["I2"], books(invoices=pair)) == ["number_unusable"]


def test_nothing_older_than_the_cut_off_is_sent(invoice, books):
    assert reasons(invoice(), books({"cut_off_date": date(2026, 11, 6)})) == ["before_cut_off"]


def test_a_negative_invoice_is_no_invoice_for_xero(invoice, line, books):
    goods = line(unit_amount=Decimal("-110.00"), tax_amount=Decimal("-10.00"), line_amount=Decimal("-110.00"))
    back = invoice(lines=(goods,), total=Decimal("-110.00"), total_tax=Decimal("-10.00"))

    assert reasons(back, books()) == ["negative_total"]


@pytest.mark.parametrize(
    ("parts", "account", "because"),
    [
        ({"product_id": "R1"}, "201", "item CHL"),
        ({"product_id": "R2"}, "202", "category Equipment"),
        ({"product_id": ""}, "200", "default sales account"),
    ],
)
def test_the_account_is_the_items_else_the_categorys_else_the_default(invoice, line, books, parts, account, because):
    plan = plan_invoice(invoice(lines=(line(**parts),)), books({"category_accounts": {"Equipment": "202"}}))
    sent = plan.write.body["LineItems"][1]

    assert (sent["AccountCode"], plan.because) == (account, (f"{account}: {because}",))
    assert sent.get("ItemCode", "") == ("CHL" if account == "201" else "")


def test_a_product_that_waits_for_a_decision_holds_the_invoice(invoice, line, books):
    waiting = books(undecided_products=frozenset({"R2"}))

    assert reasons(invoice(lines=(line(product_id="R2"),)), waiting) == ["product_unmapped"]


def test_a_product_linked_to_an_item_that_is_gone_holds_the_invoice(invoice, line, books):
    gone = books(product_links=Linked({"R1": "T9"}, {"T9": "R1"}))

    assert reasons(invoice(lines=(line(product_id="R1"),)), gone) == ["product_unmapped"]


@pytest.mark.parametrize("account", ["299", "090", ""])
def test_an_account_that_is_no_active_sales_account_holds_the_invoice(invoice, books, account):
    assert reasons(invoice(), books({"default_sales_account": account})) == ["account_invalid"]


def test_gst_that_fits_no_tax_type_in_use_holds_the_invoice(invoice, line, books):
    odd = line(tax_amount=Decimal("5.00"))

    assert "tax_unmapped" in reasons(invoice(lines=(odd,), total_tax=Decimal("5.00")), books())
    assert "tax_unmapped" in reasons(invoice(), books({"tax_types": {"gst": "INPUT", "gst_free": "EXEMPTOUTPUT"}}))


def test_a_gst_free_line_gets_the_gst_free_type(invoice, line, books):
    free = line(tax_amount=Decimal("0.00"))
    plan = plan_invoice(invoice(lines=(free,), total_tax=Decimal("0.00")), books())

    assert plan.write.body["LineItems"][1]["TaxType"] == "EXEMPTOUTPUT"


def test_an_organisation_without_gst_sends_lines_without_tax(invoice, line, books):
    free = line(tax_amount=Decimal("0.00"))
    unregistered = books(organisation=Organisation(id="t", sales_tax_basis="NONE"))
    plan = plan_invoice(invoice(lines=(free,), total_tax=Decimal("0.00")), unregistered)

    assert plan.write.body["LineAmountTypes"] == "NoTax"
    assert "tax_unmapped" in reasons(invoice(), unregistered)


def test_prices_of_both_kinds_on_one_invoice_still_come_out_to_the_cent(invoice, line, books):
    plain = line(
        id="L2",
        unit_amount=Decimal("42.64"),
        gst_included="false",
        tax_amount=Decimal("4.26"),
        line_amount=Decimal("46.90"),
    )
    mixed = invoice(lines=(line(), plain), total=Decimal("156.90"), total_tax=Decimal("14.26"))
    plan = plan_invoice(mixed, books())

    assert plan.write.body["LineAmountTypes"] == "Inclusive"
    assert plan.write.body["LineItems"][2]["UnitAmount"] == "46.9040"


def test_an_item_that_is_only_bought_lends_neither_code_nor_account(invoice, line, books):
    bought = books(items={"T1": Product(id="T1", code="CHL", sales_account="201", is_sold="false")})
    plan = plan_invoice(invoice(lines=(line(product_id="R1"),)), bought)

    assert plan.write.body["LineItems"][1]["AccountCode"] == "200"


def test_an_invoice_with_our_mark_in_xero_is_taken_over_and_not_sent_again(invoice, books):
    ours = Invoice(id="N1", number="INV-1", reference="PT-I1", status="AUTHORISED", contact_id="X1")

    assert plan_invoice(invoice(), books(xero_invoices={"N1": ours})).state == "adopt"
    assert plan_invoice(invoice(), books(xero_invoices={"N1": replace(ours, status="VOIDED")})).state == "held"


def test_every_reason_stands_in_the_users_guide():
    text = DOCS.read_text(encoding="utf-8")

    assert [
        name for name in REASONS if f"| `{name}` | {REASONS[name].meaning} | {REASONS[name].remedy} |" not in text
    ] == []
