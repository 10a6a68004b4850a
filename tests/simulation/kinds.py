"""What can be approved about contacts, products and an e-mail address: each kind puts it into both systems."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from reconcile.content import basis_hash
from reconcile.decisions import Accepted
from reconcile.ports import Verb
from reconcile.proposals import Change, Proposal
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, Record, System
from reconcile.sandbox.pooltrackr import records as pooltrackr_records
from reconcile.sandbox.xero.records import Contact, Item
from reconcile.store import tables
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.outbox import stage
from reconcile.store.snapshots import Scope, current_record
from tests.simulation.scene import ORG, Approve, Scene


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


def decide(scene: Scene, session: Session, accepted: Accepted) -> None:
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


def put_pooltrackr(scene: Scene, entity: str, **fields: Any) -> str:
    made = pooltrackr_records.create(scene.sandbox.world.pooltrackr, entity, fields, scene.sandbox.world.clock.now_ms())
    return made.id


def put_xero_contact(scene: Scene, number: str) -> str:
    world = scene.sandbox.world
    contact = Contact(world.new_id(), world.clock.now_ms(), f"Xero Person {number}", email=f"x{number}@example.com")
    return world.first_books.contacts.put(contact).id


def create_in_xero(scene: Scene, number: str) -> Approve:
    """A Pooltrackr contact that is to be created in Xero."""
    mine = put_pooltrackr(scene, "contacts", name=f"Person {number}", emails=[f"p{number}@example.com"])
    proposal = _proposal(number, "contacts", "pooltrackr", mine)
    return lambda session: decide(scene, session, Accepted(proposal=proposal, verdict="create"))


def link(scene: Scene, number: str) -> Approve:
    """Two contacts that are to be linked: both are marked."""
    mine, theirs = put_pooltrackr(scene, "contacts", name=f"Person {number}"), put_xero_contact(scene, number)
    proposal = _proposal(number, "contacts", "pooltrackr", mine)
    return lambda session: decide(scene, session, Accepted(proposal=proposal, verdict="link", target_id=theirs))


def create_in_pooltrackr(scene: Scene, number: str) -> Approve:
    """A Xero contact that is to be created in Pooltrackr."""
    proposal = _proposal(number, "contacts", "xero", put_xero_contact(scene, number))
    return lambda session: decide(scene, session, Accepted(proposal=proposal, verdict="create"))


def update_price(scene: Scene, number: str) -> Approve:
    """A Pooltrackr product that is to take over Xero's price."""
    world = scene.sandbox.world
    product = put_pooltrackr(scene, "products", title=f"Chlorine {number}", sku=f"C{number}", price="10.00")
    item = Item(
        world.new_id(), world.clock.now_ms(), f"C{number}", f"Chlorine {number}", sales={"UnitPrice": Decimal(12)}
    )
    world.first_books.items.put(item)
    proposal = _proposal(number, "products", "xero", item.id, update=product, price="12")
    return lambda session: decide(scene, session, Accepted(proposal=proposal, verdict="update"))


def change_email(scene: Scene, number: str) -> Approve:
    """A Xero contact whose e-mail is to change; people change it too, and Xero keeps no version to state."""
    theirs = put_xero_contact(scene, number)

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


PLAIN_KINDS: dict[str, Callable[[Scene, str], Approve]] = {
    "create_in_xero": create_in_xero,
    "link": link,
    "create_in_pooltrackr": create_in_pooltrackr,
    "update_price": update_price,
    "change_email": change_email,
}
