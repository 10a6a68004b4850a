"""What people see and have said: rows for reports and pages, pairs that were refused."""

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import Session, and_, col, or_, select

from reconcile.proposals import Proposal, ReviewRow, Standing
from reconcile.records import Contact, Entity, Record, System
from reconcile.store import tables
from reconcile.store.flags import standing_flags
from reconcile.store.proposals import current_proposals, to_proposal
from reconcile.store.snapshots import Scope, current_records

OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
BY_HAND = "Taken apart by a person: they are not the same."
DEEP_LINK = "https://go.xero.com/organisationlogin/default.aspx?shortcode={short_code}&redirecturl=/Contacts/View/{id}"


def review_rows(session: Session, org: tables.Organisation, entity: Entity) -> list[ReviewRow]:
    """One row per current proposal of an entity, with records, flags and the decision that stands."""
    proposals = current_proposals(session, org.id, entity)
    records = {system: {r.id: r for r in current_records(session, Scope(org.id, system, entity))} for system in OTHER}
    flags: dict[tuple[str, str], list[tables.Flag]] = defaultdict(list)
    for flag in standing_flags(session, org.id, entity):
        flags[flag.system, flag.record_id].append(flag)
    standing = _standing(session, org.id)
    return [_row(org, p, records, flags, standing.get(p.id, Standing())) for p in proposals]


def _row(
    org: tables.Organisation,
    proposal: Proposal,
    records: dict[System, dict[str, Record]],
    flags: dict[tuple[str, str], list[tables.Flag]],
    standing: Standing,
) -> ReviewRow:
    other_system = OTHER[proposal.system]
    other_id = proposal.suggested_id or (proposal.candidates[0].id if proposal.candidates else "")
    found = [*flags.get((proposal.system, proposal.record_id), [])]
    if proposal.suggested_id:
        found += flags.get((other_system, proposal.suggested_id), [])
    record = records[proposal.system].get(proposal.record_id)
    other = records[other_system].get(other_id)
    xero = other if other_system == "xero" else record
    return ReviewRow(
        proposal=proposal,
        flags=tuple(dict.fromkeys(flag.name for flag in found)),
        details=tuple(dict.fromkeys(flag.detail for flag in found)),
        record=record,
        other=other,
        xero_url=xero_url(org, xero),
        standing=standing,
    )


def xero_url(org: tables.Organisation, record: Record | None) -> str:
    """Where a contact stands in Xero; items have no address of their own there."""
    if not isinstance(record, Contact):
        return ""
    return DEEP_LINK.format(short_code=org.short_code, id=record.id)


def _standing(session: Session, org_id: str) -> dict[str, Standing]:
    rows = session.exec(
        select(tables.Decision).where(tables.Decision.org_id == org_id, col(tables.Decision.withdrawn_at).is_(None))
    )
    return {r.proposal_id: Standing(verdict=r.verdict, target_id=r.target_id, note=r.note, by=r.by) for r in rows}


def rejected_pairs(session: Session, org_id: str, entity: Entity) -> frozenset[tuple[str, str]]:
    """The (Pooltrackr id, Xero id) pairs that a person saw suggested and refused, while neither record has changed (C24).

    Refused means: decided otherwise, with this candidate on the list first, or a link taken apart as wrong. The basis of the decided proposal covers
    both records, so a change of either makes another proposal and the refusal no longer counts.
    """
    rows = session.exec(
        select(tables.Proposal, tables.Decision)
        .join(tables.Decision, col(tables.Decision.proposal_id) == col(tables.Proposal.id))
        .where(
            tables.Proposal.org_id == org_id,
            tables.Proposal.entity == entity,
            tables.Proposal.system == "pooltrackr",
            col(tables.Decision.withdrawn_at).is_(None),
            or_(
                and_(col(tables.Proposal.kind) == "match", col(tables.Decision.verdict).in_(["create", "link"])),
                and_(col(tables.Proposal.reasons) == BY_HAND, col(tables.Decision.verdict) == "unlink"),
            ),
        )
    )
    return frozenset(
        (proposal.record_id, candidate)
        for row, decision in rows
        for proposal in [to_proposal(row)]
        for candidate in _refused(proposal, decision)
    )


def _refused(proposal: Proposal, decision: tables.Decision) -> Sequence[str]:
    first = proposal.suggested_id or (proposal.candidates[0].id if proposal.candidates else "")
    return [first] if first and first != decision.target_id else []
