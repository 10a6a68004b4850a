"""How far the proposals of invoices and payments have come."""

import json
from dataclasses import astuple

from sqlmodel import Session, col, select

from reconcile.content import digest
from reconcile.invoicing.report import Progress
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.decisions import ignored_records
from reconcile.store.money_plans import MONEY
from reconcile.store.sync_quiet import data_state

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


def shown_state(session: Session, org_id: str) -> str:
    """A fingerprint of what the reports of invoices and payments show beside the plans; 64 hex digits.

    The customers' records, the open proposals, what was decided on them and how far their writes have come.
    """
    progress = {key: astuple(how) for key, how in read_progress(session, org_id).items()}
    table = tables.Proposal
    proposals = session.exec(
        select(table.id).where(table.org_id == org_id, col(table.entity).in_(MONEY), col(table.closed_at).is_(None))
    ).all()
    systems: tuple[System, ...] = ("pooltrackr", "xero")
    ignored = [sorted(ignored_records(session, org_id, entity, system)) for entity in MONEY for system in systems]
    said: tuple[tuple[System, Entity], ...] = (("pooltrackr", "contacts"), ("pooltrackr", "payments"))
    return digest([progress, sorted(proposals), ignored, data_state(session, org_id, said)])


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
