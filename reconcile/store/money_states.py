"""How far the proposals of invoices and payments have come."""

import json

from sqlmodel import Session, col, select

from reconcile.invoicing.report import Progress
from reconcile.store import tables
from reconcile.store.money_plans import MONEY

TROUBLE = ("failed", "conflict", "raced", "reconnect")


def read_progress(session: Session, org_id: str) -> dict[str, Progress]:
    """The standing decision and the state of its write, by proposal; a write in trouble counts before one that went well."""
    rows = session.exec(
        select(tables.Decision, tables.PushOperation)
        .join(tables.Proposal, col(tables.Proposal.id) == col(tables.Decision.proposal_id))
        .join(tables.PushOperation, col(tables.PushOperation.decision_id) == col(tables.Decision.id), isouter=True)
        .where(
            tables.Decision.org_id == org_id,
            col(tables.Decision.withdrawn_at).is_(None),
            col(tables.Proposal.entity).in_(MONEY),
            col(tables.Proposal.closed_at).is_(None),
        )
    )
    found: dict[str, Progress] = {}
    for decision, operation in rows:
        known = found.get(decision.proposal_id)
        if known is not None and known.problem:
            continue
        found[decision.proposal_id] = _progress(decision, operation)
    return found


def count_money(session: Session, org_id: str) -> dict[str, int]:
    """How many invoices and payments stood in each state when a run last counted them; empty before the first one."""
    table = tables.Run
    said = session.exec(
        select(table.counts)
        .where(table.org_id == org_id, col(table.counts).contains('"money":'))
        .order_by(col(table.seq).desc())
        .limit(1)
    ).first()
    states = json.loads(said)["money"] if said else {}
    return {
        f"{entity} {state}": sum(reasons.values())
        for entity, by_state in sorted(states.items())
        for state, reasons in sorted(by_state.items())
    }


def _progress(decision: tables.Decision, operation: tables.PushOperation | None) -> Progress:
    if operation is None:
        return Progress(decision.verdict)
    if operation.status in TROUBLE:
        return Progress(decision.verdict, operation.status, operation.problem, operation.remedy)
    return Progress(decision.verdict, operation.status)
