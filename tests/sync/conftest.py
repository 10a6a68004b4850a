"""A small business in both systems behind real HTTP, everything linked, and the nights as short verbs."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from reconcile.decisions import DecisionRow
from reconcile.organisation_settings import OrganisationSettings
from reconcile.proposals import Proposal
from reconcile.records import Entity
from reconcile.sandbox.edits import edit_pooltrackr, edit_xero, merge_contacts
from reconcile.sandbox.server import serve_in_thread
from reconcile.sandbox.world import World
from reconcile.settings import Settings
from reconcile.stages.decide import Decided, decide_rows
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.push import push_entity
from reconcile.stages.services import Services, open_services
from reconcile.store import tables
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.flags import standing_flags
from reconcile.store.organisations import save_settings
from reconcile.store.proposals import current_proposals
from reconcile.store.runs import end_run, start_run
from tests import databases

PEOPLE = ("Ann Lee", "Bob Marsh", "Cy Oates", "Dee Park", "Eve Quill", "Flo Reid")
CONTACT = ("id", "name", "first_name", "last_name", "email", "phone", "mobile", "street", "suburb", "state", "postcode")


class MovingClock:
    """The machine's clock, which can be moved; waiting moves it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class Business:
    """Both sandboxes, the settings that point at them, and what people and nights do."""

    def __init__(self, sandbox: Any, settings: Settings) -> None:
        self.sandbox, self.settings, self.world = sandbox, settings, sandbox.world
        self.clock = MovingClock()

    @contextmanager
    def open(self) -> Iterator[Services]:
        with open_services(self.settings, clock=self.clock) as services:
            yield services

    @contextmanager
    def run(self, kind: str) -> Iterator[tuple[Services, int]]:
        with self.open() as services:
            with writing(services.engine) as session:
                seq = start_run(session, services.org_id, kind, services.new_id(), 0, services.clock.now())
            yield services, seq
            with writing(services.engine) as session:
                end_run(session, seq, services.clock.now(), {})

    def pull(self) -> None:
        with self.run("pull") as (services, seq):
            for system, entities in PULLED.items():
                for entity in entities:
                    pull_entity(services, seq, system, entity)

    def propose(self, entity: Entity = "contacts") -> dict[str, int]:
        with self.run("propose") as (services, seq):
            return propose_entity(services, seq, entity)

    def night(self) -> dict[str, int]:
        self.pull()
        return self.propose()

    def push(self) -> dict[str, Any]:
        with self.open() as services:
            return {system: push_entity(services, system, "contacts") for system in ("xero", "pooltrackr")}

    def proposals(self, *kinds: str) -> list[Proposal]:
        with self.open() as services, reading(services.engine) as session:
            return current_proposals(session, services.org_id, None, kinds)

    def flags(self, name: str) -> list[tuple[str, str, str]]:
        with self.open() as services, reading(services.engine) as session:
            return [(f.system, f.record_id, f.detail) for f in standing_flags(session, services.org_id, name=name)]

    def decide(self, choices: Sequence[tuple[Proposal, str, str]]) -> Decided:
        rows = [
            DecisionRow(row=n, proposal_id=p.id, basis=p.basis, decision=verdict, decision_xero_id=target)
            for n, (p, verdict, target) in enumerate(choices, start=2)
        ]
        with self.open() as services:
            return decide_rows(services, rows, Source("Ana", services.clock.now(), "test"))

    def configure(self, **changes: Any) -> None:
        with self.open() as services, writing(services.engine) as session:
            values = services.settings_of_org.model_dump() | changes
            wanted = OrganisationSettings.model_validate(values)
            save_settings(session, services.org_id, wanted, "Ana", services.clock.now())

    def link_everybody(self) -> None:
        self.night()
        mine = [p for p in self.proposals("match") if p.entity == "contacts" and p.system == "pooltrackr"]
        self.decide([(p, "link", p.record_id.replace("C", "X")) for p in mine])
        self.push()
        self.night()

    def links(self) -> dict[str, str]:
        with self.open() as services, reading(services.engine) as session:
            table = tables.Link
            rows = session.exec(select(table).where(table.org_id == services.org_id)).all()
            return {row.pooltrackr_id: row.xero_id for row in rows if row.closed_at is None}

    def writes(self) -> list[Any]:
        return [c for c in self.sandbox.calls if c.method not in ("GET", "HEAD") and "/connect/" not in c.path]

    def edit_pooltrackr(self, record_id: str, **changes: Any) -> None:
        edit_pooltrackr(self.world, "contacts", record_id, **changes)

    def edit_xero(self, record_id: str, **changes: Any) -> None:
        edit_xero(self.world, "contacts", record_id, **changes)

    def in_pooltrackr(self, number: int, **changes: Any) -> None:
        self.edit_pooltrackr(f"C{number}", **changes)

    def in_xero(self, number: int, **changes: Any) -> None:
        self.edit_xero(f"X{number}", **changes)

    def customers(self) -> list[str]:
        return sorted(self.world.pooltrackr.tables["contacts"].rows)

    def merge(self, loser: int, winner: int) -> None:
        merge_contacts(self.world, f"X{loser}", f"X{winner}")

    def pooltrackr_contact(self, number: int) -> dict[str, Any]:
        return dict(self.world.pooltrackr.tables["contacts"].rows[f"C{number}"].fields)

    def xero_contact(self, number: int) -> Any:
        return self.world.first_books.contacts.rows[f"X{number}"]


