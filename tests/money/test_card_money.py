"""Card payments over HTTP: fee and surcharge in their own accounts, and the payout is what is left."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from reconcile.sandbox import edits
from reconcile.stages.money import approve_money
from reconcile.store import tables
from reconcile.store.engine import reading

from .conftest import BOTH_POLICIES, write_rows

LINES = (
    "id,invoice_id,product_id,sku,description,quantity,unit_price,gst_included,tax,total,discount_percent,pool_id,kind"
)
INVOICES = "id,number,contact_id,issued_date,due_date,delivery,payment,batch,voided,created_at,updated_at,subtotal,gst,total,gst_mode"
PAYMENTS = "id,invoice_id,amount,date,method,stripe_charge,stripe_gross,stripe_fee,stripe_surcharge,stripe_net,stripe_payout,deleted"
ACCOUNTS = "id,code,name,type,class,enable_payments,tax_type,system_account,status"
CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000001"
STRIPE = "aaaaaaaa-0000-4000-8000-000000000002"
CARDS = {
    "clearing_account": "615", "fees_account": "404", "reimbursement_account": "260", "stripe_contact": STRIPE,
    "policies": BOTH_POLICIES,
}  # fmt: skip


@pytest.fixture
def office(make_office, tmp_path):
    """One invoice of 200.00, paid by card with a surcharge of 3.70; Stripe keeps 3.76 and pays out 199.94."""

    def open_with(net="199.94", refunded="false", **settings):
        write_rows(tmp_path / "pooltrackr/contacts.csv", "id,name,email", "C1,Mary Smith,m@example.com")
        write_rows(
            tmp_path / "pooltrackr/invoices.csv",
            INVOICES,
            "I1,INV-1,C1,2026-11-05,2026-11-19,sent,paid,none,false,2026-11-05T02:00:00Z,2026-11-05T02:00:00Z,"
            "181.82,18.18,200.00,inclusive",
        )
        write_rows(
            tmp_path / "pooltrackr/invoice_lines.csv", LINES, "L1,I1,,,Pump,1,200.00,true,18.18,200.00,,,product"
        )
        write_rows(
            tmp_path / "pooltrackr/payments.csv",
            PAYMENTS,
            f"Y1,I1,200.00,2026-11-06,stripe,ch_1,203.70,3.76,3.70,{net},po_1,{refunded}",
        )
        write_rows(
            tmp_path / "xero/contacts.csv", "id,name,email", f"{CUSTOMER},Mary Smith,m@example.com", f"{STRIPE},Stripe,"
        )
        write_rows(
            tmp_path / "xero/accounts.csv",
            ACCOUNTS,
            "d6ee45d2-d2a8-5a7a-88ed-fb89c14544ff,090,Cheque,BANK,ASSET,true,BASEXCLUDED,,ACTIVE",
            "7066a9d0-a840-59f4-bafc-f5c8c86eab40,615,Card Clearing,BANK,ASSET,true,BASEXCLUDED,,ACTIVE",
            "01a5ac99-337f-5471-965d-f1d904cc20a6,200,Sales,REVENUE,REVENUE,false,OUTPUT,,ACTIVE",
            "3f3a54c4-e4cb-58dc-b80d-9e9fc544d7ab,260,Card Surcharges,REVENUE,REVENUE,false,OUTPUT,,ACTIVE",
            "2af32335-4e02-544c-957d-24111e20336b,404,Card Fees,EXPENSE,EXPENSE,false,INPUT,,ACTIVE",
        )
        office = make_office(tmp_path)
        office.configure(**{**CARDS, **settings})
        office.pull_everything()
        office.link("contacts", ("C1", CUSTOMER))
        return office

    return open_with


def movements(office):
    return sorted(
        (r.type, r.total, r.lines[0].account_code)
        for page in office.services.xero.pages("bank_transactions")
        for r in page.records
    )


def test_the_fee_and_the_surcharge_go_to_their_own_accounts_and_the_rest_is_the_payout(office):
    it = office()
    it.night()
    it.carry()
    it.carry()
    it.carry()
    payment = it.xero_payments()[0]
    posted = movements(it)

    assert posted == [("RECEIVE", Decimal("3.70"), "260"), ("SPEND", Decimal("3.76"), "404")]
    assert (payment.amount, payment.account_code) == (Decimal("200.00"), "615")
    assert payment.amount + Decimal("3.70") - Decimal("3.76") == Decimal("199.94")
    assert it.rows("payments")["Y1"]["state"] == "sent"


def test_an_unexplained_cent_is_a_finding_and_nothing_of_it_is_pushed(office):
    it = office(net="199.93")
    it.night()
    it.carry()
    it.carry()
    row = it.rows("payments")["Y1"]

    assert (row["reason"], movements(it)) == ("card_money_unexplained", [])
    assert "-0.01 unexplained" in row["details"]


def test_a_missing_account_is_a_finding_and_no_push(office):
    it = office(fees_account="")
    it.night()
    it.carry()
    it.carry()

    assert it.rows("payments")["Y1"]["reason"] == "fees_account_missing"
    assert movements(it) == []


def test_the_fee_of_a_charge_that_was_refunded_before_it_was_ever_in_xero_is_entered_by_policy(office):
    it = office(refunded="true")
    it.night()
    it.carry()

    assert movements(it) == [("SPEND", Decimal("3.76"), "404")]
    assert it.xero_payments() == []


def open_checks(office):
    """What was written to Xero's bank account and no listing has confirmed yet, and what needs a person."""
    with reading(office.services.engine) as session:
        table = tables.PushOperation
        rows = session.exec(
            select(table).where(table.org_id == office.services.org_id, table.entity == "bank_transactions")
        ).all()
    return [row.status for row in rows if row.seen_at is None], [row.problem for row in rows if row.status == "raced"]


def test_posted_fees_are_held_against_what_xero_lists_the_next_time(office):
    it = office()
    it.night()
    it.carry()
    it.carry()
    it.clock.ahead += timedelta(minutes=1)
    it.plan()
    assert open_checks(it) == ([], [])


def test_a_fee_that_somebody_changed_in_xero_is_shown_to_a_person(office):
    it = office()
    it.night()
    it.carry()
    for entity in ("invoices", "payments"):
        approve_money(it.services, entity)
    it.push()
    (fee,) = (t for t in it.sandbox.world.first_books.bank_transactions if t.type == "SPEND")
    edits.edit_xero(it.sandbox.world, "bank_transactions", fee.id, total="3.67")
    it.clock.ahead += timedelta(minutes=1)
    it.plan()
    assert open_checks(it) == (
        [],
        [f"bank_transactions {fee.id} was written, and the next pull from xero shows another total."],
    )
