"""Compares candidate pairs field by field: a level for each pair, and how common the agreeing value is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.records import Codes, Records, code_lists
from reconcile.matching.similarity import alike
from reconcile.normalise.emails import FREE_DOMAINS, ROLE_MAILBOXES
from reconcile.normalise.nicknames import FORMS, OTHER_FORMS
from reconcile.normalise.organisations import KEYWORDS

Levels = npt.NDArray[np.int8]
Shares = npt.NDArray[np.float32]
MISSING = -1
NEAR_GIVEN, NEAR_FAMILY = 5e-3, 1e-3
"""Share of given and of family names that are a slip or a short form away from a name."""
INITIALS_ALIKE = 0.08
"""Share of given names that begin with the letter of a given initial."""


@dataclass(frozen=True)
class Compared:
    """One field of all pairs: ``level`` (-1 missing) and, where the level goes by value, the share of records with it."""

    level: Levels
    share: Shares


class Compare:
    """All comparisons of one set of records; each method compares the pairs (i, j) of record numbers."""

    def __init__(self, records: Records, copies: int = 1) -> None:
        self.r = records
        self.copies = copies
        self.words = share_of([records.given, records.family], len(records.words), records.size, strangers=0.5)
        names = records.family.astype(np.int64) * (len(records.words) + 1) + records.given
        named = (records.family >= 0) & (records.given >= 0)
        _, self.name = np.unique(np.where(named, names, -1), return_inverse=True)
        self.names = share_of([self.name], int(self.name.max(initial=0)) + 1, records.size, strangers=0.02)
        self.orgs = share_of(
            [records.organisation, records.alias], len(records.organisations), records.size, strangers=0.05
        )
        self.emails = share_of(list(records.email.codes.T), len(records.email.values), records.size, strangers=0.02)
        self.phones = share_of(list(records.phone.codes.T), len(records.phone.values), records.size, strangers=0.05)
        self.abns = share_of([records.abn.first], len(records.abn.values), records.size, strangers=0.01)
        self.schemes = share_of([records.scheme.first], len(records.scheme.values), records.size, strangers=0.05)
        self.initials_of = np.array([initials(w) for w in records.words] + [0], np.int64)
        self.short = np.array([len(w) == 1 for w in records.words] + [False])
        self.initials = max(2 * float(self.short[records.given].mean()) if records.size else 0.0, 0.002)
        self.couples = max(2 * float((records.second >= 0).mean()) if records.size else 0.0, 0.01)
        self.root = np.array([bool(FORMS.get(w)) for w in records.words] + [False])
        self._split_organisations()
        self._split_emails()
        self._split_phones()
        self._split_addresses()

    def _split_emails(self) -> None:
        parts = [email.partition("@") for email in self.r.email.values]
        self.local = codes_of([local for local, _, _ in parts])
        self.plain_local = np.array([local in ROLE_MAILBOXES or len(local) < 4 for local, _, _ in parts] + [True])
        self.domain = codes_of([domain for _, _, domain in parts])
        self.free = np.array([domain in FREE_DOMAINS for _, _, domain in parts] + [True])
        held = np.where(self.r.email.codes >= 0, self.domain[self.r.email.codes], -1)
        self.domains = share_of(list(held.T), int(self.domain.max(initial=-1)) + 1, self.r.size, strangers=0.5)

    def _split_phones(self) -> None:
        self.tail = codes_of([p[-8:] for p in self.r.phone.values])
        self.tails = list(dict.fromkeys(p[-8:] for p in self.r.phone.values))
        self.area_known = np.array([len(p) > 8 for p in self.r.phone.values] + [False])

    def _split_addresses(self) -> None:
        addresses, places = self.r.address.values, self.r.place.values
        self.unit = codes_of([a.unit for a in addresses])
        self.number = codes_of([a.number for a in addresses])
        self.street_name = codes_of([a.street for a in addresses])
        self.street_names = list(dict.fromkeys(a.street for a in addresses if a.street))
        self.house = codes_of([a.box or (f"{a.number} {a.street}" if a.street else "") for a in addresses])
        self.address_text = ["".join((a.number, a.street, a.kind, a.rest, a.box)).replace(" ", "") for a in addresses]
        split = [[w for w in f"{a.street} {a.rest}".split()[:6] if len(w) > 3] for a in addresses]
        coded = code_lists(split, most=6).codes
        self.address_words = np.where(coded >= 0, coded, -1 - np.arange(len(coded), dtype=np.int32)[:, None])
        held = np.where(self.r.address.codes >= 0, self.house[self.r.address.codes], -1)
        self.houses = share_of(list(held.T), int(self.house.max(initial=-1)) + 1, self.r.size, strangers=0.3)
        self.suburb = codes_of([p[0] for p in places])
        self.suburb_names = list(dict.fromkeys(p[0] for p in places if p[0]))
        self.postcode = codes_of([p[1] for p in places])
        self.postcode_names = list(dict.fromkeys(p[1] for p in places if p[1]))
        self.state = codes_of([p[2] for p in places])
        self.suburbs, self.postcodes, self.towns = (self._place_share(part) for part in ("suburb", "postcode", "town"))

    def _place_share(self, part: str) -> Shares:
        if part == "town":
            both = (self.suburb >= 0) & (self.postcode >= 0)
            packed = self.suburb.astype(np.int64) * (len(self.postcode_names) + 1) + self.postcode
            _, codes = np.unique(np.where(both, packed, -1), return_inverse=True)
            self.town = np.where(both, codes, -1).astype(np.int32)
            codes = self.town
        else:
            codes = getattr(self, part)
        held = np.where(self.r.place.codes >= 0, codes[self.r.place.codes], -1)
        return share_of(list(held.T), int(codes.max(initial=-1)) + 1, self.r.size, strangers=1.0)

    def all(self, i: Codes, j: Codes) -> list[Compared]:
        """Every comparison except ``carried``, in the order of the specification."""
        person, organisation = self.who(i, j)
        return [
            person,
            organisation,
            self.email(i, j),
            self.phone(i, j),
            single(self.r.abn.first, self.abns, i, j),
            single(self.r.scheme.first, self.schemes, i, j),
            self.suffix(i, j),
            self.street(i, j),
            self.site(i, j),
            self.place(i, j),
        ]

    def who(self, i: Codes, j: Codes) -> tuple[Compared, Compared]:
        """Person and organisation; a bare name that may be either counts as what fits the other record better."""
        person, organisation = self.person(i, j), self.organisation(i, j)
        unsure = (self.r.unsure[i] | self.r.unsure[j]) & (person.level >= 0) & (organisation.level >= 0)
        as_organisation = unsure & (organisation.level >= 2) & (person.level < 3)
        person.level[as_organisation] = MISSING
        organisation.level[unsure & ~as_organisation] = MISSING
        return person, organisation

    def person(self, i: Codes, j: Codes) -> Compared:
        """Persons by parts, in both orders; the weaker part decides."""
        r = self.r
        known = ((r.given[i] >= 0) | (r.family[i] >= 0)) & ((r.given[j] >= 0) | (r.family[j] >= 0))
        known &= ~(r.unsure[i] & r.unsure[j])
        level = np.full(len(i), MISSING, np.int8)
        share = np.ones(len(i), np.float32)
        at = np.flatnonzero(known)
        i, j = i[at], j[at]
        straight, straight_share = self._parts(r.given[i], r.family[i], r.given[j], r.family[j])
        crossed, crossed_share = self._parts(r.given[i], r.family[i], r.family[j], r.given[j])
        best = np.where(crossed > straight, crossed, straight)
        part_share = np.where(crossed > straight, crossed_share, straight_share)
        couple, other_share = self._couple(i, j)
        best[couple], part_share[couple] = 4, other_share[couple]
        same = best == 9
        part_share[same] = np.maximum(part_share[same], self.names[self.name[i[same]]])
        level[at], share[at] = best, part_share
        return Compared(level, share)

    def _couple(self, i: Codes, j: Codes) -> tuple[npt.NDArray[np.bool_], Shares]:
        """A couple on one side, one of the two on the other; and the share of records that would agree by chance."""
        r = self.r
        halved = (r.second[i] >= 0) != (r.second[j] >= 0)
        same_family = (r.family[i] == r.family[j]) & (r.family[i] >= 0)
        at = np.flatnonzero(halved & same_family)
        one = np.where(r.second[i[at]] >= 0, r.given[j[at]], r.given[i[at]])
        first = np.where(r.second[i[at]] >= 0, r.given[i[at]], r.given[j[at]])
        other = np.where(r.second[i[at]] >= 0, r.second[i[at]], r.second[j[at]])
        part = np.maximum(self._part(one, first), self._part(one, other))
        couple, share = np.zeros(len(i), bool), np.ones(len(i), np.float32)
        couple[at] = part >= 2
        given = np.where(part == 2, INITIALS_ALIKE, self.words[one])
        share[at] = self.words[r.family[i[at]]] * given * self.couples
        return couple, share

    def _parts(self, given_i: Codes, family_i: Codes, given_j: Codes, family_j: Codes) -> tuple[Levels, Shares]:
        given, family = self._part(given_i, given_j), self._part(family_i, family_j)
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
        return level, self._name_share(level, given_i, family_i, given, family)

    def _name_share(
        self, level: Levels, given_i: Codes, family_i: Codes, given: npt.NDArray[np.int8], family: npt.NDArray[np.int8]
    ) -> Shares:
        """How many records agree by chance as much as this: the share of each part that agrees, times that of near misses."""
        of_given = np.where(given == 5, self.words[given_i], np.where(given >= 3, NEAR_GIVEN, 1))
        of_family = np.where(family == 5, self.words[family_i], np.where(family >= 3, NEAR_FAMILY, 1))
        share = np.select(
            [level == 1, level == 2, level == 3, level == 6, level >= 7],
            [of_given, of_family, of_given * of_family, of_family * self.initials * INITIALS_ALIKE, of_given * of_family],
            1.0,
        )
        return share.astype(np.float32)

    def _part(self, a: Codes, b: Codes) -> npt.NDArray[np.int8]:
        """-1 missing, 0 differs, 1 similar, 2 initial, 3 nearly equal, 4 another form of the name, 5 equal."""
        out = np.full(len(a), MISSING, np.int8)
        out[(a >= 0) & (b >= 0)] = 0
        out[(a == b) & (a >= 0)] = 5
        initial = (out == 0) & (self.short[a] | self.short[b]) & (self.initials_of[a] & self.initials_of[b] > 0)
        out[initial] = 2
        rest = np.flatnonzero((out == 0) & ~self.short[a] & ~self.short[b])
        near = alike(self.r.words, a[rest], b[rest])
        out[rest[near >= 0.6]] = 1
        out[rest[near >= 0.8]] = 3
        formed = rest[self.root[a[rest]] & self.root[b[rest]]]
        words = self.r.words
        forms = [not FORMS[words[x]].isdisjoint(FORMS[words[y]]) for x, y in zip(a[formed], b[formed], strict=True)]
        out[formed[np.array(forms, bool)]] = 4
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
            near = alike(self.sorted_orgs, x[rest], y[rest])
            found[rest[near >= 0.85]] = 3
            better = found > level[at]
            level[at[better]] = found[better]
            share[at[better]] = self.orgs[x[better]]
        return Compared(level, share)

    def _shared_words(self, x: Codes, y: Codes) -> Levels:
        """2 when one name holds all words of the other, 1 when the rarer half of a name is shared; common words count little."""
        a, b = self.org_words[x], self.org_words[y]
        worth = np.append(self.word_worth, 0.0)
        shared = ((a[:, :, None] == b[:, None, :]).any(axis=2) * worth[a]).sum(axis=1)
        least = np.minimum(worth[a].sum(axis=1), worth[b].sum(axis=1))
        return np.where(shared < 3, 0, np.where(shared >= 0.99 * least, 2, np.where(shared >= 0.5 * least, 1, 0))).astype(np.int8)

    def _split_organisations(self) -> None:
        """Words of each organisation, at most six, and what a shared word is worth in bits."""
        split = [name.split()[:6] for name in self.r.organisations]
        coded = code_lists(split, most=6)
        self.org_words = np.vstack([coded.codes, np.full((1, coded.codes.shape[1]), MISSING, np.int32)])
        held = np.concatenate([self.org_words[self.r.organisation], self.org_words[self.r.alias]]).ravel()
        counts = np.bincount(held[held >= 0], minlength=len(coded.values))
        worth = np.log2((self.r.size + 1) / (counts + 1))
        general = np.array([word in KEYWORDS for word in coded.values], bool)
        self.word_worth = np.where(general, np.minimum(worth, 2.0), worth)

    @property
    def sorted_orgs(self) -> list[str]:
        if not hasattr(self, "_sorted_orgs"):
            self._sorted_orgs = [" ".join(sorted(name.split())) for name in self.r.organisations]
        return self._sorted_orgs

    def email(self, i: Codes, j: Codes) -> Compared:
        return best_of(self.r.email.codes, self.r.email.codes, i, j, self._email)

    def _email(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        level = np.zeros(len(a), np.int8)
        share = np.ones(len(a), np.float32)
        domain = (self.domain[a] == self.domain[b]) & ~self.free[a]
        level[domain] = 1
        share[domain] = self.domains[self.domain[a[domain]]]
        level[(self.local[a] == self.local[b]) & ~self.plain_local[a]] = 2
        rest = np.flatnonzero((a != b) & ~self.plain_local[a] & ~self.plain_local[b])
        near = alike(self.r.email.values, a[rest], b[rest])
        level[rest[near >= 0.9]] = 3
        level[a == b] = 4
        share[a == b] = self.emails[a[a == b]]
        return level, share

    def phone(self, i: Codes, j: Codes) -> Compared:
        return best_of(self.r.phone.codes, self.r.phone.codes, i, j, self._phone)

    def _phone(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        same = (a == b) | (self.tail[a] == self.tail[b]) & ~(self.area_known[a] & self.area_known[b])
        level = np.where(same, 2, 0).astype(np.int8)
        share = np.where(same, self.phones[a], 1).astype(np.float32)
        rest = np.flatnonzero(~same)
        near = alike(self.tails, self.tail[a[rest]], self.tail[b[rest]])
        level[rest[near >= 0.87]] = 1
        return level, share

    def suffix(self, i: Codes, j: Codes) -> Compared:
        """Senior and junior: equal, on one side only, or different; missing when neither has one."""
        a, b = self.r.suffix.first[i], self.r.suffix.first[j]
        level = np.where(a == b, 2, np.where((a >= 0) & (b >= 0), 0, 1))
        return Compared(np.where((a < 0) & (b < 0), MISSING, level).astype(np.int8), np.ones(len(i), np.float32))

    def street(self, i: Codes, j: Codes) -> Compared:
        """Postal addresses, and the postal address of one side with the pools of the other."""
        codes = self.r.address.codes
        postal = codes[:, :1]
        best = best_of(postal, codes, i, j, self._street)
        if codes.shape[1] == 1:
            return best
        return better_of(best, best_of(codes[:, 1:], postal, i, j, self._street))

    def site(self, i: Codes, j: Codes) -> Compared:
        """Pool addresses of both sides, where they are not the postal address."""
        sites = self.r.address.codes[:, 1:]
        sites = np.where(sites == self.r.address.codes[:, :1], MISSING, sites)
        found = best_of(sites, sites, i, j, self._street)
        found.level[:] = np.array([0, 0, 1, 1, 1, 2, MISSING], np.int8)[found.level]
        return found

    def _street(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        level = np.zeros(len(a), np.int8)
        share = np.ones(len(a), np.float32)
        name_a, name_b = self.street_name[a], self.street_name[b]
        level[(name_a == name_b) & (name_a >= 0)] = 1
        house = self.house[a] == self.house[b]
        rest = np.flatnonzero(~house)
        near = alike(self.address_text, a[rest], b[rest])
        number = (self.number[a[rest]] == self.number[b[rest]]) & (self.number[a[rest]] >= 0)
        level[rest[self._shared_address_words(a[rest], b[rest])]] = 2
        level[rest[(near >= 0.8) & number | (near >= 0.9)]] = 3
        units = (self.unit[a] >= 0) & (self.unit[b] >= 0) & (self.unit[a] != self.unit[b])
        level[house] = np.where(units[house], 4, 5)
        share[house] = self.houses[self.house[a[house]]]
        return level, share

    def _shared_address_words(self, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
        """Whether a word longer than three letters stands in both addresses, kinds of street left out."""
        shared = self.address_words[a][:, :, None] == self.address_words[b][:, None, :]
        return np.asarray(shared.any(axis=(1, 2)))

    def place(self, i: Codes, j: Codes) -> Compared:
        return best_of(self.r.place.codes, self.r.place.codes, i, j, self._place)

    def _place(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        level = np.zeros(len(a), np.int8)
        share = np.ones(len(a), np.float32)
        level[(self.state[a] == self.state[b]) & (self.state[a] >= 0)] = 1
        town = (self.suburb[a] == self.suburb[b]) & (self.suburb[a] >= 0)
        area = (self.postcode[a] == self.postcode[b]) & (self.postcode[a] >= 0)
        for texts, codes in ((self.suburb_names, self.suburb), (self.postcode_names, self.postcode)):
            rest = np.flatnonzero(~town & ~area & (codes[a] >= 0) & (codes[b] >= 0))
            near = alike(texts, codes[a[rest]], codes[b[rest]])
            level[rest[near >= 0.75]] = 2
        level[town | area] = 3
        share[town] = self.suburbs[self.suburb[a[town]]]
        share[area] = np.minimum(share[area], self.postcodes[self.postcode[a[area]]])
        level[town & area] = 4
        share[town & area] = self.towns[self.town[a[town & area]]]
        return level, share


def initials(word: str) -> int:
    """The first letters of a given name and of its other forms, one bit each; of an initial its own letter only."""
    forms = {word} if len(word) == 1 else {word} | OTHER_FORMS.get(word, frozenset())
    return sum({1 << (ord(form[0]) % 61) for form in forms if form})


def codes_of(texts: list[str]) -> Codes:
    """Numbers texts in order of appearance; empty ones and the extra last entry are -1."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(t, len(known)) if t else -1 for t in texts] + [-1], np.int32)


