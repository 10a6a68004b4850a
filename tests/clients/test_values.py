"""Single values as servers write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reconcile.clients.answers import decode
from reconcile.clients.values import day, flag, moment, money, text, whole
from reconcile.errors import BadData

NOON = datetime(2015, 8, 13, 2, 53, 10, 790000, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "/Date(1439434390790)/",
        "/Date(1439434390790+0000)/",
        "/Date(1439434390790+1300)/",
        "/Date(1439434390790-0500)/",
        "2015-08-13T02:53:10.7900000",
        "2015-08-13T02:53:10.790Z",
        "2015-08-13T12:53:10.790+10:00",
    ],
)
def test_a_moment_is_utc_however_it_is_written(written):
    assert moment(written) == NOON


@pytest.mark.parametrize("nothing", [None, "", "/Date(0+0000)/", "/Date(-62135596800000)/"])
def test_no_moment_is_none(nothing):
    assert moment(nothing) is None


@pytest.mark.parametrize("nonsense", ["yesterday", "/Date(99999999999999999999)/", "/Date(x)/", "2026-13-01", 7, True])
def test_a_moment_that_makes_no_sense_is_refused(nonsense):
    with pytest.raises(BadData):
        moment(nonsense)


def test_a_day_is_the_day_that_is_written_not_the_one_in_another_zone():
    assert day(None, "/Date(1419937200000+1300)/") == date(2014, 12, 30)
    assert day("2026-11-01T00:00:00", "/Date(0)/") == date(2026, 11, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-04",
        "2026-10-04T00:30:00+10:00",
        "2026-10-04T08:00:00+11:00",
        "2026-10-04T23:30:00-05:00",
        "2026-10-04T00:00:00Z",
        "2026-10-04 09:15:00+09:30",
    ],
)
def test_a_day_with_an_offset_is_the_calendar_day_where_it_was_written(written):
    assert day(written) == date(2026, 10, 4)


def test_money_never_passes_through_a_float():
    amount = money(decode(b'{"Total": 0.1000000000000000055511151231257827}')["Total"])

    assert amount == Decimal("0.1000000000000000055511151231257827")


@pytest.mark.parametrize(("written", "amount"), [("50.00", "50.00"), (12, "12"), ("-0.5", "-0.5"), (" 1e2 ", "1E+2")])
def test_money_may_come_as_text(written, amount):
    assert money(written) == Decimal(amount)


@pytest.mark.parametrize("nonsense", ["12,50", "abc", True, 1.5, "NaN", "Infinity", "1e999999999", "1e-50", [], {}])
def test_money_that_is_no_number_is_refused(nonsense):
    with pytest.raises(BadData):
        money(nonsense)


@pytest.mark.parametrize(
    ("written", "read"), [(True, "true"), ("False", "false"), (1, "true"), ("0", "false"), (None, ""), ("", "")]
)
def test_flags_may_come_as_words_or_numbers(written, read):
    assert flag(written) == read


def test_what_is_neither_yes_nor_no_is_refused():
    with pytest.raises(BadData):
        flag("maybe")


def test_whole_numbers_may_come_as_text():
    assert (whole("7"), whole(None, 3), whole(Decimal("2.0"))) == (7, 3, 2)
    with pytest.raises(BadData):
        whole("2.5")


def test_text_of_numbers_and_flags_is_text():
    assert (text(None), text(True), text(12), text("x")) == ("", "true", "12", "x")
