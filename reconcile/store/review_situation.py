"""What the rules need to know to judge a few rows, read for these rows only, so that one click stays quick."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, or_, select

from reconcile.content import digest
from reconcile.decisions import DecisionRow, Situation
from reconcile.flagging import COLLISION, Finding, Selection, current_selection, find_collisions
from reconcile.proposals import Proposal
from reconcile.proposing import basis_now, live_records
from reconcile.records import Entity, Record, System
from reconcile.store import tables
from reconcile.store.decisions import read_situation
from reconcile.store.proposals import closed_reasons, to_proposal
from reconcile.store.snapshots import CHUNK, Scope, current_records

OTHER: Mapping[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
SOME = 1_000
"""How many rows are judged on what concerns them; for more it is quicker to read everything."""


def situation_of(session: Session, org_id: str, rows: Sequence[DecisionRow]) -> Situation:
    """What the rules need to know to judge some rows: for some, what concerns them; for very many, everything."""
    read = narrow_situation if len(rows) <= SOME else read_situation
    return _without_linked(session, org_id, read(session, org_id, rows))


def _without_linked(session: Session, org_id: str, situation: Situation) -> Situation:
    """A match whose record is linked is settled, also when a run that had begun before brings its proposal back."""
    places: dict[tuple[Entity, System], dict[str, str]] = defaultdict(dict)
    for proposal in situation.proposals.values():
        if proposal.kind == "match":
            places[proposal.entity, proposal.system][proposal.record_id] = proposal.id
    gone = {ids[held] for place, ids in places.items() for held in _linked(session, org_id, *place, sorted(ids))}
    if not gone:
        return situation
    proposals = {key: proposal for key, proposal in situation.proposals.items() if key not in gone}
    return replace(situation, proposals=proposals, closed={**situation.closed, **dict.fromkeys(gone, "linked")})


def narrow_situation(session: Session, org_id: str, rows: Sequence[DecisionRow]) -> Situation:
    """The same answers as ``read_situation`` for these rows."""
    named = sorted({row.proposal_id for row in rows})
    found = [row for row in _proposals(session, org_id, named) if row.closed_at is None]
    proposals = {row.id: to_proposal(row) for row in found}
    other_sides = opposites(session, org_id, list(proposals.values()))
    proposals |= {proposal.id: proposal for proposal in other_sides.values()}
    named = sorted({*named, *proposals})
    wanted = {row.decision_xero_id.strip() for row in rows} | {i for p in proposals.values() for i in others_of(p)}
    targets = sorted(wanted - {""})
    standing = _standing(session, org_id, named, targets)
    taken = _proposals(session, org_id, sorted({d.proposal_id for d in standing}))
    entity_of = {row.id: to_proposal(row).entity for row in taken if row.closed_at is None}
    return Situation(
        proposals=proposals,
        current_basis=_bases(session, org_id, list(proposals.values())),
        known_targets={
            entity: frozenset(_live(session, Scope(org_id, "xero", entity), targets)) for entity in _entities(proposals)
        },
        holders=_holders(session, org_id, targets),
        chosen={
            (entity_of[d.proposal_id], d.target_id): d.proposal_id
            for d in standing
            if d.verdict == "link" and d.proposal_id in entity_of
        },
        closed=closed_reasons(session, org_id, named),
        standing={d.proposal_id: (d.verdict, d.target_id) for d in standing},
        standing_fields={d.proposal_id: tuple(d.fields.split(",")) for d in standing if d.fields},
    )


def _linked(session: Session, org_id: str, entity: Entity, system: System, record_ids: Sequence[str]) -> set[str]:
    """Those of some records that stand in a link."""
    table = tables.Link
    own = col(table.pooltrackr_id if system == "pooltrackr" else table.xero_id)
    found: set[str] = set()
    for start in range(0, len(record_ids), CHUNK):
        query = select(own).where(
            table.org_id == org_id,
            table.entity == entity,
            col(table.closed_at).is_(None),
            own.in_(record_ids[start : start + CHUNK]),
        )
        found |= set(session.exec(query))
    return found


def opposites(session: Session, org_id: str, proposals: Sequence[Proposal]) -> dict[str, Proposal]:
    """The other direction of each conflict among some proposals, by the id of the one that was asked for."""
    contested = {(p.system, p.suggested_id): p.id for p in proposals if p.kind == "conflict"}
    found: dict[str, Proposal] = {}
    ids = sorted({record_id for _, record_id in contested})
    table = tables.Proposal
    for start in range(0, len(ids), CHUNK):
        query = select(table).where(
            table.org_id == org_id,
            table.entity == "contacts",
            table.kind == "conflict",
            col(table.closed_at).is_(None),
            col(table.record_id).in_(ids[start : start + CHUNK]),
        )
        for row in session.exec(query):
            other = to_proposal(row)
            asked = contested.get((OTHER[other.system], other.record_id))
            if asked:
                found[asked] = other
    return found


def others_of(proposal: Proposal) -> set[str]:
    """The records of the other side that a proposal names."""
    return {proposal.suggested_id, *(candidate.id for candidate in proposal.candidates)} - {""}


def refresh_around(
    session: Session, org_id: str, entity: Entity, targets: Iterable[str], run_seq: int, now: datetime
) -> int:
    """Make the flags "already selected" true for some targets; returns how many rows collide on them.

    Only contacts and products are chosen by people; invoices and payments have no such flag.
    """
    if entity not in COLLISION:
        return 0
    wanted = sorted(set(targets) - {""})
    holders = {xero: left for (_, xero), left in _holders(session, org_id, wanted, entity).items()}
    selections = [
        s
        for s in _selections(session, org_id, entity, wanted)
        if s.target_id in wanted and holders.get(s.target_id) != s.proposal.record_id
    ]
    findings = {f.record_id: f for f in find_collisions(selections, holders)}
    groups = {"G" + digest([entity, target])[:10].upper() for target in wanted}
    concerned = {selection.proposal.record_id for selection in selections}
    standing = session.exec(
        select(tables.Flag).where(
            tables.Flag.org_id == org_id,
            tables.Flag.entity == entity,
            tables.Flag.name == COLLISION[entity],
            col(tables.Flag.cleared_at).is_(None),
            or_(col(tables.Flag.group_id).in_(groups), col(tables.Flag.record_id).in_(concerned)),
        )
    ).all()
    kept = set()
    for flag in standing:
        finding = findings.get(flag.record_id)
        if finding and (finding.group_id, finding.detail) == (flag.group_id, flag.detail):
            kept.add(flag.record_id)
            continue
        flag.cleared_at = now
        session.add(flag)
    session.flush()
    session.add_all(_flag(org_id, finding, run_seq, now) for key, finding in findings.items() if key not in kept)
    session.flush()
    return len(findings)


def selected_by(session: Session, org_id: str, entity: Entity, target: str) -> list[Selection]:
    """The proposals that are set to a record at the moment, decided or suggested."""
    return [s for s in _selections(session, org_id, entity, [target]) if s.target_id == target]


def holder_of(session: Session, org_id: str, entity: Entity, target: str) -> str:
    """The Pooltrackr record that is linked to a Xero record, "" when none is."""
    return next(iter(_holders(session, org_id, [target], entity).values()), "")


def concerned_by(session: Session, org_id: str, proposal_id: str) -> tuple[Proposal, set[str]] | None:
    """A proposal, current or closed, with the records that it and its standing decision name; None for an unknown one."""
    rows = _proposals(session, org_id, [proposal_id])
    if not rows:
        return None
    proposal = to_proposal(rows[0])
    decided = {decision.target_id for decision in _standing(session, org_id, [proposal_id], [])}
    return proposal, (others_of(proposal) | decided) - {""}


def _selections(session: Session, org_id: str, entity: Entity, targets: Sequence[str]) -> list[Selection]:
    """The selections of every open Pooltrackr proposal that names one of the targets."""
    table = tables.Proposal
    names = [col(table.candidates).contains(f'"{target}"', autoescape=True) for target in targets]
    decided = select(tables.Decision.proposal_id).where(
        col(tables.Decision.org_id) == org_id,
        col(tables.Decision.target_id).in_(targets),
        col(tables.Decision.withdrawn_at).is_(None),
    )
    rows = session.exec(
        select(table).where(
            table.org_id == org_id,
            table.entity == entity,
            table.kind == "match",
            table.system == "pooltrackr",
            col(table.closed_at).is_(None),
            or_(col(table.suggested_id).in_(targets), col(table.id).in_(decided), *names),
        )
    ).all()
    standing = {d.proposal_id: d for d in _standing(session, org_id, [row.id for row in rows], [])}
    found = []
    for row in rows:
        proposal, decision = to_proposal(row), standing.get(row.id)
        verdict, target = (decision.verdict, decision.target_id) if decision else ("", "")
        found.append(Selection(proposal=proposal, target_id=current_selection(proposal, verdict, target)))
    return found


def _flag(org_id: str, finding: Finding, run_seq: int, now: datetime) -> tables.Flag:
    return tables.Flag(
        org_id=org_id,
        entity=finding.entity,
        system=finding.system,
        record_id=finding.record_id,
        name=finding.name,
        group_id=finding.group_id,
        detail=finding.detail,
        run_seq=run_seq,
        raised_at=now,
    )


def _bases(session: Session, org_id: str, proposals: Sequence[Proposal]) -> dict[str, str]:
    """What the basis of each proposal would be on today's records."""
    wanted: dict[tuple[System, Entity], set[str]] = defaultdict(set)
    for proposal in proposals:
        wanted[proposal.system, proposal.entity].add(proposal.record_id)
        wanted[OTHER[proposal.system], proposal.entity] |= others_of(proposal)
    live = {place: _live(session, Scope(org_id, *place), sorted(ids)) for place, ids in wanted.items()}
    return {p.id: basis_now(p, live[p.system, p.entity], live[OTHER[p.system], p.entity]) for p in proposals}


