"""What travels keeps its exact form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.sandbox.clock import frozen_clock, parse_moment, to_ms
from reconcile.sandbox.ids import seeded_ids
from reconcile.sandbox.wire import BadJsonError, dump_json, load_json, parse_request


@given(st.decimals("-9999999999.99", "9999999999.99", places=2))
def test_an_amount_comes_back_as_it_was_sent(amount):
    assert load_json(dump_json({"a": amount}))["a"] == amount


@given(st.decimals("0", "999999.9999", places=4))
def test_four_decimals_come_back_too(amount):
    assert load_json(dump_json(amount)) == amount


def test_an_amount_with_more_digits_than_a_number_keeps_is_refused():
    with pytest.raises(ValueError, match="more digits"):
        dump_json(Decimal("12345678901234567.89"))


def test_what_is_no_json_is_said():
    with pytest.raises(BadJsonError):
        load_json(b"{")
    with pytest.raises(TypeError, match="object has no JSON form"):
        dump_json(object())


def test_a_request_is_decoded_once():
    request = parse_request("get", "http://h/a%2Fb?where=Name%3D%3D%22x%22&page=", {"X-Y": "1"}, b"")

    assert (request.method, request.path, request.query) == ("GET", "/a/b", {"where": 'Name=="x"', "page": ""})
    assert request.header("x-y") == "1"


def test_a_moment_without_a_zone_is_utc():
    assert to_ms(parse_moment("2026-11-22T01:00:00")) == to_ms(parse_moment("2026-11-22T12:00:00+11:00"))


def test_ids_of_a_seed_are_the_same_and_never_repeat():
    first, again = seeded_ids(1), seeded_ids(1)
    made = [first() for _ in range(100)]

    assert made == [again() for _ in range(100)]
    assert len(set(made)) == 100


def test_a_frozen_clock_moves_only_when_told():
    clock = frozen_clock(parse_moment("2026-11-22"))
    before = clock.now_ms()
    clock.advance(1.5)

    assert clock.now_ms() - before == 1500
