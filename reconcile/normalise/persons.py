"""One person, or a couple, out of the cells in which people write them."""

import re
from typing import NamedTuple

from reconcile.normalise.nicknames import FORMS, same_given_name
from reconcile.normalise.text import word_set

TITLES = word_set("mr mrs ms miss mstr dr prof rev fr cr hon sir dame madam messrs mx mister")
HONOURS = word_set("oam am ao ac jp phd")
SUFFIXES = {
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
PARTICLES = word_set("van von vander der den de het ten ter zu zur del della di da dos du la mc mac o st el al bin ibn")
"""Words that begin a family name of several words."""
AND = re.compile(r" ?(?:&|\+| and | und | / ) ?")
_REMARK = re.compile(
    r"[(\[{].*?[)\]}]|\b(?:do not use|deceased|\(old\)|old account)\b|\bc/-?o? .*| - (?:unit|apt|lot|pool|shop)\b.*|[ -]\d{1,3}$"
)
_DASH = " - "
_ESTATE = re.compile(r"^(?:the )?(?:est(?:ate)?\.?)(?: of)?(?: the)?(?: late)?\b|\bthe late\b")
_FAMILY = re.compile(r"^the (.+?)(?: family| residence| household)?$")
_NOT_LETTER = re.compile(r"[^\w ]+|_")


class Person(NamedTuple):
    """Given names of one or two people, their family name and generational suffix (senior, junior, ...).

    ``other_family`` is the family name of the second, where it is another. Several given names are one word in ``given``
    (``Mary Anne`` is Maryanne); ``called`` is then the first of them and ``middle`` the others.
    """

    given: str
    second: str
    family: str
    suffix: str
    other_family: str = ""
    called: str = ""
    middle: str = ""


NO_PERSON = Person("", "", "", "")


def person_of_parts(first: str, last: str) -> Person:
    """A person from separate cells; a couple may sit in the first name (``John & Mary``), a remark behind a dash."""
    first, last = _without_remark(first), _without_remark(last)
    givens, suffix_first = _words(first)
    family, suffix_last = _words(last)
    halves = AND.split(first, maxsplit=1)
    if len(halves) == 2 and halves[0].strip() and halves[1].strip():
        one, _ = _words(halves[0])
        other, _ = _words(halves[1])
        return Person("".join(one), "".join(other), "".join(family), suffix_last or suffix_first)
    return _person(givens, family, suffix_last or suffix_first)


def person_of_text(name: str) -> Person:
    """A person from one cell: ``Smith, J & M``, ``Mr & Mrs J Smith``, ``John Smith Jnr``, ``The Smith Family``."""
    text = plain_name(name)
    family_of = _FAMILY.match(text)
    if family_of:
        words, suffix = _words(family_of.group(1))
        return Person("", "", "".join(words), suffix)
    if "," in text:
        last, _, first = text.partition(",")
        return person_of_parts(first.strip(), last.strip())
    halves = AND.split(text, maxsplit=1)
    words, suffix = _words(halves[-1])
    before = _words(halves[0])[0] if len(halves) > 1 else []
    if not words or not before:
        at = _family_at(words)
        return _person(words[:at], words[at:], suffix)
    return _couple(before, words, suffix)


def partner(name: str, person: Person) -> tuple[str, str]:
    """The other half of a couple that only the whole name shows, and a family name of their own.

    ``Helen & Ryan Amos`` has the partner Ryan where the cells of first and last name hold Helen, who is the contact.
    """
    if person.second or not AND.search(name):
        return "", ""
    both = person_of_text(name)
    other_family = both.other_family or both.family
    if both.second and both.family == person.family and _may_be(both.given, person.given):
        return both.second, both.other_family
    if both.second and other_family == person.family and _may_be(both.second, person.given):
        return both.given, both.family if both.other_family else ""
    return "", ""


def is_titled(name: str) -> bool:
    """Whether a name begins with Mr, Mrs, Dr, ..."""
    return _NOT_LETTER.sub("", name.partition(" ")[0]) in TITLES


def plain_name(name: str) -> str:
    """A folded name without remarks: brackets, "c/-", numbers that keep names apart, what follows a dash.

    ``Emma Hall - Parkwood`` and ``Emma Hall 2`` are Emma Hall; ``Smith - John`` is a name in two parts.
    """
    text = _ESTATE.sub(" ", _REMARK.sub(" ", name)).strip()
    before, dash, after = text.partition(_DASH)
    if dash and " " not in before and after.split(" ")[0] in FORMS:
        return f"{before}, {after}"
    return before


def _without_remark(cell: str) -> str:
    return _REMARK.sub(" ", cell).partition(_DASH)[0].strip()


def _person(givens: list[str], family: list[str], suffix: str) -> Person:
    several = len(givens) > 1
    called, middle = (givens[0], "".join(givens[1:])) if several else ("", "")
    return Person("".join(givens), "", "".join(family), suffix, called=called, middle=middle)


def _family_at(words: list[str]) -> int:
    """Where the family name begins: ``Pieter van der Berg``, ``Rosa Di Marco``, ``Sean O Brien``; not ``Nguyen Van Minh``."""
    last = max(len(words) - 1, 0)
    at = next((at for at in range(1, last) if PARTICLES.issuperset(words[at:last])), last)
    return last if words[at:last] == ["van"] and words[0] not in FORMS else at


def _couple(one: list[str], other: list[str], suffix: str) -> Person:
    """``John`` and ``Mary Smith``, or ``John Smith`` and ``Mary Jones``."""
    if len(one) == 1:
        return Person(one[0], "".join(other[:-1]), other[-1], suffix)
    second, family = "".join(other[:-1]) or other[-1], other[-1] if len(other) > 1 else one[-1]
    return Person("".join(one[:-1]), second, one[-1], suffix, family if family != one[-1] else "")


def _may_be(written: str, given: str) -> bool:
    return bool(written) and (written[0] == given[:1] if len(written) == 1 else same_given_name(written, given))


def _words(text: str) -> tuple[list[str], str]:
    words = [
        w for w in _NOT_LETTER.sub(" ", text.replace("'", "").replace("-", "")).split() if w not in TITLES | HONOURS
    ]
    suffix = next((SUFFIXES[w] for w in words[1:] if w in SUFFIXES), "")
    return [w for i, w in enumerate(words) if i == 0 or w not in SUFFIXES], suffix
