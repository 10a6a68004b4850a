"""The contact model in one place: what is compared, in which levels, and what to believe before any data is seen.

To add a field: add a Comparison here and a function of the same name in ``compare.py``. To add a veto: one entry in
``vetoes.py``. ``make bench-quality`` shows the effect.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison.

    ``m``: share of true pairs that come out here, ``u``: share of unrelated pairs, ``family``: share of pairs of two
    people of one household, ``office``: share of pairs of colleagues, or of clients of one agent or manager. They are
    beliefs before the data speaks, and learned from it. ``by_value``: u is the frequency of the value itself, so that a rare value
    counts more than a common one (term frequency).
    """

    words: str
    m: float
    u: float
    family: float
    office: float
    by_value: bool = False


@dataclass(frozen=True)
class Comparison:
    """A field and its levels, from "differs" to "equal"."""

    name: str
    levels: tuple[Level, ...]
    fixed: bool = False
    """Whether the beliefs about m stand whatever the data shows: rules that a data set must not unlearn."""
    worth: float = 30.0
    """How many true pairs the beliefs are worth against what the data shows."""


CARRIED = Comparison(
    "carried",
    (
        Level("carries the number of another record", 1e-6, 0.5, 0.5, 0.5),
        Level("carries the other record's number", 0.999999, 1e-18, 1e-18, 1e-18),
    ),
    fixed=True,
)
PERSON = Comparison(
    "person",
    (
        Level("another person", 0.004, 0.98, 0.04, 0.95),
        Level("family name differs", 0.012, 1e-2, 0.01, 0.015, by_value=True),
        Level("given name differs", 0.0015, 5e-3, 0.92, 0.03, by_value=True),
        Level("only part of the name agrees", 0.02, 2e-3, 0.012, 0.002, by_value=True),
        Level("one of the couple", 0.02, 1e-4, 0.004, 0.0004, by_value=True),
        Level("similar name", 0.06, 5e-4, 0.004, 0.0008),
        Level("initial and family name agree", 0.04, 2e-4, 0.006, 0.0008, by_value=True),
        Level("nearly the same name", 0.09, 5e-5, 0.001, 0.0003, by_value=True),
        Level("same name, other form", 0.03, 1e-5, 0.0008, 0.0002, by_value=True),
        Level("same name", 0.70, 1e-5, 0.001, 0.0004, by_value=True),
    ),
    worth=300.0,
)
ORGANISATION = Comparison(
    "organisation",
    (
        Level("organisation differs", 0.05, 0.985, 0.5, 0.3),
        Level("organisations share a distinctive word", 0.05, 5e-3, 0.05, 0.06),
        Level("one organisation's name contains the other's", 0.08, 1e-3, 0.03, 0.04),
        Level("nearly the same organisation", 0.12, 1e-4, 0.02, 0.05),
        Level("same organisation and a person on both sides", 0.42, 1e-4, 0.36, 0.53, by_value=True),
        Level("same organisation", 0.30, 1e-4, 0.04, 0.02, by_value=True),
    ),
)
EMAIL = Comparison(
    "email",
    (
        Level("e-mail differs", 0.10, 0.99, 0.55, 0.2),
        Level("same e-mail domain", 0.03, 5e-3, 0.03, 0.45, by_value=True),
        Level("same mailbox name elsewhere", 0.04, 1e-4, 0.02, 0.02),
        Level("nearly the same e-mail", 0.05, 1e-5, 0.04, 0.01),
        Level("same e-mail", 0.78, 1e-5, 0.36, 0.32, by_value=True),
    ),
)
PHONE = Comparison(
    "phone",
    (
        Level("phone differs", 0.14, 0.999, 0.5, 0.45),
        Level("phone differs in one digit", 0.03, 1e-4, 0.03, 0.03),
        Level("same phone", 0.83, 1e-5, 0.47, 0.52, by_value=True),
    ),
)
ABN = Comparison(
    "abn",
    (
        Level("ABN differs", 0.01, 0.999, 0.6, 0.5),
        Level("same ABN", 0.99, 1e-4, 0.4, 0.5, by_value=True),
    ),
)
SCHEME = Comparison(
    "scheme",
    (
        Level("strata scheme differs", 1e-5, 0.99, 0.95, 0.95),
        Level("same strata scheme", 0.99999, 1e-3, 0.05, 0.05, by_value=True),
    ),
    fixed=True,
)
SUFFIX = Comparison(
    "suffix",
    (
        Level("other generation (senior, junior)", 1e-6, 0.49, 0.8, 0.4),
        Level("senior or junior on one side only", 0.30, 0.50, 0.15, 0.5),
        Level("same generation (senior, junior)", 0.699, 0.01, 0.05, 0.1),
    ),
    fixed=True,
)
STREET = Comparison(
    "street",
    (
        Level("street address differs", 0.12, 0.99, 0.08, 0.25),
        Level("same street, other number", 0.03, 5e-3, 0.03, 0.03),
        Level("part of the street address agrees", 0.04, 5e-3, 0.02, 0.02),
        Level("similar street address", 0.10, 1e-3, 0.03, 0.03),
        Level("same house, other unit", 0.02, 1e-4, 0.01, 0.06, by_value=True),
        Level("same street address", 0.73, 1e-4, 0.83, 0.61, by_value=True),
    ),
)
PLACE = Comparison(
    "place",
    (
        Level("another place", 0.05, 0.72, 0.03, 0.15),
        Level("only the state agrees", 0.06, 0.22, 0.04, 0.1),
        Level("suburb or postcode is similar", 0.06, 0.02, 0.04, 0.03),
        Level("suburb or postcode agrees", 0.20, 0.02, 0.14, 0.14, by_value=True),
        Level("suburb and postcode agree", 0.63, 1e-2, 0.75, 0.58, by_value=True),
    ),
)

