"""Telephone numbers as E.164, the way ``phonenumbers`` reads them, with a short way for the usual Australian spellings."""

import re
from importlib import import_module

from reconcile.normalise.text import fold

_AREA_OF_STATE = {"nsw": "2", "act": "2", "vic": "3", "tas": "3", "qld": "7", "sa": "8", "wa": "8", "nt": "8"}
_USUAL = re.compile(r"(?:\+61|0061|61)?\(?0?\)?([23478][0-9]{8})\Z")
_FILLING = re.compile(r"[\s().\-]+")
_EXTENSION = re.compile(r"\b(?:ext?n?|extension|x)\b\.?\s*\d+")
_SPLIT = re.compile(r"[/;,|]|\bor\b|\band\b|&")
_NOT_DIAL = re.compile(r"[^\d+]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d+")


def phones(cell: str, state: str = "") -> tuple[str, ...]:
    """All numbers of a cell, E.164 where valid in Australia or with a country code, else their bare digits.

    A local number of eight digits takes the area code of ``state`` (short name) when that is known.
    A number that a spreadsheet turned into ``4.12E+08`` is lost and left out.
    """
    usual = _USUAL.match(_FILLING.sub("", cell))
    if usual:
        return ("+61" + usual.group(1),)
    text = _SCIENTIFIC.sub(" ", fold(cell))
    whole = _number(text, state)
    if whole.startswith("+"):
        return (whole,)
    found = (_number(part, state) for part in _SPLIT.split(_EXTENSION.sub(" ", text)))
    several = tuple(dict.fromkeys(number for number in found if number))
    return several if any(n.startswith("+") for n in several) or not whole else (whole,)


def _number(text: str, state: str) -> str:
    dialled = _NOT_DIAL.sub("", _EXTENSION.sub(" ", text))
    digits = dialled.replace("+", "")
    if not digits.isascii() or not 6 <= len(digits) <= 15 or len(set(digits)) == 1:
        return ""
    for spelling in _spellings(dialled, digits, state):
        number = _e164(spelling)
        if number:
            return number
    return digits


def _spellings(dialled: str, digits: str, state: str) -> tuple[str, ...]:
    if len(digits) == 8 and not dialled.startswith("+") and digits[0] not in "01":
        area = _AREA_OF_STATE.get(state, "")
        return ("0" + area + digits,) if area else ()
    return (dialled[:1] + digits if dialled.startswith("+") else digits,)


def _e164(spelling: str) -> str:
    # loaded with the first unusual number only: loading costs as much as matching a thousand contacts
    phonenumbers = import_module("phonenumbers")
    try:
        number = phonenumbers.parse(spelling, "AU")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
