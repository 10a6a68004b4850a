"""Deactivating products that nothing in Xero answers to: approved as a whole, staged, and restorable (A41)."""

from collections.abc import Sequence

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from reconcile.content import basis_hash, digest
from reconcile.errors import Conflict
from reconcile.ports import Verb
from reconcile.proposals import basis_of
from reconcile.proposing import display_name
from reconcile.pushplan import PlannedWrite
from reconcile.records import Product
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.decisions import Source
from reconcile.store.links import open_links
from reconcile.store.review_waits import CLOSED_WAITING, wait_for_second, waiting_on
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.staging import stage
from reconcile.store.tables_review import SecondLook

KIND = "deactivate"


def deactivate(session: Session, org_id: str, products: Sequence[Product], source: Source, run_seq: int) -> int:
    """Approve and stage the deactivation of some Pooltrackr products; returns how many."""
    for product in products:
        proposal = _propose(session, org_id, product, "deactivate", source, run_seq)
        _switch_off(session, org_id, product, proposal, source, run_seq)
    record_event(session, org_id, source.at, source.by, "deactivated", "products", {"ids": [p.id for p in products]})
    return len(products)


def ask_to_deactivate(session: Session, org_id: str, products: Sequence[Product], source: Source, run_seq: int) -> int:
    """Keep the wish to deactivate some products until a second person has confirmed it; nothing is staged before."""
    wishes = [
        (_propose(session, org_id, product, "deactivate", source, run_seq, CLOSED_WAITING), product)
        for product in products
    ]
    waits = [(proposal, basis_of(basis_hash(product))) for proposal, product in wishes]
    return wait_for_second(session, org_id, waits, KIND, source, f"B{run_seq}")


def asked_for(session: Session, org_id: str) -> dict[str, str]:
    """The products whose deactivation waits for a second person, with the proposals that stand for it."""
    table = tables.Proposal
    query = select(table.record_id, table.id).where(
        table.org_id == org_id, table.kind == KIND, table.closed_because == CLOSED_WAITING
    )
    found = dict(session.exec(query).all())
    waiting = {look.proposal_id for look in waiting_on(session, list(found.values()))}
    return {record_id: proposal for record_id, proposal in found.items() if proposal in waiting}


def unfit_wishes(session: Session, org_id: str, looks: Sequence[SecondLook]) -> list[SecondLook]:
    """Those of some wishes that can be confirmed no more: the product changed, is gone, or was linked meanwhile."""
    products = _products_of(session, org_id, looks)
    linked = {link.pooltrackr_id for link in open_links(session, org_id, "products")} if looks else set()
    unfit = []
    for look in looks:
        product = products.get(look.proposal_id)
        if product is None or product.id in linked or basis_of(basis_hash(product)) != look.basis:
            unfit.append(look)
    return unfit


def carry_out_wishes(
    session: Session, org_id: str, looks: Sequence[SecondLook], sources: dict[str, Source], run_seq: int
) -> int:
    """Stage what a second person has confirmed; ``sources`` say by proposal who decided, and how it was confirmed."""
    products = _products_of(session, org_id, looks)
    for look in looks:
        source, product = sources[look.proposal_id], products[look.proposal_id]
        _switch_off(session, org_id, product, look.proposal_id, source, run_seq)
        session.connection().execute(
            update(tables.Proposal)
            .where(col(tables.Proposal.id) == look.proposal_id)
            .values(closed_because=f"{KIND}d", closed_at=source.at)
        )
        record_event(session, org_id, source.at, source.by, "deactivated", "products", {"ids": [product.id]})
    return len(looks)


def _products_of(session: Session, org_id: str, looks: Sequence[SecondLook]) -> dict[str, Product]:
    ids = {look.proposal_id: session.get_one(tables.Proposal, look.proposal_id).record_id for look in looks}
    records = current_records(session, Scope(org_id, "pooltrackr", "products"), sorted(set(ids.values())))
    known = {record.id: record for record in records if isinstance(record, Product)}
    return {proposal: known[record_id] for proposal, record_id in ids.items() if record_id in known}