def write_world(folder: Path, people: Sequence[str] = PEOPLE) -> Path:
    """The same people in both systems, with ids that show who is who."""
    for system, letter in (("pooltrackr", "C"), ("xero", "X")):
        (folder / system).mkdir(parents=True, exist_ok=True)
        with (folder / system / "contacts.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(CONTACT)
            for n, name in enumerate(people, start=1):
                first, last = name.split()
                mail, phone = f"{first}.{last}@example.com".lower(), f"02 5550 {1000 + n}"
                mobile = f"0491 570 {100 + n}"
                home = (f"{n} Low St", "Nowra", "NSW", "2541")
                writer.writerow((f"{letter}{n}", name, first, last, mail, phone, mobile, *home))
    with (folder / "pooltrackr" / "pools.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "name", "street", "suburb", "state", "postcode", "contact_id"))
        writer.writerow(("L1", "Pool", "9 High St", "Nowra", "NSW", "2541", "C1"))
    return folder


@contextmanager
def serve_business(world: Path | World, folder: Path, database: str) -> Iterator[Business]:
    """A business on sandboxes of its own."""
    with serve_in_thread(world) as sandbox:
        settings = Settings(
            _env_file=None,
            data_dir=folder / "data",
            database_url=database,
            xero_api_url=sandbox.xero_api_url,
            xero_identity_url=sandbox.xero_identity_url,
            xero_client_id="id",
            xero_client_secret="secret",
            pooltrackr_url=sandbox.pooltrackr_url,
            pooltrackr_token="token",
        )
        yield Business(sandbox, settings)


@pytest.fixture
def make_business(tmp_path: Path) -> Iterator[Callable[..., Business]]:
    with ExitStack() as opened:

        def make(people: Sequence[str] = PEOPLE, world: Path | None = None) -> Business:
            world = world or write_world(tmp_path / "world", people)
            return opened.enter_context(serve_business(world, tmp_path, databases.fresh(tmp_path)))

        yield make


@dataclass(frozen=True)
class Prepared:
    """A business that everybody starts from: the folder that knows its database, both systems, how far time has gone."""

    folder: Path
    world: World
    ahead: timedelta


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Six customers, all linked; the systems agree on them."""
    folder = tmp_path_factory.mktemp("linked")
    world = write_world(folder / "world")
    with serve_business(world, folder, databases.of_folder(folder)) as made:
        made.link_everybody()
        return Prepared(folder, made.world, made.clock.ahead)


@pytest.fixture
def business(tmp_path: Path, prepared: Prepared) -> Iterator[Business]:
    """A copy of the prepared one."""
    database = databases.copy_folder(prepared.folder, tmp_path)
    with serve_business(deepcopy(prepared.world), tmp_path, database) as made:
        made.clock.ahead = prepared.ahead
        yield made
