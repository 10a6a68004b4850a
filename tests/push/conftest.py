"""Lets the tests of this folder import the parts that they share."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, fresh_database: Callable[[Path], str]) -> None:
    """Each test's folder names a database of its own, of the kind that is tested."""
    (tmp_path / "database_url").write_text(fresh_database(tmp_path))
