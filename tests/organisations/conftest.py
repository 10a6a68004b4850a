"""The Prefect harness of the flows' tests, for these too; what is marked as soak runs with ``-m soak`` only."""

from pathlib import Path

import pytest

from tests.flows.conftest import prefect_harness

__all__ = ["prefect_harness"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests are counted as deselected otherwise."""
    if "soak" in str(config.option.markexpr):
        return
    long = [item for item in items if item.get_closest_marker("soak") and HERE in item.path.parents]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