def _switch_off(session: Session, org_id: str, product: Product, proposal: str, source: Source, run_seq: int) -> None:
    decision = _approve(session, org_id, product, "deactivate", proposal, source)
    stage(session, org_id, decision, "", _switch(product, "deactivate", basis_hash(product)), run_seq, source.at)


def restore(session: Session, org_id: str, source: Source, run_seq: int) -> int:
    """Bring back every product that was deactivated: what was not sent is withdrawn, what was is staged the other way.

    Raises Conflict while one of them is being sent, because nobody knows yet which of the two it is.
    """
    count = 0
    standing = deactivated(session, org_id)
    if any(operation.status == "sending" for operation in standing):
        raise Conflict("Products are being deactivated right now.", remedy="Try again in some minutes.")
    for operation in standing:
        decision = session.get_one(tables.Decision, operation.decision_id)
        if operation.status in ("staged", "failed", "conflict"):
            operation.status, operation.settled_at = "withdrawn", source.at
        else:
            product = Product(id=operation.target_id, name=operation.target_id)
            proposal = _propose(session, org_id, product, "activate", source, run_seq)
            approval = _approve(session, org_id, product, "activate", proposal, source)
            stage(session, org_id, approval, "", _switch(product, "activate", ""), run_seq, source.at)
        decision.withdrawn_at, decision.withdrawn_by = source.at, source.by
        session.add_all([operation, decision])
        count += 1
    session.flush()
    if count:
        record_event(session, org_id, source.at, source.by, "restored", "products", {"count": count})
    return count


def deactivated(session: Session, org_id: str) -> Sequence[tables.PushOperation]:
    """The deactivations that stand, sent or not."""
    table, decision = tables.PushOperation, tables.Decision
    query = (
        select(table)
        .join(decision, col(decision.id) == col(table.decision_id))
        .where(
            table.org_id == org_id,
            table.entity == "products",
            table.verb == "deactivate",
            table.status != "withdrawn",
            col(decision.withdrawn_at).is_(None),
        )
        .order_by(col(table.target_id))
    )
    return session.exec(query).all()


def _switch(product: Product, verb: Verb, basis: str) -> PlannedWrite:
    status = "inactive" if verb == "deactivate" else "active"
    return PlannedWrite(
        target="pooltrackr",
        entity="products",
        verb=verb,
        subject_id=f"{verb} {product.id}",
        target_id=product.id,
        expect={"status": status},
        basis=basis,
    )


def _propose(
    session: Session, org_id: str, product: Product, verb: Verb, source: Source, run_seq: int, closed_because: str = ""
) -> str:
    """A closed proposal for a decision to stand on, so that the write has an approval like any other."""
    key = digest([org_id, KIND, verb, product.id, source.at.isoformat()])
    row: dict[str, object] = {
        "id": "P" + key[:15].upper(),
        "org_id": org_id,
        "entity": "products",
        "kind": KIND,
        "system": "pooltrackr",
    }
    row |= {"record_id": product.id, "name": display_name(product), "basis": basis_of(basis_hash(product))}
    row |= {"suggested": verb, "closed_because": closed_because or f"{verb}d"}
    row |= {"run_seq": run_seq, "created_at": source.at, "closed_at": source.at}
    row |= {"suggested_id": "", "confidence": "", "reasons": "No product in Xero answers to it.", "against": ""}
    session.connection().execute(insert(tables.Proposal), [row | {"vetoes": "", "candidates": "[]", "changes": "[]"}])
    return str(row["id"])


def _approve(session: Session, org_id: str, product: Product, verb: Verb, proposal: str, source: Source) -> str:
    decision = tables.Decision(
        id="D" + digest([proposal, source.at.isoformat()])[:20].upper(),
        org_id=org_id,
        proposal_id=proposal,
        verdict=verb,
        by=source.by,
        at=source.at,
        via=source.via,
        basis=basis_of(basis_hash(product)),
        record_hash=basis_hash(product),
    )
    session.add(decision)
    session.flush()
    return decision.id
