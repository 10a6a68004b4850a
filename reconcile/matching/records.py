"""Both sides as arrays: every value becomes a whole number, every text is kept once."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from reconcile.normalise.addresses import NOWHERE, Address, address
from reconcile.normalise.businesses import abn
from reconcile.normalise.columns import address_column, email_column, folded, odd_names, phone_column, who_rows
from reconcile.normalise.names import plain_word
from reconcile.normalise.organisations import folded_organisation
from reconcile.normalise.places import postcode, state, state_of_postcode, suburb

Codes = npt.NDArray[np.int32]
Columns = Mapping[str, Sequence[str]]
T = TypeVar("T", bound=Hashable)
Place = tuple[str, str, str]

IDENTITY = ("id", "name", "first_name", "last_name", "company", "email", "phone", "mobile", "abn")
MATCH_COLUMNS = (*IDENTITY, "street", "suburb", "state", "postcode")
EXTRA_COLUMNS = ("contact_number", "account_number", "site_street", "site_suburb", "site_state", "site_postcode")
MOST_VALUES = 4
"""E-mails, phones or addresses of one record that are compared."""


@dataclass(frozen=True)
class Coded(Generic[T]):
    """Whole numbers standing for ``values``: one row per record, -1 where missing, one column per repeated value."""

    codes: Codes
    values: list[T]

    @property
    def first(self) -> Codes:
        return self.codes[:, 0]


@dataclass(frozen=True)
class People:
    """Who the records are: given and family names into ``words``, organisations and their other names into ``organisations``."""

    given: Codes
    second: Codes
    family: Codes
    words: list[str]
    suffix: Coded[str]
    organisation: Codes
    alias: Codes
    organisations: list[str]
    scheme: Coded[str]
    unsure: npt.NDArray[np.bool_]
    placeholder: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Records(People):
    """All records of both sides, the first ``lefts`` of them the left side's."""

    lefts: int
    email: Coded[str]
    phone: Coded[str]
    abn: Coded[str]
    address: Coded[Address]
    place: Coded[Place]

    @property
    def size(self) -> int:
        return len(self.given)


def code(values: Sequence[T], empty: T) -> tuple[Codes, list[T]]:
    """Numbers values in order of appearance; ``empty`` becomes -1."""
    known: defaultdict[T, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(known.__getitem__, values), np.int32, len(values))
    if empty in known:
        codes[codes == known[empty]] = -1
    return codes, list(known)


def code_lists(rows: Sequence[tuple[T, ...]], empty: T, most: int = MOST_VALUES) -> Coded[T]:
    """Numbers rows of several values each."""
    width = min(max(map(len, rows), default=1), most) or 1
    if width == 1:
        codes, values = code([row[0] if row else empty for row in rows], empty)
    else:
        codes, values = code([row[k] if k < len(row) else empty for row in rows for k in range(width)], empty)
    return Coded(codes.reshape(-1, width), values)


def one_each(values: Sequence[str]) -> Coded[str]:
    """Numbers one text per row."""
    codes, known = code(values, "")
    return Coded(codes[:, None], known)


def factor(cells: Sequence[str]) -> tuple[Codes, list[str]]:
    """For each cell the number of its text, and the distinct texts."""
    known: defaultdict[str, int] = defaultdict(count().__next__)
    return np.fromiter(map(known.__getitem__, cells), np.int32, len(cells)), list(known)


def spread(cells: Sequence[str], parse: Callable[[Sequence[str]], Sequence[tuple[str, ...]]]) -> Coded[str]:
    """Parses every distinct cell once and gives each row its cell's values."""
    rows, texts = factor(cells)
    coded = code_lists(parse(texts), "")
    return Coded(coded.codes[rows] if len(rows) else coded.codes, coded.values)


def column(side: Columns, name: str, size: int) -> Sequence[str]:
    return side.get(name) or [""] * size


def each_once(parse: Callable[[str], T], cells: Sequence[str]) -> list[T]:
    """Parses every distinct cell once."""
    parsed = {cell: parse(cell) for cell in dict.fromkeys(cells)}
    return list(map(parsed.__getitem__, cells))


def read(left: Columns, right: Columns) -> Records:
    """Normalises and numbers two sides; every column is a sequence of text as long as ``id``."""
    sizes = len(left["id"]), len(right["id"])

    def both(name: str) -> list[str]:
        return [*column(left, name, sizes[0]), *column(right, name, sizes[1])]

    who = _who(both("name"), both("first_name"), both("last_name"), both("company"))
    states = each_once(state, both("state"))
    postcodes = each_once(postcode, both("postcode"))
    states = [s or state_of_postcode(c) for s, c in zip(states, postcodes, strict=True)]
    addresses, places = _addresses(both, states, postcodes)
    return Records(
        lefts=sizes[0],
        **vars(who),
        email=spread(both("email"), email_column),
        phone=code_lists(_phones(both("phone"), both("mobile"), states), ""),
        abn=one_each(each_once(abn, both("abn"))),
        address=addresses,
        place=places,
    )


