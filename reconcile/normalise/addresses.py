"""Street addresses taken apart: unit, number, street, kind of street, box."""

import re
from typing import NamedTuple

from reconcile.normalise.text import fold

_KINDS = {
    "street": "st str strt",
    "road": "rd",
    "avenue": "ave av aven",
    "court": "ct crt",
    "close": "cl cls",
    "crescent": "cr cres crs cresc",
    "circuit": "cct cir circ crct",
    "drive": "dr drv dve",
    "parade": "pde",
    "place": "pl plc",
    "terrace": "tce terr ter",
    "boulevard": "bvd blvd blv bld boulevarde",
    "esplanade": "esp",
    "grove": "gr gve",
    "lane": "la ln",
    "highway": "hwy hway",
    "parkway": "pkwy pwy",
    "way": "wy",
    "quay": "qy",
    "square": "sq",
    "track": "trk",
    "circle": "crcl",
    "rise": "",
    "mews": "",
    "loop": "",
    "walk": "",
    "view": "vw",
    "gardens": "gdns",
    "link": "",
    "chase": "ch",
    "glade": "",
    "freeway": "fwy",
    "alley": "",
    "row": "",
    "plaza": "plz",
    "path": "",
    "promenade": "prom",
    "vista": "",
    "ridge": "rdge",
    "retreat": "rtt",
    "outlook": "",
    "crossing": "crsg",
    "causeway": "cway",
    "entrance": "ent",
    "arcade": "arc",
}
_KIND = {spelling: kind for kind, others in _KINDS.items() for spelling in (kind, *others.split())}
_WORDS = {
    "mt": "mount",
    "pt": "point",
    "nth": "n",
    "north": "n",
    "sth": "s",
    "south": "s",
    "east": "e",
    "west": "w",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "sixth": "6th",
    "seventh": "7th",
    "eighth": "8th",
    "ninth": "9th",
    "tenth": "10th",
}
_UNIT_WORD = (
    r"(?:unit|u|apt|apartment|flat|villa|shop|suite|ste|level|lvl|l|lot|site|townhouse|th|room|rm|factory|office)"
)
_UNIT = re.compile(
    rf"^{_UNIT_WORD}(?=[ .\d]|[a-h]\b)\.? ?(\w{{1,6}})(?: ?[,/-] ?| (?=(?:{_UNIT_WORD})[ .\d]|\d))(?=.*[a-z])"
)
_SLASH = re.compile(r"^(\w{1,6}) ?/ ?(?=\d)")
_NUMBER = re.compile(r"^(\d+)([a-z]?)(?: ?- ?(\d+)[a-z]?)?(?= |$|,)[ ,]*")
_BOX = re.compile(r"^(?:g ?p ?o|p ?o|locked|private)? ?(?:box|bag|rmb|rsd)\b\D{0,5}(\w+)")
_LOT = re.compile(rf"^{_UNIT_WORD}(?=[ .\d])\.? ?(\d+[a-z]?)[ ,]+(?=[a-z])")
_DOTS = re.compile(r"[.#]+|\bno\b(?= ?\d)")
_NOT_WORD = re.compile(r"[^\w ]+")


class Address(NamedTuple):
    """One street address: ``12A-14`` has number ``12a``; a box has only ``box``; all parts may be empty."""

    unit: str
    number: str
    street: str
    kind: str
    rest: str
    box: str


NOWHERE = Address("", "", "", "", "", "")


def address(cell: str) -> Address:
    """The parts of one street address in one spelling (units as ``3/17``, ``U3 17``, ``Unit 3, 17``)."""
    text = " ".join(_DOTS.sub(" ", fold(cell).replace("'", "")).split())
    if not text:
        return NOWHERE
    box = _BOX.match(text)
    if box:
        return Address("", "", "", "", "", "box " + box.group(1))
    unit, number, text = front(text)
    return Address(unit, number, *street(text), "")


def front(text: str) -> tuple[str, str, str]:
    """Unit, number and what follows them, of a folded address."""
    unit = ""
    while found := _UNIT.match(text) or _SLASH.match(text):
        unit, text = found.group(1), text[found.end() :]
    found = _NUMBER.match(text)
    if found:
        return unit, found.group(1).lstrip("0") + found.group(2), text[found.end() :]
    found = _LOT.match(text)
    if found:
        return unit or found.group(1), "", text[found.end() :]
    return unit, "", text


def street(text: str) -> tuple[str, str, str]:
    """Name, kind and what follows the kind, of a folded address without its number: ``St Kilda Rd`` is a road, not a street."""
    words = _NOT_WORD.sub(" ", text).split()
    at = next((i for i in range(1, len(words)) if words[i] in _KIND), None)
    if at is not None and at + 1 < len(words) and words[at] == "st" and words[at + 1] in _KIND:
        at += 1
    if at is None:
        name = words
        return " ".join(_WORDS.get(w, w) for w in name), "", ""
    name = ["saint" if w == "st" else _WORDS.get(w, w) for w in words[:at]]
    return " ".join(name), _KIND[words[at]], " ".join(words[at + 1 :])
