"""Names of companies, trusts and strata schemes: what distinguishes them, without legal endings."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz.distance import OSA

from reconcile.normalise.given_names import GIVEN_NAMES
from reconcile.normalise.text import fold, word_set

_LEGAL = re.compile(
    r"\b(?:pty\.?|proprietary)?[ .]*(?:ltd|limited)\b\.?|\bp/l\b|\bpty\b\.?|\binc(?:orporated|\.)?(?= |$)|\bn\.?l\.?$|\bco-?op(?:erative)?\b"
    r"|\b(?:& ?|and )co\b\.?$|\bllc\b|\bcorp\b\.?|\b(?:plc|llp|gmbh|sarl)\b|(?<= )(?:company|oy|ag|kg|b\.?v\.?|n\.?v\.?|l\.?p\.?)$"
    r"|(?<!body)(?<!owners)(?<!strata)(?<!community) corporation$|\babn\b[ :]*[\d ]{9,14}|\bacn\b[ :]*[\d ]{8,11}"
)
_TRADING = re.compile(r"\b(?:t/as?\b|t/a\b|trading as|trdg as)[ :]*")
_TRUSTEE = re.compile(r"\b(?:the )?trustees? for(?: the)?\b|\b(?:as trustee for|atf|a\.t\.f\.?)(?: the)?\b")
_CARE_OF = re.compile(r"\bc/-?o? ?|\bcare of\b")
_WORDS = {
    "aust": "australia",
    "svc": "services",
    "svcs": "services",
    "serv": "services",
    "mgmt": "management",
    "mgt": "management",
}
_NOT_WORD = re.compile(r"[^\w ]+")
_STOP = word_set("the of and a an at in on for")

_KEYWORDS = (
    "pty ltd limited inc incorporated trust trustee holdings group services service motel hotel resort school college council club "
    "pools pool spa spas swim aquatic strata corporate corporation owners apartments villas apartment cafe restaurant management realty "
    "estate agency association church company enterprises industries investments solutions consulting constructions construction "
    "plumbing electrical building builders homes property properties developments hospital clinic medical dental university tafe academy "
    "centre center gym fitness leisure caravan park village retirement nursing bistro grill bar pub tavern inn diner pizzeria kitchen "
    "deli delicatessen bakery foods shop store supplies superannuation fund smsf department shire city partners associates body "
    "community kindergarten childcare backpackers lodge motor motors marine transport logistics cleaning legal accounting packaging "
    "printing landscaping gardens technologies systems travel catering media design studio tiling glass"
)
KEYWORDS = word_set(_KEYWORDS)
"""Words that make a name an organisation's, not a person's."""

FAMILY_NAMES = word_set("park church glass pool lodge homes inn")
"""Those of them that are family names too."""

_TRADES = word_set(
    "painting printing plumbing pumping motors motels farms farming firms marina marine electrics electronics electrical brewery bakery "
    "tiles tiling tools roofing flooring fencing signs skips surf turf horse house houses coach coast court port fort beach bench reach "
    "park parks bark dairy diary hair air chair car cars care cards cart carts art arts farm barn bath baths path boat boats coat coats "
    "cook book books brook lake lakes cake cakes bake rock lock dock wood woods food hill mill mills bay day ray light lights flight "
    "freight sight site sand land lands band stand wave cave cove dove love glove gold golf wolf sun son sons moon noon"
)
"""Words of names that a letter turns into another word."""
_ONE_OF_SEVERAL = word_set(
    "iii qld nsw vic act tas one two three four five six seven eight nine ten first second third north south east west northern "
    "southern eastern western upper lower old new senior junior boys girls men women mens womens"
)
SLIP, OFTEN = 0.7, 0.1
"""How alike the words must be in which a slip made the difference; how often the rarer of two real words is used, against the other."""

_AGENCY = re.compile(
    r"^(?:ray white|lj hooker|l\.? ?j\.? hooker|century 21|harcourts|mcgrath|belle property|first national|prd|raine (?:&|and) horne"
    r"|richardson (?:&|and) wrench|re/?max|elders|coronis|stockdale (?:&|and) leggo|barry plant|professionals) \w"
)
"""Agents whose name may be a person's: ``Ray White Noosa``."""
_SCHEME_MARK = re.compile(
    r"\b(?:strata|owners|body corp(?:orate)?|community corp(?:oration)?|units? plan|cts|bcp?|oc|sp|ps|csp|gtp|bup|up)\b"
)
_SCHEME_NUMBER = re.compile(
    r"\b(?:cts|sp|ps|oc|bup|gtp|csp|up|plan|no\.?|number|corporation|scheme|rp)?[ .:]*(\d{2,7}[a-z]?)\b"
)
_SCHEME_GLUED = re.compile(r"\b(?:cts|sp|ps|oc|bup|gtp|csp|up|rp)[ .:]*(\d{2,7}[a-z]?)\b")


