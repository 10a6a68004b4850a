"""Two sides in, weighed and assigned pairs out: normalise, candidates, compare, weigh, assign."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reconcile.matching import decide, spec, vetoes
from reconcile.matching.assign import assign, best_two
from reconcile.matching.candidates import SMALL, candidates
from reconcile.matching.carried import carried
from reconcile.matching.compare import Compare
from reconcile.matching.outcome import Compared, nothing_compared
from reconcile.matching.own_sides import own_sides
from reconcile.matching.reading import read
from reconcile.matching.records import Records
from reconcile.matching.table import Columns, Table, tabled
from reconcile.matching.vocabulary import Vocabulary
from reconcile.matching.weights import Weighed, gather, learn_u, weigh

SAMPLE, SAMPLE_OF_MANY = 20_000, 8_000
"""Unrelated pairs looked at to learn u; fewer in large sets, where values themselves say how rare they are."""
FLOOR = -7.0
"""Log-odds in bits below which a pair is never chosen."""
NO_RIVAL = 40.0
"""Margin in bits of a pair without any rival, at most."""
Rejected = frozenset[tuple[str, str]]
NOTHING: Rejected = frozenset()


@dataclass(frozen=True)
class Matches:
    """All candidate pairs, as positions in the two sides given; ``chosen`` marks the one to one assignment."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    levels: npt.NDArray[np.int8]
    weighed: Weighed
    vetoes: npt.NDArray[np.bool_]
    margin: npt.NDArray[np.float64]
    decision: npt.NDArray[np.int8]
    chosen: npt.NDArray[np.bool_]

    @property
    def score(self) -> npt.NDArray[np.float64]:
        return self.weighed.score


def match_columns(left: Columns, right: Columns, rejected: Rejected = NOTHING) -> Matches:
    """Matches two sides given as columns of text; ids are distinct within a side."""
    return match_table(tabled(left, right), rejected)


def match_table(table: Table, rejected: Rejected = NOTHING) -> Matches:
    """Matches the two sides of a table; ids are distinct within a side.

    The order of rows and the order of the sides make no difference: both are put into an order of their own first.
    """
    table, order_left, order_right = table.ordered()
    if (len(table.right), table.right) < (len(table.left), table.left):
        turned = match_ordered(table.turned(), frozenset((one, other) for other, one in rejected))
        return replace(turned, left=order_left[turned.right], right=order_right[turned.left])
    matches = match_ordered(table, rejected)
    return replace(matches, left=order_left[matches.left], right=order_right[matches.right])


def match_ordered(table: Table, rejected: Rejected) -> Matches:
    """Matches two sides whose rows are already in order of their ids."""
    vocabulary = Vocabulary(read(table))
    records = vocabulary.records
    lefts, rights = records.lefts, records.size - records.lefts
    named = carried(table)
    i, j = named.added_to(candidates(vocabulary), lefts)
    keep = ~_refused(table.left, table.right, i, j - lefts, rejected)
    i, j = i[keep], j[keep]
    compare = Compare(vocabulary)
    compared = [named.compared(i, j - lefts), *compare.all(i, j)]
    u = learn_u(_unrelated(records, compare))
    evidence = gather(compared, u, records.size)
    weighed = weigh(evidence, i, j - lefts, lefts, rights, own=own_sides(vocabulary, compare, u))
    total = weighed.total
    chosen = assign(i, j, total - FLOOR)
    margin = _margin(i, j, total)
    vetoed = vetoes.apply(evidence.levels, compare, i, j)
    vetoed_any = np.asarray(vetoed.any(axis=1) | records.placeholder[i] | records.placeholder[j])
    decision = decide.decide(evidence, weighed.score, margin, vetoed_any)
    return Matches(i, j - lefts, evidence.levels, weighed, vetoed, margin, decision, chosen)


def match_within(side: Columns) -> Matches:
    """Compares one side with itself; each pair of different records comes once, records may be in several pairs."""
    table, order, _ = tabled(side, side).ordered()
    size = len(order)
    vocabulary = Vocabulary(read(table), copies=2)
    records = vocabulary.records
    i, j = candidates(vocabulary)
    keep = i < j - size
    i, j = i[keep], j[keep]
    compare = Compare(vocabulary)
    evidence = gather(
        [nothing_compared(len(i)), *compare.all(i, j)], learn_u(_unrelated(records, compare)), records.size
    )
    weighed = weigh(evidence, i, j - size, size, size, overlap=spec.COPIES, rivals=False)
    vetoed = vetoes.apply(evidence.levels, compare, i, j)
    margin = np.full(len(i), NO_RIVAL)
    decision = decide.decide(evidence, weighed.score, margin, np.asarray(vetoed.any(axis=1)))
    return Matches(
        order[i], order[j - size], evidence.levels, weighed, vetoed, margin, decision, np.zeros(len(i), bool)
    )


def _unrelated(records: Records, compare: Compare) -> list[Compared]:
    """Random pairs of the two sides, compared."""
    rights = records.size - records.lefts
    dice = np.random.default_rng(0)
    size = min(SAMPLE if records.size <= SMALL else SAMPLE_OF_MANY, records.lefts * rights)
    i = dice.integers(0, max(records.lefts, 1), size).astype(np.int32)
    j = (records.lefts + dice.integers(0, max(rights, 1), size)).astype(np.int32)
    return [nothing_compared(size), *compare.all(i, j)]


def _margin(
    i: npt.NDArray[np.int32], j: npt.NDArray[np.int32], total: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Bits between a pair and the best other pair of either record (negative for the runner-up)."""
    shifted = np.maximum(total - FLOOR, 0.0)
    best_i, next_i = best_two(i, shifted)
    best_j, next_j = best_two(j, shifted)
    rival = np.maximum(np.where(shifted < best_i, best_i, next_i), np.where(shifted < best_j, best_j, next_j))
    return np.asarray(np.clip(shifted - rival, -NO_RIVAL, NO_RIVAL))


def _refused(
    left: Sequence[str],
    right: Sequence[str],
    i: npt.NDArray[np.int32],
    j: npt.NDArray[np.int32],
    rejected: Rejected,
) -> npt.NDArray[np.bool_]:
    if not rejected:
        return np.zeros(len(i), bool)
    pairs = zip(i.tolist(), j.tolist(), strict=True)
    return np.array([(left[a], right[b]) in rejected for a, b in pairs], bool)
