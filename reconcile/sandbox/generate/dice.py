"""Seeded chance for the sample organisation."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID, uuid5

T = TypeVar("T")

NAMESPACE = UUID("6f1c1f0e-3a0f-5b7c-9d51-0b8a3f1d2c44")


class Dice(random.Random):
    """Every draw of one world comes from dice that know their seed; nothing here is secret."""

    def __init__(self, seed: int, stream: str = "world") -> None:
        """Dice of different streams are independent, so that one part can grow without changing another."""
        super().__init__(f"{seed}/{stream}")
        self.origin = seed
        self.stream = stream

    def of(self, stream: str) -> "Dice":
        """Dice for one named part of the world."""
        return Dice(self.origin, f"{self.stream}/{stream}")

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.random() < probability

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, each as likely as the next."""
        return values[int(self.random() * len(values))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def guid(self, kind: str, number: int) -> str:
        """The lower-case GUID of the n-th record of a kind; the same for the same seed."""
        return str(uuid5(NAMESPACE, f"{self.origin}/{kind}/{number}"))
