"""From what the engine found to one proposal per record that has no counterpart yet."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconcile.content import basis_hash
from reconcile.flagging import SELECTED_FROM, current_selection
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
    suggested = result.pairs[(result.pairs["decision"] != "no") | (result.pairs["score"] >= LIKELY)]
    taken = set(suggested["right_id"])
    open_ones = suggested[~suggested["left_id"].isin(linked.pooltrackr.keys())]
    assigned = {row["left_id"]: row for row in open_ones.to_dict("records")}
    proposals = [
        _for_pooltrackr(org_id, entity, record, candidates.get(record_id, ()), assigned.get(record_id), taken, right)
        for record_id, record in sorted(left.items())
        if record_id not in linked.pooltrackr
    ]
    wanted = {p.suggested_id for p in proposals} | {current_selection(p) for p in proposals}
    proposals += [
        _for_xero(org_id, entity, record)
        for record_id, record in sorted(right.items())
        if record_id not in linked.xero and record_id not in wanted
    ]
    return proposals


def _candidates(result: MatchResult, right: Mapping[str, Record], linked: Linked) -> dict[str, tuple[Candidate, ...]]:
    """Up to three candidates per Pooltrackr record, best first; records that are linked already are no candidates."""
    ranked: dict[str, list[Candidate]] = defaultdict(list)
    open_ones = result.candidates[~result.candidates["left_id"].isin(linked.pooltrackr.keys())]
    for row in open_ones.to_dict("records"):
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
    pair: Mapping[Hashable, Any] | None,
    taken: set[str],
    right: Mapping[str, Record],
) -> Proposal:
    """Link where the engine does; ask where a rival took the best candidate; else create, or leave a product alone."""
    chosen = next((c for c in candidates if pair is not None and c.id == pair["right_id"]), None)
    best = candidates[0] if candidates else None
    contested = chosen is None and best is not None and best.id in taken and best.score >= SELECTED_FROM
    suggested: Suggested = "create" if entity == "contacts" else "skip"
    confidence = "review" if contested else "no"
    if contested:
        suggested = "skip"
    if chosen is not None and pair is not None:
        suggested, confidence = "link", str(pair["decision"])
    shown = chosen or best
    basis = basis_of(basis_hash(record), *(basis_hash(right[c.id]) for c in candidates))
    return Proposal(
        id=proposal_id(org_id, entity, "match", "pooltrackr", record.id, basis),
        entity=entity,
        system="pooltrackr",
        record_id=record.id,
        name=display_name(record),
        basis=basis,
        suggested=suggested,
        suggested_id=chosen.id if chosen else "",
        confidence=confidence,
        score=shown.score if shown else None,
        reasons=shown.reasons if shown else "Only in Pooltrackr.",
        against=shown.against if shown else "",
        vetoes=chosen.vetoes if chosen else "",
        candidates=candidates,
    )


def basis_now(proposal: Proposal, own: Mapping[str, Record], others: Mapping[str, Record]) -> str:
    """What a proposal's basis would be on these records: another one as soon as any of them has changed."""
    if proposal.kind != "match":
        pair = (own.get(proposal.record_id), others.get(proposal.suggested_id))
        return basis_of(*(basis_hash(record) if record else "gone" for record in pair))
    concerned = (own.get(proposal.record_id), *(others.get(candidate.id) for candidate in proposal.candidates))
    return basis_of(*(basis_hash(record) if record else "gone" for record in concerned))


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


def name_by_suggestion(org_id: str, drafts: Sequence[Proposal], standing: Sequence[Proposal]) -> list[Proposal]:
    """Give a draft another id when, on the same records, something else is suggested than stands.

    Other records may be what moved it. The id that people saw, in a file perhaps, stays tied to what they saw.
    """
    known = {(p.kind, p.system, p.record_id): p for p in standing}
    return [_named(org_id, draft, known.get((draft.kind, draft.system, draft.record_id))) for draft in drafts]


def _named(org_id: str, draft: Proposal, before: Proposal | None) -> Proposal:
    if before is None or before.basis != draft.basis or draft.kind != "match":
        return draft
    says = [(p.suggested, p.suggested_id, p.confidence, p.vetoes) for p in (draft, before)]
    if says[0] == says[1]:
        return replace(draft, id=before.id)
    named = " ".join((draft.basis, *says[0]))
    return replace(draft, id=proposal_id(org_id, draft.entity, draft.kind, draft.system, draft.record_id, named))


def display_name(record: Record) -> str:
    """What a person calls a record."""
    if isinstance(record, Contact):
        return record.name or record.company or f"{record.first_name} {record.last_name}".strip() or record.id
    return str(getattr(record, "name", "") or getattr(record, "code", "") or record.id)


def live_records(records: Sequence[Record], system: System) -> dict[str, Record]:
    """The live records by id: archived, merged and inactive ones are not matched."""
    gone = {"archived", "gdpr", "inactive"} if system == "xero" else {"archived", "inactive"}
    return {record.id: record for record in records if getattr(record, "status", "") not in gone}
