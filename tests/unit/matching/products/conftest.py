"""The made-up price books of the benchmarks, for tests too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from tests.unit.matching.made_up import load_benchmark


@dataclass
class Books:
    """Two price books and the true pairs."""

    left: pd.DataFrame
    right: pd.DataFrame
    truth: set[tuple[str, str]]


def _framed(make: Callable[..., Any]) -> Callable[..., Books]:
    def framed(*arguments: Any, **options: Any) -> Books:
        left, right, truth = make(*arguments, **options)
        return Books(pd.DataFrame(left), pd.DataFrame(right), truth)

    return framed


@pytest.fixture(scope="session")
def make_pool_books() -> Callable[..., Books]:
    """Builds a pool shop's books from a seed."""
    return _framed(load_benchmark("price_books").pool_books)


@pytest.fixture(scope="session")
def make_part_books() -> Callable[..., Books]:
    """Builds spare part books from a seed."""
    return _framed(load_benchmark("price_books").part_books)
