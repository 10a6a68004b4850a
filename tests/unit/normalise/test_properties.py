"""What holds for any text at all."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from reconcile.normalise.addresses import address
from reconcile.normalise.businesses import abn
from reconcile.normalise.columns import address_column, folded, usual_emails, usual_phones
from reconcile.normalise.emails import emails
from reconcile.normalise.names import plain_word, who
from reconcile.normalise.organisations import organisation
from reconcile.normalise.phones import phones
from reconcile.normalise.places import postcode, state, suburb
from reconcile.normalise.text import LONGEST, fold

ANYTHING = st.text(max_size=60) | st.text(alphabet="abcXYZ 0123456789.,;/'&()-@+’ß Éñ\n\t\x00ｱ🏊", max_size=60)
WORDS = st.sampled_from(
    [
        "mr",
        "smith",
        "john",
        "&",
        "mary",
        "pty",
        "ltd",
        "strata",
        "plan",
        "sp",
        "123",
        "the",
        "t/as",
        "trust",
        "unit",
        "3/17",
        "st",
        "kilda",
        "rd",
        "po",
        "box",
        "jnr",
        ",",
        "c/-",
        "(owner:",
        "x)",
    ]
)
TYPED = st.lists(WORDS, max_size=8).map(" ".join)


@given(ANYTHING)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert len(once) <= LONGEST


@given(ANYTHING)
def test_normalised_values_stay_as_they_are(text: str) -> None:
    assert suburb(suburb(text)) == suburb(text)
    assert state(state(text)) == state(text)
    assert postcode(postcode(text)) == postcode(text)
    assert all(emails(email) == (email,) for email in emails(text))
    assert abn(abn(text)) == abn(text)
    assert all(phones(number) == (number,) for number in phones(text) if number.startswith("+"))


@given(ANYTHING | TYPED, ANYTHING | TYPED, ANYTHING | TYPED, ANYTHING | TYPED)
def test_names_never_fail(name: str, first: str, last: str, company: str) -> None:
    found = who(name, first, last, company)
    assert all(isinstance(part, str) for part in found[:7])


@given(ANYTHING | TYPED)
def test_addresses_and_organisations_never_fail(text: str) -> None:
    assert len(address(text)) == 6
    assert len(organisation(text)) == 3


MAILBOX = st.builds(
    "{}@{}".format, st.text(alphabet="ab.+-", max_size=8), st.sampled_from(["gmail.com", "GMAIL.com", "x.au"])
)


@given(st.lists(ANYTHING | TYPED | MAILBOX | st.emails(), min_size=1, max_size=6))
def test_columns_give_what_cells_give(cells: list[str]) -> None:
    assert list(folded(cells)) == [fold(cell) for cell in cells]
    for cell, usual in zip(cells, usual_emails(cells), strict=True):
        assert not usual or emails(cell) == (usual,)
    assert address_column(cells) == [address(cell) for cell in cells]


@given(
    st.lists(
        ANYTHING | st.from_regex(r"(\+61|0)? ?\(?[0-9]{1,2}\)?[ -]?[0-9]{3,4} ?[0-9٤]{3,4}"), min_size=1, max_size=6
    )
)
def test_usual_phones_are_what_any_cell_gives_in_any_state(cells: list[str]) -> None:
    usual = usual_phones(cells)
    assert len(usual) == len(cells)
    for cell, digits in zip(cells, usual, strict=True):
        assert not digits or phones(cell, "qld") == phones(cell) == (f"+61{digits}",)


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8),
)
def test_plain_words_are_read_as_they_stand(first: str, last: str) -> None:
    if plain_word(first) and plain_word(last):
        found = who(f"{first} {last}", first, last, "")
        assert (found.given, found.second, found.family, found.suffix, found.placeholder) == (
            first,
            "",
            last,
            "",
            False,
        )


DIALLED = st.tuples(
    st.sampled_from(["0", "+61", "61", "0061", "", "+61 0", "(0", "+61 (0)"]),
    st.from_regex(r"[23478][0-9]{8}", fullmatch=True),
    st.sampled_from("- ."),
)


@given(DIALLED)
def test_the_short_way_agrees_with_phonenumbers(parts: tuple[str, str, str]) -> None:
    prefix, digits, gap = parts
    found = phones(prefix + gap.join((digits[:3], digits[3:6], digits[6:])))
    number = phonenumbers.parse("0" + digits, "AU")
    if phonenumbers.is_valid_number(number):
        assert found == (phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),)
