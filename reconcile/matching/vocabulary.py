"""What the distinct values of the records are made of, numbered: mailbox and domain, last digits, house, suburb, words.

Every table has one entry more than there are values: -1, which the code of a missing value finds.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property

import numpy as np
import numpy.typing as npt

from reconcile.matching.numbering import Mailboxes, mailboxes, numbered, numbered_spans
from reconcile.matching.records import MISSING, Records, code_lists
from reconcile.matching.spans import Mask, spans_of
from reconcile.matching.table import Codes

MOST_WORDS = 6
LONG = 4
"""Letters of an address's word that are worth comparing."""
LOCAL = 8
"""Digits of a phone number without area code or country."""


class Vocabulary:
    """Tables from the codes of ``records`` to the codes of their parts, each worked out when first asked for.

    ``copies`` is 2 when both sides are the same records.
    """

    def __init__(self, records: Records, copies: int = 1) -> None:
        self.records = records
        self.copies = copies

    def of(self, records: Records) -> "Vocabulary":
        """The same tables for other records with the same values."""
        other = copy(self)
        other.records = records
        return other

    def shares(self, columns: Sequence[Codes], *, strangers: float) -> npt.NDArray[np.float32]:
        """For each value the share of records that have it beyond one pair; ``strangers``: what the rest of the world adds.

        The last entry, which the code of a missing value finds, is 1.
        """
        held = np.concatenate([c[c >= 0] for c in columns])
        others = np.maximum(np.bincount(held, minlength=1) // self.copies - 2, 0)
        return np.append(np.minimum((others + strangers) * self.copies / max(self.records.size, 1), 1), 1).astype(
            np.float32
        )

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return mailboxes(self.records.email.values)

    @cached_property
    def tail(self) -> Codes:
        """The last digits: what is left when the area code or the country is not written."""
        return numbered_spans(spans_of(self.records.phone.values).last(LOCAL))

    @cached_property
    def without_area(self) -> Mask:
        """Whether a phone is no longer than a number without its area code."""
        return np.array([len(phone) <= LOCAL for phone in self.records.phone.values], bool)

    @cached_property
    def unit(self) -> Codes:
        return numbered([a.unit for a in self.records.address.values])

    @cached_property
    def number(self) -> Codes:
        return numbered([a.number for a in self.records.address.values])

    @cached_property
    def street(self) -> Codes:
        return numbered([a.street for a in self.records.address.values])

    @cached_property
    def box(self) -> Codes:
        return numbered([a.box for a in self.records.address.values])

    @cached_property
    def house(self) -> Codes:
        """Number and street, or the box; -1 for a street without a number."""
        number, street = self.number.astype(np.int64), self.street
        packed = np.where((number >= 0) & (street >= 0), number * (len(street) + 1) + street, -1)
        packed = np.where(self.box >= 0, np.int64(2) ** 60 + self.box, packed)
        _, codes = np.unique(packed, return_inverse=True)
        return np.where(packed >= 0, codes, MISSING).astype(np.int32)

    @cached_property
    def address_words(self) -> Codes:
        """Words of all addresses."""
        return _with_missing(self.words_of_addresses(range(len(self.records.address.values))))

    def words_of_addresses(self, which: Iterable[int]) -> Codes:
        """Words longer than three letters of some addresses, kinds of street left out, at most six."""
        values = self.records.address.values
        texts = [f"{values[k].street} {values[k].rest}" for k in which]
        split = [tuple(word for word in text.split()[:MOST_WORDS] if len(word) >= LONG) for text in texts]
        return code_lists(split, "", most=MOST_WORDS).codes

    @cached_property
    def suburb(self) -> Codes:
        return numbered([p[0] for p in self.records.place.values])

    @cached_property
    def postcode(self) -> Codes:
        return numbered([p[1] for p in self.records.place.values])

    @cached_property
    def state(self) -> Codes:
        return numbered([p[2] for p in self.records.place.values])

    @cached_property
    def town(self) -> Codes:
        """Suburb and postcode together, where both are known."""
        both = (self.suburb >= 0) & (self.postcode >= 0)
        packed = np.where(both, self.suburb.astype(np.int64) * (len(self.postcode) + 1) + self.postcode, -1)
        _, codes = np.unique(packed, return_inverse=True)
        return np.where(both, codes, MISSING).astype(np.int32)

    @cached_property
    def organisation_words(self) -> tuple[Codes, list[str]]:
        """Words of each organisation, at most six, and the words."""
        coded = code_lists(
            [tuple(name.split()[:MOST_WORDS]) for name in self.records.organisations], "", most=MOST_WORDS
        )
        return _with_missing(coded.codes), coded.values

    @cached_property
    def sound(self) -> Codes:
        """How given and family names sound."""
        return numbered([sound(word) for word in self.records.words])

    @cached_property
    def start(self) -> Codes:
        return numbered([word[:1] for word in self.records.words])

    @cached_property
    def beginning(self) -> Codes:
        return numbered([word[:4] for word in self.records.words])

    @cached_property
    def organisation_beginning(self) -> Codes:
        return numbered(["".join(name.split()[:2])[:8] for name in self.records.organisations])


def _with_missing(codes: Codes) -> Codes:
    return np.vstack([codes, np.full((1, codes.shape[1]), MISSING, np.int32)])


def sound(word: str) -> str:
    """A rough key of how a name sounds: first letter, then the consonants by kind."""
    key = word[:1]
    for kind in word[1:].translate(_SOUNDS):
        if kind not in {"0", key[-1:]}:
            key += kind
    return key[:4]


_SOUNDS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "01230120022455012623010202")


def shared(a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
    """For each row and column of ``a`` whether the row of ``b`` holds the same word."""
    return np.asarray(((a[:, :, None] == b[:, None, :]) & (a[:, :, None] >= 0)).any(axis=2))
