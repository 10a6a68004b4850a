"""The records of both sides as arrays: every value is a whole number, every distinct value is kept once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from reconcile.matching.table import Codes, T, code
from reconcile.normalise.addresses import Address

V = TypeVar("V")
Place = tuple[str, str, str]

MISSING = -1
MOST_VALUES = 4
"""E-mails, phones or addresses of one record that are compared."""


@dataclass(frozen=True)
class Coded(Generic[V]):
    """Whole numbers standing for ``values``: one row per record, -1 where missing, one column per repeated value."""

    codes: Codes
    values: list[V]

    @property
    def first(self) -> Codes:
        return self.codes[:, 0]

    def of(self, rows: Codes) -> "Coded[V]":
        """The same for records of which each is one of the present rows."""
        return Coded(self.codes[rows], self.values) if len(rows) else self


@dataclass(frozen=True)
class People:
    """Who the records are: given and family names into ``words``, organisations and their other names into ``organisations``."""

    given: Codes
    called: Codes
    middle: Codes
    second: Codes
    partner: Codes
    other_family: Codes
    family: Codes
    words: list[str]
    suffix: Coded[str]
    organisation: Codes
    alias: Codes
    organisations: list[str]
    scheme: Coded[str]
    unsure: npt.NDArray[np.bool_]
    placeholder: npt.NDArray[np.bool_]
    care_of: npt.NDArray[np.bool_]
    contact_only: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Records(People):
    """All records of both sides, the first ``lefts`` of them the left side's."""

    lefts: int
    email: Coded[str]
    phone: Coded[str]
    abn: Coded[str]
    address: Coded[Address]
    place: Coded[Place]

    @property
    def size(self) -> int:
        return len(self.given)

    def picked(self, rows: Codes, lefts: int) -> "Records":
        """These rows, the first ``lefts`` of them as the left side."""
        return Records(
            lefts=lefts,
            given=self.given[rows],
            called=self.called[rows],
            middle=self.middle[rows],
            second=self.second[rows],
            partner=self.partner[rows],
            other_family=self.other_family[rows],
            family=self.family[rows],
            words=self.words,
            suffix=self.suffix.of(rows),
            organisation=self.organisation[rows],
            alias=self.alias[rows],
            organisations=self.organisations,
            scheme=self.scheme.of(rows),
            unsure=self.unsure[rows],
            placeholder=self.placeholder[rows],
            care_of=self.care_of[rows],
            contact_only=self.contact_only[rows],
            email=self.email.of(rows),
            phone=self.phone.of(rows),
            abn=self.abn.of(rows),
            address=self.address.of(rows),
            place=self.place.of(rows),
        )


def code_lists(rows: Sequence[tuple[T, ...]], empty: T, most: int = MOST_VALUES) -> Coded[T]:
    """Numbers rows of several values each."""
    width = min(max(map(len, rows), default=1), most) or 1
    if width == 1:
        codes, values = code([row[0] if row else empty for row in rows], empty)
    else:
        codes, values = code([row[k] if k < len(row) else empty for row in rows for k in range(width)], empty)
    return Coded(codes.reshape(-1, width), values)
