"""People who go on working while things are pushed."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from reconcile.errors import Conflict
from reconcile.records import Entity
from reconcile.sandbox import edits
from reconcile.store.decisions import withdraw_decision
from reconcile.store.engine import writing
from reconcile.store.money_links import close_settled, note_agreed, tell_pooltrackr
from reconcile.store.outbox import send_again
from tests.simulation.hub import Hub
from tests.simulation.money_kinds import pay_by_hand, settle_by_hand
from tests.simulation.scene import ORG, Scene


def meddle(hub: Hub, scene: Scene) -> None:
    """One person does one thing."""
    hub.rng.choice(_DOINGS)(hub, scene)
    scene.wire.watch()


def _edit_xero(hub: Hub, scene: Scene, **changes: str) -> None:
    rows = list(scene.sandbox.world.first_books.contacts.rows)
    if rows:
        chosen = hub.rng.choice(rows)
        edits.edit_xero(scene.sandbox.world, "contacts", chosen, **changes)
        scene.edits.append((hub.now, "xero contacts", chosen, tuple(changes)))
        hub.note("person", f"edits {', '.join(changes)} of xero contact {chosen}")


def edit_phone(hub: Hub, scene: Scene) -> None:
    """A field that we do not write."""
    _edit_xero(hub, scene, account_number=f"A{hub.rng.randrange(10**6)}")


def edit_email(hub: Hub, scene: Scene) -> None:
    """A field that we may be about to write."""
    _edit_xero(hub, scene, email=f"person{hub.rng.randrange(1000)}@example.com")


def fill_number(hub: Hub, scene: Scene) -> None:
    """Another app fills the field that carries our mark."""
    _edit_xero(hub, scene, number=f"OTHER-{hub.rng.randrange(10**6)}")


def archive(hub: Hub, scene: Scene) -> None:
    """A contact is archived."""
    _edit_xero(hub, scene, status="ARCHIVED")


def edit_pooltrackr(hub: Hub, scene: Scene) -> None:
    """A Pooltrackr record is saved, with or without the field that we write."""
    entity = hub.rng.choice(["contacts", "products"])
    rows = list(scene.sandbox.world.pooltrackr.tables[entity].rows)
    if not rows:
        return
    chosen = hub.rng.choice(rows)
    options: dict[str, dict[str, str]] = {
        "contacts": {"category": "VIP", "xero_contact_id": "elsewhere"},
        "products": {"brand": "Aqua", "price": "11.00"},
    }
    name, value = hub.rng.choice(list(options[entity].items()))
    edits.edit_pooltrackr(scene.sandbox.world, entity, chosen, **{name: value})
    scene.edits.append((hub.now, f"pooltrackr {entity}", chosen, (name,)))
    hub.note("person", f"edits {name} of pooltrackr {entity} {chosen}")


def change_source(hub: Hub, scene: Scene) -> None:
    """A Pooltrackr contact changes and is pulled: what was approved of it no longer holds."""
    rows = list(scene.sandbox.world.pooltrackr.tables["contacts"].rows)
    if rows:
        chosen = hub.rng.choice(rows)
        edits.edit_pooltrackr(scene.sandbox.world, "contacts", chosen, abn="51824753556")
        scene.edits.append((hub.now, "pooltrackr contacts", chosen, ("abn",)))
        scene.wire.watch()
        scene.pull("pooltrackr", ["contacts"], 2)
        scene.source_changes[chosen] = hub.now
        hub.note("person", f"changes {chosen} in pooltrackr, and it is pulled")


def withdraw(hub: Hub, scene: Scene) -> None:
    """A decision is taken back, if it still can be."""
    chosen = hub.rng.choice(scene.proposals)
    try:
        with writing(scene.engine) as session:
            done = withdraw_decision(session, ORG, chosen, "ann", hub.now)
    except Conflict:
        hub.note("person", f"cannot withdraw {chosen} any more")
        return
    if done:
        scene.withdrawals[chosen] = hub.now
    hub.note("person", f"withdraws {chosen}: {done}")


def insist(hub: Hub, scene: Scene) -> None:
    """Whatever failed is to be sent again."""
    with writing(scene.engine) as session:
        count = send_again(session, ORG, [op.id for op in scene.operations()])
    hub.note("person", f"sends {count} again")


def _choose(hub: Hub, rows: Iterable[Any]) -> Any:
    found = list(rows)
    return hub.rng.choice(found) if found else None


def _note_edit(hub: Hub, scene: Scene, table: str, row: str, *names: str) -> None:
    scene.edits.append((hub.now, table, row, names))
    hub.note("person", f"edits {', '.join(names)} of {table} {row}")


def edit_invoice(hub: Hub, scene: Scene) -> None:
    """A label or a sum of an invoice is changed in Xero."""
    books = scene.sandbox.world.first_books
    chosen = _choose(hub, (i for i in books.invoices if i.status == "AUTHORISED"))
    if chosen is not None:
        changes: dict[str, str] = hub.rng.choice(
            [{"due_date": "2026-02-01"}, {"reference": "Mrs Smith's pool"}, {"total": "120", "total_tax": "10.91"}]
        )
        edits.edit_xero(scene.sandbox.world, "invoices", chosen.id, **changes)
        _note_edit(hub, scene, "xero invoices", chosen.id, *changes)


def pay_in_xero(hub: Hub, scene: Scene) -> None:
    """A customer's payment is entered in Xero by hand, in part or in full."""
    invoices = scene.sandbox.world.first_books.invoices
    chosen = _choose(hub, (i for i in invoices if i.status == "AUTHORISED" and i.due > 0))
    if chosen is not None:
        pay_by_hand(scene, chosen, min(chosen.due, hub.rng.choice([Decimal(5), Decimal(60), chosen.due])))
        _note_edit(hub, scene, "xero invoices", chosen.id, "paid")


