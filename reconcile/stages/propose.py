"""Match, flag, propose: from the current records to the review tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from reconcile.flagging import COLLISION, Finding, flag_archived, flag_matches
from reconcile.frames import contact_frame, product_frame
from reconcile.matching.contacts import match_contacts
from reconcile.matching.products import match_products
from reconcile.matching.result import MatchResult, Memory
from reconcile.price_review import Pair, XeroSaid, flag_prices, flag_skus, propose_updates
from reconcile.proposals import Proposal
from reconcile.proposing import basis_now, live_records, name_by_suggestion, propose
from reconcile.records import Contact, Entity, Pool, Product, Record, System
from reconcile.rematching import Noted
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.judged import Judged, judged_since, leave_to_people, read_judged
from reconcile.stages.rematch import duplicate_findings, keep_proposals, must_match
from reconcile.stages.services import Services
from reconcile.stages.sync import sync_entity
from reconcile.store.decisions import OTHER
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.planned_cases import void_plans
from reconcile.store.proposals import Saved, current_proposals, save_proposals
from reconcile.store.review import rejected_pairs
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_bases import agreed_in_xero
from reconcile.store.sync_quiet import (
    count_proposals,
    forget_reports,
    is_matched,
    mark_matched,
    note_now,
    read_noted,
    state_of,
)

MATCH_FLAGS = [
    "duplicate_in_pooltrackr",
    "duplicate_in_xero",
    "veto",
    "ambiguous",
    "archived_in_xero",
    "price_mismatch",
    "sku_mismatch",
]


@dataclass(frozen=True)
class Side:
    """The records of one system: all there are, and the live ones by id."""

    all: Sequence[Record]
    live: dict[str, Record]


@dataclass(frozen=True)
class Situation:
    """Everything the matching of one entity rests on."""

    left: Side
    right: Side
    pools: Sequence[Pool]
    judged: Judged
    memory: Memory
    agreed: Mapping[str, XeroSaid]


@dataclass(frozen=True)
class Proposed:
    """What the engine found, before it is stored, and what people had settled when it began."""

    entity: Entity
    judged: Judged
    proposals: tuple[Proposal, ...]
    findings: tuple[Finding, ...]
    pairs: int


def propose_entity(services: Services, run_seq: int, entity: Entity, *, anew: bool = False) -> dict[str, int]:
    """Compare what is linked, match what is not, store what follows; the same again writes nothing.

    Nothing is read or matched when nothing that it rests on has changed since the last time, unless asked to do it
    ``anew``, after which all invoices and payments are planned and all reports written anew as well. When only linked records changed, what is not linked keeps its proposals (see ``reconcile.rematching``).
    Returns how many pairs were matched, proposals new, kept and closed, flags raised and cleared, collisions standing.
    Raises GuardStopped before any proposal when the data cannot be right.
    """
    with reading(services.engine) as session:
        state = state_of(session, services.org_id, entity, services.settings_version)
        if not anew and is_matched(session, services.org_id, entity, state):
            return _as_before(session, services.org_id, entity)
        before = Noted() if anew else read_noted(session, services.org_id, entity)
        now = note_now(session, services.org_id, entity, services.settings_version)
    if anew:
        with writing(services.engine) as session:
            void_plans(session, services.org_id)
            forget_reports(session, services.org_id)
    synced, moved = sync_entity(services, run_seq, entity, before)
    if must_match(services, entity, before, now):
        proposed = find_proposals(services, entity, read_situation(services, entity))
        saved, flags = save_proposed(services, run_seq, proposed)
        pairs, now = proposed.pairs, replace(now, whole_at=services.clock.now())
    else:
        saved, flags = keep_proposals(services, run_seq, entity, before)
        pairs, now = 0, replace(now, whole_at=before.whole_at)
    with writing(services.engine) as session:
        mark_matched(session, services.org_id, entity, state, run_seq, now)
    total = saved + synced
    counts = {"pairs": pairs, "new": total.new, "kept": total.kept, "closed": total.closed, **flags}
    return {name: count + moved.get(name, 0) for name, count in counts.items()}


def _as_before(session: Session, org_id: str, entity: Entity) -> dict[str, int]:
    collisions = len(standing_flags(session, org_id, entity, COLLISION[entity]))
    counts = dict.fromkeys(("pairs", "new", "kept", "closed", "raised", "cleared", "collisions"), 0)
    return counts | {"kept": count_proposals(session, org_id, entity), "collisions": collisions}


def read_situation(services: Services, entity: Entity) -> Situation:
    """Read the records, links and past decisions of one entity."""
    with reading(services.engine) as session:
        sides: dict[System, Side] = {}
        for system in OTHER:
            records = current_records(session, Scope(services.org_id, system, entity))
            sides[system] = Side(records, live_records(records, system))
        pools = current_records(session, Scope(services.org_id, "pooltrackr", "pools")) if entity == "contacts" else []
        return Situation(
            left=sides["pooltrackr"],
            right=sides["xero"],
            pools=[pool for pool in pools if isinstance(pool, Pool)],
            judged=read_judged(session, services.org_id, entity),
            memory=Memory(rejected_pairs(session, services.org_id, entity)),
            agreed=agreed_in_xero(session, services.org_id, entity) if entity == "products" else {},
        )


def find_proposals(services: Services, entity: Entity, situation: Situation) -> Proposed:
    """Match both sides and say what follows; decides nothing and stores nothing."""
    result = match_situation(entity, situation)
    drafts = propose(
        services.org_id, entity, situation.left.live, situation.right.live, result, situation.judged.linked
    )
    drafts = _keep_settled([p for p in drafts if p.record_id not in situation.judged.ignored[p.system]], situation)
    margins = dict(zip(result.pairs["left_id"], result.pairs["margin"], strict=True))
    findings = flag_matches(drafts, margins) + _flag_duplicates(entity, situation)
    if entity == "contacts":
        findings += flag_archived(drafts, _archived_lookalikes(situation, drafts))
    else:
        more, updates = _review_prices(services, situation, drafts)
        findings += more
        drafts += [draft for draft in _keep_settled(updates, situation) if draft.id not in situation.judged.dropped]
    return Proposed(entity, situation.judged, tuple(drafts), tuple(findings), len(result.pairs))


def save_proposed(services: Services, run_seq: int, proposed: Proposed) -> tuple[Saved, dict[str, int]]:
    """Store proposals and flags in one transaction; the same again writes nothing. Returns what was saved and raised.

    What people linked, decided or took back while the engine was at work stays as they left it.
    """
    now = services.clock.now()
    with writing(services.engine) as session:
        kinds = ["match", "update"] if proposed.entity == "products" else ["match"]
        standing = current_proposals(session, services.org_id, proposed.entity, kinds)
        touched = judged_since(proposed.judged, read_judged(session, services.org_id, proposed.entity))
        drafts = name_by_suggestion(services.org_id, proposed.proposals, standing)
        drafts = leave_to_people(drafts, standing, touched)
        saved = save_proposals(session, services.org_id, proposed.entity, kinds, drafts, run_seq, now)
        raised, cleared = replace_flags(
            session, services.org_id, proposed.entity, MATCH_FLAGS, proposed.findings, run_seq, now
        )
        collisions = refresh_collisions(session, services.org_id, proposed.entity, run_seq, now)
    return saved, {"raised": raised, "cleared": cleared, "collisions": collisions}


def match_situation(entity: Entity, situation: Situation) -> MatchResult:
    """Every pair of the live records of both systems that the engine gives a score; of products, those not linked."""
    left, right = list(situation.left.live.values()), list(situation.right.live.values())
    if entity == "contacts":
        return match_contacts(
            contact_frame(_contacts(left), situation.pools), contact_frame(_contacts(right)), situation.memory
        )
    open_left = [p for p in _products(left) if p.id not in situation.judged.linked.pooltrackr]
    open_right = [p for p in _products(right) if p.id not in situation.judged.linked.xero]
    return match_products(product_frame(open_left), product_frame(open_right), situation.memory)


def _keep_settled(drafts: Sequence[Proposal], situation: Situation) -> list[Proposal]:
    """A proposal that somebody has decided on stays as it is until one of its own records changes."""
    live = {"pooltrackr": situation.left.live, "xero": situation.right.live}
    kept = {
        (p.kind, p.system, p.record_id): p
        for p in situation.judged.settled
        if basis_now(p, live[p.system], live[OTHER[p.system]]) == p.basis
    }
    return [kept.get((draft.kind, draft.system, draft.record_id), draft) for draft in drafts]


def _flag_duplicates(entity: Entity, situation: Situation) -> list[Finding]:
    sides: tuple[tuple[System, Side], ...] = (("pooltrackr", situation.left), ("xero", situation.right))
    return [
        finding
        for system, side in sides
        for finding in duplicate_findings(entity, system, list(side.live.values()), situation.pools)
    ]


def _archived_lookalikes(situation: Situation, drafts: Sequence[Proposal]) -> dict[str, Record]:
    """For contacts that would be created in Xero: the archived contact there that looks the same."""
    lost = {p.record_id for p in drafts if p.system == "pooltrackr" and p.suggested == "create"}
    archived = [c for c in _contacts(situation.right.all) if c.id not in situation.right.live]
    left = [c for c in _contacts(list(situation.left.live.values())) if c.id in lost]
    if not archived or not left:
        return {}
    pairs = match_contacts(contact_frame(left, situation.pools), contact_frame(archived)).pairs
    by_id = {contact.id: contact for contact in archived}
    return {str(row.left_id): by_id[str(row.right_id)] for row in pairs.itertuples(index=False) if row.decision != "no"}


def _review_prices(
    services: Services, situation: Situation, drafts: Sequence[Proposal]
) -> tuple[list[Finding], list[Proposal]]:
    left = {p.id: p for p in _products(list(situation.left.live.values()))}
    right = {p.id: p for p in _products(list(situation.right.live.values()))}
    suggested = {p.record_id: p.suggested_id for p in drafts if p.system == "pooltrackr" and p.suggested == "link"}
    matched = _pairs({**suggested, **situation.judged.linked.pooltrackr}, left, right)
    packs = frozenset(p.record_id for p in drafts if "pack" in p.vetoes)
    findings = flag_prices(matched, services.settings_of_org, packs) + flag_skus(matched)
    updates = propose_updates(
        services.org_id,
        _pairs(situation.judged.linked.pooltrackr, left, right),
        services.settings_of_org,
        situation.agreed,
    )
    return findings, updates


def _pairs(ids: Mapping[str, str], left: dict[str, Product], right: dict[str, Product]) -> list[Pair]:
    return [(left[a], right[b]) for a, b in sorted(ids.items()) if a in left and b in right]


def _contacts(records: Sequence[Record]) -> list[Contact]:
    return [record for record in records if isinstance(record, Contact)]


def _products(records: Sequence[Record]) -> list[Product]:
    return [record for record in records if isinstance(record, Product)]
