"""Why the prices of one article differ in the two systems, and whether Xero's include GST."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.pricing import PriceClass, classify_price, detect_basis, to_basis

D = Decimal
PRICES = st.decimals(min_value="0.01", max_value="20000", places=2)


@pytest.mark.parametrize(
    ("pooltrackr", "included", "xero", "basis", "same_pack", "expected"),
    [
        ("110.00", True, "110.00", "INC", True, "equal"),
        ("110.00", True, "100.00", "EX", True, "equal"),
        ("100.00", False, "110.00", "INC", True, "equal"),
        ("100.00", False, "100.00", "EX", True, "equal"),
        ("110.00", True, "110.00", "EX", True, "gst_basis"),
        ("100.00", False, "100.00", "INC", True, "gst_basis"),
        ("110.00", True, "100.00", "INC", True, "gst_basis"),
        ("110.00", None, "100.00", None, True, "gst_basis"),
        ("19.99", True, "18.17", "EX", True, "rounding"),
        ("19.99", True, "19.98", "INC", True, "rounding"),
        ("19.99", True, "24.50", "INC", True, "stale_price"),
        ("19.99", None, "24.50", None, True, "stale_price"),
        ("19.99", True, "74.00", "INC", False, "different_pack"),
        ("19.99", True, "19.99", "INC", False, "different_pack"),
    ],
)
def test_a_pair_of_prices_has_the_class_that_explains_it(pooltrackr, included, xero, basis, same_pack, expected):
    assert classify_price(D(pooltrackr), included, D(xero), basis, same_pack) == expected


@given(PRICES, st.sampled_from([True, False, None]), PRICES, st.sampled_from(["INC", "EX", None]), st.booleans())
def test_every_pair_of_prices_has_exactly_one_class(pooltrackr, included, xero, basis, same_pack):
    assert classify_price(pooltrackr, included, xero, basis, same_pack) in get_args(PriceClass)


@given(PRICES)
def test_a_price_brought_to_the_other_basis_and_back_is_within_a_cent(price):
    assert abs(to_basis(to_basis(price, "INC", "EX"), "EX", "INC") - price) <= D("0.01")


@given(PRICES, st.sampled_from(["INC", "EX"]))
def test_a_right_answer_about_the_basis_never_leaves_a_mismatch(price, basis):
    in_xero = to_basis(price, "INC", basis).quantize(D("0.01"))
    assert classify_price(price, True, in_xero, basis) in {"equal", "rounding"}


@given(st.decimals(min_value="1", max_value="20000", places=2))
def test_turning_the_answer_round_makes_equal_prices_differ_by_gst(price):
    assert classify_price(price, True, price, "INC") == "equal"
    assert classify_price(price, True, price, "EX") == "gst_basis"


def book(*, xero_includes_gst: bool, stale: int = 0) -> list[tuple[Decimal, bool | None, Decimal]]:
    prices = [D(cents) / 100 for cents in range(1050, 11050, 100)]
    held = prices if xero_includes_gst else [to_basis(price, "INC", "EX").quantize(D("0.01")) for price in prices]
    return [(p, True, x if n >= stale else x * D("1.37")) for n, (p, x) in enumerate(zip(prices, held, strict=True))]


@pytest.mark.parametrize(("xero_includes_gst", "basis"), [(True, "INC"), (False, "EX")])
@pytest.mark.parametrize("stale", [0, 8, 60])
def test_the_book_tells_its_own_basis_also_when_many_prices_are_stale(xero_includes_gst, basis, stale):
    evidence = detect_basis(book(xero_includes_gst=xero_includes_gst, stale=stale))
    assert evidence.basis == basis
    assert evidence.count == 100
    assert f"{100 - stale}%" in evidence.notice
    assert f"looks like {basis}" in evidence.notice


def test_a_wrong_answer_is_contradicted_by_the_book():
    answered = "EX"
    evidence = detect_basis(book(xero_includes_gst=True, stale=8))
    assert evidence.basis != answered


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(D(10), None, D(10))],
        [(D(10), True, D(0))],
        book(xero_includes_gst=True)[:50] + book(xero_includes_gst=False)[50:],
        book(xero_includes_gst=True, stale=95),
    ],
)
def test_a_book_that_cannot_tell_says_so(pairs):
    evidence = detect_basis(pairs)
    assert evidence.basis == ""
    assert "cannot tell" in evidence.notice
