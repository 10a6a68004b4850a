"""Reads who the records are: plain persons by their distinct names, all others one by one."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import group_rows
from reconcile.matching.records import Coded, People
from reconcile.matching.table import Codes, Column, Table
from reconcile.normalise.columns import folded
from reconcile.normalise.names import Who, plain_word, who
from reconcile.normalise.organisations import folded_organisation

NAMES = ("name", "first_name", "last_name", "company")


class _Vocabulary:
    """Numbers texts as they come; empty ones are -1."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known)) if text else -1

    def all(self, texts: Iterable[str]) -> Codes:
        return np.array([self(text) for text in texts], np.int32)


def read_people(table: Table) -> People:
    """Persons and organisations of both sides."""
    words, organisations, suffixes, schemes = _Vocabulary(), _Vocabulary(), _Vocabulary(), _Vocabulary()
    _, first, last, company = (table.column(part) for part in NAMES)
    firsts, lasts = folded(first.texts), folded(last.texts)
    found = [folded_organisation(text) for text in folded(company.texts)]
    given, family = words.all(firsts)[first.codes], words.all(lasts)[last.codes]
    main = organisations.all(o.name for o in found)[company.codes]
    alias = organisations.all(o.alias for o in found)[company.codes]
    scheme = schemes.all(o.scheme for o in found)[company.codes]
    called, middle, second, partner, other_family, suffix = (np.full_like(given, -1) for _ in range(6))
    unsure, placeholder, care_of, contact_only = (np.zeros(len(given), bool) for _ in range(4))
    plain = _plain(first, firsts) & _plain(last, lasts) & table.put_together
    people, odd, where = _odd_people(table, np.flatnonzero(~plain))
    for part, vocabulary, values in (
        (given, words, [person.given for person in people]),
        (called, words, [person.called for person in people]),
        (middle, words, [person.middle for person in people]),
        (second, words, [person.second for person in people]),
        (partner, words, [person.partner for person in people]),
        (other_family, words, [person.other_family for person in people]),
        (family, words, [person.family for person in people]),
        (suffix, suffixes, [person.suffix for person in people]),
        (main, organisations, [person.organisation for person in people]),
        (alias, organisations, [person.alias for person in people]),
        (scheme, schemes, [person.scheme for person in people]),
    ):
        part[odd] = vocabulary.all(values)[where]
    for mark, marks in (
        (unsure, [person.unsure for person in people]),
        (placeholder, [person.placeholder for person in people]),
        (care_of, [person.care_of for person in people]),
        (contact_only, [person.contact_only for person in people]),
    ):
        mark[odd] = np.array(marks, bool)[where]
    return People(
        given=given,
        called=called,
        middle=middle,
        second=second,
        partner=partner,
        other_family=other_family,
        family=family,
        words=list(words.known),
        suffix=Coded(suffix[:, None], list(suffixes.known)),
        organisation=main,
        alias=alias,
        organisations=list(organisations.known),
        scheme=Coded(scheme[:, None], list(schemes.known)),
        unsure=unsure,
        placeholder=placeholder,
        care_of=care_of,
        contact_only=contact_only,
    )


def _plain(column: Column, texts: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Rows with one word of letters that means nothing else."""
    return np.array([plain_word(text) for text in texts], bool)[column.codes]


def _odd_people(table: Table, odd: npt.NDArray[np.intp]) -> tuple[list[Who], npt.NDArray[np.intp], Codes]:
    """Who some records are, each different combination of cells once; the records; and which person each of them is."""
    name, first, last, company = (table.column(part) for part in NAMES)
    where, rows = group_rows(*(column.codes[odd] for column in (name, first, last, company)), table.put_together[odd])
    people = []
    for row in odd[rows].tolist():
        firsts, lasts = first.texts[first.codes[row]], last.texts[last.codes[row]]
        whole = firsts + " " + lasts if table.put_together[row] else name.texts[name.codes[row]]
        people.append(who(whole, firsts, lasts, company.texts[company.codes[row]]))
    return people, odd, where
