"""Compares candidate pairs field by field, in the order of the specification."""

import numpy as np

from reconcile.matching.details import Details
from reconcile.matching.outcome import MISSING, Compared, single
from reconcile.matching.people import People
from reconcile.matching.table import Codes
from reconcile.matching.vocabulary import Vocabulary


class Compare:
    """All comparisons of one set of records."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.r = r = vocabulary.records
        self.people = People(vocabulary)
        self.details = Details(vocabulary)
        self.abns = vocabulary.shares([r.abn.codes], strangers=0.01)
        self.schemes = vocabulary.shares([r.scheme.codes], strangers=0.05)

    def all(self, i: Codes, j: Codes) -> list[Compared]:
        """Every comparison except ``carried``, in the order of the specification."""
        person, organisation = self.people.who(i, j)
        return [
            person,
            organisation,
            self.details.email(i, j),
            self.details.phone(i, j),
            single(self.r.abn.first, self.abns, i, j),
            single(self.r.scheme.first, self.schemes, i, j),
            self.suffix(i, j),
            self.details.street(i, j),
            self.details.site(i, j),
            self.details.place(i, j),
        ]

    def suffix(self, i: Codes, j: Codes) -> Compared:
        """Senior and junior: equal, on one side only, or different; missing when neither has one."""
        a, b = self.r.suffix.first[i], self.r.suffix.first[j]
        level = np.where(a == b, 2, np.where((a >= 0) & (b >= 0), 0, 1))
        return Compared(np.where((a < 0) & (b < 0), MISSING, level).astype(np.int8), np.ones(len(i), np.float32))
