"""What is there before a run: two small systems, their snapshot, and approved writes of every kind."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, create_engine, select

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.content import basis_hash
from reconcile.decisions import Accepted
from reconcile.ports import Verb
from reconcile.proposals import Change, Proposal
from reconcile.pushplan import PlannedWrite
from reconcile.records import SYSTEMS, Entity, Organisation, Record, System
from reconcile.sandbox.clock import Clock
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.ids import seeded_ids
from reconcile.sandbox.pooltrackr import records as pooltrackr_records
from reconcile.sandbox.world import empty_world
from reconcile.sandbox.xero.records import Contact, Invoice, Item
from reconcile.settings import Settings
from reconcile.store import tables
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.engine import _prepare_sqlite, migrate, reading, writing
from reconcile.store.organisations import register_organisation
from reconcile.store.outbox import stage
from reconcile.store.runs import start_run
from reconcile.store.snapshots import Page, Scope, current_record, store_page
from tests.simulation.hub import START, Hub, SimulatedClock
from tests.simulation.wire import Wire

HOST = "http://127.0.0.1:9"
SETTINGS = Settings(
    _env_file=None,
    data_dir=Path("/nonexistent"),
    xero_api_url=f"{HOST}/api.xro/2.0",
    xero_identity_url=HOST,
    xero_client_id="app",
    xero_client_secret="secret",
    pooltrackr_url=f"{HOST}/pooltrackr/v1",
    pooltrackr_token="token",
)
ORG = "org"
PULLED: tuple[Entity, ...] = ("contacts", "products")


@cache
def _empty_database() -> bytes:
    engine = _memory()
    migrate(engine)
    register(engine)
    return _raw(engine).serialize()


def register(engine: Engine) -> None:
    """Enter the one organisation."""
    with writing(engine) as session:
        register_organisation(session, Organisation(id="tenant", name="Org"), START, ORG)


@cache
def shared_engine() -> Engine:
    """One database in memory for all runs of this process; ``fresh_database`` empties it."""
    return _memory()


def _memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _prepare_sqlite(engine)
    return engine


def _raw(engine: Engine) -> sqlite3.Connection:
    with engine.connect() as connection:
        found: Any = connection.connection.driver_connection
    return found


def fresh_database() -> Engine:
    """An empty database with one organisation."""
    engine = shared_engine()
    _raw(engine).deserialize(_empty_database())
    return engine


Approve = Callable[[Session], None]
"""Gives one approval, in the session of its transaction."""


@dataclass
class Scene:
    """One run's systems, database and approvals."""

    hub: Hub
    wire: Wire
    sandbox: Sandbox
    engine: Engine
    proposals: list[str] = field(default_factory=list)
    edits: list[tuple[datetime, str, str, tuple[str, ...]]] = field(default_factory=list)
    source_changes: dict[str, datetime] = field(default_factory=dict)
    withdrawals: dict[str, datetime] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    windows: int = 0

    def operations(self) -> list[tables.PushOperation]:
        """The whole outbox."""
        with reading(self.engine) as session:
            return list(session.exec(select(tables.PushOperation)))

    def has_work(self, target: System, now: datetime) -> bool:
        """Whether a claim could find anything: a cheap look that spares most of the idle ones."""
        table = "SELECT 1 FROM push_operation WHERE target = ? AND (status = 'staged' OR status = 'sending' AND lease_until < ?)"
        moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")
        return _raw(self.engine).execute(table, (target, moment)).fetchone() is not None

    def pull(self, system: System, entities: Sequence[Entity], run_seq: int) -> None:
        """Store what a system says now, without faults."""
        rate, self.wire.fault_rate = self.wire.fault_rate, 0.0
        opener: Callable[..., Any] = open_xero if system == "xero" else open_pooltrackr
        wire = self.wire.transport("pull", lambda: (START, START))
        client = opener(SETTINGS, SimulatedClock(self.hub), transport=wire)
        for entity in entities:
            for page in client.pages(entity):
                with writing(self.engine) as session:
                    store_page(session, Scope(ORG, system, entity), run_seq, Page(page.records))
        client.close()
        self.wire.fault_rate = rate


def build(hub: Hub, size: int, fault_rate: float) -> Scene:
    """A scene of so many approvals, chosen by the dice."""
    return build_from(hub, hub.rng.choices(list(KINDS), [2, 2, 1, 1, 4, 3], k=size), fault_rate)


def build_from(hub: Hub, kinds: Sequence[str], fault_rate: float) -> Scene:
    """A scene of these approvals."""
    clock = Clock(source=lambda: hub.now)
    sandbox = Sandbox(empty_world(clock, seeded_ids(hub.seed)), sleep=hub.pause)
    engine = fresh_database()
    scene = Scene(hub, Wire(hub, sandbox, fault_rate), sandbox, engine)
    plans = stock(scene, kinds)
    scene.wire.watch()
    for system in SYSTEMS:
        scene.pull(system, PULLED, 1)
    with writing(engine) as session:
        for plan in plans:
            plan(session)
    hub.note("scene", ", ".join(kinds))
    return scene


def stock(scene: Scene, kinds: Sequence[str]) -> list[Approve]:
    """Put into both systems what some approvals are about; each is given once the systems have been pulled."""
    with writing(scene.engine) as session:
        start_run(session, ORG, "pull", "R1", 0, scene.hub.now)
    return [KINDS[kind](scene, f"{number}") for number, kind in enumerate(kinds)]


def _propose(scene: Scene, session: Session, proposal: Proposal) -> None:
    scene.proposals.append(proposal.id)
    session.add(
        tables.Proposal(
            **{name: getattr(proposal, name) for name in ("id", "entity", "kind", "system", "record_id", "basis")},
            org_id=ORG,
            suggested=proposal.suggested,
            run_seq=1,
            created_at=scene.hub.now,
        )
    )
    session.flush()


