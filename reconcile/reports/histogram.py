"""The geometry of a histogram of match scores; the page draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 20
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 190, 36, 26, 14


@dataclass(frozen=True)
class Bar:
    """One bar in picture units, and what it means in words."""

    x: float
    y: float
    width: float
    height: float
    meaning: str


@dataclass(frozen=True)
class Histogram:
    """A picture of WIDTH by HEIGHT; ``highest`` is the count at its top."""

    title: str
    highest: int
    bars: tuple[Bar, ...]


def bins_of(scores: Sequence[float]) -> tuple[int, ...]:
    """How many scores fall into each of BINS equal parts of 0 to 1; 1 belongs to the last."""
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, max(0, int(score * BINS)))] += 1
    return tuple(counts)


def histogram(scores: Sequence[float], title: str) -> Histogram:
    """The bars over 0 to 1, the highest reaching the top."""
    counts = bins_of(scores)
    highest = max([*counts, 1])
    step = (WIDTH - LEFT) / len(counts)
    return Histogram(title, highest, tuple(_bar(i, count, step, highest) for i, count in enumerate(counts)))


def _bar(index: int, count: int, step: float, highest: int) -> Bar:
    height = (HEIGHT - BOTTOM - TOP) * count / highest
    meaning = f"{index / BINS:.2f} to {(index + 1) / BINS:.2f}: {count}"
    return Bar(LEFT + index * step + 1, HEIGHT - BOTTOM - height, step - 2, height, meaning)
