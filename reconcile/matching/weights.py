"""Fellegi-Sunter weights without labels: u from unrelated pairs, m by EM in which every record has at most one partner."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.compare import Compared

Floats = npt.NDArray[np.float64]
ROUNDS = 25


@dataclass(frozen=True)
class Evidence:
    """What the fields of all pairs say, ready for weighing: levels and log2 of the u of each."""

    levels: npt.NDArray[np.int8]
    log_u: Floats


@dataclass(frozen=True)
class Weighed:
    """All pairs weighed, in bits: ``fields`` (pairs x fields), then what comes on top of them."""

    fields: Floats
    prior: float
    relatives: Floats
    rivals: Floats
    score: Floats
    m: list[Floats]
    related: list[Floats]
    relations: float

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


def gather(compared: list[Compared], u: list[Floats]) -> Evidence:
    """Levels and log2 of u for all pairs; a level that goes by value takes the value's share for u."""
    levels = np.stack([c.level for c in compared], axis=1)
    log_u = np.zeros(levels.shape)
    for f, (comparison, c, table) in enumerate(zip(spec.COMPARISONS, compared, u, strict=True)):
        log_u[:, f] = np.log2(np.append(table, 1.0))[c.level]
        by_value = np.array([level.by_value for level in comparison.levels] + [False])[c.level]
        log_u[by_value, f] = np.log2(c.share[by_value])
    return Evidence(levels, log_u)


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
    m = [shares(level.m for level in c.levels) for c in spec.COMPARISONS]
    related = [shares(level.related for level in c.levels) for c in spec.COMPARISONS]
    beliefs = list(zip(spec.COMPARISONS, m, related, strict=True))
    matches, relations = overlap * max(min(lefts, rights), 1), spec.RELATED
    ends = (left, right, lefts, rights) if rivals else None
    levels, chance = evidence.levels, evidence.log_u.sum(axis=1)
    for _ in range(ROUNDS):
        gain = looked_up(m, levels).sum(axis=1) - chance
        kin = looked_up(related, levels).sum(axis=1) - chance + _expected(relations, lefts, rights)
        total = gain + _prior(matches, lefts, rights) - np.logaddexp2(0.0, kin)
        score, _ = _scored(total, ends)
        kinship = (1 - score) / (1 + np.exp2(-kin))
        before = matches
        matches = _matches(score, min(lefts, rights), overlap)
        relations = (float(kinship.sum()) + spec.RELATED * spec.RELATED_WEIGHT) / (max(lefts, rights) + spec.RELATED_WEIGHT)
        m = [belief if c.fixed else seen(levels[:, f], score, belief) for f, (c, belief, _) in enumerate(beliefs)]
        related = [belief if c.fixed else seen(levels[:, f], kinship, belief) for f, (c, _, belief) in enumerate(beliefs)]
        if abs(matches - before) < 1e-4 * max(matches, 1):
            break
    fields = looked_up(m, levels) - evidence.log_u
    kin = looked_up(related, levels).sum(axis=1) - chance + _expected(relations, lefts, rights)
    relatives, prior = np.logaddexp2(0.0, kin), _prior(matches, lefts, rights)
    score, cost = _scored(fields.sum(axis=1) + prior - relatives, ends)
    return Weighed(fields, prior, -relatives, -cost, score, m, related, relations)


def shares(values: Iterable[float]) -> Floats:
    """Values as parts of 1."""
    numbers = np.fromiter(values, float)
    return numbers / numbers.sum()


def looked_up(tables: list[Floats], levels: npt.NDArray[np.int8]) -> Floats:
    """log2 of each pair's share, field by field; 0 where missing."""
    return np.stack([np.log2(np.append(table, 1.0))[levels[:, f]] for f, table in enumerate(tables)], axis=1)


def seen(levels: npt.NDArray[np.int8], weight: Floats, belief: Floats) -> Floats:
    """Share of each level among the pairs, each counted by its weight, with the belief as so many pairs more."""
    known = levels >= 0
    counts = np.bincount(levels[known], weights=weight[known], minlength=len(belief))
    return np.asarray((counts + belief * spec.PSEUDO_MATCHES) / (counts.sum() + spec.PSEUDO_MATCHES))


def _expected(relations: float, lefts: int, rights: int) -> float:
    return float(np.log2(relations / max(lefts, rights, 1)))


def _matches(score: Floats, smaller: int, overlap: float) -> float:
    share = (score.sum() + overlap * spec.OVERLAP_WEIGHT) / (smaller + spec.OVERLAP_WEIGHT)
    return float(min(share, spec.MOST_OVERLAP) * max(smaller, 1))


def _prior(matches: float, lefts: int, rights: int) -> float:
    """Odds in bits that a pair is true before it is looked at, among the records that have no other partner."""
    return float(np.log2(matches / (max(lefts - matches, 0.0) + 1) / (max(rights - matches, 0.0) + 1)))


Ends = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], int, int]


def _scored(total: Floats, ends: Ends | None) -> tuple[Floats, Floats]:
    """Probability of each pair, and the bits that its rivals cost when both records may have only one partner."""
    odds = np.exp2(np.minimum(total, 200.0))
    rivals = np.zeros(len(odds))
    if ends is not None:
        left, right, lefts, rights = ends
        rivals = np.bincount(left, odds, lefts)[left] + np.bincount(right, odds, rights)[right] - 2 * odds
    rivals = np.maximum(rivals, 0.0)
    return odds / (1 + rivals + odds), np.log2(1 + rivals)
