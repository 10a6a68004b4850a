"""People who go on working while things are pushed."""

from collections.abc import Callable

from reconcile.errors import Conflict
from reconcile.sandbox import edits
from reconcile.store.decisions import withdraw_decision
from reconcile.store.engine import writing
from reconcile.store.outbox import send_again
from tests.simulation.hub import Hub
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
)
