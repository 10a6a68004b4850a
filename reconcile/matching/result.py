"""What the engine answers: the vocabulary shared by the contact model, the product model and their callers."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Decision = Literal["auto", "review", "no"]

PAIR_COLUMNS = ["left_id", "right_id", "score", "decision", "reasons", "against", "margin", "vetoes"]
CANDIDATE_COLUMNS = ["left_id", "rank", "right_id", "score", "reasons", "against", "vetoes"]
DUPLICATE_COLUMNS = ["group_id", "id", "score", "reasons", "differs"]


@dataclass(frozen=True)
class Memory:
    """What people have already said about pairs of these records.

    ``rejected`` holds (left_id, right_id) pairs that a person refused and whose records have not changed since (C24):
    such a pair is never suggested again.
    """

    rejected: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class MatchResult:
    """Suggested pairs, one to one, and the ranked alternatives.

    ``pairs`` has PAIR_COLUMNS, best first. ``score`` is the probability (0 to 1) that both records are the same thing;
    ``reasons`` and ``against`` are plain words, the three heaviest each, joined by "; "; ``margin`` is the distance in
    bits to the best other candidate of either record; ``vetoes`` names the vetoes that hold, joined by a space.
    ``candidates`` has CANDIDATE_COLUMNS: up to three per left record, rank 1 the best before assignment.
    """

    pairs: pd.DataFrame
    candidates: pd.DataFrame
