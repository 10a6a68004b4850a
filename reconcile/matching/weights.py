"""Fellegi-Sunter weights without labels: u from unrelated pairs, m by EM in which every record has at most one partner."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.compare import Compared

Floats = npt.NDArray[np.float64]
ROUNDS = 25


@dataclass(frozen=True)
class Evidence:
    """What the fields of all pairs say, ready for weighing: levels and the u of each."""

    levels: npt.NDArray[np.int8]
    log_u: Floats
    log_related: Floats


@dataclass(frozen=True)
class Weighed:
    """All pairs weighed, in bits: ``fields`` (pairs x fields), then what comes on top of them."""

    fields: Floats
    prior: float
    relatives: Floats
    rivals: Floats
    score: Floats
    m: list[Floats]

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
    log_related = np.zeros(levels.shape)
    for f, (comparison, c, table) in enumerate(zip(spec.COMPARISONS, compared, u, strict=True)):
        related = np.array([level.related for level in comparison.levels])
        log_u[:, f] = np.log2(np.append(table, 1.0))[c.level]
        log_related[:, f] = np.log2(np.append(related / related.sum(), 1.0))[c.level]
        by_value = np.array([level.by_value for level in comparison.levels] + [False])[c.level]
        log_u[by_value, f] = np.log2(c.share[by_value])
    return Evidence(levels, log_u, log_related)


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
    m = [np.array([level.m for level in c.levels]) / sum(level.m for level in c.levels) for c in spec.COMPARISONS]
    beliefs = [table.copy() for table in m]
    matches = overlap * max(min(lefts, rights), 1)
    relatives = _relatives(evidence, lefts, rights)
    ends = (left, right, lefts, rights)
    for _ in range(ROUNDS):
        fields = _fields(evidence, m)
        total = fields.sum(axis=1) + _prior(matches, lefts, rights) - relatives
        score = _scored(total, ends if rivals else None)[0]
        before, matches = matches, _matches(score, min(lefts, rights), overlap)
        m = [
            belief if comparison.fixed else _m(evidence.levels[:, f], score, belief)
            for f, (comparison, belief) in enumerate(zip(spec.COMPARISONS, beliefs, strict=True))
        ]
        if abs(matches - before) < 1e-4 * max(matches, 1):
            break
    fields = _fields(evidence, m)
    prior = _prior(matches, lefts, rights)
    score, cost = _scored(fields.sum(axis=1) + prior - relatives, ends if rivals else None)
    return Weighed(fields, prior, -relatives, -cost, score, m)


def _relatives(evidence: Evidence, lefts: int, rights: int) -> Floats:
    """Bits to take off because family or colleagues explain the agreement as well as chance does, or better."""
    expected = np.log2(spec.RELATED / max(lefts, rights, 1))
    gain = np.minimum(evidence.log_related.sum(axis=1) - evidence.log_u.sum(axis=1) + expected, 500.0)
    return np.logaddexp2(0.0, gain)


def _fields(evidence: Evidence, m: list[Floats]) -> Floats:
    columns = [np.log2(np.append(table, 1.0))[evidence.levels[:, f]] for f, table in enumerate(m)]
    return np.stack(columns, axis=1) - evidence.log_u


def _m(levels: npt.NDArray[np.int8], score: Floats, belief: Floats) -> Floats:
    known = levels >= 0
    seen = np.bincount(levels[known], weights=score[known], minlength=len(belief))
    return (seen + belief * spec.PSEUDO_MATCHES) / (seen.sum() + spec.PSEUDO_MATCHES)


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
