"""Fellegi-Sunter weights without labels: u from unrelated pairs, m by EM in which every record has at most one partner."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.em import (
    Floats,
    OwnSide,
    Pairs,
    State,
    learn,
    likelihoods,
    looked_up,
    patterns,
    prior_bits,
    scored,
)
from reconcile.matching.outcome import Compared


@dataclass(frozen=True)
class Evidence:
    """What the fields of all pairs say: levels, log2 of the u of each, and whether a value that agrees is rare."""

    levels: npt.NDArray[np.int8]
    log_u: Floats
    rare: npt.NDArray[np.bool_]


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
    shape = len(compared[0].level), len(compared)
    levels = np.empty(shape, np.int8, order="F")
    log_u, rare = np.zeros(shape, order="F"), np.zeros(shape, bool, order="F")
    for f, (comparison, c, table) in enumerate(zip(spec.COMPARISONS, compared, u, strict=True)):
        levels[:, f] = c.level
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
    own: tuple[OwnSide, ...] = (),
    overlap: float = spec.OVERLAP,
    rivals: bool = True,
) -> Weighed:
    """Learns m and the number of true pairs, then weighs every pair; left and right are numbered from 0.

    ``own`` is what each side shows by itself; ``overlap`` is the share expected to have a partner; without ``rivals`` a
    record may have several.
    """
    seen = patterns(evidence.levels, evidence.log_u.sum(axis=1))
    pairs = Pairs(seen, (left, right), (lefts, rights), rivals, own)
    state = learn(pairs, overlap)
    fields = np.asfortranarray(looked_up(state.m, evidence.levels) - evidence.log_u)
    odds = likelihoods(state, pairs)
    score, cost = scored(odds.match / odds.kin, pairs)
    return Weighed(
        fields, prior_bits(state.matches, lefts, rights), -np.log2(odds.kin), -np.log2(1 + cost), score, state
    )
