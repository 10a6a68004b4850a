"""The same normalisation for whole columns: plain cells by one pattern over all of them, the others cell by cell.

Each function gives exactly what its single-cell counterpart gives; a property test holds them together.
"""

import re
from collections.abc import Iterable, Sequence

from reconcile.normalise.addresses import NOWHERE, Address, address, street
from reconcile.normalise.emails import PLACEHOLDER_DOMAINS, PLACEHOLDER_LOCALS, emails
from reconcile.normalise.names import Who, who
from reconcile.normalise.phones import phones
from reconcile.normalise.text import LONGEST, fold

_NO_LOCAL = "|".join(map(re.escape, sorted(PLACEHOLDER_LOCALS)))
_NO_DOMAIN = "|".join(map(re.escape, sorted(PLACEHOLDER_DOMAINS)))
_LOCAL = rf"(?!(?:{_NO_LOCAL})@)[a-z0-9_+](?:[a-z0-9_+.\-]*[a-z0-9_+\-])?"
_DOMAIN = rf"(?!(?:gmail|googlemail)\.|(?:{_NO_DOMAIN})$)[a-z0-9][a-z0-9.\-]*[a-z]"
_UNTIDY = ("  ", "\n ", " \n", *"\t\r\v\f\x00\x1c\x1d\x1e\x1f")
_EMAIL = re.compile(rf"^(?:({_LOCAL}@{_DOMAIN})|.*)$", re.MULTILINE)
_PHONE = re.compile(r"^(?:(?:\+61|0061|61)?0?([23478]\d{8})|.*)$", re.MULTILINE)
_PHONE_FILLING = str.maketrans("", "", " ().-\t")
_ADDRESS = re.compile(r"^(?:(?:(\d{1,5}[a-z]?)/)?([1-9]\d*[a-z]?) ([a-z][a-z ]*)|.*)$", re.MULTILINE)


def folded(cells: Sequence[str]) -> Sequence[str]:
    """``fold`` of every cell."""
    text = "\n".join(cells)
    if len(text) < len(cells) or not cells:
        return cells
    if not text.isascii() or text.count("\n") != len(cells) - 1 or max(map(len, cells)) > LONGEST:
        return [fold(cell) for cell in cells]
    lines = text.lower().split("\n")
    untidy = text[0] == " " or text[-1] == " " or any(mark in text for mark in _UNTIDY)
    return [" ".join(line.replace("\x00", " ").split()) for line in lines] if untidy else lines


def email_column(cells: Sequence[str]) -> list[tuple[str, ...]]:
    """``emails`` of every cell."""
    cells = folded(cells)
    found = _EMAIL.findall("\n".join(cells)) if cells else []
    return [(plain,) if plain else emails(cell) if cell else () for cell, plain in zip(cells, found, strict=True)]


def phone_column(cells: Sequence[str], states: Sequence[str]) -> list[tuple[str, ...]]:
    """``phones`` of every cell with its state."""
    text = "\n".join(cells)
    if text.count("\n") != len(cells) - 1 or not cells:
        return [phones(cell, state) for cell, state in zip(cells, states, strict=True)]
    found = _PHONE.findall(text.translate(_PHONE_FILLING))
    rows = zip(cells, states, found, strict=True)
    return [("+61" + usual,) if usual else phones(cell, state) if cell else () for cell, state, usual in rows]


def address_column(cells: Sequence[str]) -> list[Address]:
    """``address`` of every cell."""
    cells = folded(cells)
    found = _ADDRESS.findall("\n".join(cells)) if cells else []
    streets = {text: street(text) for text in {text for _, _, text in found if text}}
    return [
        Address(unit, number, *streets[text], "") if number else address(cell) if cell else NOWHERE
        for cell, (unit, number, text) in zip(cells, found, strict=True)
    ]


def odd_names(names: Sequence[str], firsts: Sequence[str], lasts: Sequence[str]) -> list[int]:
    """Rows whose name is more than first and last name with a space between, or that lack one of them."""
    rows = enumerate(zip(names, firsts, lasts, strict=True))
    return [n for n, (name, first, last) in rows if name != first + " " + last]


def who_rows(rows: Iterable[tuple[str, str, str, str]]) -> list[Who]:
    """``who`` of records given as (name, first name, last name, company)."""
    known: dict[tuple[str, str, str, str], Who] = {}
    return [known.get(row) or known.setdefault(row, who(*row)) for row in rows]
