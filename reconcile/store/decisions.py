"""Decisions: what the rules need to know, and storing what they accepted together with the writes that follow.

A decision, the link it makes and the operations it stages are one transaction: all of it stands, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import update
from sqlmodel import Session, col, select

from reconcile.content import basis_hash
from reconcile.decisions import Accepted, DecisionRow, Situation
from reconcile.errors import BadInput, Conflict
from reconcile.proposals import Proposal
from reconcile.proposing import basis_now, live_records
from reconcile.pushplan import PlannedWrite, plan_writes, unmark
from reconcile.records import Entity, Record, System
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.links import close_link, mark_stamped, open_link, open_links
from reconcile.store.money_plans import MONEY, planned_writes
from reconcile.store.outbox import stage, withdraw_staged
from reconcile.store.proposals import close_proposals, closed_reasons, current_proposals
from reconcile.store.snapshots import Scope, current_record, current_records
from reconcile.store.sync_bases import accept_difference, agree_on_link

ENTITIES: tuple[Entity, ...] = ("contacts", "products")
OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}


@dataclass(frozen=True)
class Source:
    """Who decided, when and through what; ``sha256`` and ``name`` are those of a decision file.

    ``proven`` says that the person had signed in, ``bulk`` that all of it was accepted at once.
    """

    by: str
    at: datetime
    via: str
    sha256: str = ""
    name: str = ""
    proven: bool = False
    bulk: bool = False


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
    decisions = _standing_on(session, org_id, named + list(proposals))
    return Situation(
        proposals=proposals,
        current_basis={p.id: _basis_now(p, records) for p in proposals.values() if p.entity in entities},
        known_targets={entity: frozenset(records["xero", entity]) for entity in entities},
        holders={
            (entity, link.xero_id): link.pooltrackr_id
            for entity in entities
            for link in open_links(session, org_id, entity)
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
    decided = {
        d.proposal_id
        for d in session.exec(
            select(tables.Decision).where(tables.Decision.org_id == org_id, col(tables.Decision.withdrawn_at).is_(None))
        )
    }
    return [p for p in current_proposals(session, org_id, entity) if p.id in decided]


def standing_decisions(session: Session, org_id: str) -> Sequence[tables.Decision]:
    """The decisions that nobody took back."""
    query = select(tables.Decision).where(tables.Decision.org_id == org_id, col(tables.Decision.withdrawn_at).is_(None))
    return session.exec(query).all()


def _standing_on(session: Session, org_id: str, proposal_ids: Sequence[str]) -> list[tables.Decision]:
    wanted = set(proposal_ids)
    return [row for row in standing_decisions(session, org_id) if row.proposal_id in wanted]


def was_applied(session: Session, org_id: str, sha256: str) -> bool:
    """Whether a decision file with these bytes has been applied before."""
    return session.get(tables.DecisionFile, (org_id, sha256)) is not None


def apply_decisions(session: Session, org_id: str, accepted: Sequence[Accepted], source: Source, run_seq: int) -> int:
    """Store decisions, links and staged writes; returns how many operations were staged.

    Raises TargetTaken when another decision was faster, Conflict when an earlier decision is being pushed right now.
    """
    staged = sum(_apply(session, org_id, choice, source, run_seq) for choice in accepted)
    if source.sha256:
        session.add(
            tables.DecisionFile(
                org_id=org_id, sha256=source.sha256, name=source.name, by=source.by, at=source.at, rows=len(accepted)
            )
        )
    return staged


def _apply(session: Session, org_id: str, choice: Accepted, source: Source, run_seq: int) -> int:
    choice = choice.narrowed()
    proposal = choice.proposal
    record, other = concerned_records(session, org_id, choice)
    decision = _decide(session, org_id, choice, source, record, other)
    link_id = _follow(session, org_id, choice, source, decision.id, record, other)
    writes: Sequence[PlannedWrite] = ()
    if proposal.entity in MONEY:
        writes = planned_writes(session, proposal, choice.verdict)
    elif choice.verdict == "unlink":
        writes = unmark(proposal.record_id, record, other)
    elif record is not None:
        writes = plan_writes(choice, record, other)
    for write in writes:
        stage(session, org_id, decision.id, link_id, write, run_seq, source.at)
    if choice.verdict == "link" and not writes:
        mark_stamped(session, link_id, source.at)
    return len(writes)


def concerned_records(session: Session, org_id: str, choice: Accepted) -> tuple[Record | None, Record | None]:
    """The records that a decision is about; only a link may be taken apart when one of them is gone."""
    proposal = choice.proposal
    own, others = proposal.system, OTHER[proposal.system]
    if choice.verdict == "unlink":
        return (
            _find(session, org_id, own, proposal.entity, proposal.record_id),
            _find(session, org_id, others, proposal.entity, proposal.suggested_id),
        )
    record = _record(session, org_id, own, proposal.entity, proposal.record_id)
    if choice.verdict == "link":
        return record, _record(session, org_id, others, proposal.entity, choice.target_id)
    if choice.verdict == "update":
        return record, _record(session, org_id, others, proposal.entity, proposal.suggested_id)
    if proposal.kind in ("update", "conflict"):
        return record, _find(session, org_id, others, proposal.entity, proposal.suggested_id)
    return record, None


def _decide(
    session: Session, org_id: str, choice: Accepted, source: Source, record: Record | None, other: Record | None
) -> tables.Decision:
    proposal = choice.proposal
    withdraw_decision(session, org_id, proposal.id, source.by, source.at)
    earlier = session.exec(select(tables.Decision.id).where(tables.Decision.proposal_id == proposal.id)).all()
    decision = tables.Decision(
        id="D" + uuid5(NAMESPACE_URL, f"{org_id}/{proposal.id}/{len(earlier)}").hex[:20].upper(),
        org_id=org_id,
        proposal_id=proposal.id,
        verdict=choice.verdict,
        target_id=choice.target_id,
        fields=",".join(choice.fields),
        note=choice.note,
        by=source.by,
        at=source.at,
        via=source.via,
        source_sha256=source.sha256,
        basis=proposal.basis,
        record_hash=basis_hash(record) if record else "",
        target_hash=basis_hash(other) if other else "",
    )
    session.add(decision)
    session.flush()
    detail = {"verdict": choice.verdict, "target": choice.target_id, "via": source.via, "basis": proposal.basis}
    detail |= {"fields": decision.fields} if decision.fields else {}
    record_event(session, org_id, source.at, source.by, "decided", proposal.id, detail)
    return decision


def _follow(
    session: Session,
    org_id: str,
    choice: Accepted,
    source: Source,
    decision_id: str,
    record: Record | None,
    other: Record | None,
) -> str:
    """What a verdict changes at once: a link opens or closes, a proposal that is answered for good is closed.

    Returns the link that the writes to come belong to.
    """
    proposal = choice.proposal
    if choice.verdict == "link":
        if proposal.kind == "unlink":
            _take_apart(session, org_id, proposal, source, f"moved to {choice.target_id}")
        return _open(session, org_id, choice, source, decision_id, record, other)
    if choice.verdict == "ignore":
        if proposal.kind in ("update", "conflict") and record is not None:
            accept_difference(session, proposal, org_id, record, other)
        close_proposals(session, [proposal.id], source.at, "ignored")
    if choice.verdict == "unlink":
        _take_apart(session, org_id, proposal, source, "decided")
        close_proposals(session, [proposal.id], source.at, "unlinked")
    if choice.verdict == "update" and proposal.entity == "contacts":
        left = proposal.record_id if proposal.system == "pooltrackr" else proposal.suggested_id
        return "".join(link.id for link in open_links(session, org_id, "contacts", pooltrackr_id=left))
    return ""


def _open(
    session: Session,
    org_id: str,
    choice: Accepted,
    source: Source,
    decision_id: str,
    record: Record | None,
    other: Record | None,
) -> str:
    proposal, target_id = choice.proposal, choice.target_id
    straight = proposal.system == "pooltrackr"
    left, right = (proposal.record_id, target_id) if straight else (target_id, proposal.record_id)
    link = open_link(session, org_id, proposal.entity, left, right, decision_id, source.by, source.at)
    if record is not None and other is not None:
        agree_on_link(link, *((record, other) if straight else (other, record)))
        session.add(link)
    close_proposals(session, [proposal.id], source.at, "linked")
    _close_counterpart(session, org_id, proposal, target_id, source.at)
    return link.id


def _take_apart(session: Session, org_id: str, proposal: Proposal, source: Source, because: str) -> None:
    for link in open_links(session, org_id, proposal.entity, pooltrackr_id=proposal.record_id):
        close_link(session, link, source.by, source.at, because)


def _close_counterpart(session: Session, org_id: str, proposal: Proposal, target_id: str, now: datetime) -> None:
    """The other side's own proposal, if it had one, is answered by the link."""
    rows = session.exec(
        select(tables.Proposal.id).where(
            tables.Proposal.org_id == org_id,
            tables.Proposal.entity == proposal.entity,
            tables.Proposal.kind == "match",
            tables.Proposal.system == OTHER[proposal.system],
            tables.Proposal.record_id == target_id,
            col(tables.Proposal.closed_at).is_(None),
        )
    ).all()
    close_proposals(session, list(rows), now, "linked")


