"""Suburbs, states and postcodes of Australia, in one spelling."""

import re
from functools import lru_cache

from reconcile.normalise.text import fold

_SUBURB_WORDS = {
    "mt": "mount",
    "mtn": "mountain",
    "pt": "point",
    "prt": "port",
    "nth": "north",
    "sth": "south",
    "est": "east",
    "wst": "west",
    "wtrs": "waters",
    "hts": "heights",
    "bch": "beach",
    "vly": "valley",
    "vlge": "village",
    "spgs": "springs",
    "crk": "creek",
    "is": "island",
    "jn": "junction",
    "ck": "creek",
    "st": "saint",
    "ft": "fort",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}
_STATE_NAMES = {
    "new south wales": "nsw",
    "victoria": "vic",
    "queensland": "qld",
    "south australia": "sa",
    "western australia": "wa",
    "tasmania": "tas",
    "northern territory": "nt",
    "australian capital territory": "act",
}
_ACT = ((200, 299), (2600, 2618), (2900, 2920))
_STATE_OF_FIRST_DIGIT = {
    "0": "nt",
    "1": "nsw",
    "2": "nsw",
    "3": "vic",
    "8": "vic",
    "4": "qld",
    "9": "qld",
    "5": "sa",
    "6": "wa",
    "7": "tas",
}
_NOT_WORD = re.compile(r"[^\w ]+")


def suburb(text: str) -> str:
    """``Mt. Coolum Bch`` becomes ``mount coolum beach``; empty when nothing is left."""
    words = fold(text).split()
    if not all(map(str.isalnum, words)):
        words = _NOT_WORD.sub(" ", " ".join(words).replace("'", "")).split()
    return " ".join(_SUBURB_WORDS.get(word, word) for word in words)


@lru_cache(maxsize=1024)
def state(text: str) -> str:
    """The short name of a state in lower case; other regions as they are written."""
    words = " ".join(_NOT_WORD.sub("", fold(text)).split())
    return _STATE_NAMES.get(words, words)


@lru_cache(maxsize=16384)
def postcode(text: str) -> str:
    """Four digits, the zero that spreadsheets lose put back (``800`` is ``0800``); other codes as written, without spaces."""
    code = re.sub(r"\.0+$", "", fold(text)).replace(" ", "")
    return code.zfill(4) if code.isascii() and code.isdigit() and len(code) == 3 else code


@lru_cache(maxsize=16384)
def state_of_postcode(code: str) -> str:
    """The state that Australia Post's ranges give a normalised postcode, empty when the code is not Australian."""
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        return ""
    if any(first <= int(code) <= last for first, last in _ACT):
        return "act"
    return _STATE_OF_FIRST_DIGIT[code[0]]
