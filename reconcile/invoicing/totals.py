"""What Xero will make of an invoice's lines, to the cent, before anything is sent (A08, C08; facts, section 6).

Xero works out the tax of each line, rounds it to cents, and adds up; the mode is taken to be half up, away from zero.
An Inclusive line holds its tax (amount x rate / (100 + rate)), an Exclusive one has it added on top. Unit amounts keep four
decimals, since every request says ``unitdp=4``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

AmountTypes = Literal["Inclusive", "Exclusive", "NoTax"]

CENT = Decimal("0.01")
FOURTH = Decimal("0.0001")
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Charge:
    """What counts of a line: ``rate`` and ``discount`` are in per cent, ``unit`` is in the basis of the document."""

    quantity: Decimal
    unit: Decimal
    rate: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """A line's or a document's figures, with two decimals."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What the customer owes."""
        return self.net + self.tax


def round_cents(amount: Decimal) -> Decimal:
    """Two decimals, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def dollars(amount: Decimal | None) -> str:
    """An amount for people: two decimals, and words where there is none."""
    return "nothing" if amount is None else f"{amount:.2f}"


def round_fourth(amount: Decimal) -> Decimal:
    """Four decimals, halves away from zero: as far as Xero keeps quantities and unit amounts."""
    return amount.quantize(FOURTH, ROUND_HALF_UP)


def line_amount(charge: Charge) -> Decimal:
    """Quantity times unit less discount, rounded once."""
    full = round_fourth(charge.quantity) * round_fourth(charge.unit)
    return round_cents(full - full * charge.discount / 100)


def predict_line(charge: Charge, amounts: AmountTypes) -> Sums:
    """One line's net amount and tax."""
    amount = line_amount(charge)
    if amounts == "NoTax" or not charge.rate:
        return Sums(amount, NOTHING)
    if amounts == "Exclusive":
        return Sums(amount, round_cents(amount * charge.rate / 100))
    tax = round_cents(amount * charge.rate / (100 + charge.rate))
    return Sums(amount - tax, tax)


def predict(charges: Iterable[Charge], amounts: AmountTypes) -> Sums:
    """A document's net amount and tax: the sums of its lines'."""
    return add_up([predict_line(charge, amounts) for charge in charges])


def add_up(lines: Sequence[Sums]) -> Sums:
    """Several lines' figures as one."""
    return Sums(sum((line.net for line in lines), NOTHING), sum((line.tax for line in lines), NOTHING))
