"""The month-end tie-out: balances add up, and every cent of a difference has one reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.tie_out import REASONS, Entry, Papers, month_of, tie_out

OCTOBER = month_of("2026-10")
CONTACTS = st.sampled_from(["C1", "C2", "C3"])
DAYS = st.none() | st.dates(date(2026, 8, 1), date(2026, 12, 31))
AMOUNTS = st.decimals(0, 500, places=2)


@st.composite
def papers(draw: st.DrawFn) -> Papers:
    """Documents of both systems, many of them in pairs that agree, nearly agree, or do not."""
    ours, theirs, links = [], [], {}
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["invoice", "payment"]))
        entry = Entry(
            system="pooltrackr",
            kind=kind,
            id=f"P{number}",
            contact=draw(CONTACTS),
            date=draw(DAYS),
            amount=draw(AMOUNTS),
            standing=draw(st.sampled_from(["live", "live", "voided"])),
            is_mark=kind == "payment" and draw(st.booleans()),
        )
        ours.append(entry)
        if draw(st.booleans()):
            links[kind, entry.id] = f"X{number}"
            copy = replace(entry, system="xero", id=f"X{number}", is_mark=False)
            what = draw(st.sampled_from(["same", "contact", "date", "amount", "standing"]))
            other = {
                "contact": CONTACTS,
                "date": DAYS,
                "amount": AMOUNTS,
                "standing": st.sampled_from(["live", "draft"]),
            }
            theirs.append(copy if what == "same" else replace(copy, **{what: draw(other[what])}))
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["invoice", "payment", "credit"]))
        theirs.append(
            Entry(
                system="xero", kind=kind, id=f"N{number}", contact=draw(CONTACTS), date=draw(DAYS), amount=draw(AMOUNTS)
            )
        )
    return Papers(tuple(ours), tuple(theirs), links)


@given(papers())
def test_the_reasons_of_a_contact_add_up_to_its_difference(given_papers: Papers) -> None:
    for tied in tie_out(given_papers, OCTOBER):
        assert sum((cause.amount for cause in tied.causes), Decimal(0)) == tied.difference
        assert {cause.reason for cause in tied.causes} <= set(REASONS)


@given(papers())
def test_a_month_closes_as_the_next_one_opens(given_papers: Papers) -> None:
    closed = {tied.contact: tied for tied in tie_out(given_papers, OCTOBER)}
    opened = {tied.contact: tied for tied in tie_out(given_papers, month_of("2026-11"))}
    for contact in closed.keys() & opened.keys():
        assert closed[contact].pooltrackr.closing == opened[contact].pooltrackr.opening
        assert closed[contact].xero.closing == opened[contact].xero.opening


@given(papers())
def test_what_is_owed_is_all_that_counts_until_the_last_day(given_papers: Papers) -> None:
    owed = sum((e.effect for e in given_papers.xero if e.counts_by(OCTOBER.last)), Decimal(0))
    assert sum((tied.xero.closing for tied in tie_out(given_papers, OCTOBER)), Decimal(0)) == owed


OURS = Entry(
    system="pooltrackr", kind="invoice", id="P1", contact="C1", date=date(2026, 10, 31), amount=Decimal("110.00")
)
THEIRS = replace(OURS, system="xero", id="X1")
PAID = replace(OURS, kind="payment", id="P2")
BY_REASON = {
    "held_invoice": Papers((OURS,), ()),
    "invoice_only_in_xero": Papers((), (THEIRS,)),
    "payment_waiting": Papers((PAID,), ()),
    "payment_only_in_xero": Papers((), (replace(THEIRS, kind="payment"),)),
    "credit_only_in_xero": Papers((), (replace(THEIRS, kind="credit"),)),
    "paid_mark": Papers((replace(PAID, is_mark=True),), ()),
    "another_month": Papers((OURS,), (replace(THEIRS, date=date(2026, 11, 1)),), {("invoice", "P1"): "X1"}),
    "draft": Papers((OURS,), (replace(THEIRS, standing="draft"),), {("invoice", "P1"): "X1"}),
    "voided": Papers((OURS,), (replace(THEIRS, standing="voided"),), {("invoice", "P1"): "X1"}),
    "rounding": Papers((OURS,), (replace(THEIRS, amount=Decimal("110.01")),), {("invoice", "P1"): "X1"}),
    "amount": Papers((OURS,), (replace(THEIRS, amount=Decimal("210.01")),), {("invoice", "P1"): "X1"}),
    "another_contact": Papers((OURS,), (replace(THEIRS, contact="C2"),), {("invoice", "P1"): "X1"}),
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_named(reason: str) -> None:
    tied = tie_out(BY_REASON[reason], OCTOBER)
    assert {cause.reason for one in tied for cause in one.causes} == {reason}


def test_months_are_whole() -> None:
    assert (month_of("2026-12").first, month_of("2026-12").last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert month_of("2028-02").last == date(2028, 2, 29)
    assert month_of("2026-01").before == date(2025, 12, 31)
    with pytest.raises(ValueError, match="month must be in"):
        month_of("2026-13")
