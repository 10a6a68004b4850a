"""What every test may use: golden files with an update switch, a fresh database of the kind that is tested, a Prefect."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import databases

# One commit has one result, on a slow machine too: the same examples in every run, none judged by its time.
# New examples are looked for by ``make soak``, which takes the profile "search".
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", settings.get_profile("suite"), derandomize=False, max_examples=1_000)
settings.load_profile("suite")

GOLDEN = Path(__file__).parent / "golden"


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
def prefect_harness() -> Iterator[None]:
    """A Prefect of its own for flows that run in the test's process; one for the whole session, its start takes a while."""
    settings = import_module("prefect.settings")  # only who needs it waits for it
    harness = import_module("prefect.testing.utilities").prefect_test_harness
    quiet = {
        settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        settings.PREFECT_LOGGING_TO_API_ENABLED: False,
        settings.PREFECT_SERVER_ANALYTICS_ENABLED: False,
    }
    with settings.temporary_settings(quiet), harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session", autouse=True)
def _tidy_server() -> Iterator[None]:
    """What was made on a database server is removed at the end."""
    yield
    databases.drop_all()


@pytest.fixture(scope="session")
def fresh_database() -> Callable[[Path], str]:
    """The URL of a new database: SQLite in a folder, or on the server that RECONCILE_TEST_DATABASE_URL names."""
    return databases.fresh
