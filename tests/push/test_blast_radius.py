"""What counts as an unusual day, by number and by amount."""

from decimal import Decimal

import pytest

from reconcile.pushing.blast_radius import Bounds, Volume, find_jump

USUAL = [Volume(10, Decimal(1000)), Volume(12, Decimal(1200)), Volume(400, Decimal(90_000)), Volume(9, Decimal(800))]
BOUNDS = Bounds(times=3, floor=20, amount_floor=Decimal(2000))


@pytest.mark.parametrize(
    ("number", "amount", "found"),
    [
        (33, 3300, ""),
        (34, 0, "34 writes, where 11 are usual"),
        (1, 3301, "3,301.00 in all, where 1,100.00 are usual"),
        (1, 3300, ""),
    ],
)
def test_one_odd_night_does_not_move_what_is_usual(number: int, amount: int, found: str) -> None:
    assert find_jump(Volume(number, Decimal(amount)), USUAL, BOUNDS) == found


def test_below_the_floors_nothing_is_unusual() -> None:
    quiet = [Volume(1, Decimal(10))] * 5
    assert find_jump(Volume(20, Decimal(2000)), quiet, BOUNDS) == ""
    assert find_jump(Volume(21, Decimal(0)), quiet, BOUNDS) != ""


def test_two_nights_are_too_few_to_compare_with() -> None:
    assert find_jump(Volume(10_000, Decimal(0)), USUAL[:2], BOUNDS) == ""
