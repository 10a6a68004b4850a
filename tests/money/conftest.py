"""Both systems behind real HTTP, with contacts and products linked, and a night of the money side as one verb."""

import csv
import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconcile.decisions import DecisionRow
from reconcile.organisation_settings import OrganisationSettings
from reconcile.ports import Write
from reconcile.records import Entity
from reconcile.sandbox.server import serve_in_thread
from reconcile.sandbox.settings import Limits
from reconcile.settings import Settings
from reconcile.stages.decide import decide_rows
from reconcile.stages.money import approve_money, follow_up, plan_money, pull_money, push_money
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.services import Services, SystemClock, open_services
from reconcile.store.decisions import Source
from reconcile.store.engine import writing
from reconcile.store.links import open_link
from reconcile.store.money_plans import MONEY, PUSHED
from reconcile.store.organisations import save_settings
from reconcile.store.runs import start_run

from .business import CONTACT, INVOICE, LINE, invoice_row
from .whole import files_whole

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
USUAL = {"xero_price_basis": "EX", "payment_account": "090", "default_invoice_status": "AUTHORISED"}
BOTH_POLICIES = {"clean_invoice": True, "paid_in_full": True}


class MovableClock(SystemClock):
    """The machine's clock, and the hours that a test lets pass at once."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Office:
    """The sandbox, and the stages of a night as short verbs."""

    def __init__(self, sandbox: Any, settings: Settings) -> None:
        self.sandbox, self.settings = sandbox, settings
        self.opened: list[Any] = []
        self.clock = MovableClock()

    @property
    def services(self) -> Services:
        """Open services, the same until the settings change."""
        if not self.opened:
            context = open_services(self.settings, clock=self.clock)
            self.opened = [context, context.__enter__()]
        services: Services = self.opened[1]
        return services

    def close(self) -> None:
        if self.opened:
            self.opened[0].__exit__(None, None, None)
        self.opened = []

    def configure(self, **changes: Any) -> None:
        with writing(self.services.engine) as session:
            chosen = OrganisationSettings.model_validate({**USUAL, **changes})
            save_settings(session, self.services.org_id, chosen, "test", self.services.clock.now())
        self.close()

    def pull_everything(self) -> None:
        seq = self.begin()
        for system, entities in PULLED.items():
            for entity in entities:
                pull_entity(self.services, seq, system, entity)

    def link(self, entity: Entity, *pairs: tuple[str, str]) -> None:
        with writing(self.services.engine) as session:
            for left, right in pairs:
                open_link(session, self.services.org_id, entity, left, right, "", "test", self.services.clock.now())

    def begin(self) -> int:
        at = self.services.clock.now()
        with writing(self.services.engine) as session:
            return start_run(session, self.services.org_id, "test", self.services.new_id(), 0, at)

    def plan(self) -> Any:
        seq = self.begin()
        pull_money(self.services, seq)
        return plan_money(self.services, seq)

    def push(self) -> dict[str, Any]:
        """Push what is approved, tell Pooltrackr, push that."""
        seq = self.begin()
        tallies = {f"{entity} to xero": push_money(self.services, "xero", entity) for entity in PUSHED}
        follow_up(self.services, seq)
        told = {f"{entity} to pooltrackr": push_money(self.services, "pooltrackr", entity) for entity in MONEY}
        return tallies | told

    def night(self) -> dict[str, Any]:
        """Plan, approve by policy, push, and plan again."""
        self.plan()
        return self.carry()

    def carry(self) -> dict[str, Any]:
        """Approve by policy what is planned, push, and plan again."""
        for entity in MONEY:
            approve_money(self.services, entity)
        tallies = self.push()
        self.plan()
        return tallies

    def decide(self, proposal: dict[str, str], verdict: str, target: str = "") -> Any:
        """A person's decision on one row of a report."""
        row = DecisionRow(
            row=2,
            proposal_id=proposal["proposal_id"],
            basis=proposal["basis"],
            decision=verdict,
            decision_xero_id=target,
        )
        return decide_rows(self.services, [row], Source("test", self.services.clock.now(), "csv"))

    def rows(self, entity: str = "invoices") -> dict[str, dict[str, str]]:
        """The report by record id; of several rows for one record the last."""
        key = {"invoices": "pooltrackr_id", "payments": "payment_id"}[entity]
        return {row[key]: row for row in files_whole(self.services)[entity]}

    def xero(self, entity: Entity, verb: Any, target_id: str = "", /, **body: Any) -> Any:
        return self.services.xero.send(Write(entity, verb, body, target_id=target_id))

    def pooltrackr(self, method: str, path: str, /, **body: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.sandbox.pooltrackr_url}/{path}",
            data=json.dumps(body).encode() if body else None,
            method=method,
            headers={"Authorization": "Bearer t", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def xero_invoices(self) -> dict[str, Any]:
        return {r.number: r for page in self.services.xero.pages("invoices") for r in page.records}

    def xero_payments(self) -> list[Any]:
        return [r for page in self.services.xero.pages("payments") for r in page.records]

    def writes(self, system: str = "") -> list[Any]:
        reads = ("GET", "HEAD")
        return [
            call
            for call in self.sandbox.calls
            if call.method not in reads and "/connect/" not in call.path and system in call.path
        ]


@pytest.fixture(scope="module")
def make_office(
    tmp_path_factory: pytest.TempPathFactory, fresh_database: Callable[[Path], str]
) -> Iterator[Callable[[Path], Office]]:
    opened: list[Any] = []
    offices: list[Office] = []

    def make(world: Path) -> Office:
        context = serve_in_thread(world)
        sandbox = context.__enter__()
        sandbox.world.settings.limits = Limits(minute=100_000, day=1_000_000)
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
        offices.append(Office(sandbox, settings))
        return offices[-1]

    yield make
    for office in offices:
        office.close()
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture(scope="module")
def read_truth() -> Callable[[str], list[tuple[str, str]]]:
    """The true pairs of the sample organisation."""

    def read(entity: str) -> list[tuple[str, str]]:
        with (SAMPLES / "truth" / f"{entity}.csv").open(encoding="utf-8-sig", newline="") as file:
            pairs = {row["right_id"]: row["left_id"] for row in csv.DictReader(file) if row["right_id"]}
        return [(left, right) for right, left in pairs.items()]

    return read


def write_rows(path: Path, header: str, *rows: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two customers, one linked to a live contact; one pool; nothing invoiced yet in Xero."""
    folder = tmp_path_factory.mktemp("world")
    write_rows(
        folder / "pooltrackr/contacts.csv",
        "id,name,email",
        "C1,Mary Smith,m@example.com",
        "C2,Joe Bloggs,j@example.com",
    )
    write_rows(
        folder / "pooltrackr/pools.csv",
        "id,contact_id,name,street,suburb,state,postcode,relationship",
        "P1,C1,Back pool,12 Palm St,Noosa,QLD,4567,owner",
    )
    write_rows(folder / "xero/contacts.csv", "id,name,email", f"{CONTACT},Mary Smith,m@example.com")
    return folder


@pytest.fixture
def office(make_office, world):
    """A fresh business with one invoice of 110.00 per key that a test asks for."""

    def open_with(*keys: str, **settings) -> Office:
        write_rows(world / "pooltrackr/invoices.csv", INVOICE, *(invoice_row(key) for key in keys))
        lines = [f"L{key},{key},,,Pool clean,1,110.00,true,10.00,110.00,,P1,service" for key in keys]
        write_rows(world / "pooltrackr/invoice_lines.csv", LINE, *lines)
        office = make_office(world)
        office.configure(**{"policies": BOTH_POLICIES, **settings})
        office.pull_everything()
        office.link("contacts", ("C1", CONTACT))
        return office

    return open_with
