"""Match a price book with another system's items.

read -> likeness -> candidates -> rules -> lead over rivals -> one to one -> calibration -> decision and evidence
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from reconcile.matching.products.calibration import Curve, learn_curve
from reconcile.matching.products.decision import decide
from reconcile.matching.products.evidence import Evidence, explain, top_reasons
from reconcile.matching.products.orphans import Graph, bereave
from reconcile.matching.products.pairs import Pairs, compare_sides
from reconcile.matching.products.products import complete
from reconcile.matching.result import CANDIDATE_COLUMNS, PAIR_COLUMNS, MatchResult, Memory

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOTHING_SAID = Memory()
LEAST_SCORE, MOST_SCORE = 0.001, 0.999
RANKED = 3


@dataclass(frozen=True)
class Scored:
    """Pairs with their probabilities, the one-to-one choice among them, and the curve behind."""

    pairs: Pairs
    scores: Floats
    chosen: Ints
    curve: Curve
    rivals: tuple[Floats, Floats]
    told: dict[int, tuple[str, str]] = field(default_factory=dict)

    def clearance(self, pair: int) -> float:
        """Likeness by which a pair stands above the best other candidate of either record."""
        return float(self.pairs.value[pair] - max(self.rivals[0][pair], self.rivals[1][pair]))

    def evidence(self, pair: int) -> list[Evidence]:
        """Every piece of evidence of a pair; the bits add up to the log-odds of its score."""
        rivals = float(self.rivals[0][pair]), float(self.rivals[1][pair])
        return explain(self.pairs, pair, rivals, float(self.scores[pair]), self.curve)

    def reasons(self, pair: int) -> tuple[str, str]:
        """What speaks most for a pair and against it, in words; remembered, because chosen pairs are asked for twice."""
        if pair not in self.told:
            self.told[pair] = top_reasons(self.evidence(pair))
        return self.told[pair]


def match_products(left: pd.DataFrame, right: pd.DataFrame, memory: Memory = NOTHING_SAID) -> MatchResult:
    """Suggest which products of two systems are the same article, one to one, best first.

    Frames have ``id, code, name, description, category, brand, price`` as text; any but ``id`` may be missing or empty.
    """
    scored = score_pairs(compare_sides(complete(left), complete(right), memory.rejected))
    return MatchResult(suggested(scored), candidates(scored))


def score_pairs(pairs: Pairs) -> Scored:
    """Calibrate the pairs on themselves and choose one to one."""
    graph = Graph(pairs.value, pairs.rows, pairs.columns, pairs.shape, pairs.marks)
    lead = graph.leads()
    chosen = graph.choice(lead)
    curve = learn_curve(lead[chosen], *bereave(graph, chosen))
    scores = curve.chance(lead, pairs.corroborated()).clip(LEAST_SCORE, MOST_SCORE).round(6)
    return Scored(pairs, scores, chosen, curve, pairs.rivals())


def suggested(scored: Scored) -> pd.DataFrame:
    """The chosen pairs with PAIR_COLUMNS, best first."""
    records = []
    for pair in scored.chosen:
        one, two = scored.pairs.products(pair)
        held = scored.pairs.vetoes(pair)
        score, clearance = float(scored.scores[pair]), scored.clearance(pair)
        decision = decide(one, two, score, clearance, held)
        margin = round(scored.curve.bits(clearance), 3)
        records.append((one.id, two.id, score, decision, *scored.reasons(pair), margin, " ".join(held)))
    order = ["score", "margin", "left_id", "right_id"]
    found = pd.DataFrame(records, columns=PAIR_COLUMNS)
    return found.sort_values(order, ascending=[False, False, True, True]).reset_index(drop=True)


def candidates(scored: Scored) -> pd.DataFrame:
    """Up to three candidates per left record with CANDIDATE_COLUMNS, best first, before assignment."""
    owner = scored.pairs.rows
    order = np.lexsort((-scored.pairs.value, owner))
    place = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
    records = []
    for pair, rank in zip(order[place < RANKED], place[place < RANKED] + 1, strict=True):
        one, two = scored.pairs.products(pair)
        reasons, against = scored.reasons(pair)
        held = " ".join(scored.pairs.vetoes(pair))
        records.append((one.id, int(rank), two.id, float(scored.scores[pair]), reasons, against, held))
    return pd.DataFrame(records, columns=CANDIDATE_COLUMNS)
