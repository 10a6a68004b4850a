"""Business numbers: an ABN that passes its check, or the ABN's company part (ACN)."""

import re
from importlib import import_module

_NOT_DIGIT = re.compile(r"\D+")


def abn(cell: str) -> str:
    """The eleven digits of a valid ABN, the nine of a valid ACN, else empty."""
    digits = _NOT_DIGIT.sub("", cell)
    if not digits.isascii():
        return ""
    kind = {11: "abn", 9: "acn"}.get(len(digits), "")
    return digits if kind and _valid(digits, kind) else ""


def acn_of_abn(number: str) -> str:
    """The ACN inside a company's ABN (its last nine digits when they pass the ACN check), else empty."""
    return number[2:] if len(number) == 11 and _valid(number[2:], "acn") else ""


def _valid(digits: str, kind: str) -> bool:
    # loaded with the first number only, for most lists of contacts have none
    return bool(import_module(f"stdnum.au.{kind}").is_valid(digits))
