"""Expectation and maximisation on patterns of levels: true pairs, families, offices and strangers told apart.

Dempster, Laird and Rubin 1977, with the one to one rule inside: a pair's probability takes its rivals into account.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int8]
Ends = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]

ROUNDS = 25
FIRST_ROUNDS = 3
"""Rounds that only count true and related pairs, before the shares of the levels are learned too."""
MOST_BITS = 300.0
LEAST_COPIES = 1e-3
"""Copies that are thought possible in a side however few are found."""


@dataclass(frozen=True)
class Patterns:
    """Pairs as EM sees them: the pattern of levels of each, and 1 / how often unrelated records agree as much."""

    levels: Levels
    pattern: npt.NDArray[np.intp]
    surprise: Floats


@dataclass(frozen=True)
class OwnSide:
    """Pairs inside one system: related people and copies, but no partners. They show what relations look like by themselves.

    ``looked_at`` is the number of pairs that these were found among, ``records`` the number of records they are of.
    """

    seen: Patterns
    looked_at: int
    records: int


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs of the two sides: their patterns, their ends, how many records there are, and what each side shows by itself."""

    seen: Patterns
    ends: Ends
    sizes: tuple[int, int]
    rivals: bool
    own: tuple[OwnSide, ...] = ()


@dataclass(frozen=True)
class Kin:
    """One kind of related people: how many a record has on the other side, and the shares of their levels."""

    share: float
    tables: list[Floats]


@dataclass(frozen=True)
class State:
    """What EM has learned so far: number of true pairs, m, the kinds of related people, and the copies found in each own side."""

    matches: float
    m: list[Floats]
    kin: list[Kin]
    copies: tuple[float, ...] = ()


@dataclass(frozen=True)
class Likelihoods:
    """Odds of each pair against strangers: being true, being of each kind of kin, and 1 + all kinds of kin."""

    match: Floats
    kinds: list[Floats]
    kin: Floats


def patterns(levels: Levels, chance: Floats) -> Patterns:
    """Puts pairs with the same levels together; ``chance`` is log2 of how often unrelated records agree as much."""
    packed = np.zeros(len(levels), np.int64)
    for f, comparison in enumerate(spec.COMPARISONS):
        packed = packed * (len(comparison.levels) + 1) + levels[:, f] + 1
    order = np.argsort(packed)
    ranked = packed[order]
    new = np.append(True, ranked[1:] != ranked[:-1]) if len(ranked) else np.zeros(0, bool)
    pattern = np.empty(len(packed), np.intp)
    pattern[order] = np.cumsum(new) - 1
    return Patterns(levels[order[new]], pattern, np.exp2(np.minimum(-chance, MOST_BITS)))


def learn(pairs: Pairs, overlap: float) -> State:
    """Starts from the beliefs of the specification and improves until the number of true pairs stands still."""
    beliefs = state = State(
        matches=overlap * max(min(pairs.sizes), 1),
        m=believed("m"),
        kin=[Kin(share, believed(name)) for name, share in spec.RELATIONS.items()],
        copies=tuple(spec.COPIES * side.records for side in pairs.own),
    )
    for turn in range(ROUNDS):
        before = state.matches
        state = improved(state, pairs, beliefs, overlap, levels_too=turn >= FIRST_ROUNDS)
        if turn > FIRST_ROUNDS and abs(state.matches - before) < 1e-4 * max(state.matches, 1):
            break
    return state


def improved(state: State, pairs: Pairs, beliefs: State, overlap: float, *, levels_too: bool) -> State:
    """One round: how probable each pair is under the present shares, then the shares anew."""
    odds = likelihoods(state, pairs)
    score, _ = scored(odds.match / odds.kin, pairs)
    rest = (1 - score) / odds.kin
    across = [by_pattern(rest * kind, pairs.seen) for kind in odds.kinds]
    inside = [own_weights(state, side, copies, pairs) for side, copies in zip(pairs.own, state.copies, strict=True)]
    kin = []
    for n, (old, belief) in enumerate(zip(state.kin, beliefs.kin, strict=True)):
        share = related(float(across[n].sum()), [float(kinds[n].sum()) for _, kinds in inside], belief.share, pairs)
        levels = np.concatenate([pairs.seen.levels, *(side.seen.levels for side in pairs.own)])
        weight = np.concatenate([across[n], *(kinds[n] for _, kinds in inside)])
        tables = relearned_kin(levels, weight, belief.tables) if levels_too else old.tables
        kin.append(Kin(share, tables))
    weight = by_pattern(score, pairs.seen)
    return State(
        matches=count_matches(float(weight.sum()), min(pairs.sizes), overlap),
        m=relearned(pairs.seen.levels, weight, beliefs.m) if levels_too else state.m,
        kin=kin,
        copies=tuple(copies for copies, _ in inside),
    )


def related(across: float, inside: list[float], belief: float, pairs: Pairs) -> float:
    """How many people of one kind a record has on the other side: found there, inside each own side, and believed.

    Relations are as dense inside a side as between the sides. Each of the three counts for as many records as the smaller
    side has; the belief counts for ``spec.RELATED_WEIGHT``.
    """
    least, most = min(pairs.sizes), max(pairs.sizes)
    found = across + sum(least * most * weight / side.looked_at for weight, side in zip(inside, pairs.own, strict=True))
    return (found + belief * spec.RELATED_WEIGHT) / (least * (1 + len(inside)) + spec.RELATED_WEIGHT)