_SCHEME_WORDS = re.compile(
    r"^(?:the )?(?:owners\b(?: corp(?:oration)?\b)?|b/c\b|bcp?\b|oc\b)|\bbody corp(?:orate)?\b|\bb/?c$|\bcommunity corp(?:oration)?\b"
    r"|\bstrata (?:plan|scheme|corp(?:oration)?)\b|\b(?:units?|survey) plan\b|\b(?:cts|sp|ps|csp|gtp|bup|up|rp)(?=[ .:#]*\d)"
)
_LEGAL_WORDS = word_set("pty ltd limited inc incorporated llc corp plc llp gmbh sarl")
_NOT_PLAIN = word_set(
    "proprietary trading trdg t as ta trustee trustees atf care c co coop cooperative nl n l a f o abn acn pl p "
    "body owners bc bcp oc strata community plan company corporation oy ag kg bv nv lp b v"
)
_MEANING = _LEGAL_WORDS | _NOT_PLAIN | _STOP | frozenset(_WORDS)
"""Words that are left out, replaced, or say that a name has to be read closely."""


class Organisation(NamedTuple):
    """``name`` and, for "X trading as Y", the other half in ``alias``; ``scheme`` is the number of a strata scheme."""

    name: str
    alias: str
    scheme: str


NOBODY = Organisation("", "", "")


def organisation(cell: str) -> Organisation:
    """What distinguishes an organisation: no legal ending, no "the"; (QLD), Holdings, Group, Services stay."""
    return folded_organisation(fold(cell))


def folded_organisation(text: str) -> Organisation:
    """``organisation`` of a text that is folded already."""
    split = text.split()
    if text.isascii() and _MEANING.isdisjoint(split) and "".join(split).isalpha():
        return Organisation(" ".join(split), "", "")
    if text.isascii() and _NOT_PLAIN.isdisjoint(split) and all(map(str.isalpha, split)):
        return Organisation(_kept([word for word in split if word not in _LEGAL_WORDS]), "", "")
    text = _CARE_OF.split(text)[0] or text
    scheme = scheme_number(text)
    halves = [_distinct_words(half) for half in _TRADING.split(_building(text, scheme), maxsplit=1)]
    halves = [half for half in halves if half] or [""]
    return Organisation(halves[0], halves[1] if len(halves) > 1 else "", scheme)


def _building(text: str, scheme: str) -> str:
    """A strata scheme's name without what every scheme is called and without its number; others as they are.

    ``Body Corporate for Seaview CTS 4567`` is ``for seaview``, ``SP 12345`` is empty: its number says it all.
    """
    name = _SCHEME_WORDS.sub(" ", text)
    if scheme:
        return re.sub(rf"\b(?:cts|sp|ps|oc|bup|gtp|csp|up|rp)?0*{scheme}\b|\b(?:no|number)\b\.?", " ", name)
    return text if KEYWORDS.issuperset(_NOT_WORD.sub(" ", name).split()) else name


def _distinct_words(text: str) -> str:
    text = _TRUSTEE.sub(" ", _LEGAL.sub(" ", text)).replace("&", " and ").replace("'", "")
    return _kept(_NOT_WORD.sub(" ", text).split())


def _kept(words: list[str]) -> str:
    words = [_WORDS.get(w, w) for w in words]
    return " ".join([w for w in words if w not in _STOP] or words)


def differ_in_a_word(one: str, other: str, often: Mapping[str, int]) -> bool:
    """Whether two distinct names that look alike say another word, number or letter each, and no slip explains it.

    ``Rossi Holdings 1`` and ``2``, ``North`` and ``South``, ``St Mark's`` and ``St Mary's``. ``often`` says how many
    names have a word, where more than one has.
    """
    words, others = one.split(), other.split()
    left = [word for word in words if word not in others]
    right = [word for word in others if word not in words]
    if not left or not right:
        return any(_marks(word) for word in left + right)
    if any(map(_marks, left)) and any(map(_marks, right)):
        return "".join(left) != "".join(right)
    if OSA.normalized_similarity("".join(left), "".join(right)) < SLIP:
        return True
    counts = [min(often.get(word, 1) for word in some) for some in (left, right)]
    known = all(_is_known(word) for word in left + right)
    return known or (min(counts) > 1 and min(counts) >= OFTEN * max(counts))


def _marks(word: str) -> bool:
    """Whether a word tells one of several alike from the others: a number, a letter, a state."""
    return len(word) <= 2 or any(c.isdigit() for c in word) or word in _ONE_OF_SEVERAL


def _is_known(word: str) -> bool:
    return word in KEYWORDS or word in _TRADES or word in GIVEN_NAMES or word.removesuffix("s") in GIVEN_NAMES


def scheme_number(folded: str) -> str:
    """The number that identifies a strata scheme (``SP 12345``, ``CTS 4567``, ``PS 512345K``), else empty."""
    if not any(c.isdigit() for c in folded) or not _SCHEME_MARK.search(re.sub(r"(?<=[a-z])(?=\d)", " ", folded)):
        return ""
    found = _SCHEME_GLUED.search(folded) or _SCHEME_NUMBER.search(folded)
    return found.group(1).lstrip("0") if found else ""


def looks_like_organisation(folded: str) -> bool:
    """Whether a folded name carries a word or a mark that persons do not have."""
    if _LEGAL.search(folded) or _TRADING.search(folded) or _TRUSTEE.search(folded) or _AGENCY.match(folded):
        return True
    return any(word in KEYWORDS for word in _NOT_WORD.sub(" ", folded).split()) or bool(scheme_number(folded))