def share_of(columns: list[Codes], values: int, size: int, *, strangers: float) -> Shares:
    """For each value the share of records that have it beyond one pair; ``strangers`` is what to expect of the rest of the world."""
    held = np.concatenate([c[c >= 0] for c in columns]) if columns else np.zeros(0, np.int32)
    others = np.maximum(np.bincount(held, minlength=values + 1) - 2, 0)
    return np.minimum((others + strangers) / max(size, 1), 1).astype(np.float32)


def single(codes: Codes, shares: Shares, i: Codes, j: Codes) -> Compared:
    """Equal or not, of one value a record."""
    a, b = codes[i], codes[j]
    known = (a >= 0) & (b >= 0)
    return Compared(
        np.where(known, a == b, MISSING).astype(np.int8), np.where(known & (a == b), shares[a], 1).astype(np.float32)
    )


def better_of(one: Compared, other: Compared) -> Compared:
    """The better of two comparisons, pair by pair."""
    better = other.level > one.level
    return Compared(np.where(better, other.level, one.level), np.where(better, other.share, one.share))


def best_of(left: Codes, right: Codes, i: Codes, j: Codes, compare: object) -> Compared:
    """The best level over all values of one record with all values of the other."""
    level = np.full(len(i), MISSING, np.int8)
    share = np.ones(len(i), np.float32)
    for p in range(left.shape[1]):
        for q in range(right.shape[1]):
            a, b = left[i, p], right[j, q]
            at = np.flatnonzero((a >= 0) & (b >= 0))
            if not len(at):
                continue
            found, found_share = compare(a[at], b[at])
            better = found > level[at]
            level[at[better]], share[at[better]] = found[better], found_share[better]
    return Compared(level, share)


FIELDS = spec.NAMES
