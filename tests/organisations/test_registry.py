"""Each organisation has its own Pooltrackr, token, night and limits; an installation with one needs none of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from reconcile.clients.csv_export import CsvExport
from reconcile.connection import StoredConnection
from reconcile.errors import BadInput, NotReady, Parked, WrongTenant
from reconcile.nights import is_due, last_due, next_due
from reconcile.records import Organisation
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.settings import Settings
from reconcile.stages.overview import read_overview
from reconcile.stages.registering import all_registered, register, rest
from reconcile.stages.services import SystemClock, open_services, require_connection
from reconcile.store import tables
from reconcile.store.engine import open_engine, reading, writing
from reconcile.store.organisations import register_organisation

CLOCK = SystemClock()


@pytest.fixture
def served() -> Iterator[Served]:
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def settings(served: Served, tmp_path: Path, fresh_database: Callable[[Path], str]) -> Settings:
    """The environment of an installation with one organisation, as it was before there was a registry."""
    return Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        database_url=fresh_database(tmp_path),
        xero_api_url=served.xero_api_url,
        xero_identity_url=served.xero_identity_url,
        xero_client_id="id",
        xero_client_secret="secret",
        pooltrackr_url=served.pooltrackr_url,
        pooltrackr_token="token-of-the-environment",
    )


def add_second(settings: Settings, url: str, given: str = "token-of-second") -> None:
    """A second organisation as `orgs add` and `connect` leave it."""
    register(settings, CLOCK, "second", {"pooltrackr_url": url}, given, is_new=True)
    engine = open_engine(settings.database)
    with writing(engine) as session:
        register_organisation(session, Organisation(id="tenant-2", name="Second"), CLOCK.now(), "second")
    engine.dispose()


def first(settings: Settings) -> str:
    with open_services(settings) as services:
        require_connection(services)
        return services.org_id


def test_one_organisation_goes_on_from_the_environment_alone(settings: Settings) -> None:
    name = first(settings)
    (found,) = all_registered(settings)
    assert (found.id, found.pooltrackr_url, found.is_active, found.cron) == (name, "", True, "0 2 * * *")
    (line,) = read_overview(settings, CLOCK)
    assert line.pooltrackr == "as the environment says"


def test_the_environments_pooltrackr_belongs_to_the_first_organisation_only(settings: Settings, tmp_path: Path) -> None:
    name = first(settings)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contacts.csv").write_text("id,name\nC1,Ann\n")
    add_second(settings, str(tmp_path / "exports"))
    with open_services(settings, name) as services:
        require_connection(services)
    with open_services(settings, "second") as services:
        assert isinstance(services.pooltrackr, CsvExport)
    engine = open_engine(settings.database)
    with writing(engine) as session:
        register_organisation(session, Organisation(id="tenant-3", name="Third"), CLOCK.now(), "third")
    engine.dispose()
    with open_services(settings, "third") as services, pytest.raises(NotReady, match="third"):
        services.source("pooltrackr")


def test_the_token_is_encrypted_and_shown_nowhere(settings: Settings, served: Served, tmp_path: Path) -> None:
    first(settings)
    add_second(settings, served.pooltrackr_url, "s3cret-token")
    with open_services(settings, "second") as services:
        assert "s3cret" not in repr(services.pooltrackr.__dict__)
        services.source("pooltrackr")
        assert services.pooltrackr.account() == "PT-ORG-1"
    assert any(call.path.endswith("/organisation") for call in served.calls)
    engine = open_engine(settings.database)
    with reading(engine) as session:
        entry = session.get_one(tables.Registration, "second")
        audit = session.exec(select(tables.Audit.detail).where(tables.Audit.subject == "second")).all()
    engine.dispose()
    assert "s3cret" not in entry.pooltrackr_token_ciphertext + "".join(audit)
    assert "s3cret" not in repr(read_overview(settings, CLOCK))
    assert all(b"s3cret" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_token_that_opens_another_organisations_account_is_refused(settings: Settings, served: Served) -> None:
    first(settings)
    add_second(settings, served.pooltrackr_url)
    with open_services(settings, "second") as services:
        services.tokens.connect(StoredConnection("second", "client_credentials", served.world.tenant_id, "x"))
        services.org.xero_tenant_id = served.world.tenant_id
        with pytest.raises(WrongTenant, match="account PT-ORG-1"):
            require_connection(services)


def test_a_folder_of_exports_is_read_for_one_organisation_only(settings: Settings, tmp_path: Path) -> None:
    add_second(settings, str(tmp_path))
    with pytest.raises(BadInput, match="second"):
        register(settings, CLOCK, "third", {"pooltrackr_url": str(tmp_path)}, "", is_new=True)


def test_a_share_of_the_days_calls_parks_the_organisation(settings: Settings) -> None:
    name = first(settings)
    register(settings, CLOCK, name, {"calls_per_day": 3}, "", is_new=False)
    with open_services(settings, name) as services:
        services.xero.organisation()
        with pytest.raises(Parked, match="share"):
            services.xero.organisation()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("Second Pools", {"pooltrackr_url": "x"}),
        ("second", {"cron": "at night"}),
        ("second", {"pooltrackr_url": "http://example.com/v1"}),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_saved(settings: Settings, name: str, changes: dict[str, Any]) -> None:
    with pytest.raises((BadInput, NotReady)):
        register(settings, CLOCK, name, changes, "", is_new=True)
    assert all_registered(settings) == ()


def test_a_paused_organisation_is_known_and_not_active(settings: Settings) -> None:
    name = first(settings)
    rest(settings, CLOCK, name, is_paused=True)
    assert [found.is_active for found in all_registered(settings)] == [False]
    assert read_overview(settings, CLOCK)[0].next_night == "paused"
    rest(settings, CLOCK, name, is_paused=False)
    assert [found.is_active for found in all_registered(settings)] == [True]


def test_the_command_reads_the_token_from_a_pipe_and_lists_what_is_there(settings: Settings) -> None:
    name = first(settings)
    environment = os.environ | {
        f"RECONCILE_{key.upper()}": str(getattr(value, "get_secret_value", lambda value=value: value)())
        for key, value in settings.model_dump().items()
    }

    def call(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", "from cli.main import app; app()", "orgs", *arguments]
        return subprocess.run(words, env=environment, input=given, capture_output=True, text=True, check=False)

    url = "http://127.0.0.1:9/pooltrackr/v1"
    added = call("add", "second", "--pooltrackr-url", url, given="s3cret-token\n")
    assert (added.returncode, "reconcile connect --org second" in added.stdout) == (0, True), added.stderr
    shown = call()
    assert "not connected yet" in shown.stdout
    assert name in shown.stdout
    assert "s3cret" not in added.stdout + added.stderr + shown.stdout
    assert call("pause", "nobody").returncode == 2


def test_a_night_is_reckoned_in_the_organisations_zone_through_daylight_saving() -> None:
    def at(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]

    assert next_due("0 2 * * *", "Australia/Perth", at(2026, 11, 20, 12)) == at(2026, 11, 20, 18)
    assert next_due("0 2 * * *", "Australia/Sydney", at(2026, 11, 20, 12)) == at(2026, 11, 20, 15)
    assert last_due("30 2 * * *", "Australia/Sydney", at(2026, 10, 3, 20)) == at(2026, 10, 3, 16)  # skipped hour
    assert last_due("0 2 * * *", "Australia/Sydney", at(2026, 11, 20, 15)) == at(2026, 11, 20, 15)
    assert is_due("0 2 * * *", "Australia/Sydney", at(2026, 11, 20, 15) + timedelta(hours=3))
    assert not is_due("0 2 * * *", "Australia/Sydney", at(2026, 11, 20, 15) - timedelta(minutes=1))
