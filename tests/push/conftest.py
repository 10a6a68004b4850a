"""Lets the tests of this folder import the parts that they share; leaves out the long ones unless they are asked for."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, fresh_database: Callable[[Path], str]) -> None:
    """Each test's folder names a database of its own, of the kind that is tested."""
    (tmp_path / "database_url").write_text(fresh_database(tmp_path))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked as soak in this folder runs with ``-m soak`` only; otherwise it is counted as deselected."""
    if "soak" in str(config.option.markexpr):
        return
    here = Path(__file__).parent
    long = [item for item in items if item.get_closest_marker("soak") and here in item.path.parents]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