class _Vocabulary:
    """Numbers texts as they come; empty ones are -1."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known)) if text else -1

    def all(self, texts: Iterable[str]) -> Codes:
        return np.array([self(text) for text in texts], np.int32)


def _who(names: list[str], firsts: list[str], lasts: list[str], companies: list[str]) -> People:
    """Plain persons by their distinct names, all others one by one."""
    words, organisations, suffixes, schemes = _Vocabulary(), _Vocabulary(), _Vocabulary(), _Vocabulary()
    columns = [factor(cells) for cells in (firsts, lasts, companies)]
    (first, first_texts), (last, last_texts), (company, company_texts) = (
        (rows, folded(texts)) for rows, texts in columns
    )
    found = [folded_organisation(text) for text in company_texts]
    given, family = words.all(first_texts)[first], words.all(last_texts)[last]
    name, alias = organisations.all(o.name for o in found)[company], organisations.all(o.alias for o in found)[company]
    second, suffix = np.full_like(given, -1), np.full_like(given, -1)
    scheme = schemes.all(o.scheme for o in found)[company]
    unsure, placeholder = np.zeros(len(given), bool), np.zeros(len(given), bool)
    plain = (
        np.array([plain_word(text) for text in first_texts], bool)[first]
        & np.array([plain_word(text) for text in last_texts], bool)[last]
    )
    odd = np.union1d(np.flatnonzero(~plain), np.array(odd_names(names, firsts, lasts), np.intp)).tolist()
    people = who_rows((names[n], firsts[n], lasts[n], companies[n]) for n in odd)
    for n, person in zip(odd, people, strict=True):
        given[n], second[n], family[n] = words(person.given), words(person.second), words(person.family)
        suffix[n], scheme[n] = suffixes(person.suffix), schemes(person.scheme)
        name[n], alias[n] = organisations(person.organisation), organisations(person.alias)
        unsure[n], placeholder[n] = person.unsure, person.placeholder
    return People(
        given=given,
        second=second,
        family=family,
        words=list(words.known),
        suffix=Coded(suffix[:, None], list(suffixes.known)),
        organisation=name,
        alias=alias,
        organisations=list(organisations.known),
        scheme=Coded(scheme[:, None], list(schemes.known)),
        unsure=unsure,
        placeholder=placeholder,
    )


def _phones(phone: list[str], mobile: list[str], states: list[str]) -> list[tuple[str, ...]]:
    numbers = phone_column(phone, states)
    if not any(mobile):
        return numbers
    return [
        tuple(dict.fromkeys(one + other)) if other else one
        for one, other in zip(numbers, phone_column(mobile, states), strict=True)
    ]


def _addresses(
    both: Callable[[str], list[str]], states: list[str], postcodes: list[str]
) -> tuple[Coded[Address], Coded[Place]]:
    """The postal address first, then the sites; addresses and places share their column numbers."""
    places: list[Place] = list(zip(each_once(suburb, both("suburb")), postcodes, states, strict=True))
    nowhere = ("", "", "")
    rows, texts = factor(both("street"))
    streets = address_column(texts)
    site_columns = [both(f"site_{part}") for part in ("street", "suburb", "postcode", "state")]
    if not any(map(any, site_columns)):
        held = np.array([any(street) for street in streets], bool)
        place_codes, known_places = code(places, nowhere)
        return Coded(np.where(held[rows], rows, -1).astype(np.int32)[:, None], streets), Coded(
            place_codes[:, None], known_places
        )
    found = [_site_addresses(site) for site in zip(*site_columns, strict=True)]
    all_streets = [(streets[row], *(one for one, _ in more)) for row, more in zip(rows.tolist(), found, strict=True)]
    all_places = [(place, *(one for _, one in more)) for place, more in zip(places, found, strict=True)]
    return code_lists(all_streets, NOWHERE), code_lists(all_places, nowhere)


@lru_cache(maxsize=1 << 16)
def _site_addresses(site: tuple[str, ...]) -> tuple[tuple[Address, Place], ...]:
    """Addresses and places of one record's sites."""
    if not any(site):
        return ()
    found = []
    for street, town, area, region in _site_parts(site):
        code_of_area = postcode(area)
        found.append((address(street), (suburb(town), code_of_area, state(region) or state_of_postcode(code_of_area))))
    return tuple(found)


def _site_parts(site: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Several sites of one record are joined by " | " in each cell."""
    cells = [[part.strip() for part in cell.split("|")] for cell in site]
    count = min(max(map(len, cells)), MOST_VALUES - 1)
    return [tuple(cell[k] if k < len(cell) else "" for cell in cells) for k in range(count)]
