"""Every source and sink, opened on the same sample organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.records import Entity
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.settings import Settings

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ENTITIES: dict[str, tuple[Entity, ...]] = {
    "xero": ("contacts", "products", "invoices", "payments", "accounts", "tax_rates", "credits"),
    "pooltrackr": ("contacts", "pools", "products", "invoices", "payments"),
    "csv": ("contacts", "pools", "products", "invoices", "payments"),
}


class Clock:
    """The machine's clock, which never has to wait: the sandbox announces enough room."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        raise AssertionError(f"nothing here should have to wait {seconds} s")


@dataclass(frozen=True)
class Subject:
    """One system under test."""

    name: str
    client: Any
    served: Served

    @property
    def entities(self) -> tuple[Entity, ...]:
        return ENTITIES[self.name]

    def all_of(self, entity: Entity, since: datetime | None = None) -> list[Any]:
        return [record for page in self.client.pages(entity, since) for record in page.records]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve_in_thread(SAMPLES) as served:
        served.world.settings.limits.minute = 100_000
        served.world.settings.limits.day = 100_000
        yield served


def _open(name: str, served: Served, folder: Path) -> Subject:
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        xero_api_url=served.xero_api_url,
        xero_identity_url=served.xero_identity_url,
        xero_client_id="app",
        xero_client_secret="secret",
        pooltrackr_url=str(SAMPLES / "pooltrackr") if name == "csv" else served.pooltrackr_url,
        pooltrackr_token="token",
    )
    client = open_xero(settings, Clock()) if name == "xero" else open_pooltrackr(settings, Clock())
    return Subject(name, client, served)


@pytest.fixture(scope="module", params=["xero", "pooltrackr", "csv"])
def source(request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:
    subject = _open(request.param, served, tmp_path_factory.mktemp(request.param))
    yield subject
    subject.client.close()


@pytest.fixture(scope="module", params=["xero", "pooltrackr"])
def sink(request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory) -> Any:
    subject = _open(request.param, served, tmp_path_factory.mktemp(request.param))
    yield subject
    subject.client.close()
