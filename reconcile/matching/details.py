"""Compares e-mails, phones and addresses."""

from collections.abc import Sequence

import numpy as np

from reconcile.matching.grouping import group
from reconcile.matching.outcome import MISSING, Compared, Levels, Mask, Shares, best_of, better_of
from reconcile.matching.similarity import alike
from reconcile.matching.table import Codes
from reconcile.matching.vocabulary import LOCAL, Vocabulary, shared
from reconcile.normalise.addresses import Address

MOBILE = "+614"


class Details:
    """Compares contact details of the pairs (i, j) of record numbers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.v = v = vocabulary
        self.r = r = vocabulary.records
        self.written = AddressTexts(r.address.values)
        self.emails = vocabulary.shares([r.email.codes], strangers=0.02)
        self.domains = vocabulary.shares([v.mailboxes.domain[r.email.codes]], strangers=0.5)
        self.phones = vocabulary.shares([r.phone.codes], strangers=0.05)
        box, street = v.box[r.address.codes] >= 0, v.street[r.address.codes] >= 0
        self.boxed: Mask = np.asarray(box.any(axis=1) & ~street.any(axis=1))
        self.houses = vocabulary.shares([v.house[r.address.codes]], strangers=0.3)
        self.suburbs = vocabulary.shares([v.suburb[r.place.codes]], strangers=1.0)
        self.postcodes = vocabulary.shares([v.postcode[r.place.codes]], strangers=1.0)
        self.towns = vocabulary.shares([v.town[r.place.codes]], strangers=1.0)

    def email(self, i: Codes, j: Codes) -> Compared:
        return best_of(self.r.email.codes, self.r.email.codes, i, j, self._email)

    def _email(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        level = np.where(a == b, 4, 0).astype(np.int8)
        share = np.where(a == b, self.emails[a], 1).astype(np.float32)
        other = np.flatnonzero(a != b)
        a, b = a[other], b[other]
        parts = self.v.mailboxes
        domain, local = parts.domain[a] == parts.domain[b], parts.local[a] == parts.local[b]
        personal, business = parts.personal[a] & parts.personal[b], domain & ~parts.free[a]
        near = np.zeros(len(a), np.float32)
        near[personal] = alike(self.r.email.values.__getitem__, a[personal], b[personal])
        level[other] = np.select([near >= 0.9, local & personal, business], [3, 2, 1], 0)
        share[other[business]] = self.domains[parts.domain[a[business]]]
        return level, share

    def phone(self, i: Codes, j: Codes) -> Compared:
        return best_of(self.r.phone.codes, self.r.phone.codes, i, j, self._phone)

    def _phone(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        level = np.where(a == b, 2, 0).astype(np.int8)
        rest = np.flatnonzero(a != b)
        phones, tail = self.r.phone.values, self.v.tail
        local = self.v.without_area[a[rest]] | self.v.without_area[b[rest]]
        near = alike(lambda k: phones[k][-LOCAL:], a[rest], b[rest])
        level[rest[near >= 0.87]] = 1
        level[rest[local & (tail[a[rest]] == tail[b[rest]])]] = 2
        return level, np.where(level == 2, self.phones[a], 1).astype(np.float32)

    def same_mobile(self, i: Codes, j: Codes) -> Mask:
        """A mobile phone that both have: one person's, where a landline is the whole house's."""
        mobile = np.array([phone.startswith(MOBILE) for phone in self.r.phone.values] + [False])
        codes = np.where(mobile[self.r.phone.codes], self.r.phone.codes, MISSING)
        return np.asarray(shared(codes[i], codes[j]).any(axis=1))

    def street(self, i: Codes, j: Codes) -> Compared:
        """Postal addresses, and the postal address of one side with the pools of the other; a box
        and an agent's address say nothing about a house."""
        codes = self.r.address.codes
        postal = codes[:, :1]
        best = best_of(postal, codes, i, j, self._street)
        if codes.shape[1] > 1:
            best = better_of(best, best_of(codes[:, 1:], postal, i, j, self._street))
        best.level[(self.r.care_of[i] | self.r.care_of[j]) & (best.level == 0)] = MISSING
        return best

    def site(self, i: Codes, j: Codes) -> Compared:
        """Pool addresses of both sides, where they are not the postal address."""
        sites = self.r.address.codes[:, 1:]
        sites = np.where(sites == self.r.address.codes[:, :1], MISSING, sites)
        found = best_of(sites, sites, i, j, self._street)
        found.level[:] = np.array([0, 0, 1, 1, 1, 2, MISSING], np.int8)[found.level]
        return found

    def _street(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        v = self.v
        level = np.zeros(len(a), np.int8)
        share = np.ones(len(a), np.float32)
        level[(v.street[a] == v.street[b]) & (v.street[a] >= 0)] = 1
        house = (v.house[a] == v.house[b]) & (v.house[a] >= 0)
        rest = np.flatnonzero(~house)
        x, y = a[rest], b[rest]
        near = alike(self.written.__getitem__, x, y)
        level[rest[self._share_words(x, y) & (level[rest] == 0)]] = 2
        level[rest[(near >= 0.8) & (v.number[x] == v.number[y]) & (v.number[x] >= 0) | (near >= 0.9)]] = 3
        units = (v.unit[a] >= 0) & (v.unit[b] >= 0) & (v.unit[a] != v.unit[b])
        level[house] = np.where(units[house], 4, 5)
        share[house] = self.houses[v.house[a[house]]]
        level[(v.box[a] >= 0) != (v.box[b] >= 0)] = MISSING
        return level, share

    def _share_words(self, x: Codes, y: Codes) -> Mask:
        """Whether two addresses have a longer word in common; only these addresses are taken apart."""
        where, first = group(np.concatenate([x, y]))
        words = self.v.words_of_addresses(np.concatenate([x, y])[first])[where]
        return np.asarray(shared(words[: len(x)], words[len(x) :]).any(axis=1))

    def place(self, i: Codes, j: Codes) -> Compared:
        """Suburbs and postcodes; that of a post office box or of an agent speaks only for, not against."""
        found = best_of(self.r.place.codes, self.r.place.codes, i, j, self._place)
        state = self.v.state[self.r.place.first]
        near = (found.level < 3) & ((state[i] == state[j]) | (state[i] < 0) | (state[j] < 0))
        elsewhere = (self.boxed[i] != self.boxed[j]) | self.r.care_of[i] | self.r.care_of[j]
        found.level[near & elsewhere] = MISSING
        return found

    def _place(self, a: Codes, b: Codes) -> tuple[Levels, Shares]:
        v, places = self.v, self.r.place.values
        level = np.where((v.state[a] == v.state[b]) & (v.state[a] >= 0), 1, 0).astype(np.int8)
        share = np.ones(len(a), np.float32)
        town = (v.suburb[a] == v.suburb[b]) & (v.suburb[a] >= 0)
        area = (v.postcode[a] == v.postcode[b]) & (v.postcode[a] >= 0)
        for part, codes in ((0, v.suburb), (1, v.postcode)):
            rest = np.flatnonzero(~town & ~area & (codes[a] >= 0) & (codes[b] >= 0))
            near = alike([place[part] for place in places].__getitem__, a[rest], b[rest])
            level[rest[near >= 0.75]] = 2
        level[town | area] = 3
        share[town] = self.suburbs[v.suburb[a[town]]]
        share[area] = np.minimum(share[area], self.postcodes[v.postcode[a[area]]])
        level[town & area] = 4
        share[town & area] = self.towns[v.town[a[town & area]]]
        return level, share


class AddressTexts(dict[int, str]):
    """Addresses without spaces, so that one lost or found space is one slip; each is written when first asked for."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        super().__init__()
        self.addresses = addresses

    def __missing__(self, code: int) -> str:
        address = self.addresses[code]
        parts = (address.number, address.street, address.kind, address.rest, address.box)
        return self.setdefault(code, "".join(parts).replace(" ", ""))
