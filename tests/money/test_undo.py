"""Taking back what a run wrote about money: what can be is, once; what cannot be says why."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from reconcile.stages.undo import UndoPlan, approve_undo, plan_undo
from reconcile.store.engine import writing
from reconcile.store.runs import end_run, start_run

from .business import pay, pay_in_xero
from .conftest import Office


@contextmanager
def run_of(it: Office) -> Iterator[str]:
    """Whatever is pushed inside is of this run."""
    services, run_id = it.services, it.services.new_id()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "money", run_id, 0, services.clock.now())
    yield run_id
    with writing(services.engine) as session:
        end_run(session, seq, services.clock.now(), {})


def undo(it: Office, run_id: str) -> UndoPlan:
    """Take a run back as far as it goes, and look at both systems."""
    it.plan()
    plan = plan_undo(it.services, run_id)
    approve_undo(it.services, run_id, plan.mark, "ann")
    it.push()
    it.plan()
    return plan


def test_an_invoice_that_nobody_paid_is_voided_and_no_policy_sends_it_again(office):
    it = office("I1")
    with run_of(it) as run_id:
        it.night()
    plan = undo(it, run_id)
    assert sorted(r.what for r in plan.reversals) == [
        "put back xero_invoice_id, xero_number", "void the invoice (its number stays taken)",
    ]  # fmt: skip
    assert plan.irreversible == ()
    it.night()
    assert [(i.number, i.status) for i in it.xero_invoices().values()] == [("INV-1", "VOIDED")]
    told = it.pooltrackr("GET", "invoices/I1")
    assert (told["xero_invoice_id"], told["xero_number"], told["external_status"]) == ("", "", "not_synced")


def test_payments_are_deleted_first_and_their_invoice_is_voided_by_undoing_once_more(office):
    it = office("I1")
    with run_of(it) as run_id:
        it.night()
        pay(it, "I1", "110.00")
        it.plan()
        it.carry()
    plan = undo(it, run_id)
    kept = [k for k in plan.irreversible if (k.of.target, k.of.entity) == ("xero", "invoices")]
    assert [k.reason for k in kept] == ["Payments or credits of 110.00 stand on it in Xero."]
    assert [p.status for p in it.xero_payments()] == ["DELETED"]
    again = undo(it, run_id)
    assert [r.what for r in again.reversals] == ["void the invoice (its number stays taken)"]
    assert [i.status for i in it.xero_invoices().values()] == ["VOIDED"]


def test_what_an_invoice_said_before_a_change_is_put_back_while_nothing_is_paid(office):
    it = office("I1")
    it.night()
    line = it.pooltrackr("GET", "invoices/I1")["lines"][0] | {"unit_price": "220.00", "tax": "20.00", "total": "220.00"}
    it.pooltrackr("PATCH", "invoices/I1", lines=[line], subtotal="200.00", gst="20.00", total="220.00")
    it.plan()
    (row,) = (r for r in it.rows().values() if r["suggested"] == "update")
    with run_of(it) as run_id:
        it.decide(row, "update")
        it.push()
    assert it.xero_invoices()["INV-1"].total == Decimal("220.00")
    undo(it, run_id)
    back = it.xero_invoices()["INV-1"]
    assert (back.total, back.total_tax, back.lines[-1].unit_amount) == (
        Decimal("110.00"),
        Decimal("10.00"),
        Decimal(110),
    )
    assert back.lines[0].description.startswith("Pool: 12 Palm St")
    assert it.rows()["I1"]["reason"] == "total_differs_in_xero"


def test_a_payment_taken_over_from_xero_is_deleted_in_pooltrackr_and_stays_in_xero(office):
    it = office("I1")
    it.night()
    pay_in_xero(it, it.xero_invoices()["INV-1"].id, "110.00")
    with run_of(it) as run_id:
        it.plan()
        it.carry()
    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "paid"
    undo(it, run_id)
    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "unpaid"
    assert [p.status for p in it.xero_payments()] == ["AUTHORISED"]
    it.night()
    assert it.pooltrackr("GET", "invoices/I1")["payment"] == "unpaid"


def test_a_void_stays_and_says_what_to_do(office):
    it = office("I1")
    it.night()
    it.pooltrackr("PATCH", "invoices/I1", voided=True)
    it.plan()
    (row,) = (r for r in it.rows().values() if r["suggested"] == "void")
    with run_of(it) as run_id:
        it.decide(row, "void")
        it.push()
    it.plan()
    plan = plan_undo(it.services, run_id)
    assert plan.reversals == ()
    assert [(k.reason, k.remedy) for k in plan.irreversible] == [
        ("A void cannot be undone in xero.", "Enter the document anew.")
    ]
