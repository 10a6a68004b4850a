"""What a run begins with: everything of every kind is stocked, pulled, planned and approved once, and each run copies its share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlmodel import Session, col, func, select

from reconcile.records import SYSTEMS, Entity, System
from reconcile.sandbox.clock import Clock
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.ids import seeded_ids
from reconcile.sandbox.pooltrackr.account import Account
from reconcile.sandbox.table import Table
from reconcile.sandbox.world import World, empty_world
from reconcile.sandbox.xero.books import Books
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.engine import writing
from reconcile.store.runs import start_run
from tests.simulation import money_kinds
from tests.simulation.hub import Hub
from tests.simulation.kinds import PLAIN_KINDS, put_xero_contact
from tests.simulation.scene import ORG, Approve, Scene, as_bytes, fresh_database, open_database
from tests.simulation.wire import Wire

KINDS: dict[str, Callable[[Scene, str], Approve]] = {**PLAIN_KINDS, **money_kinds.MONEY_KINDS}
COPIES = 4  # as many approvals of one kind may be in one run
BEFORE: dict[System, tuple[Entity, ...]] = {
    "pooltrackr": ("contacts", "products", "invoices", "payments"),
    "xero": ("accounts", "tax_rates", "contacts", "products", "invoices", "payments"),
}
CHANGED: dict[System, tuple[Entity, ...]] = {"pooltrackr": ("invoices", "payments"), "xero": ()}
Pull = Callable[[System, Sequence[Entity], int], None]


def prepare(scene: Scene, names: Sequence[tuple[str, str]], pull: Pull) -> list["Slot"]:
    """Put into both systems what some approvals are about, pull, plan, and give them; a name is a kind and a number."""
    with writing(scene.engine) as session:
        start_run(session, ORG, "pull", "R1", 0, scene.hub.now)
    scene.stripe = put_xero_contact(scene, "Stripe")
    stocked = [_stock(scene, kind, number) for kind, number in names]
    _pull(pull, BEFORE, 1)
    with writing(scene.engine) as session:
        money_kinds.agree(scene, session)
    for change in scene.later:
        change()
    _pull(pull, CHANGED, 2)
    with writing(scene.engine) as session:
        money_kinds.plan(scene, session)
        slots = [_approve(scene, session, slot, approve) for slot, approve in stocked]
    for change in scene.afterwards:
        change()
    return slots


def _pull(pull: Pull, what: Mapping[System, Sequence[Entity]], run_seq: int) -> None:
    for system in SYSTEMS:
        if what[system]:
            pull(system, what[system], run_seq)


@dataclass(frozen=True)
class Slot:
    """One approval: the records of each table that it is about, and its proposals."""

    kind: str
    rows: Mapping[str, frozenset[str]]
    proposals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Template:
    """All of it: the database, the world, the moment, and the share of each approval."""

    database: bytes
    world: World
    now: datetime
    slots: Mapping[tuple[str, int], Slot]
    operations: Mapping[str, str]
    common: Mapping[str, frozenset[str]]
    doomed: frozenset[str]
    audited: int


def _stock(scene: Scene, kind: str, number: str) -> tuple[Slot, Approve]:
    before = _ids(scene.sandbox.world)
    approve = KINDS[kind](scene, number)
    after = _ids(scene.sandbox.world)
    return Slot(kind, {name: after[name] - before[name] for name in after}), approve


def _approve(scene: Scene, session: Session, slot: Slot, approve: Approve) -> Slot:
    known = len(scene.proposals)
    approve(session)
    return replace(slot, proposals=tuple(scene.proposals[known:]))


def _ids(world: World) -> dict[str, frozenset[str]]:
    return {name: frozenset(table.rows) for name, table in _tables(world).items()}


def _tables(world: World) -> dict[str, Table[Any]]:
    books = world.first_books
    found: dict[str, Table[Any]] = {
        f"xero {name}": getattr(books, name) for name in ("contacts", "items", "invoices", "payments")
    }
    return found | {f"pooltrackr {name}": table for name, table in world.pooltrackr.tables.items()}


@cache
def template() -> Template:
    """Made once per process."""
    hub = Hub(0)
    sandbox = Sandbox(empty_world(Clock(source=lambda: hub.now), seeded_ids(-1)), sleep=hub.pause)
    scene = Scene(hub, Wire(hub, sandbox, 0.0), sandbox, open_database())
    names = [(kind, copy) for kind in KINDS for copy in range(COPIES)]
    slots = prepare(scene, [(kind, str(number)) for number, (kind, _) in enumerate(names)], scene.pull)
    with writing(scene.engine) as session:
        rows = session.exec(
            select(tables.PushOperation.id, tables.Decision.proposal_id).join(
                tables.Decision, col(tables.Decision.id) == col(tables.PushOperation.decision_id)
            )
        ).all()
        audited = session.exec(select(func.max(tables.Audit.id))).one()
        if broken_seals(session, ORG):
            raise AssertionError("the audit trail does not hold to begin with")
    return Template(
        as_bytes(scene.engine),
        sandbox.world,
        hub.now,
        dict(zip(names, slots, strict=True)),
        dict(rows),
        {"xero contacts": frozenset({scene.stripe})},
        frozenset(scene.doomed),
        audited or 0,
    )


def build(hub: Hub, size: int, fault_rate: float) -> Scene:
    """A scene of so many approvals, chosen by the dice."""
    kinds = hub.rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=size)
    return build_from(
        hub, [kind for number, kind in enumerate(kinds) if kinds[:number].count(kind) < COPIES], fault_rate
    )


WEIGHTS = {
    "create_in_xero": 2,
    "link": 2,
    "create_in_pooltrackr": 1,
    "update_price": 1,
    "change_email": 3,
    "send_invoice": 3,
    "send_bad_invoice": 1,
    "void_invoice": 2,
    "update_invoice": 2,
    "pay_part": 3,
    "pay_twice": 2,
    "receive_payment": 1,
    "delete_payment": 1,
    "post_card_fee": 1,
}


def build_from(hub: Hub, kinds: Sequence[str], fault_rate: float) -> Scene:
    """A scene of these approvals."""
    whole = template()
    slots = [whole.slots[kind, kinds[:number].count(kind)] for number, kind in enumerate(kinds)]
    hub.now = whole.now
    sandbox = Sandbox(_share(hub, whole, slots), sleep=hub.pause)
    proposals = [proposal for slot in slots for proposal in slot.proposals]
    kept = [operation for operation, proposal in whole.operations.items() if proposal in proposals]
    shares = (whole.common, *(slot.rows for slot in slots))
    records = [record for share in shares for rows in share.values() for record in rows]
    scene = Scene(hub, Wire(hub, sandbox, fault_rate), sandbox, fresh_database(whole.database, kept, records))
    scene.proposals, scene.doomed, scene.audited = proposals, set(whole.doomed), whole.audited
    scene.wire.watch()
    hub.note("scene", ", ".join(kinds))
    return scene


def _share(hub: Hub, whole: Template, slots: Sequence[Slot]) -> World:
    """The world with nothing in it but what these approvals are about; records are never changed in place."""
    theirs, ours = whole.world.first_books, whole.world.pooltrackr
    books = Books(theirs.organisation, theirs.accounts, theirs.tax_rates)
    account = Account(numbers=dict(ours.numbers))
    world = World(
        {theirs.organisation.id: books}, account, new_id=seeded_ids(hub.seed), clock=Clock(source=lambda: hub.now)
    )
    wanted = [whole.common, *(slot.rows for slot in slots)]
    sources = _tables(whole.world)
    for name, table in _tables(world).items():
        rows = sources[name].rows
        table.fill(rows[key] for share in wanted for key in sorted(share.get(name, ())))
    return world
