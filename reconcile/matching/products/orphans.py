"""What a record would be given if its partner were not there: known to be untrue, without labels.

One end of every chosen pair is taken away, a quarter of the pairs at a time, and the rest is chosen anew; then the other
end. What the bereft end is given is (nearly always) another article. So the untrue look exactly as they do in this
catalogue, with its look-alikes and its two sizes; the best of the other candidates alone would look too bad, because
better pairs hold them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reconcile.matching.products.competition import assign, lead_over_rivals
from reconcile.matching.products.marks import Marks, mark_pairs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WORLDS = 4  # each takes one end away from a quarter of the pairs
ENOUGH = 10_000  # pairs of which one end of a quarter teaches as much as both ends of all
WORTH_ASSIGNING = 3.0  # pairs that lead by -3 and more are assigned: what the hopeless look like teaches the curve


@dataclass(frozen=True)
class Graph:
    """Candidate pairs as parallel arrays, the size of both sides, and the marks of their records."""

    values: Floats
    rows: Ints
    columns: Ints
    shape: tuple[int, int]
    marks: tuple[Marks, Marks]

    def leads(self) -> Floats:
        """How far each pair stands above its rivals."""
        return lead_over_rivals(self.values, self.rows, self.columns, self.shape)

    def choice(self, leads: Floats) -> Ints:
        """The one-to-one choice with the largest total lead."""
        return assign(leads + WORTH_ASSIGNING, self.rows, self.columns, self.shape)

    def without(self, rows: Flags, columns: Flags) -> "Graph":
        """The pairs that remain once these records are taken away."""
        kept = ~rows[self.rows] & ~columns[self.columns]
        return Graph(self.values[kept], self.rows[kept], self.columns[kept], self.shape, self.marks)


def bereave(graph: Graph, chosen: Ints) -> tuple[Floats, Ints]:
    """Leads that bereft records reach, and the place in ``chosen`` of the pair that each has lost, in order of lead."""
    one, two = graph.marks[0][graph.rows[chosen]], graph.marks[1][graph.columns[chosen]]
    world = (mark_pairs(one, two) >> np.uint64(20)) % np.uint64(WORLDS)
    leads, lost = [np.zeros(0)], [np.zeros(0, dtype=np.int64)]
    for number in range(2 * WORLDS if len(chosen) < ENOUGH else 1):
        taken = world == number % WORLDS
        ends = taken & (one > two), taken & (two > one)
        for found, owner in _bereft(graph, chosen, *(ends if number < WORLDS else ends[::-1])):
            leads.append(found)
            lost.append(owner)
    order = np.lexsort((np.concatenate(lost), np.concatenate(leads)))
    return np.concatenate(leads)[order], np.concatenate(lost)[order]


def _bereft(graph: Graph, chosen: Ints, lost_left: Flags, lost_right: Flags) -> list[tuple[Floats, Ints]]:
    """One world: the leads of what the ends that stay are given, and what they had lost, left ends and right ends."""
    gone = np.zeros(graph.shape[0], dtype=bool), np.zeros(graph.shape[1], dtype=bool)
    gone[0][graph.rows[chosen[lost_left]]] = True
    gone[1][graph.columns[chosen[lost_right]]] = True
    rest = graph.without(*gone)
    leads = rest.leads()
    again = rest.choice(leads)
    bereft = np.full(graph.shape[0], -1), np.full(graph.shape[1], -1)
    bereft[0][graph.rows[chosen[lost_right]]] = np.flatnonzero(lost_right)
    bereft[1][graph.columns[chosen[lost_left]]] = np.flatnonzero(lost_left)
    owners = bereft[0][rest.rows[again]], bereft[1][rest.columns[again]]
    return [(leads[again][owner >= 0], owner[owner >= 0]) for owner in owners]
