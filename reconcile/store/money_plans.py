"""Proposals of invoices and payments with the writes that their approval stages."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from reconcile.content import canonical, digest
from reconcile.errors import BadInput, Conflict
from reconcile.invoicing.suggest import Suggestion
from reconcile.proposals import Proposal
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity
from reconcile.store import tables
from reconcile.store.proposals import current_proposals
from reconcile.store.snapshots import CHUNK
from reconcile.store.tables_money import PlannedWrites

MONEY: tuple[Entity, ...] = ("invoices", "payments")
PUSHED: tuple[Entity, ...] = ("invoices", "payments", "bank_transactions")
KINDS = ["match", "update", "void"]
WRITING = ("create", "update", "void")
"""The verdicts on an invoice or payment that are carried out by what was planned for it."""


def busy_proposals(session: Session, org_id: str, entity: Entity) -> list[Proposal]:
    """The current proposals of which a write has been sent, or may have been."""
    table = tables.PushOperation
    ids = set(
        session.exec(
            select(tables.Decision.proposal_id)
            .join(table, col(table.decision_id) == col(tables.Decision.id))
            .join(tables.Proposal, col(tables.Proposal.id) == col(tables.Decision.proposal_id))
            .where(
                table.org_id == org_id,
                tables.Proposal.entity == entity,
                (col(table.status) == "sending") | ((col(table.status) == "staged") & col(table.sent_at).is_not(None)),
            )
        )
    )
    return [p for p in current_proposals(session, org_id, entity, KINDS) if p.id in ids] if ids else []


def busy_subjects(session: Session, org_id: str) -> set[str]:
    """The records whose write has been sent, or may have been, and is not settled yet."""
    table = tables.PushOperation
    under_way = (col(table.status) == "sending") | ((col(table.status) == "staged") & col(table.sent_at).is_not(None))
    return set(session.exec(select(table.subject_id).where(table.org_id == org_id, under_way)))


def decided_proposals(session: Session, org_id: str) -> set[str]:
    """The open proposals on which a decision stands."""
    table = tables.Decision
    return set(
        session.exec(
            select(table.proposal_id)
            .join(tables.Proposal, col(tables.Proposal.id) == col(table.proposal_id))
            .where(
                table.org_id == org_id,
                tables.Proposal.org_id == org_id,
                col(tables.Proposal.closed_at).is_(None),
                col(table.withdrawn_at).is_(None),
            )
        )
    )


def undone_subjects(session: Session, org_id: str, entities: Sequence[Entity] = PUSHED) -> set[str]:
    """The records of both systems whose writes somebody had taken back: from then on a person decides about them, no policy."""
    taken_back = select(tables.Proposal.record_id).where(
        tables.Proposal.org_id == org_id,
        tables.Proposal.kind == "undo",
        col(tables.Proposal.entity).in_(list(entities)),
    )
    ids = [name.removeprefix("undo ") for name in session.exec(taken_back)]
    found: set[str] = set()
    for start in range(0, len(ids), CHUNK):
        table = tables.PushOperation
        query = select(table.subject_id, table.target_id).where(
            table.org_id == org_id, col(table.id).in_(ids[start : start + CHUNK])
        )
        found |= {name for pair in session.exec(query) for name in pair}
    return found - {""}


def store_writes(session: Session, suggestions: Sequence[Suggestion], now: datetime) -> None:
    """Store what the approval of each suggestion would write; what is stored already stays."""
    wanted = {s.proposal.id: s for s in suggestions}
    known: set[str] = set()
    ids = list(wanted)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        known |= set(session.exec(select(PlannedWrites.proposal_id).where(col(PlannedWrites.proposal_id).in_(chunk))))
    rows = [_row(wanted[key], now) for key in ids if key not in known]
    for start in range(0, len(rows), CHUNK):
        session.connection().execute(insert(PlannedWrites), rows[start : start + CHUNK])


def _row(suggestion: Suggestion, now: datetime) -> dict[str, object]:
    writes = [asdict(write) for write in suggestion.writes]
    return {
        "proposal_id": suggestion.proposal.id,
        "writes": canonical(writes),
        "sha256": digest(writes),
        "planned_at": now,
    }


def read_plans(session: Session, proposal_ids: Sequence[str]) -> dict[str, PlannedWrites]:
    """What was planned for some proposals, by proposal."""
    found: dict[str, PlannedWrites] = {}
    for start in range(0, len(proposal_ids), CHUNK):
        chunk = col(PlannedWrites.proposal_id).in_(proposal_ids[start : start + CHUNK])
        found |= {row.proposal_id: row for row in session.exec(select(PlannedWrites).where(chunk))}
    return found


def planned_writes(row: PlannedWrites | None, proposal: Proposal, verdict: str) -> tuple[PlannedWrite, ...]:
    """The writes that carry out a verdict on an invoice or payment: those that were planned, or none.

    Raises BadInput when the verdict asks for a write that was not planned since something holds it, Conflict when the
    stored plan is not the one that was made.
    """
    if verdict not in WRITING:
        return ()
    stored = json.loads(row.writes) if row else []
    if row is not None and digest(stored) != row.sha256:
        raise Conflict(f"The plan of {proposal.id} is not what was approved.", remedy="Run the reconciliation again.")
    if not stored:
        raise BadInput(
            f"{proposal.entity} {proposal.record_id} cannot be sent: it is held.",
            remedy="Decide link, skip or ignore; the invoice report names the reason.",
        )
    return tuple(PlannedWrite(**write) for write in stored)
