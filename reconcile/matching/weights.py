"""Fellegi-Sunter weights without labels: u from unrelated pairs, m by EM in which every record has at most one partner."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.compare import Compared

Floats = npt.NDArray[np.float64]
ROUNDS = 25
FIRST_ROUNDS = 3
"""Rounds that only count true and related pairs, before the shares of the levels are learned too."""


@dataclass(frozen=True)
class Evidence:
    """What the fields of all pairs say: levels, log2 of the u of each, and whether a value that agrees is rare."""

    levels: npt.NDArray[np.int8]
    log_u: Floats
    rare: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs as EM sees them; ``chance`` is log2 of how often unrelated records agree as much."""

    levels: npt.NDArray[np.int8]
    chance: Floats
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    lefts: int
    rights: int
    rivals: bool


@dataclass(frozen=True)
class Kin:
    """One kind of related people: how many a record has on the other side, and the shares of their levels."""

    share: float
    tables: list[Floats]


@dataclass(frozen=True)
class State:
    """What EM has learned so far: number of true pairs, m, and the kinds of related people."""

    matches: float
    m: list[Floats]
    kin: list[Kin]


@dataclass(frozen=True)
class Weighed:
    """All pairs weighed, in bits: ``fields`` (pairs x fields), then what comes on top of them."""

    fields: Floats
    prior: float
    relatives: Floats
    rivals: Floats
    score: Floats
    state: State

    @property
    def total(self) -> Floats:
        """Log-odds of each pair, rivals left out."""
        return np.asarray(self.fields.sum(axis=1) + self.prior + self.relatives)


def learn_u(samples: list[Compared]) -> list[Floats]:
    """Share of unrelated pairs at each level, beliefs included."""
    tables = []
    for comparison, sample in zip(spec.COMPARISONS, samples, strict=True):
        belief = np.array([level.u for level in comparison.levels])
        seen = np.bincount(sample.level[sample.level >= 0], minlength=len(belief)).astype(float)
        seen[[level.by_value for level in comparison.levels]] = 0
        belief = belief / belief.sum()
        tables.append((seen + belief * spec.PSEUDO_PAIRS) / (seen.sum() + spec.PSEUDO_PAIRS))
    return tables


def gather(compared: list[Compared], u: list[Floats], size: int) -> Evidence:
    """Levels and log2 of u for all pairs; a level that goes by value takes the value's share for u."""
    levels = np.stack([c.level for c in compared], axis=1)
    log_u = np.zeros(levels.shape)
    rare = np.zeros(levels.shape, bool)
    for f, (comparison, c, table) in enumerate(zip(spec.COMPARISONS, compared, u, strict=True)):
        log_u[:, f] = np.log2(np.append(table, 1.0))[c.level]
        by_value = np.array([level.by_value for level in comparison.levels] + [False])[c.level]
        log_u[by_value, f] = np.log2(c.share[by_value])
        rare[:, f] = by_value & (c.share * size <= spec.RARE)
    return Evidence(levels, log_u, rare)


def weigh(
    evidence: Evidence,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    lefts: int,
    rights: int,
    *,
    overlap: float = spec.OVERLAP,
    rivals: bool = True,
) -> Weighed:
    """Learns m and the number of true pairs, then weighs every pair; left and right are numbered from 0.

    ``overlap`` is the share expected to have a partner; without ``rivals`` a record may have several.
    """
    state = State(
        matches=overlap * max(min(lefts, rights), 1),
        m=[shares(level.m for level in c.levels) for c in spec.COMPARISONS],
        kin=[Kin(share, [shares(getattr(level, name) for level in c.levels) for c in spec.COMPARISONS]) for name, share in spec.RELATIONS.items()],
    )
    beliefs = state
    pairs = Pairs(evidence.levels, evidence.log_u.sum(axis=1), left, right, lefts, rights, rivals)
    for turn in range(ROUNDS):
        before = state.matches
        state = improved(state, pairs, beliefs, overlap, levels_too=turn >= FIRST_ROUNDS)
        if turn > FIRST_ROUNDS and abs(state.matches - before) < 1e-4 * max(state.matches, 1):
            break
    fields = looked_up(state.m, evidence.levels) - evidence.log_u
    relatives, prior = _relatives(state, pairs)[0], _prior(state.matches, lefts, rights)
    score, cost = _scored(fields.sum(axis=1) + prior - relatives, pairs)
    return Weighed(fields, prior, -relatives, -cost, score, state)


