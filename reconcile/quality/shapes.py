"""Tests of whole columns: each distinct value is judged once."""

import re
from collections.abc import Callable

import pandas as pd

from reconcile.normalise.businesses import abn
from reconcile.normalise.places import postcode, state, state_of_postcode

EMAIL = re.compile(r"[^@\s<>:]+@[^@\s<>.]+(\.[^@\s<>.]+)*\.[A-Za-z]{2,}")
BETWEEN_EMAILS = re.compile("[;,/]")
STATES = ("act", "nsw", "nt", "qld", "sa", "tas", "vic", "wa")
BORDER_POSTCODES = frozenset({
    "0872", "2406", "2540", "2611", "2618", "2620", "3585", "3586", "3644", "3691", "3707", "4375", "4377", "4383", "4385",
})  # fmt: skip
SPREADSHEET_DAMAGE = re.compile(r"^(\d{1,2}-[A-Z][a-z]{2}(-\d{2,4})?|\d{1,2}/\d{1,2}/\d{2,4}|\d+(\.\d+)?E\+\d+)$")
SLIPS = re.compile(
    r"@(gmial|gmal|gmai|hotmial|hotmal|bigpnd|outlok)\.|@[^@;,\s]*\.(con|cmo|ent|comau|com\.ua)\b", re.IGNORECASE
)
PLACEHOLDER = re.compile(
    r"^\W*(cash\s*(sales?|customer)?|walk[\s-]*ins?( customers?)?|test\b.*|unknown( customer)?|do not use.*|zz+\b.*|counter sales?)\W*$",
    re.IGNORECASE,
)


def each(values: "pd.Series[str]", test: Callable[[str], bool]) -> "pd.Series[bool]":
    """The test of every value, computed once for each distinct one; empty values pass."""
    verdicts = {value: not value or test(value) for value in values.unique()}
    return values.map(verdicts).astype(bool)


def abn_passes(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The ABN (or ACN) passes its checksum."""
    return each(frame["abn"], lambda value: bool(abn(value)))


def state_known(column: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    """The state is one of Australia's."""
    return lambda frame: each(frame[column], lambda value: state(value) in STATES)


def postcode_in_state(state_column: str, postcode_column: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    """The postcode belongs to the state; codes across a border pass, other rules see to the rest."""

    def fits(place: str) -> bool:
        where, code = place.split("\n")
        where, code = state(where), postcode(code)
        if where not in STATES or len(code) != 4 or code in BORDER_POSTCODES:
            return True
        return state_of_postcode(code) == where

    return lambda frame: each(frame[state_column] + "\n" + frame[postcode_column], fits)


def are_mailboxes(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The cell holds one address, or several with ; or , between them."""

    def fits(cell: str) -> bool:
        parts = [part.strip() for part in BETWEEN_EMAILS.split(cell) if part.strip()]
        return all(EMAIL.fullmatch(part) for part in parts)

    return each(frame["email"], fits)


def without_slips(frame: pd.DataFrame) -> "pd.Series[bool]":
    """No mailbox has a domain that is a well-known slip of the finger."""
    return each(frame["email"], lambda value: SLIPS.search(value) is None)


def spaced_once(column: str) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    """Words have one plain space between them and none around them."""
    return lambda frame: each(frame[column], lambda value: " ".join(value.split()) == value)


def stands_for_somebody(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The name is not that of a cash sale or a test record."""
    return each(frame["name"], lambda value: PLACEHOLDER.match(" ".join(value[:100].split())) is None)


def undamaged(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The code is not what a spreadsheet makes of a code: a date, or a number with an exponent."""
    return each(frame["code"], lambda value: SPREADSHEET_DAMAGE.match(value) is None)
