"""Sync: linked records compared with what was agreed; updates, conflicts, drifts and separations for people to judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from reconcile.errors import GuardStopped
from reconcile.flagging import Finding
from reconcile.organisation_settings import Guards
from reconcile.ownership import Face
from reconcile.price_review import propose_updates
from reconcile.proposals import Proposal
from reconcile.proposing import live_records
from reconcile.records import Contact, Entity, Pool, Product, Record
from reconcile.rematching import MODEL, Noted
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.decisions import ignored_proposals
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.links import linked
from reconcile.store.proposals import Saved, current_rows, save_proposals
from reconcile.store.snapshots import Scope, current_records, missing_records
from reconcile.store.sync_bases import read_agreed, read_echoes, settle_echoes, under_way, write_agreed
from reconcile.store.sync_changes import (
    Touched,
    changed_since,
    ignored_links,
    mark_compared,
    pools_of,
    records_before,
    touched_links,
)
from reconcile.store.sync_quiet import is_steady
from reconcile.syncing import (
    LONGEST_CHAIN,
    Agreed,
    LinkState,
    Outcome,
    Pair,
    ProductPair,
    Records,
    is_renamed,
    product_drift,
    separate,
    sync_pair,
)

SYNC_FLAGS = ["conflict", "drift", "missing"]
KINDS: dict[Entity, list[str]] = {"contacts": ["update", "conflict", "unlink"], "products": ["unlink"]}
FEW_LINKS = 20
NOTHING = Noted()


@dataclass(frozen=True)
class Linked:
    """Open links of one entity with both sides' records in any state, and the pools of the contacts.

    Of all ``total`` links these are the ones that may come to another result than last time. ``holders`` maps every
    linked Xero id to its Pooltrackr id.
    """

    links: Sequence[Touched]
    total: int
    left: Mapping[str, Record]
    right: Mapping[str, Record]
    left_missing: Mapping[str, int]
    right_missing: Mapping[str, int]
    holders: Mapping[str, str]
    pools: Sequence[Pool] = ()


@dataclass(frozen=True)
class Synced:
    """What comparing found, before it is stored; ``agreed`` are the agreed states that moved, by link."""

    entity: Entity
    compared: Sequence[Touched] = ()
    proposals: tuple[Proposal, ...] = ()
    findings: tuple[Finding, ...] = ()
    agreed: Mapping[str, Agreed] = field(default_factory=dict)


def sync_entity(
    services: Services, run_seq: int, entity: Entity, since: Noted = NOTHING
) -> tuple[Saved, dict[str, int]]:
    """Compare what is linked and store what follows; the same again writes nothing.

    Only links are looked at of which a record, the agreed state or a pool changed, and those with anything standing;
    all of them when the rules or the settings are others than noted in ``since``.
    Raises GuardStopped before any proposal when so many linked contacts were renamed that something must be wrong.
    """
    _count_our_writes(services)
    synced = find_synced(services, entity, since)
    now = services.clock.now()
    with writing(services.engine) as session:
        write_agreed(session, synced.agreed)
        busy = under_way(session, services.org_id, entity, KINDS[entity])
        held = {(p.kind, p.system, p.record_id) for p in busy}
        wanted = [*busy, *(p for p in synced.proposals if (p.kind, p.system, p.record_id) not in held)]
        saved = save_proposals(session, services.org_id, entity, KINDS[entity], wanted, run_seq, now)
        raised, cleared = replace_flags(session, services.org_id, entity, SYNC_FLAGS, synced.findings, run_seq, now)
        mark_compared(session, synced.compared)
    return saved, {"raised": raised, "cleared": cleared, "agreed": len(synced.agreed)}


def _count_our_writes(services: Services) -> None:
    """What we wrote ourselves is agreed: the next pull shows no edit of anybody (the echo filter)."""
    with reading(services.engine) as session:
        echoes = read_echoes(session, services.org_id)
    if echoes:
        with writing(services.engine) as session:
            settle_echoes(session, services.org_id, read_echoes(session, services.org_id), services.clock.now())


def find_synced(services: Services, entity: Entity, since: Noted = NOTHING) -> Synced:
    """Compare the links of an entity that may have moved; stores nothing. Raises GuardStopped."""
    with reading(services.engine) as session:
        linked = _read(session, services, entity, since)
        ignored = ignored_proposals(session, services.org_id, entity)
    live_left, live_right = (
        live_records(list(linked.left.values()), "pooltrackr"),
        live_records(list(linked.right.values()), "xero"),
    )
    records = Records(linked.right, live_left, live_right, linked.holders)
    separated = [separate(services.org_id, entity, _state(touched.link, linked), records) for touched in linked.links]
    proposals = [found.proposal for found in separated if found.proposal is not None]
    findings = [found.finding for found in separated if found.finding is not None]
    agreed: dict[str, Agreed] = {}
    if entity == "products":
        drifted, agreed = _drifted_products(services, linked, live_left, live_right)
        findings += drifted
    if entity == "contacts":
        outcomes = _compare(services, linked, live_left, live_right)
        proposals += [draft for outcome, _ in outcomes.values() for draft in outcome.proposals]
        findings += [finding for outcome, _ in outcomes.values() for finding in outcome.findings]
        agreed = {key: outcome.agreed for key, (outcome, known) in outcomes.items() if outcome.agreed != known}
    wanted = tuple(p for p in proposals if p.id not in ignored)
    return Synced(entity, linked.links, wanted, tuple(findings), agreed)


def _compare(
    services: Services, linked: Linked, live_left: Mapping[str, Record], live_right: Mapping[str, Record]
) -> dict[str, tuple[Outcome, Agreed]]:
    """What follows for each pair that is live on both sides, and what was agreed on it before."""
    sites = _sites(linked.pools)
    outcomes = {}
    for link in (touched.link for touched in linked.links):
        left, right = live_left.get(link.pooltrackr_id), live_right.get(link.xero_id)
        if isinstance(left, Contact) and isinstance(right, Contact):
            known = read_agreed(link)
            pair = Pair(link.id, left, right, known, sites.get(left.id, ()))
            outcomes[link.id] = sync_pair(services.org_id, pair, services.settings_of_org.wins), known
    renamed = sum(outcome.renamed for outcome, _ in outcomes.values())
    total = linked.total - len(linked.links) + len(outcomes)
    refuse_mass_renaming("contacts", total, renamed, services.settings_of_org.guards)
    return outcomes


def _drifted_products(
    services: Services, linked: Linked, live_left: Mapping[str, Record], live_right: Mapping[str, Record]
) -> tuple[list[Finding], dict[str, Agreed]]:
    """Flags for products that were edited in Pooltrackr, and the agreed states that moved."""
    links = [touched.link for touched in linked.links]
    ids = [(link, live_left.get(link.pooltrackr_id), live_right.get(link.xero_id)) for link in links]
    pairs = [(k, a, b) for k, a, b in ids if isinstance(a, Product) and isinstance(b, Product)]
    updates = propose_updates(services.org_id, [(a, b) for _, a, b in pairs], services.settings_of_org)
    behind = {draft.suggested_id: {change.field for change in draft.changes} for draft in updates}
    agreed_before = [read_agreed(link) for link, _, _ in pairs]
    renamed = sum(is_renamed(item, known) for (_, _, item), known in zip(pairs, agreed_before, strict=True))
    refuse_mass_renaming("products", linked.total, renamed, services.settings_of_org.guards)
    findings, moved = [], {}
    for (link, product, item), known in zip(pairs, agreed_before, strict=True):
        pair = ProductPair(link.id, product, item, known, behind.get(product.id, ()))
        finding, agreed = product_drift(pair)
        findings += [finding] if finding else []
        if agreed != known:
            moved[link.id] = agreed
    return findings, moved


def refuse_mass_renaming(entity: Entity, linked: int, renamed: int, guards: Guards) -> None:
    """Stop when too large a share of the linked records suddenly has another name."""
    if linked >= FEW_LINKS and renamed > linked * guards.max_renamed_share:
        raise GuardStopped(
            f"{renamed} of {linked} linked {entity} have another name than was agreed. Nothing was proposed.",
            remedy="Look for an import or a script that renamed them; if it is right, raise guards.max_renamed_share.",
        )


def _read(session: Session, services: Services, entity: Entity, since: Noted) -> Linked:
    org_id = services.org_id
    left, right = (Scope(org_id, system, entity) for system in ("pooltrackr", "xero"))
    missing = missing_records(session, left), missing_records(session, right)
    whole = (since.model, since.settings) != (MODEL, services.settings_version)
    whole = whole or (entity == "contacts" and not is_steady(session, org_id, since, "pooltrackr", "pools"))
    named = set() if whole else {*missing[0], *missing[1], *_standing(session, org_id, entity)}
    if entity == "contacts" and not whole:
        named |= _with_changed_pools(session, org_id, since)
    links = touched_links(session, org_id, entity, named, whole=whole)
    holders = linked(session, org_id, entity).xero
    mine = [touched.link.pooltrackr_id for touched in links]
    return Linked(
        links=links,
        total=len(holders),
        left={record.id: record for record in current_records(session, left, mine)},
        right=_with_survivors(session, right, [touched.link.xero_id for touched in links]),
        left_missing=missing[0],
        right_missing=missing[1],
        holders=holders,
        pools=pools_of(session, org_id, mine) if entity == "contacts" else [],
    )


def _standing(session: Session, org_id: str, entity: Entity) -> set[str]:
    """The records of which anything stands that comparing found: it goes away only when it is looked at again."""
    rows = current_rows(session, org_id, entity, KINDS[entity])
    flags = [f for f in standing_flags(session, org_id, entity) if f.name in SYNC_FLAGS]
    ids = {record_id for row in rows for record_id in (row.record_id, row.suggested_id)}
    return ids | {flag.record_id for flag in flags} | ignored_links(session, org_id, entity)


def _with_changed_pools(session: Session, org_id: str, since: Noted) -> set[str]:
    """The contacts of pools that changed, as they were and as they are."""
    scope = Scope(org_id, "pooltrackr", "pools")
    newest = since.newest("pooltrackr pools")
    changed = changed_since(session, scope, newest)
    both = [*records_before(session, scope, newest, changed), *current_records(session, scope, changed)]
    return {contact_id for pool in both if isinstance(pool, Pool) for contact_id, _ in pool.contacts}


def _with_survivors(session: Session, scope: Scope, ids: Sequence[str]) -> dict[str, Record]:
    """The records, and those that they were merged into, as far as the chain is followed."""
    found: dict[str, Record] = {}
    wanted = list(ids)
    for _ in range(LONGEST_CHAIN + 1):
        fresh = {record.id: record for record in current_records(session, scope, wanted)}
        found |= fresh
        merged = {r.merged_to for r in fresh.values() if isinstance(r, Contact) and r.merged_to}
        wanted = sorted(merged - found.keys())
        if not wanted:
            break
    return found


def _state(link: tables.Link, linked: Linked) -> LinkState:
    return LinkState(
        link.pooltrackr_id,
        link.xero_id,
        linked.left.get(link.pooltrackr_id),
        linked.right.get(link.xero_id),
        linked.left_missing.get(link.pooltrackr_id, 0),
        linked.right_missing.get(link.xero_id, 0),
    )


def _sites(pools: Sequence[Pool]) -> dict[str, Face]:
    """The site address of each contact: that of its pool with the lowest id."""
    sites: dict[str, Face] = {}
    for pool in sorted(pools, key=lambda pool: pool.id):
        for contact_id, _ in pool.contacts:
            sites.setdefault(contact_id, (pool.street, pool.suburb, pool.state, pool.postcode))
    return sites
