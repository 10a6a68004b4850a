"""What every test may use: golden files with an update switch, and a fresh database of the kind that is tested."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from reconcile.store.engine import open_engine, require_current

GOLDEN = Path(__file__).parent / "golden"
SERVER = "RECONCILE_TEST_DATABASE_URL"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked as soak runs with ``-m soak`` only; otherwise it is counted as deselected."""
    if "soak" in str(config.option.markexpr):
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with tests/golden/NAME, or write that file when asked to."""

    def check(name: str, found: bytes) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert found == path.read_bytes(), f"{name} changed; if that is meant, run pytest --update-golden"

    return check


@pytest.fixture(scope="session")
def fresh_database() -> Iterator[Callable[[Path], str]]:
    """The URL of a new database: SQLite in a folder, or on the server that RECONCILE_TEST_DATABASE_URL names."""
    if SERVER not in os.environ:
        numbers = count(1)
        yield lambda folder: f"sqlite:///{folder / f'review{next(numbers)}.db'}"
        return
    server = create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")
    made: list[str] = []
    try:
        yield lambda _folder: _on_server(server, made)
    finally:
        for name in reversed(made):
            _say(server, f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


def _on_server(server: Engine, made: list[str]) -> str:
    """A copy of a database with the newest tables, which takes a moment instead of a second."""
    prefix = f"reconcile_test_{os.getpid()}"
    template = f"{prefix}_template"
    if template not in made:
        _say(server, f"CREATE DATABASE {template}")
        made.append(template)
        engine = open_engine(_named(template))
        require_current(engine)
        engine.dispose()
    name = f"{prefix}_{len(made)}"
    _say(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    made.append(name)
    return _named(name)


def _named(name: str) -> str:
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


def _say(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.execute(text(statement))
