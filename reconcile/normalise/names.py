"""Who a contact is: persons (couples as two given names) and the organisation, read from all name cells together."""

import re
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from reconcile.normalise.given_names import GIVEN_NAMES
from reconcile.normalise.nicknames import FORMS
from reconcile.normalise.organisations import FAMILY_NAMES, NOBODY, Organisation, looks_like_organisation, organisation
from reconcile.normalise.persons import (
    AND,
    HONOURS,
    NO_PERSON,
    SUFFIXES,
    TITLES,
    Person,
    is_titled,
    partner,
    person_of_parts,
    person_of_text,
    plain_name,
)
from reconcile.normalise.text import fold, word_set

_PLACEHOLDER = re.compile(
    r"^(?:cash(?: sales?| customers?)?|walk[ -]?in(?: customers?)?|test(?: customers?| contacts?)?|unknown|customers?|no name|n/?a|nil|none|do not use.*|zz+.*"
    r"|misc(?:ellaneous)?|sundry|various|counter sales?|pos(?: sales?)?|deceased|tba|tbc|name)$"
)
_OWNER = re.compile(r"\((?:owner|tenant|landlord|attn|attention)s?[ :]+([^)]*)\)")
_CARE_OF = re.compile(r"\bc/-?o? ?|\bcare of\b")
_UNDER_AGENT = re.compile(rf"{_CARE_OF.pattern}|\((?:owner|tenant|landlord)s?[ :]")
_NOT_PLAIN = (
    word_set(
        "cash walk test unknown customer customers no na nil none do misc miscellaneous sundry various counter pos deceased tba tbc name"
    )
    | TITLES
    | HONOURS
    | frozenset(SUFFIXES)
)


def plain_word(word: str) -> bool:
    """Whether a folded first or last name is one word of letters that means nothing else."""
    return word.isascii() and word.isalpha() and word not in _NOT_PLAIN and not word.startswith("zz")


class Who(NamedTuple):
    """A contact's person and organisation; any part may be empty.

    ``second`` is the given name of the other half of a couple; ``partner`` is the same where the cells of first and last
    name hold one of the two only, who is the contact; ``other_family`` is their own family name. ``unsure`` marks a bare
    name that may be either a person's or an organisation's: then both readings are filled. ``care_of`` marks a record
    kept under an agent or manager, ``contact_only`` an organisation with the person to ask for.
    """

    given: str
    second: str
    family: str
    suffix: str
    other_family: str
    called: str
    middle: str
    organisation: str
    alias: str
    scheme: str
    unsure: bool
    placeholder: bool
    partner: str = ""
    care_of: bool = False
    contact_only: bool = False


NO_ONE = Who(*NO_PERSON, *NOBODY, unsure=False, placeholder=False)


def who(name: str, first: str, last: str, company: str) -> Who:
    """Reads ``name``, ``first_name``, ``last_name`` and ``company`` of one record."""
    name, first, last, company = fold(name), fold(first), fold(last), fold(company)
    if _PLACEHOLDER.match(name or company or f"{first} {last}".strip()):
        return NO_ONE._replace(placeholder=True)
    under_agent = bool(_UNDER_AGENT.search(name) or _CARE_OF.search(company) or _CARE_OF.search(last))
    org = organisation(company) if company else _agent(name)
    owner = _OWNER.search(name)
    name = name if owner else _CARE_OF.split(name)[0].strip() or name
    asked = _contact_behind(name, company)
    if asked and not owner:
        name = asked[0]
        if not (first or last):
            return Who(
                *person_of_text(asked[1]),
                *(org if company else organisation(name)),
                unsure=False,
                placeholder=False,
                contact_only=True,
            )
    if first or last:
        return _of_cells(name, person_of_parts(first, last), company, org)._replace(care_of=under_agent)
    if owner:
        return Who(*person_of_text(owner.group(1)), *org, unsure=False, placeholder=False, care_of=under_agent)
    return _of_name(name, company, org)._replace(care_of=under_agent)


def _of_cells(name: str, person: Person, company: str, org: Organisation) -> Who:
    """Who a record is whose first or last name is filled."""
    if looks_like_organisation(name) or (name and name == company):
        org = org if company else organisation(name)
        return Who(*person, *org, unsure=False, placeholder=False, contact_only=True)
    if _is_another(name, person):
        return Who(
            *person, *(org if company else organisation(name)), unsure=False, placeholder=False, contact_only=True
        )
    other, family = partner(name, person)
    person = person._replace(other_family=family) if other else person
    return Who(*person, *org, unsure=False, placeholder=False, partner=other)


def _of_name(name: str, company: str, org: Organisation) -> Who:
    """Who a record is of which only the whole name and perhaps a company are known."""
    words = plain_name(name).split()
    either = len(words) == 2 and words[0] in FORMS and words[1] in FAMILY_NAMES
    if (looks_like_organisation(name) and not either) or (name and name == company):
        return Who(*NO_PERSON, *(org if company else organisation(name)), unsure=False, placeholder=False)
    person = person_of_text(name)
    named = len(words) in {2, 3, 4} and ((person.called or person.given) in FORMS or "," in name)
    if company or is_titled(name) or person.second or (named and not either):
        return Who(*person, *org, unsure=False, placeholder=False)
    return Who(*person, *organisation(name), unsure=bool(person.family), placeholder=False)


def _contact_behind(name: str, company: str) -> tuple[str, str] | None:
    """An organisation and the person to ask for there, in ``Coolum Surf Club - Ann Lynch``; None for other names."""
    before, dash, after = name.partition(" - ")
    words = after.split()
    if not dash or len(words) not in {2, 3} or looks_like_organisation(after):
        return None
    sure = before == company or looks_like_organisation(before)
    maybe = len(before.split()) > 1 and GIVEN_NAMES.isdisjoint(before.split()) and words[0] in GIVEN_NAMES
    return (before, after) if (sure and not words[0].isdigit()) or maybe else None


def _is_another(name: str, person: Person) -> bool:
    """Whether a name of several words has nothing of the person in the cells: then it is an organisation's.

    ``Station Kowalski Landscapes`` with the contact Barbara Abernethy.
    """
    words = plain_name(name).replace(",", " ").replace("'", "").replace("-", "").split()
    if len(words) < 2 or not person.family or not person.given or not GIVEN_NAMES.isdisjoint(words) or AND.search(name):
        return False
    of_person = (person.given, person.called or person.given, person.family)
    return all(
        len(word) > 2 and max(Levenshtein.normalized_similarity(word, part) for part in of_person) < 0.5
        for word in words
    )


def _agent(name: str) -> Organisation:
    """Whom a record is kept under: ``LJ Hooker (Owner: John Smith)``, ``John Smith c/- LJ Hooker``."""
    owner, behind = _OWNER.search(name), _CARE_OF.search(name)
    if owner:
        return organisation(name[: owner.start()])
    return organisation(name[behind.end() :]) if behind else NOBODY
