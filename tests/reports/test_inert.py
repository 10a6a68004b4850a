"""Nothing in a report runs when a spreadsheet opens it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.reports.inert import LONGEST_CELL, inert

DANGEROUS = (
    "=1+1", "+61400", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", '"=1', ' "=1', "\u00a0=1", "\uff1d1", "\uff0b1",
    "\uff0d1", "\uff20x", "\u200b=1", "\ufeff=1", "\u201c=1", "\n=1", "\u3000=1",
)  # fmt: skip


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_could_run_gets_an_apostrophe(text: str) -> None:
    assert inert(text).startswith("'")


@pytest.mark.parametrize("text", ["Smith, John", "O'Brien", "12.50", "10% off", "a=b", "", "C001", "0412 345 678"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_twice_is_the_same_as_once(text: str) -> None:
    assert inert(inert(text)) == inert(text)


@given(st.text(st.characters(codec=None)))
def test_every_text_can_be_stored_as_utf8_and_holds_no_control_character(text: str) -> None:
    shown = inert(text)
    shown.encode("utf-8")
    assert not any(ord(character) < 32 and character not in "\t\n" for character in shown)


def test_the_reading_direction_cannot_be_turned() -> None:
    assert inert("gpj.\u202eexe") == "gpj.\ufffdexe"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert len(inert("x" * 50_000)) == LONGEST_CELL
    assert inert("x" * 50_000).endswith("(shortened)")