def own_weights(state: State, side: OwnSide, copies: float, pairs: Pairs) -> tuple[float, list[Floats]]:
    """The copies among the pairs of one side, and for each kind of relation the weight of each pattern."""
    seen, most = side.seen, max(*pairs.sizes, 1)
    shares = [shares_of(state.m, seen.levels) * max(copies, LEAST_COPIES) / side.looked_at]
    shares += [shares_of(kin.tables, seen.levels) * (kin.share / most) for kin in state.kin]
    odds = [share[seen.pattern] * seen.surprise for share in shares]
    every = np.sum(odds, axis=0) + 1
    return float((odds[0] / every).sum()), [by_pattern(kind / every, seen) for kind in odds[1:]]


def likelihoods(state: State, pairs: Pairs) -> Likelihoods:
    """Odds of every pair under the present shares."""
    seen = pairs.seen
    prior = np.exp2(prior_bits(state.matches, *pairs.sizes))
    match = (shares_of(state.m, seen.levels) * prior)[seen.pattern] * seen.surprise
    most = max(*pairs.sizes, 1)
    kinds = [
        (shares_of(kin.tables, seen.levels) * (kin.share / most))[seen.pattern] * seen.surprise for kin in state.kin
    ]
    return Likelihoods(match, kinds, np.sum(kinds, axis=0) + 1)


def scored(odds: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """Probability of each pair, and the odds of its rivals when both records may have only one partner."""
    rivals = np.zeros(len(odds))
    if pairs.rivals:
        (left, right), (lefts, rights) = pairs.ends, pairs.sizes
        rivals = np.bincount(left, odds, lefts)[left] + np.bincount(right, odds, rights)[right] - 2 * odds
        rivals = np.maximum(rivals, 0.0)
    return odds / (1 + rivals + odds), rivals


def by_pattern(weight: Floats, seen: Patterns) -> Floats:
    """Weights of pairs added up by pattern."""
    return np.asarray(np.bincount(seen.pattern, weight, len(seen.levels)), np.float64)


def relearned(levels: Levels, weight: Floats, beliefs: list[Floats], keep: str = "") -> list[Floats]:
    """The share of each level, field by field; fixed comparisons, and the one named ``keep``, stay as believed."""
    return [
        belief if comparison.fixed or comparison.name == keep else seen(levels[:, f], weight, belief, comparison.worth)
        for f, (comparison, belief) in enumerate(zip(spec.COMPARISONS, beliefs, strict=True))
    ]


def relearned_kin(levels: Levels, weight: Floats, beliefs: list[Floats]) -> list[Floats]:
    """The same for related people: the shares of ``spec.KIND_OF_RELATION`` stand, and those of ``spec.SAME`` never grow."""
    tables = relearned(levels, weight, beliefs, keep=spec.KIND_OF_RELATION)
    for name, level in spec.SAME.items():
        f = spec.NAMES.index(name)
        most = min(tables[f][level], beliefs[f][level])
        others = np.delete(tables[f], level)
        tables[f] = np.insert(others * ((1 - most) / others.sum()), level, most)
    return tables


def seen(levels: Levels, weight: Floats, belief: Floats, worth: float) -> Floats:
    """Share of each level among the pairs, each counted by its weight, with the belief as so many pairs more."""
    known = levels >= 0
    counts = np.bincount(levels[known], weights=weight[known], minlength=len(belief))
    return np.asarray((counts + belief * worth) / (counts.sum() + worth))


def believed(name: str) -> list[Floats]:
    """The specification's shares of one kind (m, family, office), adding up to 1 in every comparison."""
    tables = [np.array([getattr(level, name) for level in comparison.levels]) for comparison in spec.COMPARISONS]
    return [table / table.sum() for table in tables]


def looked_up(tables: Iterable[Floats], levels: Levels) -> Floats:
    """log2 of the share of each level, field by field; 0 where missing."""
    out = np.empty(levels.shape, order="F")
    for f, table in enumerate(tables):
        out[:, f] = np.log2(np.append(table, 1.0))[levels[:, f]]
    return out


def shares_of(tables: list[Floats], levels: Levels) -> Floats:
    """The share of each pattern: its levels' shares multiplied."""
    return np.asarray(np.exp2(looked_up(tables, levels).sum(axis=1)))


def count_matches(found: float, smaller: int, overlap: float) -> float:
    """True pairs to expect, within what is possible."""
    share = (found + overlap * spec.OVERLAP_WEIGHT) / (smaller + spec.OVERLAP_WEIGHT)
    return float(min(share, spec.MOST_OVERLAP) * max(smaller, 1))


def prior_bits(matches: float, lefts: int, rights: int) -> float:
    """Odds in bits that a pair is true before it is looked at, among the records that have no other partner."""
    bits = np.log2(matches / (max(lefts - matches, 0.0) + 1) / (max(rights - matches, 0.0) + 1))
    return min(float(bits), spec.MOST_PRIOR)
