"""Nights between two offices at work: what one of them does between planning, approving and pushing reaches the other once."""

from datetime import timedelta
from decimal import Decimal

from reconcile.sandbox.edits import credit_invoice, edit_xero
from reconcile.sandbox.faults import read_faults
from tests.databases import end_leases

from .business import pay


def test_an_invoice_is_changed_in_xero_as_often_as_it_is_edited(office):
    it = office("I1")
    it.night()
    for day in ("2026-11-25", "2026-11-28"):
        it.pooltrackr("PATCH", "invoices/I1", due_date=day)
        it.plan()
        it.decide(it.rows()["I1"], "update")
        it.push()
        it.plan()

    assert str(it.xero_invoices()["INV-1"].due_date) == "2026-11-28"
    assert it.plan().proposals.new == 0


def test_an_edit_made_while_the_answer_was_lost_is_followed(office):
    it = office("I1", policies={"clean_invoice": True})
    read_faults(it.sandbox.sandbox.faults, {"faults": [{"kind": "answer_lost", "method": "PUT", "path": "Invoices"}]})
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", due_date="2026-12-24")
    it.clock.ahead = timedelta(hours=1)
    end_leases(it.services.engine)
    it.night()

    row = it.rows()["I1"]
    assert (row["suggested"], "becomes 24 Dec 2026" in row["why"]) == ("update", True)


def test_a_paid_mark_that_is_approved_on_one_day_is_carried_on_the_next(office):
    it = office("I1")
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", payment="paid")
    it.plan()
    it.clock.ahead += timedelta(days=1)
    assert it.plan().proposals.new == 0
    it.decide(it.rows()["I1"], "update")
    it.clock.ahead += timedelta(days=1)
    it.night()

    assert it.xero_invoices()["INV-1"].amount_due == Decimal(0)


def test_a_replacement_that_waited_is_sent_by_policy_once_the_old_one_is_voided(office):
    it = office("I1")
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", batch="batched")
    lines = it.pooltrackr("GET", "invoices/I1")["lines"]
    batch = it.pooltrackr(
        "POST", "invoices", number="INV-B", contact_id="C1", issued_date="2026-11-06", due_date="2026-11-20", batch="batch",
        lines=lines, total="110.00", gst="10.00", subtotal="100.00",
    )["id"]  # fmt: skip
    it.pooltrackr("PATCH", "invoices/I1", batch_invoice_id=batch)
    it.night()
    assert list(it.xero_invoices()) == ["INV-1"]
    it.decide(it.rows()["I1"], "void")
    it.push()
    it.night()

    assert {n: i.status for n, i in it.xero_invoices().items()} == {"INV-1": "VOIDED", "INV-B": "AUTHORISED"}


def test_a_payment_that_is_restored_after_its_deletion_was_carried_is_entered_anew(office):
    it = office("I1")
    payment = pay(it, "I1", "110.00")
    it.night()
    it.carry()
    it.pooltrackr("PATCH", f"payments/{payment}", deleted=True)
    it.plan()
    it.decide(it.rows("payments")[payment], "void")
    it.push()
    it.pooltrackr("PATCH", f"payments/{payment}", deleted=False)
    it.night()

    assert sorted((p.status, p.reference[-2:]) for p in it.xero_payments()) == [
        ("AUTHORISED", ".2"),
        ("DELETED", payment[-2:]),
    ]


def test_a_credit_that_is_taken_back_in_xero_is_not_bounced_back_as_a_payment(office):
    it = office("I1")
    it.night()
    copy = it.xero_invoices()["INV-1"].id
    credit_invoice(it.sandbox.world, copy, Decimal(110))
    it.night()
    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "paid"
    credit_invoice(it.sandbox.world, copy, Decimal(-110))
    edit_xero(it.sandbox.world, "invoices", copy, status="AUTHORISED")
    it.night()

    row = it.rows()["I1"]
    assert (row["proposal_id"], row["reason"]) == ("", "paid_mark_stands_alone")
