"""A small organisation in a database of its own, and the page in front of it."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from reconcile.content import basis_hash
from reconcile.organisation_settings import OrganisationSettings
from reconcile.ports import Page
from reconcile.proposals import Candidate, Proposal, basis_of, proposal_id
from reconcile.records import Account, Contact, Entity, Organisation, Product, Record, System
from reconcile.settings import Settings
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store.confining import confine
from reconcile.store.engine import open_engine, require_current, writing
from reconcile.store.organisations import find_organisation, register_organisation
from reconcile.store.proposals import save_proposals
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, store_page
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors
from tests.databases import copy_folder, of_folder

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ACCOUNTS = (
    Account(id="A1", code="200", name="Sales", type="REVENUE", account_class="REVENUE", status="ACTIVE"),
    Account(id="A2", code="090", name="Bank", type="BANK", account_class="ASSET", status="ACTIVE"),
    Account(id="A3", code="404", name="Bank Fees", type="EXPENSE", account_class="EXPENSE", status="ACTIVE"),
    Account(id="A4", code="210", name="Old sales", type="REVENUE", account_class="REVENUE", status="ARCHIVED"),
)


class StandingClock:
    """A clock that moves one second with every look, so that what happens is in order."""

    def __init__(self) -> None:
        self._now = NOW

    def now(self) -> dt.datetime:
        self._now += dt.timedelta(seconds=1)
        return self._now

    def wait(self, seconds: float) -> None:
        self._now += dt.timedelta(seconds=seconds)


def open_organisation(folder: Path) -> Services:
    engine = open_engine(of_folder(folder))
    require_current(engine)
    clock = StandingClock()
    with writing(engine) as session:
        shown = Organisation(id="tenant-1", name="Acme Pools")
        org = find_organisation(session) or register_organisation(session, shown, clock.now())
    confine(engine, org.id)
    settings = Settings(_env_file=None, data_dir=folder, database_url=of_folder(folder))
    return Services(settings, engine, clock, org, 0, OrganisationSettings())


def mine(table: Any) -> Any:
    """The rows of the one organisation that these tests have."""
    return table.org_id == "acme-pools"


def fill(services: Services, system: System, entity: Entity, records: Sequence[Record]) -> None:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, services.clock.now())
        store_page(session, Scope(services.org_id, system, entity), seq, Page(tuple(records)))
        end_run(session, seq, services.clock.now(), {"stored": len(records)})


def suggest(
    org_id: str, entity: Entity, record: Record, candidates: Sequence[tuple[Record, float]], confidence: str = "review"
) -> Proposal:
    """A proposal as the engine makes it: the best candidate is suggested when it is likely."""
    basis = basis_of(basis_hash(record), *(basis_hash(other) for other, _ in candidates))
    likely = bool(candidates) and candidates[0][1] >= 0.5
    return Proposal(
        id=proposal_id(org_id, entity, "match", "pooltrackr", record.id, basis),
        entity=entity,
        system="pooltrackr",
        record_id=record.id,
        name=getattr(record, "name", ""),
        basis=basis,
        suggested="link" if likely else "create",
        suggested_id=candidates[0][0].id if likely else "",
        confidence=confidence,
        score=candidates[0][1] if candidates else None,
        reasons="same e-mail",
        candidates=tuple(Candidate(id=o.id, name=getattr(o, "name", ""), score=s) for o, s in candidates),
    )


def propose(services: Services, entity: Entity, proposals: Sequence[Proposal]) -> None:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "propose", services.new_id(), 0, services.clock.now())
        save_proposals(session, services.org_id, entity, ["match"], proposals, seq, services.clock.now())
        refresh_collisions(session, services.org_id, entity, seq, services.clock.now())
        end_run(session, seq, services.clock.now(), {"proposals": len(proposals)})


def people(prefix: str, count: int, name: str = "Person") -> list[Contact]:
    return [
        Contact(id=f"{prefix}{i}", name=f"{name} {i}", email=f"p{i}@example.com", mobile=f"0400 000 {i:03d}")
        for i in range(1, count + 1)
    ]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six contacts a side: 1 to 4 fit, 5 wants the partner of 4, 6 fits nobody; a product each."""
    folder = tmp_path_factory.mktemp("prepared")
    opened = open_organisation(folder)
    left, right = people("C", 6), people("X", 6)
    fill(opened, "pooltrackr", "contacts", left)
    fill(opened, "xero", "contacts", right)
    fill(opened, "xero", "accounts", ACCOUNTS)
    fill(opened, "pooltrackr", "products", [Product(id="PR1", code="CHL", name="Chlorine", category="Chemicals")])
    fill(opened, "xero", "products", [Product(id="I1", code="CHL", name="Chlorine")])
    org = opened.org_id
    proposals = [suggest(org, "contacts", left[i], [(right[i], 0.99 - i / 100)], "auto") for i in range(4)]
    proposals.append(suggest(org, "contacts", left[4], [(right[3], 0.7), (right[4], 0.6)]))
    proposals.append(suggest(org, "contacts", left[5], []))
    propose(opened, "contacts", proposals)
    opened.close()
    return folder


@pytest.fixture
def services(prepared: Path, tmp_path: Path) -> Iterator[Services]:
    """A copy of the prepared organisation."""
    copy_folder(prepared, tmp_path)
    opened = open_organisation(tmp_path)
    yield opened
    opened.close()


class Visitor:
    """A browser without a screen: sends requests to the application, keeps its cookies, follows nothing."""

    def __init__(self, app: FastAPI, address: tuple[str, int], *, surviving: bool = False) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app=app, client=address, raise_app_exceptions=not surviving)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self.cookies = self._client.cookies

    def get(self, path: str, **options: object) -> httpx.Response:
        return self._loop.run_until_complete(self._client.get(path, **options))

    def post(self, path: str, **options: object) -> httpx.Response:
        return self._loop.run_until_complete(self._client.post(path, **options))

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


Opener = Callable[..., Visitor]


@pytest.fixture
def client_of(services: Services) -> Iterator[Opener]:
    """Opens a visitor; ``doors`` say who is let in, ``address`` where the visitor comes from.

    A ``surviving`` one is shown what the page answers to a mistake of the program, as a browser is.
    """
    opened: list[Visitor] = []

    def make(
        doors: Doors | None = None, address: tuple[str, int] = ("127.0.0.1", 50000), *, surviving: bool = False
    ) -> Visitor:
        app = create_app(Desk(services, doors or Doors(by="Anna")))
        opened.append(Visitor(app, address, surviving=surviving))
        return opened[-1]

    yield make
    for visitor in opened:
        visitor.close()


@pytest.fixture
def client(client_of: Opener) -> Visitor:
    """Anna's browser on this machine."""
    return client_of()


def token_of(client: Visitor, path: str = "/configure") -> str:
    """The token that the page's own forms carry."""
    return client.get(path).text.split('name="token" value="')[1].split('"')[0]