def improved(state: State, pairs: Pairs, beliefs: State, overlap: float, *, levels_too: bool) -> State:
    """One round of EM: how probable each pair is under the present shares, then the shares anew."""
    relatives, parts = _relatives(state, pairs)
    total = looked_up(state.m, pairs.levels).sum(axis=1) - pairs.chance + _prior(state.matches, pairs.lefts, pairs.rights) - relatives
    score, _ = _scored(total, pairs)
    most = max(pairs.lefts, pairs.rights)
    kin = []
    for old, belief, part in zip(state.kin, beliefs.kin, parts, strict=True):
        weight = (1 - score) * np.exp2(part - relatives)
        share = (float(weight.sum()) + belief.share * spec.RELATED_WEIGHT) / (most + spec.RELATED_WEIGHT)
        kin.append(Kin(share, relearned(pairs.levels, weight, belief.tables, keep=spec.KIND_OF_RELATION) if levels_too else old.tables))
    return State(
        matches=_matches(score, min(pairs.lefts, pairs.rights), overlap),
        m=relearned(pairs.levels, score, beliefs.m) if levels_too else state.m,
        kin=kin,
    )


def relearned(levels: npt.NDArray[np.int8], weight: Floats, beliefs: list[Floats], keep: str = "") -> list[Floats]:
    """The share of each level, field by field; fixed comparisons, and the one named ``keep``, stay as believed."""
    return [
        belief if comparison.fixed or comparison.name == keep else seen(levels[:, f], weight, belief, comparison.worth)
        for f, (comparison, belief) in enumerate(zip(spec.COMPARISONS, beliefs, strict=True))
    ]


def _relatives(state: State, pairs: Pairs) -> tuple[Floats, list[Floats]]:
    """Bits to take off because family or colleagues explain the agreement as well as chance does, or better; and each kind's."""
    most = max(pairs.lefts, pairs.rights, 1)
    parts = [looked_up(kin.tables, pairs.levels).sum(axis=1) - pairs.chance + np.log2(kin.share / most) for kin in state.kin]
    relatives = np.zeros(len(pairs.chance))
    for part in parts:
        relatives = np.logaddexp2(relatives, part)
    return relatives, parts


def shares(values: Iterable[float]) -> Floats:
    """Values as parts of 1."""
    numbers = np.fromiter(values, float)
    return numbers / numbers.sum()


def looked_up(tables: list[Floats], levels: npt.NDArray[np.int8]) -> Floats:
    """log2 of each pair's share, field by field; 0 where missing."""
    return np.stack([np.log2(np.append(table, 1.0))[levels[:, f]] for f, table in enumerate(tables)], axis=1)


def seen(levels: npt.NDArray[np.int8], weight: Floats, belief: Floats, worth: float) -> Floats:
    """Share of each level among the pairs, each counted by its weight, with the belief as so many pairs more."""
    known = levels >= 0
    counts = np.bincount(levels[known], weights=weight[known], minlength=len(belief))
    return np.asarray((counts + belief * worth) / (counts.sum() + worth))


def _matches(score: Floats, smaller: int, overlap: float) -> float:
    share = (score.sum() + overlap * spec.OVERLAP_WEIGHT) / (smaller + spec.OVERLAP_WEIGHT)
    return float(min(share, spec.MOST_OVERLAP) * max(smaller, 1))


def _prior(matches: float, lefts: int, rights: int) -> float:
    """Odds in bits that a pair is true before it is looked at, among the records that have no other partner."""
    return float(np.log2(matches / (max(lefts - matches, 0.0) + 1) / (max(rights - matches, 0.0) + 1)))


def _scored(total: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """Probability of each pair, and the bits that its rivals cost when both records may have only one partner."""
    odds = np.exp2(np.minimum(total, 200.0))
    rivals = np.zeros(len(odds))
    if pairs.rivals:
        rivals = np.bincount(pairs.left, odds, pairs.lefts)[pairs.left] + np.bincount(pairs.right, odds, pairs.rights)[pairs.right] - 2 * odds
    rivals = np.maximum(rivals, 0.0)
    return odds / (1 + rivals + odds), np.log2(1 + rivals)
