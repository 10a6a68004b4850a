"""What people have settled, and what of it they settled while a run was matching."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from reconcile.proposals import Proposal
from reconcile.proposing import Linked
from reconcile.records import Entity, System
from reconcile.store.decisions import OTHER, ignored_proposals, ignored_records, settled_proposals
from reconcile.store.links import linked

RecordKey = tuple[System, str]


@dataclass(frozen=True)
class Judged:
    """The links, ignored records, ignored proposals and decided proposals of one entity."""

    linked: Linked
    ignored: dict[System, set[str]]
    dropped: set[str]
    settled: Sequence[Proposal]


def read_judged(session: Session, org_id: str, entity: Entity) -> Judged:
    """What stands judged now."""
    return Judged(
        linked=linked(session, org_id, entity),
        ignored={system: ignored_records(session, org_id, entity, system) for system in OTHER},
        dropped=ignored_proposals(session, org_id, entity),
        settled=settled_proposals(session, org_id, entity),
    )


def judged_since(before: Judged, now: Judged) -> set[RecordKey]:
    """The records whose link was made or cut, or about which somebody decided or took a decision back."""
    touched: set[RecordKey] = set()
    for ours, others in before.linked.pooltrackr.items() ^ now.linked.pooltrackr.items():
        touched |= {("pooltrackr", ours), ("xero", others)}
    for system in OTHER:
        touched |= {(system, one) for one in before.ignored[system] ^ now.ignored[system]}
    decided, decided_now = ({p.id: (p.system, p.record_id) for p in judged.settled} for judged in (before, now))
    return touched | {key for _, key in decided.items() ^ decided_now.items()}


def leave_to_people(
    drafts: Iterable[Proposal], standing: Iterable[Proposal], touched: set[RecordKey]
) -> list[Proposal]:
    """The drafts, but for touched records what stands: the next run, which knows of the decision, looks at them again."""
    kept = [draft for draft in drafts if (draft.system, draft.record_id) not in touched]
    return kept + [proposal for proposal in standing if (proposal.system, proposal.record_id) in touched]
