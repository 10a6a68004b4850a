"""The same normalisation for whole columns: plain cells by one pattern over all of them, the others cell by cell.

Each function gives exactly what its single-cell counterpart gives; a property test holds them together.
"""

import re
from collections.abc import Sequence

from reconcile.normalise.addresses import NOWHERE, Address, address, street
from reconcile.normalise.emails import PLACEHOLDER_DOMAINS, PLACEHOLDER_LOCALS, mailbox
from reconcile.normalise.text import LONGEST, fold

_NO_LOCAL = "|".join(map(re.escape, sorted(PLACEHOLDER_LOCALS)))
_NO_DOMAIN = "|".join(map(re.escape, sorted(PLACEHOLDER_DOMAINS)))
_LOCAL = rf"(?!(?:{_NO_LOCAL})@)[a-z0-9_+](?:[a-z0-9_+.\-]*[a-z0-9_+\-])?"
_DOMAIN = rf"(?!(?:gmail|googlemail)\.|(?:{_NO_DOMAIN})$)[a-z0-9][a-z0-9.\-]*[a-z]"
_UNTIDY = ("  ", "\n ", " \n", *"\t\r\v\f\x00\x1c\x1d\x1e\x1f")
_EMAIL = re.compile(rf"^(?:({_LOCAL}@{_DOMAIN})|.*)$", re.MULTILINE)
_GMAIL = re.compile(r"[a-z0-9_+.\-]+@gmail\.com\Z")
_PHONE = re.compile(r"^(?:(?:\+61|0061|61)?0?([23478][0-9]{8})|.*)$", re.MULTILINE)
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


def usual_emails(cells: Sequence[str]) -> list[str]:
    """The mailbox of every cell that holds one in a usual spelling, else empty; for these ``emails`` gives just that one."""
    cells = folded(cells)
    found: list[str] = _EMAIL.findall("\n".join(cells)) if cells else []
    for n, (cell, plain) in enumerate(zip(cells, found, strict=True)):
        if not plain and _GMAIL.match(cell):
            found[n] = mailbox(cell)
    return found


def usual_phones(cells: Sequence[str]) -> list[str]:
    """The nine digits after +61 of every cell that holds one Australian number in a usual spelling, else empty.

    For these ``phones`` gives the one number ``+61`` and the digits, whatever the state.
    """
    text = "\n".join(cells)
    if text.count("\n") != len(cells) - 1:
        return usual_phones([cell if "\n" not in cell else "" for cell in cells]) if cells else []
    return _PHONE.findall(text.translate(_PHONE_FILLING))


def address_column(cells: Sequence[str]) -> list[Address]:
    """``address`` of every cell."""
    cells = folded(cells)
    found = _ADDRESS.findall("\n".join(cells)) if cells else []
    streets = {text: street(text) for text in {text for _, _, text in found if text}}
    return [
        Address(unit, number, *streets[text], "") if number else address(cell) if cell else NOWHERE
        for cell, (unit, number, text) in zip(cells, found, strict=True)
    ]
