"""Deactivating products that nothing in Xero answers to: approved as a whole, staged, and restorable (A41)."""

from collections.abc import Sequence

from sqlalchemy import insert
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
from reconcile.store.staging import stage

KIND = "deactivate"


def deactivate(session: Session, org_id: str, products: Sequence[Product], source: Source, run_seq: int) -> int:
    """Approve and stage the deactivation of some Pooltrackr products; returns how many."""
    for product in products:
        decision = _approve(session, org_id, product, "deactivate", source, run_seq)
        write = _switch(product, "deactivate", basis_hash(product))
        stage(session, org_id, decision, "", write, run_seq, source.at)
    record_event(session, org_id, source.at, source.by, "deactivated", "products", {"ids": [p.id for p in products]})
    return len(products)


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
            approval = _approve(session, org_id, product, "activate", source, run_seq)
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


def _approve(session: Session, org_id: str, product: Product, verb: Verb, source: Source, run_seq: int) -> str:
    """A closed proposal with the decision on it, so that the write has an approval like any other."""
    basis = basis_of(basis_hash(product))
    key = digest([org_id, KIND, verb, product.id, source.at.isoformat()])
    proposal = "P" + key[:15].upper()
    row: dict[str, object] = {
        "id": proposal,
        "org_id": org_id,
        "entity": "products",
        "kind": KIND,
        "system": "pooltrackr",
    }
    row |= {"record_id": product.id, "name": display_name(product), "basis": basis, "suggested": verb}
    row |= {"run_seq": run_seq, "created_at": source.at, "closed_at": source.at, "closed_because": f"{verb}d"}
    row |= {"suggested_id": "", "confidence": "", "reasons": "No product in Xero answers to it.", "against": ""}
    session.connection().execute(insert(tables.Proposal), [row | {"vetoes": "", "candidates": "[]", "changes": "[]"}])
    decision = tables.Decision(
        id="D" + key[15:35].upper(),
        org_id=org_id,
        proposal_id=proposal,
        verdict=verb,
        by=source.by,
        at=source.at,
        via=source.via,
        basis=basis,
        record_hash=basis_hash(product),
    )
    session.add(decision)
    session.flush()
    return decision.id
