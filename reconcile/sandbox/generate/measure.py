"""How well suggested pairs agree with the truth of a sample organisation."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """Suggested pairs counted against the truth: `expected` true pairs, of the `suggested` ones `right` are true."""

    expected: int
    suggested: int
    right: int
    found: int

    @property
    def precision(self) -> float:
        """The share of suggestions that are right; 0 when nothing was suggested."""
        return self.right / self.suggested if self.suggested else 0.0

    @property
    def recall(self) -> float:
        """The share of true pairs that were found; 0 when there are none."""
        return self.found / self.expected if self.expected else 0.0


def measure(world: Path, entity: str, pairs: Iterable[Pair]) -> Agreement:
    """Compare pairs (Pooltrackr id, Xero id) of "contacts" or "products" with the world folder's truth.

    A duplicate inside one system is the same customer: a pair with either of the two is right, and found once.
    """
    left_first = _first_entries(world / "truth" / "duplicates_pooltrackr.csv", entity)
    right_first = _first_entries(world / "truth" / "duplicates_xero.csv", entity)
    truth = {(row["left_id"], row["right_id"]) for row in _read(world / "truth" / f"{entity}.csv")}
    suggested = [(left_first.get(left, left), right_first.get(right, right)) for left, right in pairs]
    right = [pair for pair in suggested if pair in truth]
    return Agreement(len(truth), len(suggested), len(right), len(set(right)))


def _first_entries(path: Path, entity: str) -> dict[str, str]:
    return {row["duplicate_id"]: row["id"] for row in _read(path) if row["entity"] == entity}


def _read(path: Path) -> list[dict[str, str]]:
    """The rows of a truth file; none when the world has no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