SITE = Comparison(
    "site",
    (
        Level("another pool address", 0.10, 0.95, 0.50, 0.90),
        Level("similar pool address", 0.08, 0.04, 0.05, 0.05),
        Level("same pool address", 0.82, 1e-3, 0.45, 0.05, by_value=True),
    ),
)

COMPARISONS = (CARRIED, PERSON, ORGANISATION, EMAIL, PHONE, ABN, SCHEME, SUFFIX, STREET, SITE, PLACE)
NAMES = tuple(c.name for c in COMPARISONS)

PSEUDO_PAIRS = 3000.0
"""How many unrelated pairs the beliefs about u are worth."""
OVERLAP = 0.6
"""Share of the smaller side expected to have a partner, before the data speaks."""
OVERLAP_WEIGHT = 4.0
"""How many records that expectation is worth."""
MOST_OVERLAP = 0.95
"""The share that is never exceeded: a forced last partner is no evidence."""
RELATIONS = {"family": 0.10, "office": 0.20}
"""Expected number of related but different people, on the other side, for each record, before the data speaks."""
KIND_OF_RELATION = "person"
"""The comparison that says what kind of relation it is: its shares stand, so that kinds do not change places."""
SAME = {"organisation": 5}
"""Levels that are no more frequent among related people than believed: else an organisation that has moved is taken for a
colleague of itself."""
RELATED_WEIGHT = 100.0
"""How many records that expectation is worth."""

COPIES = 0.05
"""Share of records expected to stand twice in their own system, before the data speaks."""

MOST_PRIOR = -3.0
"""Log-odds in bits that a pair never starts above, however few records are left without a partner."""

SUGGEST = 0.02
"""Pairs below this probability are not written out."""
REVIEW = 0.5
"""Pairs below this probability are decided ``no``."""
AUTO = 0.98
"""Probability that ``auto`` needs, beside two independent agreements, a margin and no veto."""
RARE = 2.4
"""A value is rare when no more than this number of further records is expected to have it."""
AUTO_MARGIN = 6.0
"""Distance in bits to the runner-up that ``auto`` needs; a smaller one is ambiguous."""
