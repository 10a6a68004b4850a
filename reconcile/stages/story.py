"""The whole story of one record, from what is stored (C21)."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from reconcile.errors import BadInput
from reconcile.proposals import Proposal
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.store.proposals import to_proposal


def tell_story(services: Services, wanted: str) -> list[str]:
    """Lines about a record, oldest first in each part. Raises BadInput when nothing is known of it."""
    with reading(services.engine) as session:
        org_id = services.org_id
        asked = session.get(tables.Proposal, wanted)
        record_id = asked.record_id if asked is not None and asked.org_id == org_id else wanted
        zone = ZoneInfo(services.org.timezone)
        lines = [
            *_versions(session, org_id, record_id),
            *_flags(session, org_id, record_id),
            *_proposals(session, org_id, record_id, zone),
            *_links(session, org_id, record_id, zone),
            *_pushes(session, org_id, record_id, zone),
        ]
    if not lines:
        raise BadInput(f"Nothing is known of {wanted}.", remedy="Copy the id from a report.")
    return lines


def _versions(session: Session, org_id: str, record_id: str) -> Iterator[str]:
    table = tables.RecordVersion
    rows = session.exec(
        select(table).where(table.org_id == org_id, table.record_id == record_id).order_by(col(table.run_from))
    ).all()
    for entity, system in dict.fromkeys((row.entity, row.system) for row in rows):
        mine = [row for row in rows if (row.entity, row.system) == (entity, system)]
        state = "missing from the last listing" if mine[-1].missing_since else "current"
        yield f"{record_id} is one of the {entity} of {system}: {len(mine)} version(s), {state}."


def _flags(session: Session, org_id: str, record_id: str) -> Iterator[str]:
    table = tables.Flag
    for flag in session.exec(
        select(table).where(table.org_id == org_id, table.record_id == record_id).order_by(col(table.id))
    ):
        state = "cleared" if flag.cleared_at else "standing"
        yield f"Flag {flag.name} ({state}): {flag.detail}"


def _proposals(session: Session, org_id: str, record_id: str, zone: ZoneInfo) -> Iterator[str]:
    table = tables.Proposal
    rows = session.exec(
        select(table).where(table.org_id == org_id, table.record_id == record_id).order_by(col(table.created_at))
    ).all()
    for row in rows:
        state = f"closed: {row.closed_because}" if row.closed_at else "current"
        yield f"Proposal {row.id} ({row.kind}, {state}): suggests {row.suggested} {row.suggested_id}".rstrip()
        yield from _evidence(to_proposal(row))
        decisions = session.exec(
            select(tables.Decision).where(tables.Decision.proposal_id == row.id).order_by(col(tables.Decision.at))
        )
        for decision in decisions:
            withdrawn = ", withdrawn" if decision.withdrawn_at else ""
            target = f" {decision.target_id}" if decision.target_id else ""
            when = _local(decision.at, zone)
            yield f"  Decided {decision.verdict}{target} by {decision.by} through {decision.via}, {when}{withdrawn}."


def _evidence(proposal: Proposal) -> Iterator[str]:
    for rank, candidate in enumerate(proposal.candidates, start=1):
        yield f"  Candidate {rank}: {candidate.id} {candidate.name}, {candidate.score:.0%} likely the same."
        if candidate.reasons:
            yield f"    for:     {candidate.reasons}"
        if candidate.against:
            yield f"    against: {candidate.against}"
    for change in proposal.changes:
        yield f"  {change.field}: {change.old or '(none)'} becomes {change.new}"


def _links(session: Session, org_id: str, record_id: str, zone: ZoneInfo) -> Iterator[str]:
    table = tables.Link
    for link in session.exec(
        select(table)
        .where(table.org_id == org_id, or_(table.pooltrackr_id == record_id, table.xero_id == record_id))
        .order_by(col(table.created_at))
    ):
        state = f"closed: {link.closed_because}" if link.closed_at else "open"
        yield f"Link {link.id} ({state}): {link.pooltrackr_id} is {link.xero_id}, since {_local(link.created_at, zone)}."


def _pushes(session: Session, org_id: str, record_id: str, zone: ZoneInfo) -> Iterator[str]:
    table = tables.PushOperation
    for op in session.exec(
        select(table)
        .where(table.org_id == org_id, or_(table.subject_id == record_id, table.target_id == record_id))
        .order_by(col(table.staged_at))
    ):
        ended = f", {_local(op.settled_at, zone)}" if op.settled_at else ""
        trouble = f" {op.problem} {op.remedy}".rstrip()
        yield f"Push {op.id}: {op.verb} {op.entity} in {op.target}, {op.status}{ended}, tries {op.tries}.{trouble}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d %b %Y %H:%M")
