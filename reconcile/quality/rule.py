"""A rule about one column of a frame, as a value: what must hold, how bad it is if not, what a person should do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from reconcile.quality.finding import Severity

Test = Callable[[pd.DataFrame], "pd.Series[bool]"]


@dataclass(frozen=True)
class Demand:
    """What must hold; `expectation` names what Great Expectations calls it."""

    expectation: ClassVar[str]

    def arguments(self) -> dict[str, object]:
        """The expectation's arguments besides its column."""
        return {}


@dataclass(frozen=True)
class Present(Demand):
    """The column exists."""

    expectation = "ExpectColumnToExist"


@dataclass(frozen=True)
class WholeNumbers(Demand):
    """The column holds integers (minor units), not floating-point numbers or text."""

    expectation = "ExpectColumnValuesToBeInTypeList"

    def arguments(self) -> dict[str, object]:
        """Both of pandas' integers, with and without <NA>."""
        return {"type_list": ["Int64Dtype", "int64"]}


@dataclass(frozen=True)
class Filled(Demand):
    """No value is missing: not <NA>, and not the empty text."""

    expectation = "ExpectColumnValuesToNotBeNull"


@dataclass(frozen=True)
class Unique(Demand):
    """No value occurs twice; empty text does not count."""

    expectation = "ExpectColumnValuesToBeUnique"


@dataclass(frozen=True)
class Matches(Demand):
    """Every value matches a regular expression, or is empty.

    The pattern has neither groups that capture nor look-around: Arrow's engine, which pandas may use, has no look-around.
    """

    pattern: str
    expectation = "ExpectColumnValuesToMatchRegex"

    def arguments(self) -> dict[str, object]:
        """The pattern."""
        return {"regex": self.pattern}


@dataclass(frozen=True)
class NoLongerThan(Demand):
    """No text has more characters than that."""

    characters: int
    expectation = "ExpectColumnValueLengthsToBeBetween"

    def arguments(self) -> dict[str, object]:
        """The greatest length."""
        return {"max_value": self.characters}


@dataclass(frozen=True)
class Between(Demand):
    """Every known number lies in a range, both ends included."""

    low: int
    high: int
    expectation = "ExpectColumnValuesToBeBetween"

    def arguments(self) -> dict[str, object]:
        """Both ends."""
        return {"min_value": self.low, "max_value": self.high}


@dataclass(frozen=True)
class OneOf(Demand):
    """Every value is one of these, or is empty."""

    values: tuple[str, ...]
    expectation = "ExpectColumnValuesToBeInSet"

    def arguments(self) -> dict[str, object]:
        """The values."""
        return {"value_set": list(self.values)}


@dataclass(frozen=True)
class Holds(Demand):
    """A test of whole rows is true for every row; it needs `columns` besides the rule's own.

    The test is computed with pandas into a column of its own, of which the library expects nothing but True.
    """

    test: Test
    columns: tuple[str, ...] = ()
    expectation = "ExpectColumnValuesToBeInSet"

    def arguments(self) -> dict[str, object]:
        """True alone."""
        return {"value_set": [True]}


@dataclass(frozen=True)
class Rule:
    """One rule; `says` completes "3 contacts (ids): ..." and `remedy` tells a person what to do."""

    name: str
    severity: Severity
    column: str
    demand: Demand
    says: str
    remedy: str


def identity(column: str = "id") -> tuple[Rule, ...]:
    """Every row has an id, and no other row has it; without that nothing can be linked."""
    export = "Export or pull the data again; if it comes back like this, tell the support of that system."
    return (
        required(column),
        Rule("id_missing", "hard", column, Filled(), "there is no id", export),
        Rule("id_double", "hard", column, Unique(), "several rows have one id", export),
    )


def required(column: str) -> Rule:
    """The column has to be there."""
    says = f"the column {column} is missing"
    return Rule("column_missing", "hard", column, Present(), says, f"Check that the export holds a column {column}.")


def amount(column: str) -> tuple[Rule, ...]:
    """Money is there on every row, in whole minor units."""
    return (
        required(column),
        Rule(
            "amount_not_whole", "hard", column, WholeNumbers(), f"{column} is not in whole minor units",
            "This is a fault of the program, not of the data: report it.",
        ),
        Rule(
            "amount_unreadable", "hard", column, Filled(), f"{column} cannot be read as an amount of money",
            "Open these records in their system, correct the amount (digits, a point, two decimals) and pull again.",
        ),
    )  # fmt: skip


def known_tax_type(column: str, tax_types: tuple[str, ...]) -> tuple[Rule, ...]:
    """Tax types are those of the organisation; without a list of them nothing can be said."""
    if not tax_types:
        return ()
    remedy = "Add the tax rate in Xero or choose one of its tax rates on these records, then pull again."
    return (
        Rule(
            "tax_type_unknown", "hard", column, OneOf(tax_types), "the tax type is not one of Xero's tax rates", remedy
        ),
    )
