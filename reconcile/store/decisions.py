"""Decisions: what the rules need to know, and storing what they accepted together with the writes that follow.

A decision, the link it makes and the operations it stages are one transaction: all of it stands, or none.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from reconcile.decisions import Accepted, DecisionRow, Situation
from reconcile.proposals import Proposal
from reconcile.proposing import basis_now, live_records
from reconcile.records import Entity, Record, System
from reconcile.store import tables
from reconcile.store.deciding import Deciding, Source
from reconcile.store.known_records import OTHER
from reconcile.store.links import linked
from reconcile.store.proposals import closed_reasons, current_proposals, to_proposal
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.taking_back import withdraw_decision

__all__ = [
    "ENTITIES",
    "OTHER",
    "Source",
    "Stands",
    "apply_decisions",
    "ignored_proposals",
    "ignored_records",
    "read_situation",
    "settled_proposals",
    "standing_decisions",
    "was_applied",
    "withdraw_decision",
]

ENTITIES: tuple[Entity, ...] = ("contacts", "products")


class Stands(NamedTuple):
    """A decision that nobody took back; ``fields`` are those that an update is limited to, separated by commas."""

    proposal_id: str
    verdict: str
    target_id: str
    fields: str


def read_situation(session: Session, org_id: str, rows: Sequence[DecisionRow]) -> Situation:
    """Everything that ``judge`` needs to know about the present state."""
    proposals = {p.id: p for p in current_proposals(session, org_id)}
    named = [row.proposal_id for row in rows]
    entities = {*ENTITIES, *(proposals[key].entity for key in named if key in proposals)}
    records = {
        (system, entity): live_records(current_records(session, Scope(org_id, system, entity)), system)
        for entity in entities
        for system in OTHER
    }
    known = {*named, *proposals}
    decisions = [decision for decision in standing_decisions(session, org_id) if decision.proposal_id in known]
    return Situation(
        proposals=proposals,
        current_basis={key: _basis_now(proposals[key], records) for key in named if key in proposals},
        known_targets={entity: frozenset(records["xero", entity]) for entity in entities},
        holders={
            (entity, xero_id): pooltrackr_id
            for entity in entities
            for xero_id, pooltrackr_id in linked(session, org_id, entity).xero.items()
        },
        chosen={
            (proposals[d.proposal_id].entity, d.target_id): d.proposal_id
            for d in decisions
            if d.verdict == "link" and d.proposal_id in proposals
        },
        closed=closed_reasons(session, org_id, named),
        standing={d.proposal_id: (d.verdict, d.target_id) for d in decisions},
        standing_fields={d.proposal_id: tuple(d.fields.split(",")) for d in decisions if d.fields},
    )


def _basis_now(proposal: Proposal, records: dict[tuple[System, Entity], dict[str, Record]]) -> str:
    own, others = records[proposal.system, proposal.entity], records[OTHER[proposal.system], proposal.entity]
    return basis_now(proposal, own, others)


def settled_proposals(session: Session, org_id: str, entity: Entity) -> list[Proposal]:
    """The current proposals that somebody has decided on."""
    decided = select(tables.Decision.proposal_id).where(
        tables.Decision.org_id == org_id, col(tables.Decision.withdrawn_at).is_(None)
    )
    query = select(tables.Proposal).where(
        tables.Proposal.org_id == org_id,
        tables.Proposal.entity == entity,
        col(tables.Proposal.closed_at).is_(None),
        col(tables.Proposal.id).in_(decided),
    )
    return [to_proposal(row) for row in session.exec(query.order_by(col(tables.Proposal.id)))]


def standing_decisions(session: Session, org_id: str) -> list[Stands]:
    """The decisions that nobody took back."""
    table = tables.Decision
    query = select(table.proposal_id, table.verdict, table.target_id, table.fields)
    rows = session.exec(query.where(table.org_id == org_id, col(table.withdrawn_at).is_(None)))
    return [Stands(*row) for row in rows]


def was_applied(session: Session, org_id: str, sha256: str) -> bool:
    """Whether a decision file with these bytes has been applied before."""
    return session.get(tables.DecisionFile, (org_id, sha256)) is not None


def apply_decisions(session: Session, org_id: str, accepted: Sequence[Accepted], source: Source, run_seq: int) -> int:
    """Store decisions, links and staged writes; returns how many operations were staged.

    Raises TargetTaken when another decision was faster, Conflict when an earlier decision is being pushed right now.
    """
    staged = 0
    for batch in _batches(accepted):
        deciding = Deciding(session, org_id, batch, source)
        deciding.work_out()
        staged += deciding.store(run_seq)
    if source.sha256:
        session.add(
            tables.DecisionFile(
                org_id=org_id, sha256=source.sha256, name=source.name, by=source.by, at=source.at, rows=len(accepted)
            )
        )
    return staged


def _batches(accepted: Sequence[Accepted]) -> Iterator[list[Accepted]]:
    """Decisions that can be worked out together: a second one on the same proposal takes the first one back."""
    batch: dict[str, Accepted] = {}
    for choice in accepted:
        if choice.proposal.id in batch:
            yield list(batch.values())
            batch = {}
        batch[choice.proposal.id] = choice
    if batch:
        yield list(batch.values())


def ignored_proposals(session: Session, org_id: str, entity: Entity) -> set[str]:
    """The proposals about linked records that somebody decided to ignore for good."""
    rows = session.exec(
        select(tables.Proposal.id)
        .join(tables.Decision, col(tables.Decision.proposal_id) == col(tables.Proposal.id))
        .where(
            tables.Proposal.org_id == org_id,
            tables.Proposal.entity == entity,
            tables.Proposal.kind != "match",
            tables.Decision.verdict == "ignore",
            col(tables.Decision.withdrawn_at).is_(None),
        )
    )
    return set(rows)


def ignored_records(session: Session, org_id: str, entity: Entity, system: System) -> set[str]:
    """The records that somebody decided to ignore for good."""
    rows = session.exec(
        select(tables.Proposal.record_id)
        .join(tables.Decision, col(tables.Decision.proposal_id) == col(tables.Proposal.id))
        .where(
            tables.Proposal.org_id == org_id,
            tables.Proposal.entity == entity,
            tables.Proposal.system == system,
            tables.Proposal.kind == "match",
            tables.Decision.verdict == "ignore",
            col(tables.Decision.withdrawn_at).is_(None),
        )
    )
    return set(rows)