def withdraw_decision(session: Session, org_id: str, proposal_id: str, by: str, now: datetime) -> bool:
    """Take back the decision that stands on a proposal, with what it staged; False when there is none.

    Raises Conflict when one of its writes has already been sent or is being sent.
    """
    decision = session.exec(
        select(tables.Decision).where(
            tables.Decision.proposal_id == proposal_id, col(tables.Decision.withdrawn_at).is_(None)
        )
    ).first()
    if decision is None:
        return False
    sent = withdraw_staged(session, decision.id, now)
    if sent:
        raise Conflict(
            f"The decision on {proposal_id} has already been pushed ({sent} operations).",
            remedy="Decide on the record again after the next pull.",
        )
    session.connection().execute(
        update(tables.Decision).where(col(tables.Decision.id) == decision.id).values(withdrawn_at=now, withdrawn_by=by)
    )
    for link in session.exec(
        select(tables.Link).where(tables.Link.decision_id == decision.id, col(tables.Link.closed_at).is_(None))
    ).all():
        close_link(session, link, by, now, "decision withdrawn")
    session.connection().execute(
        update(tables.Proposal)
        .where(col(tables.Proposal.id) == proposal_id, col(tables.Proposal.closed_because).in_(["linked", "ignored"]))
        .values(closed_at=None, closed_because="")
    )
    record_event(session, org_id, now, by, "withdrawn", proposal_id, {"verdict": decision.verdict})
    return True


def _find(session: Session, org_id: str, system: System, entity: Entity, record_id: str) -> Record | None:
    return current_record(session, Scope(org_id, system, entity), record_id)


def _record(session: Session, org_id: str, system: System, entity: Entity, record_id: str) -> Record:
    found = _find(session, org_id, system, entity, record_id)
    if found is None:
        raise BadInput(f"{entity} {record_id} is no longer in {system}.", remedy="Run the reconciliation again.")
    return found


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
