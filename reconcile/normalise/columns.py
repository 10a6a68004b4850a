"""The same normalisation for whole columns: plain cells by one pattern over all of them, the others cell by cell.

Each function gives exactly what its single-cell counterpart gives; a property test holds them together.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from reconcile.normalise.addresses import Address, address, street
from reconcile.normalise.emails import Email, emails, plain_mailbox
from reconcile.normalise.names import NO_ONE, Who, plain_word, who
from reconcile.normalise.organisations import NOBODY, organisation
from reconcile.normalise.phones import phones
from reconcile.normalise.text import LONGEST, fold

T = TypeVar("T")

_EMAIL = re.compile(r"^(?:([a-z0-9_+][a-z0-9_+.\-]*)@([a-z0-9][a-z0-9.\-]*[a-z])|.*)$", re.MULTILINE)
_PHONE = re.compile(r"^(?:(?:\+61|0061|61)?0?([23478]\d{8})|.*)$", re.MULTILINE)
_PHONE_FILLING = str.maketrans("", "", " ().-\t")
_ADDRESS = re.compile(r"^(?:(?:(\d{1,5}[a-z]?)/)?([1-9]\d*[a-z]?) ([a-z][a-z ]*)|.*)$", re.MULTILINE)
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def folded(cells: Sequence[str]) -> list[str]:
    """``fold`` of every cell."""
    text = "\n".join(cells)
    if not text.isascii() or text.count("\n") != len(cells) - 1 or max(map(len, cells)) > LONGEST:
        return [fold(cell) for cell in cells]
    lines = text.lower().split("\n")
    if "  " in text or any(c in text for c in "\t\r\v\f\x1c\x1d\x1e\x1f\x00"):
        return [fold(line) for line in lines]
    return [line.strip() for line in lines] if "\n " in text or " \n" in text or text[:1] == " " or text[-1:] == " " else lines


def _scanned(pattern: re.Pattern[str], cells: Sequence[str]) -> list[tuple[str, ...]] | None:
    """One match per cell, or None when a cell holds a line break of its own."""
    text = "\n".join(cells)
    if text.count("\n") != len(cells) - 1:
        return None
    return [found if isinstance(found, tuple) else (found,) for found in pattern.findall(text)]


def _each(parse: Callable[[str], T], cells: Sequence[str]) -> list[T]:
    return [parse(cell) for cell in cells]


def email_column(cells: Sequence[str]) -> list[tuple[Email, ...]]:
    """``emails`` of every cell."""
    cells = folded(cells)
    found = _scanned(_EMAIL, cells)
    if found is None:
        return _each(emails, cells)
    return [plain_mailbox(local, domain) if local else emails(cell) if cell else () for cell, (local, domain) in zip(cells, found, strict=True)]


def phone_column(cells: Sequence[str], states: Sequence[str]) -> list[tuple[str, ...]]:
    """``phones`` of every cell with its state."""
    found = _scanned(_PHONE, [cell.translate(_PHONE_FILLING) for cell in cells])
    if found is None:
        return [phones(cell, state) for cell, state in zip(cells, states, strict=True)]
    return [
        ("+61" + usual,) if usual else phones(cell, state) if cell else ()
        for cell, state, (usual,) in zip(cells, states, found, strict=True)
    ]


def address_column(cells: Sequence[str]) -> list[Address]:
    """``address`` of every cell."""
    cells = folded(cells)
    found = _scanned(_ADDRESS, cells)
    if found is None:
        return _each(address, cells)
    streets = {text: street(text) for text in {text for _, _, text in found if text}}
    return [
        Address(unit, number, *streets[text], "") if number else address(cell) for cell, (unit, number, text) in zip(cells, found, strict=True)
    ]


def who_column(names: Sequence[str], firsts: Sequence[str], lasts: Sequence[str], companies: Sequence[str]) -> list[Who]:
    """``who`` of every record."""
    names, firsts, lasts, companies = folded(names), folded(firsts), folded(lasts), folded(companies)
    plain = {word: plain_word(word) for word in {*firsts, *lasts}}
    organisations = {company: organisation(company) if company else NOBODY for company in set(companies)}
    known: dict[tuple[str, str, str, str], Who] = {}
    people = []
    for row in zip(names, firsts, lasts, companies, strict=True):
        name, first, last, company = row
        if plain[first] and plain[last] and name in {f"{first} {last}", ""}:
            people.append(Who(first, "", last, "", *organisations[company], False, False))
            continue
        person = known.get(row)
        if person is None:
            person = known[row] = who(*row) if any(row) else NO_ONE
        people.append(person)
    return people
