"""A migrated database of its own for each test, with one organisation."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reconcile.store import tables
from reconcile.store.engine import open_engine, require_current, writing

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path, fresh_database: Callable[[Path], str]) -> Iterator[Engine]:
    opened = open_engine(fresh_database(tmp_path))
    require_current(opened)
    with writing(opened) as session:
        session.add(tables.Organisation(id="org", name="Org", xero_tenant_id="t1", created_at=NOW))
    yield opened
    opened.dispose()
