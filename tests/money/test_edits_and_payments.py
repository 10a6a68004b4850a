"""A small business over HTTP: edits, voids, payments both ways, drafts, credits, numbering, approvals by hand."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest

from reconcile.errors import BadInput, DecisionsRejected, GateClosed
from reconcile.reports.files import write_csv
from reconcile.sandbox.edits import credit_invoice
from reconcile.sandbox.faults import read_faults
from reconcile.stages.decide import decide_file
from reconcile.stages.money import push_money
from reconcile.stages.money_report import write_money_report
from tests.databases import end_leases

from .business import CONTACT, pay, pay_in_xero


def test_an_invoice_arrives_with_its_pool_dates_and_notes_and_without_the_technician(office):
    it = office("I1")
    it.night()
    sent = it.xero_invoices()["INV-1"]

    assert (sent.status, sent.contact_id, sent.total, str(sent.date), str(sent.due_date)) == (
        "AUTHORISED", CONTACT, Decimal("110.00"), "2026-11-05", "2026-11-19",
    )  # fmt: skip
    assert sent.lines[0].description == "Pool: 12 Palm St, Noosa QLD 4567\nDate of service: 2 Nov 2026\nGate code 1234"
    assert (sent.lines[1].account_code, sent.lines[1].tax_type) == ("200", "OUTPUT")
    assert sent.url.endswith("/I1")


def test_xero_numbers_the_invoice_and_keeps_ours_as_reference(office):
    it = office("I1", numbering_scheme="xero", default_invoice_status="DRAFT", show_technician=True)
    it.night()
    sent = next(iter(it.xero_invoices().values()))

    assert (sent.reference, sent.status) == ("INV-1", "DRAFT")
    assert "Technician: Sam Lee" in sent.lines[0].description
    assert it.pooltrackr("GET", "invoices/I1")["xero_number"] == sent.number != "INV-1"


def test_without_a_policy_nothing_is_sent_until_a_person_approves_and_then_once(office):
    it = office("I1", policies={})
    it.night()
    assert it.writes() == []

    row = it.rows()["I1"]
    assert (row["state"], row["suggested"]) == ("waiting", "create")
    it.decide(row, "create")
    it.push()
    it.night()

    assert [i.number for i in it.xero_invoices().values()] == ["INV-1"]
    assert it.rows()["I1"]["state"] == "sent"


def test_one_changed_cent_after_the_approval_voids_it(office):
    it = office("I1", policies={})
    it.plan()
    row = it.rows()["I1"]
    it.decide(row, "create")
    line = {"id": "LI1", "description": "Pool clean", "quantity": "1", "unit_price": "110.01", "tax": "10.00"}
    it.pooltrackr("PATCH", "invoices/I1", lines=[line | {"total": "110.01"}], total="110.01", subtotal="100.01")
    it.plan()
    it.push()

    assert it.xero_invoices() == {}
    with pytest.raises(DecisionsRejected):
        it.decide(row, "create")


def test_an_edit_of_an_unpaid_invoice_is_proposed_and_updates_it(office):
    it = office("I1")
    it.night()
    line = {
        "id": "LI1",
        "description": "Pool clean and salt",
        "quantity": "1",
        "unit_price": "132.00",
        "gst_included": True,
    }
    sums = {"tax": "12.00", "total": "132.00"}
    it.pooltrackr("PATCH", "invoices/I1", lines=[line | sums], total="132.00", gst="12.00", subtotal="120.00")
    it.plan()
    row = it.rows()["I1"]
    assert (row["state"], row["suggested"]) == ("waiting", "update")
    assert "110.00 becomes 132.00" in row["why"]
    it.decide(row, "update")
    it.push()
    it.night()

    assert it.xero_invoices()["INV-1"].total == Decimal("132.00")
    assert (it.rows()["I1"]["state"], it.rows()["I1"]["reason"]) == ("sent", "")


def test_an_edit_of_a_paid_invoice_is_held_since_xero_would_refuse_it(office):
    it = office("I1")
    pay(it, "I1", "110.00")
    it.night()
    it.carry()
    line = {"id": "LI1", "description": "x", "quantity": "1", "unit_price": "132.00", "gst_included": True}
    sums = {"tax": "12.00", "total": "132.00"}
    it.pooltrackr("PATCH", "invoices/I1", lines=[line | sums], total="132.00", gst="12.00", subtotal="120.00")
    it.plan()

    assert it.rows()["I1"]["reason"] == "edit_blocked_by_payment"


def test_a_void_in_pooltrackr_is_proposed_for_xero(office):
    it = office("I1")
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", voided=True)
    it.plan()
    row = it.rows()["I1"]
    it.decide(row, "void")
    it.push()

    assert (row["suggested"], it.xero_invoices()["INV-1"].status) == ("void", "VOIDED")


def test_a_void_in_xero_is_proposed_for_pooltrackr(office):
    it = office("I1")
    it.night()
    it.xero("invoices", "void", it.xero_invoices()["INV-1"].id)
    it.plan()
    it.decide(it.rows()["I1"], "void")
    it.push()
    it.plan()

    assert it.pooltrackr("GET", "invoices/I1")["voided"] is True
    assert it.rows()["I1"]["proposal_id"] == ""


def test_a_replaced_invoice_is_voided_and_the_new_one_sent(office):
    it = office("I1")
    it.night()
    lines = it.pooltrackr("GET", "invoices/I1")["lines"]
    new = it.pooltrackr(
        "POST", "invoices", number="INV-2", contact_id="C1", issued_date="2026-11-06", due_date="2026-11-20",
        lines=lines, total="110.00", gst="10.00", subtotal="100.00",
    )  # fmt: skip
    it.pooltrackr("PATCH", "invoices/I1", superseded_by=new["id"])
    it.night()
    assert "Xero still has INV-1 of 110.00" in it.rows()[new["id"]]["why"]
    assert list(it.xero_invoices()) == ["INV-1"]
    it.decide(it.rows()["I1"], "void")
    it.push()
    it.night()

    assert {n: i.status for n, i in it.xero_invoices().items()} == {"INV-1": "VOIDED", "INV-2": "AUTHORISED"}


def test_part_payments_go_out_once_each_and_settle_the_invoice(office):
    it = office("I1", policies={"clean_invoice": True})
    first, second = pay(it, "I1", "40.00", "2026-11-08"), pay(it, "I1", "70.00", "2026-11-12")
    it.night()
    for payment in (first, second):
        row = it.rows("payments")[payment]
        assert (row["state"], row["suggested"]) == ("waiting", "create")
        it.decide(row, "create")
    it.push()
    it.night()
    sent = it.xero_invoices()["INV-1"]

    assert (sent.status, sent.amount_due) == ("PAID", 0)
    assert sorted((p.amount, str(p.date)) for p in it.xero_payments()) == [
        (Decimal("40.00"), "2026-11-08"),
        (Decimal("70.00"), "2026-11-12"),
    ]
    assert it.pooltrackr("GET", f"payments/{first}")["xero_payment_id"]


def test_a_payment_above_what_is_due_is_held(office):
    it = office("I1")
    payment = pay(it, "I1", "120.00")
    it.night()
    it.carry()

    assert it.rows("payments")[payment]["reason"] == "exceeds_amount_due"
    assert it.xero_payments() == []


def test_a_payment_waits_for_its_invoice_and_names_it(office):
    it = office("I1", cut_off_date="2026-11-30")
    payment = pay(it, "I1", "110.00")
    it.night()
    row = it.rows("payments")[payment]

    assert (row["state"], row["reason"]) == ("held", "invoice_held")
    assert "Invoice INV-1 is held: The date lies before the cut-off date" in row["details"]


def test_a_draft_takes_no_payment_until_somebody_approves_it_in_xero(office):
    it = office("I1", default_invoice_status="DRAFT")
    payment = pay(it, "I1", "110.00")
    it.night()
    it.carry()
    assert it.rows("payments")[payment]["reason"] == "draft_in_xero"
    assert it.rows()["I1"]["reason"] == "draft_in_xero"

    it.xero("invoices", "update", it.xero_invoices()["INV-1"].id, Status="AUTHORISED")
    it.night()

    assert it.xero_invoices()["INV-1"].status == "PAID"


def test_a_payment_in_xero_marks_the_pooltrackr_invoice_paid(office):
    it = office("I1")
    it.night()
    pay_in_xero(it, it.xero_invoices()["INV-1"].id, "110.00")
    it.night()
    it.carry()

    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "paid"
    assert [row["state"] for row in it.rows("payments").values()] == ["sent"]


def test_a_payment_that_both_offices_entered_is_asked_about_and_never_doubled(office):
    it = office("I1")
    it.night()
    entered = pay_in_xero(it, it.xero_invoices()["INV-1"].id, "50.00")
    payment = pay(it, "I1", "50.00")
    it.night()
    row = it.rows("payments")[payment]
    assert (row["reason"], row["suggested"]) == ("looks_entered", "link")
    it.decide(row, "link", entered.id)
    it.push()
    it.night()

    assert len(it.xero_payments()) == 1
    assert it.pooltrackr("GET", f"payments/{payment}")["xero_payment_id"] == entered.id


def test_a_payment_deleted_in_pooltrackr_is_proposed_for_deletion_in_xero(office):
    it = office("I1")
    payment = pay(it, "I1", "110.00")
    it.night()
    it.carry()
    it.pooltrackr("PATCH", f"payments/{payment}", deleted=True)
    it.plan()
    it.decide(it.rows("payments")[payment], "void")
    it.push()

    assert [p.status for p in it.xero_payments()] == ["DELETED"]
    assert it.xero_invoices()["INV-1"].amount_due == Decimal("110.00")


def test_several_deletions_go_out_one_by_one_since_xero_takes_no_batch_of_them(office):
    it = office("I1", policies={"clean_invoice": True})
    payments = [pay(it, "I1", "40.00"), pay(it, "I1", "70.00")]
    it.night()
    for payment in payments:
        it.decide(it.rows("payments")[payment], "create")
    it.carry()
    for payment in payments:
        it.pooltrackr("PATCH", f"payments/{payment}", deleted=True)
    it.plan()
    for payment in payments:
        it.decide(it.rows("payments")[payment], "void")
    tallies = it.push()

    assert tallies["payments to xero"].done == 2
    assert [p.status for p in it.xero_payments()] == ["DELETED", "DELETED"]


def test_a_payment_changed_in_pooltrackr_is_deleted_in_xero_and_entered_anew(office):
    it = office("I1", policies={"clean_invoice": True, "paid_in_full": True})
    payment = pay(it, "I1", "110.00")
    it.night()
    it.carry()
    it.pooltrackr("PATCH", f"payments/{payment}", amount="90.00")
    it.plan()
    it.decide(it.rows("payments")[payment], "void")
    it.push()
    it.plan()
    it.decide(it.rows("payments")[payment], "create")
    it.push()

    assert sorted((p.status, p.amount) for p in it.xero_payments()) == [
        ("AUTHORISED", Decimal("90.00")),
        ("DELETED", Decimal("110.00")),
    ]


def test_a_payment_deleted_in_xero_is_proposed_for_deletion_in_pooltrackr(office):
    it = office("I1")
    payment = pay(it, "I1", "110.00")
    it.night()
    it.carry()
    it.xero("payments", "delete", it.xero_payments()[0].id)
    it.plan()
    row = next(r for r in it.rows("payments").values() if r["suggested"] == "void")
    it.decide(row, "void")
    it.push()

    assert it.pooltrackr("GET", f"payments/{payment}")["deleted"] is True


def test_an_invoice_marked_paid_by_hand_is_proposed_as_a_payment(office):
    it = office("I1")
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", payment="paid")
    it.plan()
    row = it.rows()["I1"]
    it.decide(row, "update")
    it.push()
    it.night()

    assert (row["suggested"], it.xero_invoices()["INV-1"].amount_due) == ("update", 0)
    assert len(it.xero_payments()) == 1


def test_a_customer_without_a_link_holds_the_invoice_whatever_their_name(office):
    it = office("I1")
    it.pooltrackr("PATCH", "contacts/C2", name="Mary Smith")
    it.pooltrackr("PATCH", "invoices/I1", contact_id="C2")
    it.night()

    assert it.rows()["I1"]["reason"] == "contact_not_linked"
    assert it.xero_invoices() == {}


def test_a_number_that_xero_has_already_is_never_overwritten(office):
    it = office("I1")
    it.xero(
        "invoices", "create", Type="ACCREC", Contact={"ContactID": CONTACT}, InvoiceNumber="INV-1", Date="2026-11-01",
        LineAmountTypes="Inclusive", LineItems=[{"Description": "typed", "Quantity": "1", "UnitAmount": "110", "AccountCode": "200"}],
    )  # fmt: skip
    it.night()
    row = it.rows()["I1"]
    assert (row["state"], row["reason"], row["suggested"]) == ("held", "number_taken", "link")
    with pytest.raises(BadInput, match="held"):
        it.decide(row, "create")
    it.decide(row, "link")
    it.push()
    it.night()

    assert len(it.xero_invoices()) == 1
    assert it.pooltrackr("GET", "invoices/I1")["xero_number"] == "INV-1"


def test_a_credit_in_xero_explains_why_nothing_is_due_and_marks_the_invoice_paid(office):
    it = office("I1")
    it.night()
    copy = it.xero_invoices()["INV-1"]
    pay_in_xero(it, copy.id, "100.00")
    credit_invoice(it.sandbox.world, copy.id, Decimal("10.00"))
    it.night()
    row = it.rows()["I1"]
    assert (row["suggested"], row["why"]) == (
        "update",
        "Nothing is due in Xero. In Xero 100.00 is paid, 10.00 is credited.",
    )
    it.carry()

    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "paid"


def test_a_lost_answer_leaves_one_invoice_that_is_found_again_and_linked(office):
    it = office("I1", policies={"clean_invoice": True})
    read_faults(it.sandbox.sandbox.faults, {"faults": [{"kind": "answer_lost", "method": "PUT", "path": "Invoices"}]})
    it.plan()
    assert it.carry()["invoices to xero"].unknown == 1
    assert it.rows()["I1"]["state"] == "sending"

    it.clock.ahead = timedelta(hours=1)
    end_leases(it.services.engine)
    it.plan()
    it.carry()

    assert [i.number for i in it.xero_invoices().values()] == ["INV-1"]
    assert it.rows()["I1"]["state"] == "sent"
    assert it.pooltrackr("GET", "invoices/I1")["xero_number"] == "INV-1"


def test_one_bad_invoice_costs_the_others_nothing(office):
    it = office("I1", "I2", "I3", policies={"clean_invoice": True})
    it.plan()
    it.xero(
        "invoices", "create", Type="ACCREC", Contact={"ContactID": CONTACT}, InvoiceNumber="INV-2", Date="2026-11-01",
        LineItems=[{"Description": "typed since", "Quantity": "1", "UnitAmount": "5", "AccountCode": "200"}],
    )  # fmt: skip
    tallies = it.carry()
    row = it.rows()["I2"]

    assert tallies["invoices to xero"].done == 2
    assert (row["state"], row["reason"]) in {("failed", "refused"), ("held", "number_taken")}
    assert it.xero_invoices()["INV-2"].total == Decimal("5.50")


def test_the_report_is_handed_back_like_a_match_report(office, tmp_path):
    it = office("I1", "I2", policies={})
    it.plan()
    _, paths = write_money_report(it.services, tmp_path, "R1")
    with paths[0].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["decision"] = "create" if row["pooltrackr_id"] == "I1" else "skip"
    filled = write_csv(tmp_path / "filled.csv", tuple(rows[0]), rows)
    decided = decide_file(it.services, filled, "Ann")
    it.push()
    it.plan()

    assert (decided.accepted, decided.staged) == (2, 1)
    assert list(it.xero_invoices()) == ["INV-1"]
    assert [it.rows()[key]["state"] for key in ("I1", "I2")] == ["sent", "skipped"]


def test_a_shut_settings_gate_stops_the_push_before_the_first_write(office):
    it = office("I1", payment_account="", policies={})
    it.plan()
    it.decide(it.rows()["I1"], "create")
    with pytest.raises(GateClosed, match="settings gate"):
        push_money(it.services, "xero", "invoices")

    assert it.writes() == []
