"""Which pairs are looked at: records that share a key, the rarer the better, within a budget."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reconcile.matching.records import Records, code_lists

Keys = npt.NDArray[np.int64]
Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]

PAIRS_PER_RECORD = 2
"""Pairs that one kind of key may bring for each record; keys shared by many are left out first."""
LEAST_BUDGET = 30_000
"""Pairs that one kind of key may always bring: small organisations are compared nearly completely."""
SMALL = 30_000
"""Records of both sides up to which weaker keys are used too, for pairs with a slip in nearly every field, and one
shared key of any kind is enough; above it a pair needs a key that identifies, or two that do not."""


class Key(NamedTuple):
    """One kind of key: a row per record, a column per value, -1 where missing; ``strong`` ones identify by themselves."""

    strong: bool
    values: Keys


def candidates(records: Records) -> Pairs:
    """Pairs (left, right) of record numbers that agree on enough keys, each once, in ascending order."""
    lefts, rights = records.lefts, records.size - records.lefts
    if not lefts or not rights:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    budget = max(LEAST_BUDGET, PAIRS_PER_RECORD * records.size)
    found = [joined(key.values[:lefts], key.values[lefts:], budget, rights) * 2 + key.strong for key in keys_of(records)]
    packed = np.sort(np.concatenate(found))
    pair = packed >> 1
    last = np.flatnonzero(np.append(pair[1:] != pair[:-1], True)) if len(pair) else np.zeros(0, np.intp)
    if records.size > SMALL:
        votes = np.diff(last, prepend=-1)
        last = last[(packed[last] & 1 == 1) | (votes > 1)]
    pair = pair[last]
    return (pair // rights).astype(np.int32), (pair % rights + lefts).astype(np.int32)


def joined(left: Keys, right: Keys, budget: int, rights: int) -> Keys:
    """Pairs of rows with an equal key as ``row * rights + row``, the rarest keys first, until the budget is spent."""
    rows_left, keys_left = _sorted(left)
    rows_right, keys_right = _sorted(right)
    if not len(keys_left) or not len(keys_right):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, keys_left[1:] != keys_left[:-1]))
    values, count_left = keys_left[starts], np.diff(np.append(starts, len(keys_left)))
    from_, to = np.searchsorted(keys_right, values, "left"), np.searchsorted(keys_right, values, "right")
    pairs = (to - from_) * count_left
    sizes = np.bincount(np.minimum(pairs, budget + 1), weights=pairs)
    most = max(int(np.searchsorted(np.cumsum(sizes), budget, side="right")) - 1, 1)
    use = (pairs > 0) & (pairs <= most)
    per_row = np.repeat(np.where(use, to - from_, 0), count_left)
    first = np.repeat(np.repeat(from_, count_left), per_row)
    step = np.arange(len(first)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    return np.repeat(rows_left, per_row).astype(np.int64) * rights + rows_right[first + step]


def _sorted(keys: Keys) -> tuple[npt.NDArray[np.intp], Keys]:
    """Rows and keys, without the missing, in the order of the keys."""
    flat = keys.ravel()
    held = np.flatnonzero(flat >= 0)
    order = held[np.argsort(flat[held])]
    return order // keys.shape[1], flat[order]


def keys_of(records: Records) -> list[Key]:
    """All kinds of key, those that identify first."""
    r = records
    given, second, family = (number(r.words)[codes] for codes in (r.given, r.second, r.family))
    sounds = number([sound(word) for word in r.words])
    starts = number([word[:1] for word in r.words])
    words = np.stack([given, family, second], axis=1)
    orgs = np.stack([number(r.organisations)[codes] for codes in (r.organisation, r.alias)], axis=1)
    begin = number(["".join(name.split()[:2])[:8] for name in r.organisations])
    street = number([a.street for a in r.address.values])[r.address.codes]
    house = number([a.number and a.street and f"{a.number} {a.street}" for a in r.address.values])[r.address.codes]
    house_number = number([a.number for a in r.address.values])[r.address.codes]
    box = number([a.box for a in r.address.values])[r.address.codes]
    town = number([p[0] for p in r.place.values])[r.place.codes]
    area = number([p[1] for p in r.place.values])[r.place.codes]
    strong = [
        r.email.codes.astype(np.int64),
        number([p[-8:] for p in r.phone.values])[r.phone.codes],
        r.abn.codes.astype(np.int64),
        r.scheme.codes.astype(np.int64),
        both_ways(given, family),
        mixed(house, area),
    ]
    weak = [
        number([e.partition("@")[0] for e in r.email.values])[r.email.codes],
        orgs,
        begin[r.organisation][:, None],
        both_ways(sounds[r.given], sounds[r.family]),
        mixed(words, area),
        mixed(words, town),
        mixed(words, street),
        mixed(sounds[r.family][:, None], starts[r.given][:, None]),
        house,
        box,
        mixed(house_number, area),
        mixed(house_number, town),
        mixed(street, area),
        mixed(street, town),
        words,
    ]
    if r.size <= SMALL:
        start_family, begin_family = starts[r.family][:, None], number([word[:4] for word in r.words])[r.family][:, None]
        start_given = starts[r.given][:, None]
        weak += [
            address_words(r),
            mixed(area, start_family),
            mixed(area, start_given),
            mixed(town, start_family),
            mixed(town, start_given),
            mixed(begin_family, start_given),
        ]
    return [*(Key(True, keys) for keys in strong), *(Key(False, keys) for keys in weak)]


def address_words(records: Records) -> Keys:
    """The words of each address, kinds of street left out, at most six."""
    texts = [f"{a.street} {a.rest}".split()[:6] for a in records.address.values]
    coded = code_lists(texts, most=6).codes.astype(np.int64)
    table = np.vstack([coded, np.full((1, coded.shape[1]), -1)]) if len(texts) else np.full((1, 1), -1)
    return table[records.address.codes].reshape(records.size, -1)


def number(texts: Sequence[str]) -> Keys:
    """A key for each text, -1 for an empty one; the last entry, which code -1 finds, is -1 too."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) if text else -1 for text in texts] + [-1], np.int64)


def mixed(a: Keys, b: Keys) -> Keys:
    """Every combination of one key of ``a`` with one of ``b``."""
    left, right = a[:, :, None], b[:, None, :]
    both = left * (int(b.max(initial=0)) + 1) + right
    return np.where((left == -1) | (right == -1), -1, both).reshape(len(a), -1)


def both_ways(a: Keys, b: Keys) -> Keys:
    """A combination that does not ask which came first."""
    most = int(max(a.max(initial=0), b.max(initial=0))) + 1
    both = np.minimum(a, b) * most + np.maximum(a, b)
    return np.where((a == -1) | (b == -1), -1, both)[:, None]


def sound(word: str) -> str:
    """A rough key of how a name sounds: first letter, then the consonants by kind."""
    key = word[:1]
    for kind in word[1:].translate(_SOUNDS):
        if kind not in {"0", key[-1:]}:
            key += kind
    return key[:4]


_SOUNDS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "01230120022455012623010202")
