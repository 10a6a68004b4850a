"""Smaller and more unequal sets made of a labelled one: what is said of a set must not hang on its size or its share of pairs."""

import random
from collections.abc import Callable

from measuring import Labelled, Pair, Row

Subset = Callable[[Labelled, random.Random], Labelled]


def sampled(left: float, right: float) -> Subset:
    """Keeps these shares of the rows, each side on its own: partners get lost."""

    def subset(labelled: Labelled, dice: random.Random) -> Labelled:
        return paired(
            [row for row in labelled[0] if dice.random() < left],
            [row for row in labelled[1] if dice.random() < right],
            labelled[2],
        )

    return subset


def shared(share: float) -> Subset:
    """Takes one end away from all but this share of the true pairs."""

    def subset(labelled: Labelled, dice: random.Random) -> Labelled:
        gone: tuple[set[str], set[str]] = (set(), set())
        for pair in sorted(labelled[2]):
            if dice.random() >= share:
                side = dice.randrange(2)
                gone[side].add(pair[side])
        return paired(
            [row for row in labelled[0] if row["id"] not in gone[0]],
            [row for row in labelled[1] if row["id"] not in gone[1]],
            labelled[2],
        )

    return subset


def swapped(labelled: Labelled, _: random.Random) -> Labelled:
    """Left is right and right is left."""
    return labelled[1], labelled[0], {(right, left) for left, right in labelled[2]}


def paired(left: list[Row], right: list[Row], truth: set[Pair]) -> Labelled:
    """The rows with those true pairs of which both ends are there."""
    ids = {row["id"] for row in left}, {row["id"] for row in right}
    return left, right, {pair for pair in truth if pair[0] in ids[0] and pair[1] in ids[1]}


SUBSETS: dict[str, Subset] = {
    "swapped": swapped,
    "half of the rows": sampled(0.5, 0.5),
    "a quarter of the rows": sampled(0.25, 0.25),
    "half of the right side": sampled(1.0, 0.5),
    "a fifth of the right side": sampled(1.0, 0.2),
    "20 % in both": shared(0.2),
}
