"""Compares who the records are: persons by their parts, organisations by their words."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import group_rows
from reconcile.matching.outcome import MISSING, Compared, Levels, Shares
from reconcile.matching.similarity import alike
from reconcile.matching.table import Codes
from reconcile.matching.vocabulary import Vocabulary, shared
from reconcile.normalise.given_names import GIVEN_NAMES
from reconcile.normalise.nicknames import FORMS, OTHER_FORMS, same_given_name
from reconcile.normalise.organisations import KEYWORDS, differ_in_a_word

NEAR_GIVEN, NEAR_FAMILY = 5e-3, 1e-3
"""Share of given and of family names that are a slip or a short form away from a name."""
INITIALS_ALIKE = 0.08
"""Share of given names that begin with the letter of a given initial."""


class People:
    """Compares persons and organisations of the pairs (i, j) of record numbers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.v = vocabulary
        self.r = r = vocabulary.records
        self.words = vocabulary.shares([r.given, r.family], strangers=0.5)
        packed = np.where(
            (r.family >= 0) & (r.given >= 0), r.family.astype(np.int64) * (len(r.words) + 1) + r.given, -1
        )
        self.name = np.unique(packed, return_inverse=True)[1].astype(np.int32)
        self.names = vocabulary.shares([self.name], strangers=0.02)
        self.orgs = vocabulary.shares([r.organisation, r.alias], strangers=0.05)
        self._learn_names()
        self._learn_organisations()

    def _learn_names(self) -> None:
        """How often names are initials and records couples, and which words have other forms."""
        words, size = self.r.words, self.r.size
        self.short = np.array([len(word) == 1 for word in words] + [False])
        self.has_forms = np.array([word in FORMS for word in words] + [False])
        self.known = np.array([word in GIVEN_NAMES for word in words] + [False])
        self.initials = max(2 * float(self.short[self.r.given].mean()) if size else 0.0, 0.002)
        self.couples = max(2 * float((self.r.second >= 0).mean()) if size else 0.0, 0.01)

    def _learn_organisations(self) -> None:
        """What a shared word is worth in bits; words that any organisation may have are worth little."""
        self.sorted_words = SortedWords(self.r.organisations)
        self.org_words, words = self.v.organisation_words
        held = np.concatenate([self.org_words[self.r.organisation], self.org_words[self.r.alias]]).ravel()
        worth = np.log2((self.r.size + 1) / (np.bincount(held[held >= 0], minlength=len(words)) + 1))
        general = np.array([word in KEYWORDS for word in words], bool)
        self.word_worth = np.append(np.where(general, np.minimum(worth, 2.0), worth), 0.0)
        counts = np.bincount(held[held >= 0], minlength=len(words))
        self.often = {word: int(count) for word, count in zip(words, counts, strict=True) if count > 1}

    def who(self, i: Codes, j: Codes) -> tuple[Compared, Compared]:
        """Person and organisation; a bare name that may be either counts as what fits the other record better.

        Strata schemes of different numbers are different, whatever their buildings are called.
        """
        person, organisation = self.person(i, j), self.organisation(i, j)
        one, other = self.r.scheme.first[i], self.r.scheme.first[j]
        organisation.level[(one >= 0) & (other >= 0) & (one != other) & (organisation.level > 0)] = 0
        unsure = (self.r.unsure[i] | self.r.unsure[j]) & (person.level >= 0) & (organisation.level >= 0)
        as_organisation = unsure & (organisation.level >= 2) & (person.level < 3)
        person.level[as_organisation] = MISSING
        organisation.level[unsure & ~as_organisation] = MISSING
        organisation.level[(organisation.level == 4) & (person.level == MISSING)] = 5
        return person, organisation

    def through_contact(self, i: Codes, j: Codes) -> npt.NDArray[np.bool_]:
        """An organisation on one side, nothing but a person on the other: the person may be a customer for themselves."""
        r = self.r
        nobody = (r.organisation < 0) & (r.scheme.first < 0)
        return np.asarray(r.contact_only[i] & nobody[j] | r.contact_only[j] & nobody[i])

    def through_agent(self, i: Codes, j: Codes) -> npt.NDArray[np.bool_]:
        """One of the records is a person's, kept under an agent or manager, whose name and details both may share."""
        r = self.r
        client = r.care_of & ((r.given >= 0) | (r.family >= 0))
        return np.asarray(client[i] | client[j])

    def both_organisations(self, i: Codes, j: Codes) -> npt.NDArray[np.bool_]:
        """Both records are called by an organisation's name, whoever is to be asked for there."""
        r = self.r
        called = r.contact_only | ((r.organisation >= 0) & (r.given < 0) & (r.family < 0))
        return np.asarray(called[i] & called[j])

    def person(self, i: Codes, j: Codes) -> Compared:
        """Persons by parts, in both orders; the weaker part decides."""
        r = self.r
        known = ((r.given[i] >= 0) | (r.family[i] >= 0)) & ((r.given[j] >= 0) | (r.family[j] >= 0))
        known &= ~(r.unsure[i] & r.unsure[j])
        level = np.full(len(i), MISSING, np.int8)
        share = np.ones(len(i), np.float32)
        at = np.flatnonzero(known)
        i, j = i[at], j[at]
        straight_parts = self._given(i, j), self._part(r.family[i], r.family[j])
        crossed_parts = self._given_as_family(i, j), self._given_as_family(j, i)
        straight, straight_share = self._parts(i, *straight_parts)
        crossed, crossed_share = self._parts(i, *crossed_parts)
        best = np.where(crossed > straight, crossed, straight)
        part_share = np.where(crossed > straight, crossed_share, straight_share)
        couple, other_share = self._couple(i, j)
        best[couple], part_share[couple] = 4, other_share[couple]
        partner, other_share = self._partner(i, j)
        partner &= best < 4
        best[partner], part_share[partner] = 4, other_share[partner]
        same = best == 9
        part_share[same] = np.maximum(part_share[same], self.names[self.name[i[same]]])
        level[at], share[at] = best, part_share
        return Compared(level, share)

    def _couple(self, i: Codes, j: Codes) -> tuple[npt.NDArray[np.bool_], Shares]:
        """A couple on one side, one of the two on the other; and the share of records that would agree by chance."""
        r = self.r
        couple, share = np.zeros(len(i), bool), np.ones(len(i), np.float32)
        for two, one in ((i, j), (j, i)):
            at = np.flatnonzero((r.second[two] >= 0) & (r.second[one] < 0) & (r.partner[one] < 0))
            self._one_of(two[at], r.second, one[at], at, couple, share)
            first = at[(r.family[two[at]] == r.family[one[at]]) & (r.family[one[at]] >= 0)]
            part = self._part(r.given[one[first]], r.given[two[first]])
            self._found(part, one[first], first, couple, share)
        return couple, share

    def _partner(self, i: Codes, j: Codes) -> tuple[npt.NDArray[np.bool_], Shares]:
        """The contact of one record is the partner of the contact of the other."""
        partner, share = np.zeros(len(i), bool), np.ones(len(i), np.float32)
        for two, one in ((i, j), (j, i)):
            at = np.flatnonzero(self.r.partner[two] >= 0)
            self._one_of(two[at], self.r.partner, one[at], at, partner, share)
        return partner, share

    def _one_of(
        self,
        two: Codes,
        other: Codes,
        one: Codes,
        at: npt.NDArray[np.intp],
        found: npt.NDArray[np.bool_],
        share: Shares,
    ) -> None:
        """Marks the pairs of which ``one`` is the ``other`` half of ``two``, who may have a family name of their own."""
        r = self.r
        family = np.where(r.other_family[two] >= 0, r.other_family[two], r.family[two])
        named = np.flatnonzero((family == r.family[one]) & (family >= 0))
        part = self._part(r.given[one[named]], other[two[named]])
        self._found(part, one[named], at[named], found, share)

    def _found(
        self, part: Levels, one: Codes, at: npt.NDArray[np.intp], found: npt.NDArray[np.bool_], share: Shares
    ) -> None:
        same = part >= 2
        given = np.where(part == 2, INITIALS_ALIKE, self.words[self.r.given[one]])
        found[at[same]] = True
        share[at[same]] = (self.words[self.r.family[one]] * given * self.couples)[same]

    def _given(self, i: Codes, j: Codes) -> Levels:
        """Given names: the first of several may stand for all, and where both sides have more than one all must fit."""
        r = self.r
        found = self._part(r.given[i], r.given[j])
        both = np.flatnonzero((r.called[i] >= 0) & (r.called[j] >= 0) & (found < 5))
        called = self._part(r.called[i[both]], r.called[j[both]])
        middle = self._part(r.middle[i[both]], r.middle[j[both]])
        found[both] = np.select(
            [middle == 0, middle == 1], [0, found[both]], np.maximum(found[both], np.minimum(called, 4))
        )
        for several, one in ((i, j), (j, i)):
            at = np.flatnonzero((r.called[several] >= 0) & (r.called[one] < 0) & (r.given[one] >= 0))
            called = self._part(r.called[several[at]], r.given[one[at]])
            found[at] = np.maximum(found[at], np.minimum(called, 4))
        return found

    def _given_as_family(self, i: Codes, j: Codes) -> Levels:
        """Given names of one side against family names of the other, for names in the other order."""
        r = self.r
        found = self._part(r.given[i], r.family[j])
        at = np.flatnonzero((r.called[i] >= 0) & (r.family[j] >= 0))
        called = self._part(r.called[i[at]], r.family[j[at]])
        found[at] = np.maximum(found[at], np.minimum(called, 4))
        return found

    def _parts(self, i: Codes, given: Levels, family: Levels) -> tuple[Levels, Shares]:
        level = np.zeros(len(given), np.int8)
        level[(given >= 3) & (family <= 0)] = 1
        level[(family >= 3) & (given == 0)] = 2
        level[(family >= 3) & (given == -1) | (given >= 3) & (family == -1)] = 3
        level[(given >= 1) & (family >= 1)] = 5
        initial = (given == 2) & (family >= 4)
        level[(given >= 3) & (family >= 3) & ~initial] = 7
        level[initial] = 6
        level[(given == 4) & (family == 5) | (given == 5) & (family == 4)] = 8
        level[(given == 5) & (family == 5)] = 9
        return level, self._name_share(level, self.r.given[i], self.r.family[i], given, family)

    def _name_share(
        self, level: Levels, given_i: Codes, family_i: Codes, given: npt.NDArray[np.int8], family: npt.NDArray[np.int8]
    ) -> Shares:
        """How many records agree by chance as much as this: the share of each part that agrees, times that of near misses."""
        of_given = np.where(given == 5, self.words[given_i], np.where(given >= 3, NEAR_GIVEN, 1))
        of_family = np.where(family == 5, self.words[family_i], np.where(family >= 3, NEAR_FAMILY, 1))
        share = np.select(
            [level == 1, level == 2, level == 3, level == 6, level >= 7],
            [
                of_given,
                of_family,
                of_given * of_family,
                of_family * self.initials * INITIALS_ALIKE,
                of_given * of_family,
            ],
            1.0,
        )
        return share.astype(np.float32)

    def _part(self, a: Codes, b: Codes) -> npt.NDArray[np.int8]:
        """-1 missing, 0 differs, 1 similar, 2 initial, 3 nearly equal, 4 another form of the name, 5 equal."""
        out = np.full(len(a), MISSING, np.int8)
        out[(a >= 0) & (b >= 0)] = 0
        out[(a == b) & (a >= 0)] = 5
        short = (out == 0) & (self.short[a] | self.short[b])
        out[short & self._forms(a, b, short)] = 2
        rest = np.flatnonzero((out == 0) & ~short)
        near = alike(self.r.words.__getitem__, a[rest], b[rest])
        out[rest[near >= 0.6]] = 1
        slip = ~(self.known[a[rest]] & self.known[b[rest]])
        out[rest[(near >= 0.8) & slip]] = 3
        formed = (out >= 0) & (out < 5) & ~short & self.has_forms[a] & self.has_forms[b]
        out[formed & self._forms(a, b, formed)] = 4
        return out

    def _forms(self, a: Codes, b: Codes, where: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Where ``where`` holds, whether both words may be one person's given name."""
        words, out = self.r.words, np.zeros(len(a), bool)
        place, rows = group_rows(a[where], b[where])
        pairs = zip(a[where][rows].tolist(), b[where][rows].tolist(), strict=True)
        out[where] = np.array([given_forms(words[x], words[y]) for x, y in pairs], bool)[place]
        return out

    def organisation(self, i: Codes, j: Codes) -> Compared:
        """Organisations, either half of "X trading as Y"."""
        r = self.r
        level = np.full(len(i), MISSING, np.int8)
        share = np.ones(len(i), np.float32)
        for a, b in (
            (r.organisation, r.organisation),
            (r.alias, r.organisation),
            (r.organisation, r.alias),
            (r.alias, r.alias),
        ):
            at = np.flatnonzero((a[i] >= 0) & (b[j] >= 0) & (level < 4))
            if not len(at):
                continue
            x, y = a[i[at]], b[j[at]]
            found = np.where(x == y, 4, self._shared_words(x, y)).astype(np.int8)
            rest = np.flatnonzero(x != y)
            near = alike(self.sorted_words.__getitem__, x[rest], y[rest])
            far = np.flatnonzero(near < 0.85)
            near[far] = alike(r.organisations.__getitem__, x[rest[far]], y[rest[far]])
            rest = rest[near >= 0.85]
            found[rest[~self._other_words(x[rest], y[rest])]] = 3
            better = found > level[at]
            level[at[better]] = found[better]
            share[at[better]] = self.orgs[x[better]]
        return Compared(level, share)

    def _other_words(self, x: Codes, y: Codes) -> npt.NDArray[np.bool_]:
        """Whether two names that look alike differ in a word and not by a slip: ``Holdings 1`` and ``Holdings 2``."""
        organisations = self.r.organisations
        place, rows = group_rows(x, y)
        pairs = zip(x[rows].tolist(), y[rows].tolist(), strict=True)
        return np.array([differ_in_a_word(organisations[a], organisations[b], self.often) for a, b in pairs], bool)[
            place
        ]

    def _shared_words(self, x: Codes, y: Codes) -> Levels:
        """2 when one name holds all words of the other, 1 when the rarer half of a name is shared; common words count little."""
        a, b = self.org_words[x], self.org_words[y]
        common = (shared(a, b) * self.word_worth[a]).sum(axis=1)
        least = np.minimum(self.word_worth[a].sum(axis=1), self.word_worth[b].sum(axis=1))
        return np.where(
            common < 3, 0, np.where(common >= 0.99 * least, 2, np.where(common >= 0.5 * least, 1, 0))
        ).astype(np.int8)


class SortedWords(dict[int, str]):
    """The words of each organisation in alphabetical order, put so when first asked for."""

    def __init__(self, organisations: Sequence[str]) -> None:
        super().__init__()
        self.organisations = organisations

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, " ".join(sorted(self.organisations[code].split())))


def given_forms(one: str, other: str) -> bool:
    """Whether two given names, or a name and an initial, may be the same person's."""
    if len(one) == 1 or len(other) == 1:
        return not initials(one).isdisjoint(initials(other))
    return same_given_name(one, other)


def initials(word: str) -> frozenset[str]:
    """The first letters of a given name and of its other forms; of an initial its own letter only."""
    return frozenset(form[:1] for form in ({word} if len(word) == 1 else {word} | OTHER_FORMS.get(word, frozenset())))
