"""What is in both systems already: what an edit, a payment or a mark on one side asks of the other, and what it must not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reconcile.invoicing.card_money import plan_card_money
from reconcile.invoicing.changes import follow_change
from reconcile.invoicing.fingerprint import Agreed, pooltrackr_says, xero_fields, xero_says
from reconcile.invoicing.holding import twin_of
from reconcile.invoicing.paid_marks import plan_paid_marks
from reconcile.invoicing.payments import plan_payments
from reconcile.invoicing.plan import plan_invoice
from reconcile.invoicing.suggest import suggest_card_money, suggest_invoice
from reconcile.proposing import Linked
from reconcile.records import Account, Contact, Invoice, Line, Organisation, Payment

HOME = Organisation(id="t", sales_tax_basis="ACCRUALS", currency="AUD")
TODAY = date(2026, 11, 23)
CENT_LINE = Line(
    description="Pool clean",
    quantity=Decimal(1),
    unit_amount=Decimal("110.00"),
    account_code="200",
    tax_type="OUTPUT",
    tax_amount=Decimal("10.00"),
    line_amount=Decimal("110.00"),
)
COPY = Invoice(
    id="V1",
    number="INV-1",
    contact_id="X1",
    status="AUTHORISED",
    date=date(2026, 11, 5),
    due_date=date(2026, 11, 19),
    line_amount_types="Inclusive",
    lines=(CENT_LINE,),
    total=Decimal("110.00"),
    total_tax=Decimal("10.00"),
    amount_due=Decimal("110.00"),
    amount_paid=Decimal(0),
    currency="AUD",
)
PAID = Payment(id="Y1", invoice_id="I1", amount=Decimal("110.00"), date=date(2026, 11, 10), method="manual")
THERE = Payment(id="Q1", invoice_id="V1", amount=Decimal("110.00"), date=date(2026, 11, 10), reference="PT-Y1")
CARD = replace(
    PAID,
    method="stripe",
    stripe_charge="ch_1",
    stripe_gross=Decimal("113.00"),
    stripe_surcharge=Decimal("3.00"),
    stripe_fee=Decimal("2.00"),
    stripe_net=Decimal("111.00"),
    stripe_payout="po_1",
)
CARDS = {"clearing_account": "615", "fees_account": "404", "reimbursement_account": "200", "stripe_contact": "X9"}


def both_ways(**pairs):
    return Linked(pairs, {right: left for left, right in pairs.items()})


@pytest.fixture
def linked(books, invoice):
    """An invoice of 110.00 that is in both systems; the settings and parts of the books by name."""

    def make(settings=None, **parts):
        known = {"organisation": HOME, "invoice_links": both_ways(I1="V1")}
        known |= {"invoices": {"I1": invoice()}, "xero_invoices": {"V1": COPY}}
        return books(settings, **(known | parts))

    return make


def agreed(invoice, copy):
    return {invoice.id: Agreed(pooltrackr_says(invoice), xero_says(copy), xero_fields(copy))}


def reasons(holds):
    return [hold.reason for hold in holds]


def planned(books):
    return {plan.payment.id: plan for plan in plan_payments(books, {}, books.case_ids())}


def test_an_invoice_that_was_sent_by_itself_and_then_batched_is_voided_in_xero(linked, invoice):
    child = invoice(batch="batched", batch_invoice_id="I9")
    change = follow_change(child, COPY, linked(invoices={"I1": child}))

    assert (change.kind, change.write.target, change.write.body) == ("void", "xero", {"Status": "VOIDED"})
    assert change.words.startswith("Part of batch invoice I9")


def test_what_takes_the_place_of_an_invoice_in_xero_waits_for_a_person(linked, invoice):
    old, new = invoice(batch="batched", batch_invoice_id="I9"), invoice(id="I9", number="INV-9", batch="batch")
    there = linked(invoices={"I1": old, "I9": new})
    gone = replace(there, xero_invoices={"V1": replace(COPY, status="VOIDED")})

    assert suggest_invoice("O", plan_invoice(new, there), there).proposal.confidence == "review"
    assert plan_invoice(new, there).cautions[0].startswith("Xero still has INV-1 of 110.00")
    assert suggest_invoice("O", plan_invoice(new, gone), gone).proposal.confidence == "auto"


def test_what_was_replaced_twice_before_it_was_sent_is_still_what_stands_in_xero(linked, invoice):
    chain = [invoice(superseded_by="I2"), invoice(id="I2", number="INV-2", superseded_by="I3")]
    newest = invoice(id="I3", number="INV-3")
    there = linked(invoices={i.id: i for i in (*chain, newest)})

    assert len(plan_invoice(newest, there).cautions) == 1


def test_a_contact_that_was_merged_in_xero_is_in_nobodys_way(linked, invoice):
    moved = replace(COPY, contact_id="X2")
    before = agreed(invoice(), COPY)
    later = invoice(due_date=date(2026, 12, 1))
    there = linked(
        invoices={"I1": later},
        agreed=before,
        contact_links=both_ways(C1="X2"),
        xero_contacts={"X2": Contact(id="X2", status="active")},
    )
    change = follow_change(later, moved, there)

    assert (change.kind, change.holds) == ("update", ())
    assert change.words == "Changed in Pooltrackr: the due date 19 Nov 2026 becomes 1 Dec 2026. The total stays."


def test_what_somebody_entered_in_xero_is_not_replaced_and_the_report_names_it(linked, invoice):
    theirs = replace(COPY, due_date=date(2026, 11, 30))
    later = invoice(due_date=date(2026, 12, 1))
    holds = follow_change(later, theirs, linked(invoices={"I1": later}, agreed=agreed(invoice(), COPY))).holds

    assert reasons(holds) == ["changed_in_both"]
    assert holds[0].detail == "In Xero the due date of invoice V1 changed as well."


def test_once_both_say_the_same_by_hand_nothing_is_in_conflict_any_more(linked, invoice):
    later = invoice(due_date=date(2026, 12, 1))
    theirs = replace(COPY, due_date=date(2026, 12, 1))

    assert follow_change(later, theirs, linked(invoices={"I1": later}, agreed=agreed(invoice(), COPY))).holds == ()


def test_lines_that_the_bookkeeper_recoded_in_xero_are_not_replaced(linked, invoice):
    theirs = replace(COPY, lines=(replace(CENT_LINE, account_code="202"),))
    later = invoice(due_date=date(2026, 12, 1))
    holds = follow_change(later, theirs, linked(invoices={"I1": later}, agreed=agreed(invoice(), COPY))).holds

    assert holds[0].detail == "In Xero the lines of invoice V1 changed as well."


def test_a_discount_on_a_paid_invoice_changes_what_is_owed(linked, invoice, line):
    paid = replace(COPY, status="PAID", amount_paid=Decimal("110.00"), amount_due=Decimal(0))
    less = line(discount_rate=Decimal(10), tax_amount=Decimal("9.00"), line_amount=Decimal("99.00"))
    later = invoice(lines=(less,), total=Decimal("99.00"), total_tax=Decimal("9.00"))
    change = follow_change(later, paid, linked(invoices={"I1": later}, agreed=agreed(invoice(), paid)))

    assert reasons(change.holds) == ["edit_blocked_by_payment"]


def test_an_invoice_that_lost_its_lines_is_not_sent_as_an_edit(linked, invoice):
    bare = invoice(lines=(), total=Decimal(0), total_tax=Decimal(0))
    change = follow_change(bare, COPY, linked(invoices={"I1": bare}, agreed=agreed(invoice(), COPY)))

    assert (reasons(change.holds), change.write) == (["zero_lines"], None)


def test_an_invoice_goes_out_in_the_organisations_own_currency_whatever_the_contacts_is(linked, invoice):
    new = invoice(id="I2", number="INV-2")
    write = plan_invoice(new, linked(invoices={"I2": new})).write

    assert (write.body["CurrencyCode"], write.expect["currency"]) == ("AUD", "AUD")


def test_nothing_is_carried_to_or_from_an_invoice_in_another_currency(linked, invoice):
    dollars = replace(COPY, currency="USD")
    there = linked(xero_invoices={"V1": dollars}, payments={"Y1": PAID}, xero_payments={"Q2": replace(THERE, id="Q2")})
    unlinked = linked(xero_invoices={"V1": dollars}, invoice_links=Linked())

    assert reasons(follow_change(invoice(), dollars, there).holds) == ["other_currency"]
    assert planned(there)["Y1"].write is None
    assert list(plan_paid_marks(there, TODAY, ["I1"])) == []
    assert twin_of(invoice(), unlinked) is None


def test_a_payment_that_was_moved_to_another_invoice_is_deleted_in_xero_and_entered_anew(linked, invoice):
    moved = replace(PAID, invoice_id="I2")
    there = linked(
        invoices={"I1": invoice(), "I2": invoice(id="I2", number="INV-2")},
        xero_invoices={"V1": replace(COPY, status="PAID"), "V2": replace(COPY, id="V2")},
        invoice_links=both_ways(I1="V1", I2="V2"),
        payments={"Y1": moved},
        xero_payments={"Q1": THERE},
        payment_links=both_ways(Y1="Q1"),
    )
    plan = planned(there)["Y1"]

    assert (plan.kind, plan.write.verb, plan.write.target_id) == ("void", "delete", "Q1")
    assert list(plan_paid_marks(there, TODAY, ["I1", "I2"])) == []


def test_a_payment_that_was_moved_to_an_invoice_outside_xero_says_what_it_waits_for(linked):
    there = linked(
        payments={"Y1": replace(PAID, invoice_id="I7")}, xero_payments={"Q1": THERE}, payment_links=both_ways(Y1="Q1")
    )

    assert reasons(planned(there)["Y1"].holds) == ["invoice_not_carried"]


def test_no_policy_adds_a_payment_while_another_one_on_the_invoice_is_unexplained(linked):
    deposit = replace(THERE, id="Q2", amount=Decimal("60.00"), reference="Deposit")
    half = replace(COPY, amount_due=Decimal("50.00"), amount_paid=Decimal("60.00"))
    rest = replace(PAID, amount=Decimal("50.00"))
    open_one = linked(xero_invoices={"V1": half}, payments={"Y1": rest}, xero_payments={"Q2": deposit})
    known = replace(open_one, payment_links=both_ways(Y7="Q2"))

    assert (planned(open_one)["Y1"].kind, planned(open_one)["Y1"].exact) == ("create", False)
    assert planned(known)["Y1"].exact


def test_two_payments_that_somebody_called_the_same_may_bear_two_dates(linked):
    typed = replace(THERE, reference="Direct deposit", date=date(2026, 11, 12))
    there = linked(payments={"Y1": PAID}, xero_payments={"Q1": typed}, payment_links=both_ways(Y1="Q1"))
    carried = replace(there, xero_payments={"Q1": replace(typed, reference="PT-Y1")})

    assert planned(there)["Y1"].kind == "linked"
    assert planned(carried)["Y1"].kind == "void"


def test_a_payment_in_xero_from_before_the_cut_off_stays_there(linked):
    there = linked({"cut_off_date": date(2026, 11, 11)}, xero_payments={"Q2": replace(THERE, id="Q2", reference="")})

    assert reasons(planned(there)["Q2"].holds) == ["before_cut_off"]


def test_a_payment_in_xero_without_an_amount_is_no_payment_of_nothing(linked):
    there = linked(xero_payments={"Q2": replace(THERE, id="Q2", reference="", amount=None)})

    assert reasons(planned(there)["Q2"].holds) == ["amount_unusable"]


PAID_THERE = replace(COPY, status="PAID", amount_due=Decimal(0), amount_paid=Decimal("110.00"))


@pytest.mark.parametrize("counterpart", ["Y1", "I1"])
def test_an_invoice_is_not_marked_paid_for_a_payment_that_pooltrackr_took_back(linked, counterpart):
    there = linked(
        xero_invoices={"V1": PAID_THERE}, xero_payments={"Q1": THERE}, payment_links=both_ways(**{counterpart: "Q1"})
    )
    (mark,) = plan_paid_marks(there, TODAY, ["I1"])

    assert (reasons(mark.holds), mark.write) == (["paid_mark_taken_off"], None)


def test_only_a_credit_that_explains_it_marks_an_invoice_paid_by_policy(linked):
    credited = replace(PAID_THERE, amount_paid=Decimal(0), amount_credited=Decimal("110.00"))
    (by_credit,) = plan_paid_marks(linked(xero_invoices={"V1": credited}), TODAY, ["I1"])
    (by_what,) = plan_paid_marks(linked(xero_invoices={"V1": replace(PAID_THERE, amount_paid=None)}), TODAY, ["I1"])

    assert (by_credit.certain, by_what.certain) == (True, False)


@pytest.mark.parametrize("parts", [{"marked_by_us": frozenset({"I1"})}, {"payment_links": both_ways(I1="Q1")}])
def test_a_mark_that_came_from_xero_or_went_there_is_not_carried_as_money_once_more(linked, invoice, parts):
    (mark,) = plan_paid_marks(linked(invoices={"I1": invoice(payment="paid")}, **parts), TODAY, ["I1"])

    assert (reasons(mark.holds), mark.write) == (["paid_mark_stands_alone"], None)


def test_what_is_entered_anew_does_not_bear_the_mark_of_what_was_deleted(linked, invoice):
    again = linked(invoices={"I1": invoice(payment="paid")}, remade={"I1": 1})
    (mark,) = plan_paid_marks(again, TODAY, ["I1"])

    assert mark.write.stamp == "PT-I1-PAID.2"


def test_an_invoice_of_nothing_that_xero_calls_paid_is_paid(linked, invoice):
    free = replace(PAID_THERE, total=Decimal(0), amount_paid=Decimal(0))
    (mark,) = plan_paid_marks(linked(xero_invoices={"V1": free}), TODAY, ["I1"])

    assert mark.certain


def test_a_mark_keeps_the_day_on_which_it_was_first_seen_until_that_day_is_locked(linked, invoice):
    marked = linked(invoices={"I1": invoice(payment="paid")}, first_seen={"I1": date(2026, 11, 20)})
    locked = replace(marked, organisation=replace(HOME, period_lock_date=date(2026, 11, 21)))

    assert [m.write.body["Date"] for m in plan_paid_marks(marked, TODAY, ["I1"])] == ["2026-11-20"]
    assert [m.write.body["Date"] for m in plan_paid_marks(locked, TODAY, ["I1"])] == ["2026-11-23"]


@pytest.fixture
def by_card(linked, books):
    """A card payment that is in both systems, its fee and surcharge not yet; parts by name."""
    banks = {
        "615": Account(id="A615", code="615", type="BANK", status="ACTIVE"),
        "404": Account(id="A404", code="404", type="EXPENSE", status="ACTIVE"),
    }

    def make(payment=CARD, **parts):
        known = {"accounts": books().accounts | banks, "payments": {"Y1": payment}}
        known |= {"xero_payments": {"Q1": replace(THERE, account_id="A615")}, "payment_links": both_ways(Y1="Q1")}
        known |= {"xero_contacts": {"X1": Contact(id="X1", status="active"), "X9": Contact(id="X9", status="active")}}
        return linked(CARDS, **(known | parts))

    return make


def movements(books):
    return {m.id: (m.write is not None, reasons(m.holds)) for m in plan_card_money(books, {"I1"})}


def test_fee_and_surcharge_follow_the_payment_through_the_clearing_account_only(by_card):
    elsewhere = by_card(xero_payments={"Q1": replace(THERE, account_id="A090")})

    assert movements(by_card()) == {"Y1-FEE": (True, []), "Y1-SURCHARGE": (True, [])}
    assert movements(elsewhere)["Y1-FEE"] == (False, ["card_payment_elsewhere"])


def test_a_refund_after_the_surcharge_was_entered_is_pointed_out(by_card):
    refunded = by_card(
        replace(CARD, status="DELETED"),
        card_links=both_ways(**{"Y1-FEE": "B1", "Y1-SURCHARGE": "B2"}),
        card_posted={"Y1-FEE": Decimal("2.00"), "Y1-SURCHARGE": Decimal("3.00")},
    )

    assert movements(refunded) == {"Y1-SURCHARGE": (False, ["card_money_changed"])}


def test_a_fee_that_stripe_gives_back_is_not_entered_as_a_negative_one(by_card):
    back = replace(CARD, stripe_fee=Decimal("-2.00"), stripe_net=Decimal("115.00"))

    assert movements(by_card(back))["Y1-FEE"] == (False, ["card_money_returned"])


def test_the_fee_of_a_refund_that_never_was_in_xero_is_something_new_there(by_card):
    never = by_card(replace(CARD, status="DELETED"), payment_links=Linked(), xero_payments={})
    suggestion = suggest_card_money("O", plan_card_money(never, {"I1"}), never)

    assert (suggestion.proposal.suggested, suggestion.proposal.suggested_id) == ("create", "")
    assert [write.subject_id for write in suggestion.writes] == ["Y1-FEE"]


@pytest.mark.parametrize(("second", "settled"), [("60.00", True), ("59.99", False)])
def test_part_payments_settle_an_invoice_together_or_not_at_all(linked, second, settled):
    parts = [replace(PAID, id=f"Y{n}", amount=Decimal(amount)) for n, amount in enumerate(("50.00", second), start=1)]
    plans = planned(linked(payments={part.id: part for part in parts}))

    assert {key: (plan.kind, plan.exact) for key, plan in plans.items()} == {
        "Y1": ("create", settled),
        "Y2": ("create", settled),
    }
