"""Business numbers: an ABN that passes its check, or the ABN's company part (ACN)."""

import re

from stdnum.au import abn as _abn
from stdnum.au import acn as _acn

_NOT_DIGIT = re.compile(r"\D+")


def abn(cell: str) -> str:
    """The eleven digits of a valid ABN, the nine of a valid ACN, else empty."""
    digits = _NOT_DIGIT.sub("", cell)
    if not digits.isascii():
        return ""
    if len(digits) == 11 and _abn.is_valid(digits):
        return digits
    if len(digits) == 9 and _acn.is_valid(digits):
        return digits
    return ""


def acn_of_abn(number: str) -> str:
    """The ACN inside a company's ABN (its last nine digits when they pass the ACN check), else empty."""
    return number[2:] if len(number) == 11 and _acn.is_valid(number[2:]) else ""
