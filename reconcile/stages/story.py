"""The whole story of one record, from what is stored (C21)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from reconcile.errors import BadInput
from reconcile.proposals import Proposal
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.store.proposals import to_proposal
from reconcile.store.record_story import read_kept


def tell_story(services: Services, wanted: str) -> list[str]:
    """Lines about a record, oldest first in each part. Raises BadInput when nothing is known of it."""
    with reading(services.engine) as session:
        org_id = services.org_id
        asked = session.get(tables.Proposal, wanted)
        record_id = asked.record_id if asked is not None and asked.org_id == org_id else wanted
        zone = ZoneInfo(services.org.timezone)
        kept = read_kept(session, org_id, record_id)
        lines = [
            *_versions(kept.versions, record_id),
            *_flags(kept.flags),
            *_proposals(kept.proposals, zone),
            *_links(kept.links, zone),
            *_pushes(kept.pushes, zone),
        ]
    if not lines:
        raise BadInput(f"Nothing is known of {wanted}.", remedy="Copy the id from a report.")
    return lines


def _versions(found: Sequence[tables.RecordVersion], record_id: str) -> Iterator[str]:
    for entity, system in dict.fromkeys((row.entity, row.system) for row in found):
        mine = [row for row in found if (row.entity, row.system) == (entity, system)]
        state = "missing from the last listing" if mine[-1].missing_since else "current"
        yield f"{record_id} is one of the {entity} of {system}: {len(mine)} version(s), {state}."


def _flags(found: Sequence[tables.Flag]) -> Iterator[str]:
    for flag in found:
        state = "cleared" if flag.cleared_at else "standing"
        yield f"Flag {flag.name} ({state}): {flag.detail}"


def _proposals(found: Sequence[tuple[tables.Proposal, Sequence[tables.Decision]]], zone: ZoneInfo) -> Iterator[str]:
    for row, decisions in found:
        state = f"closed: {row.closed_because}" if row.closed_at else "current"
        yield f"Proposal {row.id} ({row.kind}, {state}): suggests {row.suggested} {row.suggested_id}".rstrip()
        yield from _evidence(to_proposal(row))
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


def _links(found: Sequence[tables.Link], zone: ZoneInfo) -> Iterator[str]:
    for link in found:
        state = f"closed: {link.closed_because}" if link.closed_at else "open"
        yield f"Link {link.id} ({state}): {link.pooltrackr_id} is {link.xero_id}, since {_local(link.created_at, zone)}."


def _pushes(found: Sequence[tables.PushOperation], zone: ZoneInfo) -> Iterator[str]:
    for op in found:
        ended = f", {_local(op.settled_at, zone)}" if op.settled_at else ""
        trouble = f" {op.problem} {op.remedy}".rstrip()
        yield f"Push {op.id}: {op.verb} {op.entity} in {op.target}, {op.status}{ended}, tries {op.tries}.{trouble}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d %b %Y %H:%M")
