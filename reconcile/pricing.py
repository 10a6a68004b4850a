"""Prices of matched products: why they differ, and whether Xero's include GST (A33, A34, C06, C07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

PriceClass = Literal["equal", "gst_basis", "rounding", "stale_price", "different_pack"]
Basis = Literal["INC", "EX"]

GST = Decimal("1.1")
CENT = Decimal("0.01")
CLEAR_SHARE = 0.6  # of the prices that fit one basis only
LEAST_SHARE = 0.2  # of all prices; with less the book is too stale to tell


@dataclass(frozen=True)
class BasisEvidence:
    """How matched prices relate; shares from 0 to 1 of ``count`` pairs. ``basis`` is "" when the data cannot tell."""

    count: int
    inc_share: float
    ex_share: float
    basis: Literal["", "INC", "EX"]
    notice: str


def to_basis(price: Decimal, held: Basis, wanted: Basis) -> Decimal:
    """A price on the other GST basis, rounded half up to four decimals for EX and to the cent for INC."""
    if held == wanted:
        return price
    if wanted == "INC":
        return (price * GST).quantize(CENT, ROUND_HALF_UP)
    return (price / GST).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def classify_price(
    pooltrackr_price: Decimal,
    pooltrackr_gst_included: bool | None,
    xero_price: Decimal,
    xero_basis: Basis | None,
    same_pack: bool = True,
) -> PriceClass:
    """Exactly one class for the prices of a matched pair.

    Both are compared on Xero's basis where it is known. ``rounding`` is a gap of at most one cent on either basis;
    ``gst_basis`` means that the plain numbers agree only if one of them is taken to include GST and the other not.
    """
    if not same_pack:
        return "different_pack"
    expected = _on_basis(pooltrackr_price, pooltrackr_gst_included, xero_basis)
    if expected == xero_price:
        return "equal"
    if _within_cent(expected, xero_price) or _rounds_to(
        pooltrackr_price, pooltrackr_gst_included, xero_price, xero_basis
    ):
        return "rounding"
    if any(_within_cent(other, xero_price) for other in (pooltrackr_price, expected * GST, expected / GST)):
        return "gst_basis"
    return "stale_price"


def detect_basis(pairs: Iterable[tuple[Decimal, bool | None, Decimal]]) -> BasisEvidence:
    """Whether Xero's prices look INC or EX; pairs are (Pooltrackr price, whether it includes GST, Xero price)."""
    inc = ex = count = 0
    for price, included, xero_price in pairs:
        if included is None or not price or not xero_price:
            continue
        held: Basis = "INC" if included else "EX"
        count += 1
        as_inc = _within_cent(to_basis(price, held, "INC"), xero_price)
        as_ex = _within_cent(to_basis(price, held, "EX"), xero_price)
        inc += as_inc and not as_ex
        ex += as_ex and not as_inc
    inc_share, ex_share = (inc / count, ex / count) if count else (0.0, 0.0)
    basis: Literal["", "INC", "EX"] = ""
    if max(inc_share, ex_share) >= max(LEAST_SHARE, CLEAR_SHARE * (inc_share + ex_share)):
        basis = "INC" if inc_share > ex_share else "EX"
    return BasisEvidence(count, inc_share, ex_share, basis, _notice(count, inc_share, ex_share, basis))


def _notice(count: int, inc_share: float, ex_share: float, basis: str) -> str:
    if not count:
        return "No matched product has a price on both sides, so the prices cannot tell."
    words = (
        f"Of {count} matched prices {inc_share:.0%} fit if Xero's include GST (INC), {ex_share:.0%} if they do not (EX)"
    )
    return f"{words}: this looks like {basis}." if basis else f"{words}: the prices cannot tell."


def _on_basis(price: Decimal, included: bool | None, basis: Basis | None) -> Decimal:
    if included is None or basis is None:
        return price
    return to_basis(price, "INC" if included else "EX", basis)


def _rounds_to(price: Decimal, included: bool | None, xero_price: Decimal, basis: Basis | None) -> bool:
    """Whether Xero's price, brought to Pooltrackr's own basis, is within a cent of Pooltrackr's."""
    if included is None or basis is None:
        return False
    return _within_cent(to_basis(xero_price, basis, "INC" if included else "EX"), price)


def _within_cent(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= CENT
