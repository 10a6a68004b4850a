"""What each side shows by itself: pairs inside one system are related people or copies, and never partners.

Between the systems a partner with another given name looks like a spouse. Inside one system there are no partners, so
that how many spouses, colleagues and neighbours there are, and in what they agree, is seen without that doubt.
"""

import numpy as np

from reconcile.matching.candidates import SMALL, candidates
from reconcile.matching.compare import Compare
from reconcile.matching.em import Floats, OwnSide, patterns
from reconcile.matching.outcome import nothing_compared
from reconcile.matching.vocabulary import Vocabulary
from reconcile.matching.weights import gather

SAMPLE = 1000
"""Records of a side that are compared with all of their side."""


def own_sides(vocabulary: Vocabulary, compare: Compare, u: list[Floats]) -> tuple[OwnSide, ...]:
    """Both sides compared with themselves; nothing for large sets, which teach enough by themselves."""
    records = vocabulary.records
    if records.size > SMALL:
        return ()
    bounds = (0, records.lefts), (records.lefts, records.size)
    return tuple(own_side(vocabulary, compare, u, *bound) for bound in bounds if bound[1] - bound[0] > 1)


def own_side(vocabulary: Vocabulary, compare: Compare, u: list[Floats], first: int, end: int) -> OwnSide:
    """The records from ``first`` up to ``end``, a sample of them against all that come after each."""
    rows = np.arange(first, end, dtype=np.int32)
    sample = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows)), dtype=np.int32)]
    both = np.concatenate([sample, rows])
    i, j = candidates(vocabulary.of(vocabulary.records.picked(both, len(sample))))
    i, j = both[i], both[j]
    keep = i < j
    i, j = i[keep], j[keep]
    evidence = gather([nothing_compared(len(i)), *compare.all(i, j)], u, vocabulary.records.size)
    seen = patterns(evidence.levels, evidence.log_u.sum(axis=1))
    return OwnSide(seen, looked_at=int((end - 1 - sample).sum()), records=len(sample))
