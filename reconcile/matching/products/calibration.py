"""From a lead over rivals to a probability, without labels.

The best pair of every record is a mixture of true pairs and the best of the untrue ones. What the untrue ones look
like is known: take a record's best pair away, and the best of what remains is a pair that is (nearly always) untrue. With these
decoys as known non-matches, a logistic curve is fitted by EM to the mixture. A default curve counts as a few more
observations, so that twenty products work as well as two thousand.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.products.competition import best_rival, best_three, unseen_rival

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DEFAULT_START, DEFAULT_SLOPE = -4.5, 1.8
DEFAULT_OBSERVATIONS = 20.0
DEFAULT_LEADS = np.linspace(-1, 6, 15)
ROUNDS, STEPS = 60, 6


@dataclass(frozen=True)
class Curve:
    """Log-odds (natural) of a pair as ``start + slope * lead``, and the share of doubt no likeness removes."""

    start: float
    slope: float
    doubt: float = 0.0

    def chance(self, leads: Floats) -> Floats:
        """Probability of pairs with these leads."""
        chance: Floats = (1 - self.doubt) * _chance(leads, self.start, self.slope)
        return chance

    def bits(self, likeness: float) -> float:
        """What a likeness is worth in bits when the rivals stay as they are (it counts three times in the lead)."""
        return 3 * self.slope * likeness / math.log(2)


def lead_over_rivals(values: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Value of each pair plus its distance to the best rival of either record."""
    unseen = unseen_rival(shape)
    rivals = best_rival(values, rows, shape[0], unseen) + best_rival(values, columns, shape[1], unseen)
    lead: Floats = np.round(3 * values - rivals, 9)
    return lead


def decoy_leads(values: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Leads that records reach once their best pair is taken away, sorted."""
    found = [
        _decoys_of_one_side(values, rows, columns, shape),
        _decoys_of_one_side(values, columns, rows, (shape[1], shape[0])),
    ]
    return np.sort(np.concatenate(found))


def _decoys_of_one_side(values: Floats, owner: Ints, other: Ints, shape: tuple[int, int]) -> Floats:
    unseen = unseen_rival(shape)
    _, holder = best_three(values, owner, shape[0])
    kept = np.ones(len(values), dtype=bool)
    kept[holder[holder[:, 0] >= 0, 0]] = False
    remaining = np.flatnonzero(kept)
    lead = 3 * values[remaining] - best_rival(values, other, shape[1], unseen)[remaining]
    lead -= best_rival(values[remaining], owner[remaining], shape[0], unseen)
    best, present = np.full(shape[0], -np.inf), np.zeros(shape[0], dtype=bool)
    np.maximum.at(best, owner[remaining], lead)
    present[owner[remaining]] = True
    return np.round(best[present], 9)


def fit_curve(targets: Floats, decoys: Floats) -> Curve:
    """Fit the curve to the leads of the assigned pairs, some true, and of the decoys, all untrue."""
    targets = np.sort(targets)
    start, slope = DEFAULT_START, DEFAULT_SLOPE
    default = _chance(DEFAULT_LEADS, start, slope)
    share = DEFAULT_OBSERVATIONS / len(DEFAULT_LEADS)
    leads = np.concatenate([targets, targets, decoys, DEFAULT_LEADS, DEFAULT_LEADS])
    true = np.concatenate([np.ones(len(targets)), np.zeros(len(targets) + len(decoys)), np.ones(15), np.zeros(15)])
    for _ in range(ROUNDS):
        chance = _chance(targets, start, slope)
        untrue = max(float((1 - chance).sum()), 1.0)
        each = untrue / (untrue + len(decoys))
        counts = np.concatenate(
            [chance, (1 - chance) * each, np.full(len(decoys), each), share * default, share * (1 - default)]
        )
        before = start, slope
        start, slope = _fit_logistic(leads, true, counts, start, slope)
        if abs(start - before[0]) + abs(slope - before[1]) < 1e-6:
            break
    return Curve(start, max(slope, 0.1))


def _fit_logistic(leads: Floats, true: Floats, counts: Floats, start: float, slope: float) -> tuple[float, float]:
    """Weighted logistic regression on one variable by Newton's method."""
    for _ in range(STEPS):
        chance = _chance(leads, start, slope)
        gap = counts * (true - chance)
        spread = counts * chance * (1 - chance) + 1e-9
        one, x, xx = spread.sum(), (spread * leads).sum(), (spread * leads**2).sum()
        bend = max(one * xx - x * x, 1e-9)
        lift, tilt = gap.sum(), (gap * leads).sum()
        start += float((xx * lift - x * tilt) / bend)
        slope += float((one * tilt - x * lift) / bend)
    return start, slope


def _chance(leads: Floats, start: float, slope: float) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(start + slope * leads, -30, 30)))
    return chance


def grey_share(targets: Floats, decoys: Floats) -> float:
    """Share of the assigned pairs that stand in the valley between decoys and clear matches (0 when it is empty).

    Where clear, a pair's lead is beaten by fewer than 2 % of the decoys; in the valley by 2 to 10 %. One standard error
    is taken off, so that a few pairs in a small book raise no doubt about all of it.
    """
    if not len(targets) or not len(decoys):
        return 0.0
    beaten = 1 - np.searchsorted(decoys, targets) / len(decoys)
    clear = int((beaten <= 0.1).sum())
    share = int(((beaten > 0.02) & (beaten <= 0.1)).sum()) / max(clear, 1)
    return max(share - math.sqrt(share * (1 - share) / max(clear, 1)), 0.0)


def doubt_from(grey: float) -> float:
    """What no likeness removes: in a catalogue full of near-alikes even the best-looking pairs are sometimes wrong.

    An empty valley (up to an eighth of the clear pairs) leaves no doubt; a valley half as full as the peak a quarter.
    """
    return min(max(grey - 0.12, 0.0) * 0.85, 0.25)