def _live(session: Session, scope: Scope, ids: Sequence[str]) -> dict[str, Record]:
    return live_records(current_records(session, scope, ids), scope.system)


def _entities(proposals: Mapping[str, Proposal]) -> set[Entity]:
    return {proposal.entity for proposal in proposals.values()}


def _holders(
    session: Session, org_id: str, targets: Sequence[str], entity: Entity | None = None
) -> dict[tuple[Entity, str], str]:
    found: dict[tuple[Entity, str], str] = {}
    table = tables.Link
    for start in range(0, len(targets), CHUNK):
        query = select(table).where(
            table.org_id == org_id,
            col(table.closed_at).is_(None),
            col(table.xero_id).in_(targets[start : start + CHUNK]),
        )
        for link in session.exec(query):
            of = cast("Entity", link.entity)
            if entity in (None, of):
                found[of, link.xero_id] = link.pooltrackr_id
    return found


def _proposals(session: Session, org_id: str, ids: Sequence[str]) -> list[tables.Proposal]:
    table = tables.Proposal
    found: list[tables.Proposal] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found += session.exec(select(table).where(table.org_id == org_id, col(table.id).in_(chunk))).all()
    return found


def _standing(
    session: Session, org_id: str, proposal_ids: Sequence[str], targets: Sequence[str]
) -> list[tables.Decision]:
    """The decisions that stand on some proposals or take some targets."""
    table = tables.Decision
    found: dict[str, tables.Decision] = {}
    for column, values in ((col(table.proposal_id), proposal_ids), (col(table.target_id), targets)):
        for start in range(0, len(values), CHUNK):
            query = select(table).where(
                table.org_id == org_id, col(table.withdrawn_at).is_(None), column.in_(values[start : start + CHUNK])
            )
            found |= {decision.id: decision for decision in session.exec(query)}
    return list(found.values())
