"""The same normalisation for whole columns: plain cells by one pattern over all of them, the others cell by cell.

Each function gives exactly what its single-cell counterpart gives; a property test holds them together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.normalise.addresses import NOWHERE, Address, address, street
from reconcile.normalise.emails import PLACEHOLDER_DOMAINS, PLACEHOLDER_LOCALS, emails
from reconcile.normalise.names import plain_word, who
from reconcile.normalise.organisations import NOBODY, organisation
from reconcile.normalise.phones import phones
from reconcile.normalise.text import LONGEST, fold

_NO_LOCAL = "|".join(map(re.escape, sorted(PLACEHOLDER_LOCALS)))
_NO_DOMAIN = "|".join(map(re.escape, sorted(PLACEHOLDER_DOMAINS)))
_LOCAL = rf"(?!(?:{_NO_LOCAL})@)[a-z0-9_+](?:[a-z0-9_+.\-]*[a-z0-9_+\-])?"
_DOMAIN = rf"(?!(?:gmail|googlemail)\.|(?:{_NO_DOMAIN})$)[a-z0-9][a-z0-9.\-]*[a-z]"
_EMAIL = re.compile(rf"^(?:({_LOCAL}@{_DOMAIN})|.*)$", re.MULTILINE)
_PHONE = re.compile(r"^(?:(?:\+61|0061|61)?0?([23478]\d{8})|.*)$", re.MULTILINE)
_PHONE_FILLING = str.maketrans("", "", " ().-\t")
_ADDRESS = re.compile(r"^(?:(?:(\d{1,5}[a-z]?)/)?([1-9]\d*[a-z]?) ([a-z][a-z ]*)|.*)$", re.MULTILINE)


def folded(cells: Sequence[str]) -> list[str]:
    """``fold`` of every cell."""
    text = "\n".join(cells)
    if not text.isascii() or text.count("\n") != len(cells) - 1 or max(map(len, cells)) > LONGEST:
        return [fold(cell) for cell in cells]
    lines = text.lower().split("\n")
    if "  " in text or any(c in text for c in "\t\r\v\f\x1c\x1d\x1e\x1f\x00"):
        return [fold(line) for line in lines]
    return [line.strip() for line in lines] if "\n " in text or " \n" in text or text[:1] == " " or text[-1:] == " " else lines


def email_column(cells: Sequence[str]) -> list[tuple[str, ...]]:
    """``emails`` of every cell."""
    cells = folded(cells)
    found = _EMAIL.findall("\n".join(cells))
    return [(plain,) if plain else emails(cell) if cell else () for cell, plain in zip(cells, found, strict=True)]


def phone_column(cells: Sequence[str], states: Sequence[str]) -> list[tuple[str, ...]]:
    """``phones`` of every cell with its state."""
    text = "\n".join(cells)
    if text.count("\n") != len(cells) - 1:
        return [phones(cell, state) for cell, state in zip(cells, states, strict=True)]
    found = _PHONE.findall(text.translate(_PHONE_FILLING))
    rows = zip(cells, states, found, strict=True)
    return [("+61" + usual,) if usual else phones(cell, state) if cell else () for cell, state, usual in rows]


def address_column(cells: Sequence[str]) -> list[Address]:
    """``address`` of every cell."""
    cells = folded(cells)
    found = _ADDRESS.findall("\n".join(cells))
    streets = {text: street(text) for text in {text for _, _, text in found if text}}
    return [
        Address(unit, number, *streets[text], "") if number else address(cell) if cell else NOWHERE
        for cell, (unit, number, text) in zip(cells, found, strict=True)
    ]


@dataclass(frozen=True)
class WhoColumn:
    """The parts of ``Who`` as columns."""

    given: list[str]
    second: list[str]
    family: list[str]
    suffix: list[str]
    organisation: list[str]
    alias: list[str]
    scheme: list[str]
    unsure: list[bool]
    placeholder: list[bool]


def who_column(names: Sequence[str], firsts: Sequence[str], lasts: Sequence[str], companies: Sequence[str]) -> WhoColumn:
    """``who`` of every record."""
    names, firsts, lasts, companies = folded(names), folded(firsts), folded(lasts), folded(companies)
    plain = {word: not word or plain_word(word) for word in {*firsts, *lasts}}
    organisations = {company: organisation(company) if company else NOBODY for company in set(companies)}
    of = [organisations[company] for company in companies]
    size = len(names)
    columns = WhoColumn(
        given=list(firsts),
        second=[""] * size,
        family=list(lasts),
        suffix=[""] * size,
        organisation=[o.name for o in of],
        alias=[o.alias for o in of],
        scheme=[o.scheme for o in of],
        unsure=[False] * size,
        placeholder=[False] * size,
    )
    parts = tuple(vars(columns).values())
    known = {}
    for n, (name, first, last) in enumerate(zip(names, firsts, lasts, strict=True)):
        if plain[first] and plain[last] and (first or last) and name in {f"{first} {last}".strip(), ""}:
            continue
        row = name, first, last, companies[n]
        person = known.get(row) or known.setdefault(row, who(*row))
        for column, value in zip(parts, person, strict=True):
            column[n] = value
    return columns
