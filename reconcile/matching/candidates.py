"""Which pairs are looked at: records that share a key, the rarer the better, within a budget."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reconcile.matching.records import Records, code_lists

Keys = npt.NDArray[np.int64]
Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]

PAIRS_PER_RECORD = 3
"""Pairs that one kind of key may bring for each record; keys shared by many are left out first."""
LEAST_BUDGET = 30_000
"""Pairs that one kind of key may always bring: small organisations are compared nearly completely."""
SMALL = 30_000
"""Records of both sides up to which weaker keys are used too, for pairs with a slip in nearly every field."""


def candidates(records: Records) -> Pairs:
    """Pairs (left, right) of record numbers that agree on at least one key, each once, in ascending order."""
    rights = records.size - records.lefts
    if not records.lefts or not rights:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    budget = max(LEAST_BUDGET, PAIRS_PER_RECORD * records.size)
    found = [joined(keys[: records.lefts], keys[records.lefts :], budget) for keys in keys_of(records)]
    packed = np.unique(np.concatenate([i.astype(np.int64) * rights + j for i, j in found]))
    return (packed // rights).astype(np.int32), (packed % rights + records.lefts).astype(np.int32)


def joined(left: Keys, right: Keys, budget: int) -> Pairs:
    """Pairs of positions with an equal key, the rarest keys first, until the budget is spent; keys are (n, k), -1 missing."""
    width_left, width_right = left.shape[1], right.shape[1]
    values, codes = np.unique(np.concatenate([left.ravel(), right.ravel()]), return_inverse=True)
    codes = codes.astype(np.int32)
    a, b = codes[: left.size], codes[left.size :]
    count_a, count_b = np.bincount(a, minlength=len(values)), np.bincount(b, minlength=len(values))
    products = count_a * count_b
    if len(values) and values[0] == -1:
        products[0] = 0
    sizes = np.bincount(np.minimum(products, budget + 1), weights=products)
    allowed = np.searchsorted(np.cumsum(sizes), budget, side="right") - 1
    use = (products > 0) & (products <= max(allowed, 1))
    order = np.argsort(b, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(count_b)[:-1]])
    rows = np.flatnonzero(use[a])
    lengths = count_b[a[rows]]
    first = np.repeat(starts[a[rows]], lengths)
    step = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return (np.repeat(rows, lengths) // width_left).astype(np.int32), order[first + step] // width_right


def keys_of(records: Records) -> list[Keys]:
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
    kinds = [
        r.email.codes.astype(np.int64),
        number([e.local for e in r.email.values])[r.email.codes],
        number([p[-8:] for p in r.phone.values])[r.phone.codes],
        r.abn.codes.astype(np.int64),
        r.scheme.codes.astype(np.int64),
        orgs,
        begin[r.organisation][:, None],
        both_ways(given, family),
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
        kinds += [
            address_words(r),
            mixed(area, start_family),
            mixed(area, start_given),
            mixed(town, start_family),
            mixed(town, start_given),
            mixed(begin_family, start_given),
        ]
    return kinds


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
