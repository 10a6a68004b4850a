"""The sample organisation behind real HTTP, and services that talk to it; one pull and one proposal round for the module."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconcile.sandbox.server import serve_in_thread
from reconcile.settings import Settings
from reconcile.stages.check import check_current
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.report import ENTITIES, Reported, write_reports
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import writing
from reconcile.store.proposals import Saved
from reconcile.store.runs import start_run

SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"


class Organisation:
    """The sandbox, the settings that point at it, and the stages as short verbs."""

    def __init__(self, sandbox: Any, settings: Settings) -> None:
        self.sandbox, self.settings = sandbox, settings

    @contextmanager
    def open(self) -> Iterator[Services]:
        with open_services(self.settings) as services:
            yield services

    def pull(self) -> dict[tuple[str, str], Any]:
        with self.open() as services, run_of(services, "pull") as seq:
            pulled = {
                (system, entity): pull_entity(services, seq, system, entity)
                for system, entities in PULLED.items()
                for entity in entities
            }
            check_current(services, seq)
        return pulled

    def propose(self, *, anew: bool = False) -> dict[str, Saved]:
        with self.open() as services, run_of(services, "propose") as seq:
            counts = {entity: propose_entity(services, seq, entity, anew=anew) for entity in ENTITIES}
        return {entity: Saved(found["new"], found["kept"], found["closed"]) for entity, found in counts.items()}

    def report(self) -> Reported:
        with self.open() as services, run_of(services, "report") as seq:
            return write_reports(services, seq)

    def writes(self) -> list[Any]:
        return [
            call for call in self.sandbox.calls if call.method not in ("GET", "HEAD") and "/connect/" not in call.path
        ]


@contextmanager
def run_of(services: Services, kind: str) -> Iterator[int]:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, kind, services.new_id(), 0, services.clock.now())
    yield seq


@pytest.fixture(scope="module")
def make_organisation(
    tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]
) -> Iterator[Callable[..., Organisation]]:
    opened = []

    def make(world: Path = SAMPLES) -> Organisation:
        context = serve_in_thread(world)
        sandbox = context.__enter__()
        opened.append(context)
        settings = Settings(
            _env_file=None,
            data_dir=(folder := tmp_path_factory.mktemp("data")),
            database_url=fresh_database(folder),
            xero_api_url=sandbox.xero_api_url,
            xero_identity_url=sandbox.xero_identity_url,
            xero_client_id="id",
            xero_client_secret="secret",
            pooltrackr_url=sandbox.pooltrackr_url,
            pooltrackr_token="token",
        )
        return Organisation(sandbox, settings)

    yield make
    for context in opened:
        context.__exit__(None, None, None)
