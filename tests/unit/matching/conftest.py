"""The made-up pool business of the benchmarks, for tests too."""

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd
import pytest

Sides = tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]
SOURCE = Path(__file__).parents[3] / "benchmarks" / "match" / "pool_business.py"


@pytest.fixture(scope="session")
def made_up() -> Callable[[int, int, float], Sides]:
    """Makes two sides and the true pairs from seed, size and overlap."""
    spec = spec_from_file_location("pool_business", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)

    def make(seed: int, size: int, overlap: float) -> Sides:
        left, right, truth = module.pool_business(seed, size, overlap)
        return pd.DataFrame(left).fillna(""), pd.DataFrame(right).fillna(""), truth

    return make
