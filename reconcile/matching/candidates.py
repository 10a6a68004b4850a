"""Which pairs are looked at: records that share a key, the rarer the better, within a budget."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reconcile.matching.grouping import group
from reconcile.matching.table import Codes
from reconcile.matching.vocabulary import Vocabulary

Keys = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]

PAIRS_PER_RECORD = 1
"""Pairs that one kind of key may bring for each record; keys shared by many are left out first."""
LEAST_BUDGET = 30_000
"""Pairs that one kind of key may always bring: small organisations are compared nearly completely."""
SMALL = 30_000
"""Records of both sides up to which weaker keys are used too, for pairs with a slip in nearly every field, and one
shared key of any kind is enough; above it a pair needs a key that identifies, or two that do not."""

AT_A_TIME = 1 << 17
"""Pairs looked at together."""
FAR_BEHIND = 16.0
"""Bits that a pair may be behind the best pair of either record, in large sets."""


class Key(NamedTuple):
    """One kind of key: a row per record, a column per value, -1 where missing; ``strong`` ones identify by themselves."""

    strong: bool
    values: Numbers


def candidates(vocabulary: Vocabulary) -> Pairs:
    """Pairs (left, right) of record numbers that agree on enough keys, each once, in ascending order."""
    records = vocabulary.records
    lefts, rights = records.lefts, records.size - records.lefts
    if not lefts or not rights:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    budget = max(LEAST_BUDGET, PAIRS_PER_RECORD * records.size)
    found = [joined(key.values, lefts, budget) * 2 + key.strong for key in keys_of(vocabulary)]
    packed = np.concatenate(found)
    packed.sort()
    pair = chosen(packed, every=records.size <= SMALL)
    i, j = (pair // rights).astype(np.int32), (pair % rights + lefts).astype(np.int32)
    if records.size > SMALL:
        keep = promising(vocabulary, i, j)
        i, j = i[keep], j[keep]
    return i, j


def chosen(packed: Keys, *, every: bool) -> Keys:
    """The different pairs of an ascending list in which the last bit says whether a strong key brought the pair.

    Unless ``every`` pair is wanted, it needs a strong key, or two. The list is looked at in pieces that fit into the cache.
    """
    kept = []
    start = 0
    while start < len(packed):
        end = start + AT_A_TIME
        end = int(np.searchsorted(packed, packed[end - 1] | 1, "right")) if end < len(packed) else len(packed)
        piece = packed[start:end]
        pair = piece >> 1
        last = np.flatnonzero(np.append(pair[1:] != pair[:-1], True))
        if not every:
            votes = np.diff(last, prepend=-1)
            last = last[(piece[last] & 1 == 1) | (votes > 1)]
        kept.append(pair[last])
        start = end
    return np.concatenate(kept) if kept else packed


def promising(vocabulary: Vocabulary, i: Codes, j: Codes) -> npt.NDArray[np.bool_]:
    """Pairs whose equal values are rare enough beside those of the best pair of either record."""
    r, v = vocabulary.records, vocabulary
    bits = np.zeros(len(i), np.float32)
    address, place = r.address.first, r.place.first
    named = r.email.first, v.tail[r.phone.first], r.abn.first, r.scheme.first, r.organisation
    for codes in (*named, v.house[address], v.suburb[place], v.postcode[place]):
        bits += _equal_bits(codes, codes, i, j)
    straight = _equal_bits(r.given, r.given, i, j) + _equal_bits(r.family, r.family, i, j)
    crossed = _equal_bits(r.given, r.family, i, j) + _equal_bits(r.family, r.given, i, j)
    bits += np.maximum(straight, crossed)
    return (bits >= _best(i, bits) - FAR_BEHIND) | (bits >= _best(j, bits) - FAR_BEHIND)


def _equal_bits(a: Codes, b: Codes, i: Codes, j: Codes) -> npt.NDArray[np.float32]:
    """How rare an equal value is, in bits; 0 where the values differ or are missing."""
    counts = np.bincount(a[a >= 0], minlength=int(max(a.max(initial=-1), b.max(initial=-1))) + 2)
    rarity = np.log2((len(a) + 1) / (counts + 1)).astype(np.float32)
    x = a[i]
    return np.where((x == b[j]) & (x >= 0), rarity[x], np.float32(0))


def _best(key: Codes, bits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The most bits of any pair with the same key."""
    order = np.argsort(key)
    keys = key[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.intp)
    best = np.zeros(int(key.max(initial=-1)) + 1, np.float32)
    if len(keys):
        best[keys[starts]] = np.maximum.reduceat(bits[order], starts)
    return best[key]


