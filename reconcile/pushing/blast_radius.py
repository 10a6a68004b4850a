"""How much a push would write, next to what is usual: a sudden jump is asked about before anything is sent (C11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

NIGHTS_NEEDED = 3  # with fewer nights to compare with, nothing is known to be unusual


@dataclass(frozen=True)
class Volume:
    """Writes of one kind in one day: how many, and what their documents come to."""

    number: int = 0
    amount: Decimal = Decimal()

    def __add__(self, other: "Volume") -> "Volume":
        return Volume(self.number + other.number, self.amount + other.amount)


@dataclass(frozen=True)
class Bounds:
    """What is let through: so many times the usual, and always as much as the floors."""

    times: float
    floor: int
    amount_floor: Decimal


def find_jump(today: Volume, nights: Sequence[Volume], bounds: Bounds) -> str:
    """What is unusual about today in words, "" when nothing is.

    ``nights`` are those of the last days on which anything was written; their medians are what is usual, so that one
    odd night neither hides the next one nor makes it look odd.
    """
    if not bounds.times or len(nights) < NIGHTS_NEEDED:
        return ""
    usual = Volume(round(median(n.number for n in nights)), median(n.amount for n in nights))
    if today.number > max(bounds.floor, usual.number * bounds.times):
        return f"{today.number} writes, where {usual.number} are usual"
    if today.amount > max(bounds.amount_floor, usual.amount * Decimal(str(bounds.times))):
        return f"{today.amount:,.2f} in all, where {usual.amount:,.2f} are usual"
    return ""
