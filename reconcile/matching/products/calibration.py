"""From a lead over rivals to a probability, without labels.

The chosen pairs are a mixture of true and untrue ones. What the untrue look like is known (see orphans.py). With them as
known non-matches, EM fits a logistic curve to the mixture; the share of true pairs comes out besides. What a lead is worth
by default counts as a few more observations, so that twenty products work as well as two thousand. The default says how
much more often true pairs reach a lead than untrue ones, not how many are true: that differs from book to book.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DEFAULT_EVEN = 4.0  # the lead that is as frequent among true pairs as among untrue ones
DEFAULT_SLOPE = 1.6
DEFAULT_OBSERVATIONS = 10.0
DEFAULT_LEADS = np.linspace(0, 8, 15)
LEAST_SLOPE = 0.1
ROUNDS, STEPS, BOLDEST = 200, 6, 1.0
DECIMALS = 2  # leads are counted by hundredths, so that a round costs the same for any number of products
OVERLAP_BORNE, DOUBT_PER_OVERLAP, MOST_DOUBT = 0.02, 2.0, 0.25
DOUBT_LEFT = 0.1  # of the doubt, where a number and the price agree besides the words


@dataclass(frozen=True)
class Curve:
    """Log-odds (natural) of a pair as ``start + slope * lead``, and the share of doubt no likeness removes.

    A larger lead never means a smaller probability: ``slope`` is positive.
    """

    start: float
    slope: float
    doubt: float = 0.0

    def chance(self, leads: Floats, corroborated: Flags | None = None) -> Floats:
        """Probability of pairs with these leads; where ``corroborated`` holds, little of the doubt is left."""
        doubt = self.doubt if corroborated is None else self.doubt * np.where(corroborated, DOUBT_LEFT, 1.0)
        chance: Floats = (1 - doubt) * _chance(leads, self.start, self.slope)
        return chance

    def bits(self, likeness: float) -> float:
        """What a likeness is worth in bits when the rivals stay as they are (it counts three times in the lead)."""
        return 3 * self.slope * likeness / math.log(2)


def learn_curve(targets: Floats, decoys: Floats, lost: Ints) -> Curve:
    """The curve that the leads of the chosen pairs, some true, and of the untrue decoys show, with its doubt.

    ``lost`` says which of the targets each decoy has lost: a decoy counts as far as that pair was true.
    """
    curve = fit_curve(targets, decoys, lost)
    return replace(curve, doubt=doubt_from(*overlap(curve, targets, decoys, lost)))


def fit_curve(targets: Floats, decoys: Floats, lost: Ints) -> Curve:
    """Logistic curve by expectation (which targets are true) and maximisation (which curve tells them apart)."""
    leads, kind = np.unique(np.round(np.concatenate([targets, decoys]), DECIMALS), return_inverse=True)
    of_targets, of_decoys = np.bincount(kind[: len(targets)], minlength=len(leads)), kind[len(targets) :]
    start, slope, share = -DEFAULT_SLOPE * DEFAULT_EVEN, DEFAULT_SLOPE, DEFAULT_OBSERVATIONS / len(DEFAULT_LEADS)
    for _ in range(ROUNDS):
        chance = _chance(leads, start, slope)
        true, untrue = of_targets * chance, of_targets * (1 - chance)
        default = _chance(DEFAULT_LEADS - DEFAULT_EVEN, math.log((true.sum() + 1) / (untrue.sum() + 1)), DEFAULT_SLOPE)
        known = np.bincount(of_decoys, chance[kind[: len(targets)][lost]], minlength=len(leads))
        each = max(float(untrue.sum()), 1.0) / (max(float(untrue.sum()), 1.0) + float(known.sum()))
        before = start, slope
        start, slope = _fit_logistic(
            np.concatenate([leads, DEFAULT_LEADS]),
            np.concatenate([true, share * default]),
            np.concatenate([(untrue + known) * each, share * (1 - default)]),
            *before,
        )
        if abs(start - before[0]) + abs(slope - before[1]) < 1e-6:
            break
    return Curve(start, max(slope, LEAST_SLOPE))


def _fit_logistic(leads: Floats, true: Floats, untrue: Floats, start: float, slope: float) -> tuple[float, float]:
    """Logistic regression on one variable by Newton's method; ``true`` and ``untrue`` count the pairs of each lead."""
    for _ in range(STEPS):
        chance = _chance(leads, start, slope)
        gap = true * (1 - chance) - untrue * chance
        spread = (true + untrue) * chance * (1 - chance) + 1e-9
        one, x, xx = spread.sum(), (spread * leads).sum(), (spread * leads**2).sum()
        bend = max(one * xx - x * x, 1e-9)
        lift, tilt = gap.sum(), (gap * leads).sum()
        up, steeper = float((xx * lift - x * tilt) / bend), float((one * tilt - x * lift) / bend)
        held = min(1.0, BOLDEST / max(abs(up) + abs(steeper), 1e-9))  # few pairs must not throw the curve far off
        start, slope = start + held * up, slope + held * steeper
    return start, slope


def _chance(leads: Floats, start: float, slope: float) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(start + slope * leads, -30, 30)))
    return chance


def overlap(curve: Curve, targets: Floats, decoys: Floats, lost: Ints) -> tuple[float, float]:
    """How often a decoy would beat a true pair, taken at random, and the standard error of that share.

    It depends on the articles, not on how many of them both systems have.
    """
    true = curve.chance(targets)
    weight = true[lost]
    if weight.sum() < 1:
        return 0.0, 0.0
    order = np.argsort(targets, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(true[order])]) / true.sum()
    beaten = below[np.searchsorted(targets[order], decoys, side="right")]
    mean = float((weight * beaten).sum() / weight.sum())
    spread = float((weight * (beaten - mean) ** 2).sum() / weight.sum())
    return mean, math.sqrt(spread * float((weight**2).sum())) / float(weight.sum())


def doubt_from(share: float, error: float) -> float:
    """What no likeness removes: in a catalogue full of near-alikes even the best-looking pairs are sometimes wrong.

    One standard error is taken off, so that a few pairs in a small book raise no doubt about all of it.
    """
    return min(max(DOUBT_PER_OVERLAP * (share - error - OVERLAP_BORNE), 0.0), MOST_DOUBT)
