"""The made-up pool business of the benchmarks, for tests too."""

from collections.abc import Callable

import pandas as pd
import pytest

from .made_up import load_benchmark

Sides = tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]


@pytest.fixture(scope="session")
def made_up() -> Callable[[int, int, float], Sides]:
    """Makes two sides and the true pairs from seed, size and overlap."""
    module = load_benchmark("pool_business")

    def make(seed: int, size: int, overlap: float) -> Sides:
        left, right, truth = module.pool_business(seed, size, overlap)
        return pd.DataFrame(left).fillna(""), pd.DataFrame(right).fillna(""), truth

    return make
