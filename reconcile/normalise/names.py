"""Who a contact is: persons (couples as two given names) and the organisation, read from all name cells together."""

import re
from typing import NamedTuple

from reconcile.normalise.nicknames import FORMS
from reconcile.normalise.organisations import NOBODY, looks_like_organisation, organisation
from reconcile.normalise.text import fold, word_set

_TITLES = word_set("mr mrs ms miss mstr dr prof rev fr cr hon sir dame madam messrs mx mister")
_HONOURS = word_set("oam am ao ac jp phd")
_SUFFIXES = {
    "snr": "senior",
    "sr": "senior",
    "senior": "senior",
    "jnr": "junior",
    "jr": "junior",
    "junior": "junior",
    "ii": "second",
    "iii": "third",
    "iv": "fourth",
}
_PLACEHOLDER = re.compile(
    r"^(?:cash(?: sales?| customers?)?|walk[ -]?in(?: customers?)?|test(?: customers?| contacts?)?|unknown|customers?|no name|n/?a|nil|none|do not use.*|zz+.*"
    r"|misc(?:ellaneous)?|sundry|various|counter sales?|pos(?: sales?)?|deceased|tba|tbc|name)$"
)
_REMARK = re.compile(
    r"[(\[{].*?[)\]}]|\b(?:do not use|deceased|\(old\)|old account)\b|\bc/-?o? .*| - (?:unit|apt|lot|pool|shop)\b.*"
)
_OWNER = re.compile(r"\((?:owner|tenant|landlord|attn|attention)s?[ :]+([^)]*)\)")
_ESTATE = re.compile(r"^(?:the )?(?:est(?:ate)?\.?)(?: of)?(?: the)?(?: late)?\b|\bthe late\b")
_FAMILY = re.compile(r"^the (.+?)(?: family| residence| household)?$")
_AND = re.compile(r" ?(?:&|\+| and | und | / ) ?")
_NOT_LETTER = re.compile(r"[^\w ]+|_")


_NOT_PLAIN = (
    word_set(
        "cash walk test unknown customer customers no na nil none do misc miscellaneous sundry various counter pos deceased tba tbc name"
    )
    | _TITLES
    | _HONOURS
    | frozenset(_SUFFIXES)
)


def plain_word(word: str) -> bool:
    """Whether a folded first or last name is one word of letters that means nothing else."""
    return word.isascii() and word.isalpha() and word not in _NOT_PLAIN and not word.startswith("zz")


class Who(NamedTuple):
    """A contact's person and organisation; any part may be empty.

    ``second`` is the given name of the other half of a couple. ``unsure`` marks a bare name that may be either a
    person's or an organisation's: then both readings are filled.
    """

    given: str
    second: str
    family: str
    suffix: str
    organisation: str
    alias: str
    scheme: str
    unsure: bool
    placeholder: bool


NO_ONE = Who("", "", "", "", "", "", "", unsure=False, placeholder=False)


class Person(NamedTuple):
    """Given names of one or two people, their family name and generational suffix (senior, junior, ...)."""

    given: str
    second: str
    family: str
    suffix: str


NO_PERSON = Person("", "", "", "")


def who(name: str, first: str, last: str, company: str) -> Who:
    """Reads ``name``, ``first_name``, ``last_name`` and ``company`` of one record."""
    name, first, last, company = fold(name), fold(first), fold(last), fold(company)
    placeholder = bool(_PLACEHOLDER.match(name or company or f"{first} {last}".strip()))
    if placeholder:
        return NO_ONE._replace(placeholder=True)
    org = organisation(company) if company else NOBODY
    if first or last:
        person = person_of_parts(first, last)
        if not company and name and looks_like_organisation(name):
            org = organisation(name)
        return Who(*person, *org, unsure=False, placeholder=False)
    owner = _OWNER.search(name)
    if owner:
        return Who(
            *person_of_text(owner.group(1)), *(org if company else organisation(name[: owner.start()])), False, False
        )
    if looks_like_organisation(name) or (name and name == company):
        return Who(*NO_PERSON, *(org if company else organisation(name)), unsure=False, placeholder=False)
    person = person_of_text(name)
    if company or _surely_person(name, person):
        return Who(*person, *org, unsure=False, placeholder=False)
    return Who(*person, *organisation(name), unsure=bool(person.family), placeholder=False)


def _surely_person(name: str, person: Person) -> bool:
    words = name.split()
    titled = bool(words) and _NOT_LETTER.sub("", words[0]) in _TITLES
    return titled or (2 <= len(words) <= 4 and (person.given in FORMS or "," in name)) or bool(person.second)


def person_of_parts(first: str, last: str) -> Person:
    """A person from separate cells; a couple may sit in the first name (``John & Mary``)."""
    givens, suffix_first = _words(_REMARK.sub(" ", first))
    family, suffix_last = _words(_REMARK.sub(" ", last))
    halves = _AND.split(_REMARK.sub(" ", first), maxsplit=1)
    if len(halves) == 2 and halves[0].strip() and halves[1].strip():
        one, _ = _words(halves[0])
        other, _ = _words(halves[1])
        return Person("".join(one), "".join(other), "".join(family), suffix_last or suffix_first)
    return Person("".join(givens), "", "".join(family), suffix_last or suffix_first)


def person_of_text(name: str) -> Person:
    """A person from one cell: ``Smith, J & M``, ``Mr & Mrs J Smith``, ``John Smith Jnr``, ``The Smith Family``."""
    text = _ESTATE.sub(" ", _REMARK.sub(" ", name)).strip()
    family_of = _FAMILY.match(text)
    if family_of:
        words, suffix = _words(family_of.group(1))
        return Person("", "", "".join(words), suffix)
    if "," in text:
        last, _, first = text.partition(",")
        return person_of_parts(first.strip(), last.strip())
    halves = _AND.split(text, maxsplit=1)
    words, suffix = _words(halves[-1])
    before = _words(halves[0])[0] if len(halves) > 1 else []
    if not words or not before:
        return Person("".join(words[:-1]), "", words[-1] if words else "", suffix)
    return _couple(before, words, suffix)


def _couple(one: list[str], other: list[str], suffix: str) -> Person:
    """``John`` and ``Mary Smith``, or ``John Smith`` and ``Mary Jones``, of whom the first gives the family name."""
    if len(one) == 1:
        return Person(one[0], "".join(other[:-1]), other[-1], suffix)
    return Person("".join(one[:-1]), "".join(other[:-1]), one[-1], suffix)


def _words(text: str) -> tuple[list[str], str]:
    words = [
        w for w in _NOT_LETTER.sub(" ", text.replace("'", "").replace("-", "")).split() if w not in _TITLES | _HONOURS
    ]
    suffix = next((_SUFFIXES[w] for w in words[1:] if w in _SUFFIXES), "")
    return [w for i, w in enumerate(words) if i == 0 or w not in _SUFFIXES], suffix
