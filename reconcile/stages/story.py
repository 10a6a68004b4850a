"""The whole story of one record, from what is stored (C21)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from reconcile.errors import BadInput
from reconcile.proposals import Proposal
from reconcile.proposing import display_name
from reconcile.records import Entity, System
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.store.proposals import to_proposal
from reconcile.store.record_story import Kept, read_kept
from reconcile.store.snapshots import Scope, current_records

Naming = Callable[[str], str]
SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")
NAMED: tuple[Entity, ...] = ("contacts", "products")


def tell_story(services: Services, wanted: str) -> list[str]:
    """Lines about a record, oldest first in each part. Raises BadInput when nothing is known of it."""
    with reading(services.engine) as session:
        org_id = services.org_id
        asked = session.get(tables.Proposal, wanted)
        record_id = asked.record_id if asked is not None and asked.org_id == org_id else wanted
        zone = ZoneInfo(services.org.timezone)
        kept = read_kept(session, org_id, record_id)
        called = _names(session, org_id, kept)
        lines = [
            *_versions(kept.versions, called(record_id)),
            *_flags(kept.flags),
            *_proposals(kept.proposals, called, zone),
            *_links(kept.links, called, zone),
            *_pushes(kept.pushes, zone),
        ]
    if not lines:
        raise BadInput(f"Nothing is known of {wanted}.", remedy="Copy the id from a report.")
    return lines


def _names(session: Session, org_id: str, kept: Kept) -> Naming:
    """What writes an id with the name of its record behind it, as last pulled."""
    ids = {one for link in kept.links for one in (link.pooltrackr_id, link.xero_id)}
    ids |= {row.record_id for row, _ in kept.proposals} | {row.suggested_id for row, _ in kept.proposals}
    ids |= {decision.target_id for _, decisions in kept.proposals for decision in decisions}
    ids |= {row.record_id for row in kept.versions}
    names: dict[str, str] = {}
    for system in SYSTEMS:
        for entity in NAMED:
            for record in current_records(session, Scope(org_id, system, entity), sorted(ids - {""})):
                names.setdefault(record.id, display_name(record))
    return lambda key: f"{key} {names.get(key, '')}".rstrip() if names.get(key) != key else key


def _versions(found: Sequence[tables.RecordVersion], record: str) -> Iterator[str]:
    for entity, system in dict.fromkeys((row.entity, row.system) for row in found):
        mine = [row for row in found if (row.entity, row.system) == (entity, system)]
        state = "missing from the last listing" if mine[-1].missing_since else "current"
        versions = "1 version" if len(mine) == 1 else f"{len(mine)} versions"
        yield f"{record} is one of the {entity} of {system}: seen in {versions}, {state}."


def _flags(found: Sequence[tables.Flag]) -> Iterator[str]:
    for flag in found:
        state = "cleared" if flag.cleared_at else "standing"
        yield f"Flag {flag.name} ({state}): {flag.detail}"


def _proposals(
    found: Sequence[tuple[tables.Proposal, Sequence[tables.Decision]]], called: Naming, zone: ZoneInfo
) -> Iterator[str]:
    for row, decisions in found:
        state = f"closed: {row.closed_because}" if row.closed_at else "current"
        yield f"Proposal {row.id} ({row.kind}, {state}): suggests {row.suggested} {called(row.suggested_id)}".rstrip()
        yield from _evidence(to_proposal(row))
        for decision in decisions:
            withdrawn = ", withdrawn" if decision.withdrawn_at else ""
            target = f" {called(decision.target_id)}" if decision.target_id else ""
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


def _links(found: Sequence[tables.Link], called: Naming, zone: ZoneInfo) -> Iterator[str]:
    for link in found:
        state = f"closed: {link.closed_because}" if link.closed_at else "open"
        pair = f"{called(link.pooltrackr_id)} is {called(link.xero_id)}"
        yield f"Link {link.id} ({state}): {pair}, since {_local(link.created_at, zone)}."


def _pushes(found: Sequence[tables.PushOperation], zone: ZoneInfo) -> Iterator[str]:
    for op in found:
        ended = f", {_local(op.settled_at, zone)}" if op.settled_at else ""
        trouble = f" {op.problem} {op.remedy}".rstrip()
        yield f"Push {op.id}: {op.verb} {op.entity} in {op.target}, {op.status}{ended}, tries {op.tries}.{trouble}"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d %b %Y %H:%M")
