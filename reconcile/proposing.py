"""From what the engine found to one proposal per record that has no counterpart yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconcile.content import basis_hash
from reconcile.matching.result import MatchResult
from reconcile.proposals import Candidate, Proposal, Suggested, basis_of, proposal_id
from reconcile.records import Contact, Entity, Product, Record, System

LIKELY = 0.5


@dataclass(frozen=True)
class Linked:
    """The open links of one entity, both ways."""

    pooltrackr: Mapping[str, str] = field(default_factory=dict)
    xero: Mapping[str, str] = field(default_factory=dict)


def propose(
    org_id: str,
    entity: Entity,
    left: Mapping[str, Record],
    right: Mapping[str, Record],
    result: MatchResult,
    linked: Linked,
) -> list[Proposal]:
    """One proposal for each unlinked Pooltrackr record, and one for each unlinked Xero record that nobody suggests.

    ``left`` are Pooltrackr's live records by id, ``right`` Xero's. Linked records are left out.
    """
    candidates = _candidates(result, right, linked)
    assigned = {str(row.left_id): row for row in result.pairs.itertuples(index=False)}
    proposals = [
        _for_pooltrackr(org_id, entity, record, candidates.get(record_id, ()), assigned.get(record_id), right)
        for record_id, record in sorted(left.items())
        if record_id not in linked.pooltrackr
    ]
    wanted = {p.suggested_id for p in proposals} | {c.id for p in proposals for c in p.candidates if c.score >= LIKELY}
    proposals += [
        _for_xero(org_id, entity, record)
        for record_id, record in sorted(right.items())
        if record_id not in linked.xero and record_id not in wanted
    ]
    return proposals


def _candidates(result: MatchResult, right: Mapping[str, Record], linked: Linked) -> dict[str, tuple[Candidate, ...]]:
    """Up to three candidates per Pooltrackr record, best first; records that are linked already are no candidates."""
    ranked: dict[str, list[Candidate]] = defaultdict(list)
    for row in result.candidates.to_dict("records"):
        other = right.get(row["right_id"])
        if other is None or linked.xero.get(other.id, row["left_id"]) != row["left_id"]:
            continue
        ranked[row["left_id"]].append(
            Candidate(
                id=other.id,
                name=display_name(other),
                score=round(float(row["score"]), 4),
                reasons=row["reasons"],
                against=row["against"],
                vetoes=row["vetoes"],
            )
        )
    return {left_id: tuple(found[:3]) for left_id, found in ranked.items()}


def _for_pooltrackr(
    org_id: str,
    entity: Entity,
    record: Record,
    candidates: tuple[Candidate, ...],
    pair: Any,
    right: Mapping[str, Record],
) -> Proposal:
    suggested: Suggested = "create" if entity == "contacts" else "skip"
    chosen = None
    confidence = ""
    if pair is not None and str(pair.right_id) in {c.id for c in candidates}:
        chosen = next(c for c in candidates if c.id == str(pair.right_id))
        confidence = str(pair.decision)
    if chosen is not None and (chosen.score >= LIKELY or confidence == "review"):
        suggested = "link"
    elif candidates and candidates[0].score >= LIKELY:
        suggested, chosen = "skip", candidates[0]
        confidence = "review"
    else:
        chosen = None
        confidence = "review" if candidates and candidates[0].score >= LIKELY / 2 else "no"
    shown = chosen or (candidates[0] if candidates else None)
    basis = basis_of(basis_hash(record), *(basis_hash(right[c.id]) for c in candidates))
    return Proposal(
        id=proposal_id(org_id, entity, "match", "pooltrackr", record.id, basis),
        entity=entity,
        system="pooltrackr",
        record_id=record.id,
        name=display_name(record),
        basis=basis,
        suggested=suggested,
        suggested_id=chosen.id if chosen and suggested == "link" else "",
        confidence=confidence,
        score=shown.score if shown else None,
        reasons=shown.reasons if shown else "",
        against=shown.against if shown else "",
        vetoes=shown.vetoes if chosen and shown else "",
        candidates=candidates,
    )


def _for_xero(org_id: str, entity: Entity, record: Record) -> Proposal:
    basis = basis_of(basis_hash(record))
    return Proposal(
        id=proposal_id(org_id, entity, "match", "xero", record.id, basis),
        entity=entity,
        system="xero",
        record_id=record.id,
        name=display_name(record),
        basis=basis,
        suggested="create" if _belongs_in_pooltrackr(record) else "skip",
        confidence="no",
        reasons="Only in Xero.",
    )


def _belongs_in_pooltrackr(record: Record) -> bool:
    """Customers and sold items do; suppliers and parties that nobody has invoiced yet are left to a person."""
    if isinstance(record, Contact):
        return record.is_customer == "true"
    return isinstance(record, Product) and record.is_sold != "false"


def display_name(record: Record) -> str:
    """What a person calls a record."""
    if isinstance(record, Contact):
        return record.name or record.company or f"{record.first_name} {record.last_name}".strip() or record.id
    return str(getattr(record, "name", "") or getattr(record, "code", "") or record.id)


def live_records(records: Sequence[Record], system: System) -> dict[str, Record]:
    """The live records by id: archived, merged and inactive ones are not matched."""
    gone = {"archived", "gdpr", "inactive"} if system == "xero" else {"archived", "inactive"}
    return {record.id: record for record in records if getattr(record, "status", "") not in gone}