def void_in_xero(hub: Hub, scene: Scene) -> None:
    """An invoice is voided in Xero by hand."""
    invoices = scene.sandbox.world.first_books.invoices
    chosen = _choose(hub, (i for i in invoices if i.status == "AUTHORISED" and not i.paid))
    if chosen is not None:
        edits.edit_xero(scene.sandbox.world, "invoices", chosen.id, status="VOIDED")
        _note_edit(hub, scene, "xero invoices", chosen.id, "status")


def delete_in_xero(hub: Hub, scene: Scene) -> None:
    """A payment is deleted in Xero by hand."""
    world = scene.sandbox.world
    chosen = _choose(hub, (p for p in world.first_books.payments if p.status == "AUTHORISED"))
    if chosen is not None:
        edits.edit_xero(world, "payments", chosen.id, status="DELETED")
        invoice = world.first_books.invoices.rows[chosen.invoice_id]
        settle_by_hand(scene, invoice, invoice.paid - chosen.amount, world.clock.now_ms())
        _note_edit(hub, scene, "xero payments", chosen.id, "status")
        _note_edit(hub, scene, "xero invoices", invoice.id, "paid")


def change_money_source(hub: Hub, scene: Scene) -> None:
    """An invoice or payment changes in Pooltrackr and is pulled: what was approved of it no longer holds."""
    entity: Entity = hub.rng.choice(["invoices", "payments"])
    chosen = _choose(hub, scene.sandbox.world.pooltrackr.tables[entity].rows)
    if chosen is None:
        return
    name, said = ("notes", "Gate code 12") if entity == "invoices" else ("date", "2026-01-06")
    edits.edit_pooltrackr(scene.sandbox.world, entity, chosen, **{name: said})
    scene.wire.watch()
    _note_edit(hub, scene, f"pooltrackr {entity}", chosen, name)
    scene.pull("pooltrackr", [entity], 2)
    scene.source_changes[chosen] = hub.now


def keep_books(hub: Hub, scene: Scene) -> None:
    """What the night does after a push: note what was carried out, and stage what tells Pooltrackr of it."""
    with writing(scene.engine) as session:
        close_settled(session, ORG, hub.now)
        note_agreed(session, ORG)
        told = tell_pooltrackr(session, ORG, 2, hub.now)
    hub.note("office", f"has {told} to tell")


_DOINGS: tuple[Callable[[Hub, Scene], None], ...] = (
    edit_phone,
    edit_email,
    edit_email,
    fill_number,
    archive,
    edit_pooltrackr,
    edit_pooltrackr,
    change_source,
    withdraw,
    insist,
    edit_invoice,
    edit_invoice,
    pay_in_xero,
    pay_in_xero,
    void_in_xero,
    delete_in_xero,
    change_money_source,
    keep_books,
)