def _decide(scene: Scene, session: Session, accepted: Accepted) -> None:
    _propose(scene, session, accepted.proposal)
    apply_decisions(session, ORG, [accepted], Source("ann", scene.hub.now, "csv"), 1)


def _proposal(
    number: str, entity: Entity, system: System, record_id: str, *, update: str = "", price: str = ""
) -> Proposal:
    return Proposal(
        id=f"P{number}",
        entity=entity,
        system=system,
        record_id=record_id,
        name="",
        basis="b",
        kind="update" if update else "match",
        suggested_id=update,
        changes=(Change(field="price", old="", new=price),) if price else (),
    )


def _pooltrackr(scene: Scene, entity: str, **fields: Any) -> str:
    made = pooltrackr_records.create(scene.sandbox.world.pooltrackr, entity, fields, scene.sandbox.world.clock.now_ms())
    return made.id


def _xero_contact(scene: Scene, number: str) -> str:
    world = scene.sandbox.world
    contact = Contact(world.new_id(), world.clock.now_ms(), f"Xero Person {number}", email=f"x{number}@example.com")
    return world.first_books.contacts.put(contact).id


def create_in_xero(scene: Scene, number: str) -> Approve:
    """A Pooltrackr contact that is to be created in Xero."""
    mine = _pooltrackr(scene, "contacts", name=f"Person {number}", emails=[f"p{number}@example.com"])
    proposal = _proposal(number, "contacts", "pooltrackr", mine)
    return lambda session: _decide(scene, session, Accepted(proposal=proposal, verdict="create"))


def link(scene: Scene, number: str) -> Approve:
    """Two contacts that are to be linked: both are marked."""
    mine, theirs = _pooltrackr(scene, "contacts", name=f"Person {number}"), _xero_contact(scene, number)
    proposal = _proposal(number, "contacts", "pooltrackr", mine)
    return lambda session: _decide(scene, session, Accepted(proposal=proposal, verdict="link", target_id=theirs))


def create_in_pooltrackr(scene: Scene, number: str) -> Approve:
    """A Xero contact that is to be created in Pooltrackr."""
    proposal = _proposal(number, "contacts", "xero", _xero_contact(scene, number))
    return lambda session: _decide(scene, session, Accepted(proposal=proposal, verdict="create"))


def update_price(scene: Scene, number: str) -> Approve:
    """A Pooltrackr product that is to take over Xero's price."""
    world = scene.sandbox.world
    product = _pooltrackr(scene, "products", title=f"Chlorine {number}", sku=f"C{number}", price="10.00")
    item = Item(
        world.new_id(), world.clock.now_ms(), f"C{number}", f"Chlorine {number}", sales={"UnitPrice": Decimal(12)}
    )
    world.first_books.items.put(item)
    proposal = _proposal(number, "products", "xero", item.id, update=product, price="12")
    return lambda session: _decide(scene, session, Accepted(proposal=proposal, verdict="update"))


def pay_part(scene: Scene, number: str) -> Approve:
    """A part payment: the one thing in Xero that nothing but our own mark keeps from being entered twice."""
    world, contact = scene.sandbox.world, _xero_contact(scene, number)
    invoice = Invoice(
        world.new_id(),
        world.clock.now_ms(),
        "ACCREC",
        f"INV-{number}",
        contact,
        "AUTHORISED",
        date(2026, 1, 2),
        total=Decimal(100),
    )
    world.first_books.invoices.put(invoice)
    stamp = f"PT-Y{number}"
    body = {
        "Invoice": {"InvoiceID": invoice.id},
        "Account": {"Code": "090"},
        "Date": "2026-01-05",
        "Amount": 10,
        "Reference": stamp,
    }
    write = PlannedWrite(
        target="xero",
        entity="payments",
        verb="create",
        subject_id=f"Y{number}",
        stamp=stamp,
        body=body,
        expect={"reference": stamp, "amount": "10"},
    )
    return lambda session: _stage(scene, session, number, write)


def change_email(scene: Scene, number: str) -> Approve:
    """A Xero contact whose e-mail is to change; people change it too, and Xero keeps no version to state."""
    theirs = _xero_contact(scene, number)

    def approve(session: Session) -> None:
        record = current_record(session, Scope(ORG, "xero", "contacts"), theirs)
        assert record is not None
        email = f"new{number}@example.com"
        _stage(scene, session, number, _update(record, {"EmailAddress": email}, {"email": email}))

    return approve


def _update(record: Record, body: dict[str, str], expect: dict[str, str], verb: Verb = "update") -> PlannedWrite:
    return PlannedWrite(
        target="xero",
        entity="contacts",
        verb=verb,
        subject_id=f"S{record.id}",
        target_id=record.id,
        body=body,
        expect=expect,
        basis=basis_hash(record),
    )


def _stage(scene: Scene, session: Session, number: str, write: PlannedWrite) -> None:
    _propose(scene, session, _proposal(number, write.entity, "pooltrackr", write.subject_id, update="x"))
    session.add(
        tables.Decision(
            id=f"D{number}",
            org_id=ORG,
            proposal_id=f"P{number}",
            verdict="update",
            by="ann",
            at=scene.hub.now,
            via="csv",
            basis="b",
        )
    )
    session.flush()
    stage(session, ORG, f"D{number}", "", write, 1, scene.hub.now)


KINDS: dict[str, Callable[[Scene, str], Approve]] = {
    "create_in_xero": create_in_xero,
    "link": link,
    "create_in_pooltrackr": create_in_pooltrackr,
    "update_price": update_price,
    "pay_part": pay_part,
    "change_email": change_email,
}