def joined(values: Numbers, lefts: int, budget: int) -> Keys:
    """Pairs of a left and a right row with an equal key as ``left * rights + right``, the rarest keys first, until the budget is spent.

    Key and row go into one number, so that one sort of plain numbers puts the rows of a key together, left ones first.
    """
    size = len(values)
    bits = size.bit_length()
    packed = packed_with_rows(values, bits)
    packed.sort()
    keys, rows = packed >> bits, (packed & (1 << bits) - 1).astype(np.int32)
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.intp)
    held = np.append(0, np.cumsum(rows < lefts))
    ends = np.append(starts[1:], len(keys))
    of_left = held[ends] - held[starts]
    of_right = ends - starts - of_left
    pairs = of_left * of_right
    use = np.flatnonzero((pairs > 0) & (pairs <= most_pairs(pairs, budget)))
    left, right = crossed(starts[use], of_left[use], of_right[use])
    return np.asarray(rows[left].astype(np.int64) * (size - lefts) + (rows[right] - lefts))


def packed_with_rows(values: Numbers, bits: int) -> Keys:
    """Keys that are there, each with its row in the last ``bits`` bits; keys too large for that are numbered first."""
    flat = values.ravel()
    held = np.flatnonzero(flat >= 0)
    keys = flat[held].astype(np.int64)
    if int(keys.max(initial=0)) >> (62 - bits):
        keys = group(keys)[0].astype(np.int64)
    keys <<= bits
    keys |= held // values.shape[1]
    return keys


def most_pairs(pairs: npt.NDArray[np.intp], budget: int) -> int:
    """Pairs that one key may bring, so that all keys with no more of them stay within the budget."""
    sizes = np.bincount(np.minimum(pairs, budget + 1), weights=pairs)
    return max(int(np.searchsorted(np.cumsum(sizes), budget, side="right")) - 1, 1)


def crossed(
    starts: npt.NDArray[np.intp], lefts: npt.NDArray[np.intp], rights: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """For groups of ``lefts`` and then ``rights`` positions, the positions of every left with every right of its group."""
    per_left = np.repeat(rights, lefts)
    left = np.repeat(steps(starts, lefts), per_left)
    return left, steps(np.repeat(starts + lefts, lefts), per_left)


def steps(starts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """``counts`` positions from every start on, one after the other."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) + np.repeat(starts - before, counts))


def keys_of(vocabulary: Vocabulary) -> list[Key]:
    """All kinds of key."""
    r, v = vocabulary.records, vocabulary
    words = np.stack([r.given, r.family, np.maximum(r.second, r.partner)], axis=1)
    addresses, places = r.address.codes, r.place.codes
    house, street, number = v.house[addresses], v.street[addresses], v.number[addresses]
    town, area = v.suburb[places], v.postcode[places]
    given_start = v.start[r.given][:, None]
    strong: list[Numbers] = [
        r.email.codes,
        v.tail[r.phone.codes],
        r.abn.codes,
        r.scheme.codes,
        both_ways(r.given, r.family),
        mixed(house, area),
        mixed(house, town),
    ]
    weak: list[Numbers] = [
        v.mailboxes.local[r.email.codes],
        np.stack([r.organisation, r.alias], axis=1),
        both_ways(v.sound[r.given], v.sound[r.family]),
        mixed(words, area),
        mixed(words, town),
        mixed(words, street),
        mixed(street, area),
        mixed(street, town),
        house,
        words,
        mixed(v.sound[r.family][:, None], given_start),
    ]
    if r.size <= SMALL:
        family_start = v.start[r.family][:, None]
        weak += [
            mixed(number, area),
            mixed(number, town),
            v.organisation_beginning[r.organisation][:, None],
            v.address_words[addresses].reshape(r.size, -1),
            mixed(area, family_start),
            mixed(area, given_start),
            mixed(town, family_start),
            mixed(town, given_start),
            mixed(v.beginning[r.family][:, None], given_start),
        ]
    return [*(Key(True, keys) for keys in strong), *(Key(False, keys) for keys in weak)]


def mixed(a: Codes, b: Codes) -> Keys:
    """Every combination of one key of ``a`` with one of ``b``."""
    left, right = a[:, :, None], b[:, None, :]
    both = left.astype(np.int64) * (int(b.max(initial=0)) + 1) + right
    return np.where((left == -1) | (right == -1), -1, both).reshape(len(a), -1)


def both_ways(a: Codes, b: Codes) -> Keys:
    """A combination that does not ask which came first."""
    most = int(max(a.max(initial=0), b.max(initial=0))) + 1
    both = np.minimum(a, b).astype(np.int64) * most + np.maximum(a, b)
    return np.where((a == -1) | (b == -1), -1, both)[:, None]
