"""What a check has found: a rule that some rows of a frame do not keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["hard", "soft"]

NAMED = 5


@dataclass(frozen=True)
class Finding:
    """Rows of one frame that break one rule.

    ``hard`` stops the run; ``soft`` becomes a flag named by ``rule`` on each of ``record_ids``. ``message`` names the
    first rows and the remedy and holds no personal data; ``detail`` says the
    same of one row without naming any, for the flag on that row. ``count`` counts rows, ``record_ids`` holds each id once.
    """

    severity: Severity
    rule: str
    kind: str
    column: str
    record_ids: tuple[str, ...]
    count: int
    message: str
    detail: str = ""


def name_rows(ids: Sequence[str]) -> str:
    """The first ids of a list and how many more there are."""
    named = ", ".join(ids[:NAMED])
    return f"{named} and {len(ids) - NAMED} more" if len(ids) > NAMED else named


def capitalised(sentence: str) -> str:
    """The sentence with a capital at its beginning; the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
