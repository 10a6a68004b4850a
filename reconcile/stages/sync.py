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
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.decisions import ignored_proposals
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags
from reconcile.store.links import open_links
from reconcile.store.proposals import Saved, save_proposals
from reconcile.store.snapshots import Scope, current_records, missing_records
from reconcile.store.sync_bases import read_agreed, read_echoes, settle_echoes, under_way, write_agreed
from reconcile.syncing import Agreed, LinkState, Outcome, Pair, ProductPair, Records, product_drift, separate, sync_pair

SYNC_FLAGS = ["conflict", "drift", "missing"]
KINDS: dict[Entity, list[str]] = {"contacts": ["update", "conflict", "unlink"], "products": ["unlink"]}
FEW_LINKS = 20


@dataclass(frozen=True)
class Linked:
    """The open links of one entity with both sides' records in any state, and the pools of the contacts."""

    links: Sequence[tables.Link]
    left: Mapping[str, Record]
    right: Mapping[str, Record]
    left_missing: Mapping[str, int]
    right_missing: Mapping[str, int]
    pools: Sequence[Pool] = ()


@dataclass(frozen=True)
class Synced:
    """What comparing found, before it is stored; ``agreed`` are the agreed states that moved, by link."""

    entity: Entity
    proposals: tuple[Proposal, ...] = ()
    findings: tuple[Finding, ...] = ()
    agreed: Mapping[str, Agreed] = field(default_factory=dict)


def sync_entity(services: Services, run_seq: int, entity: Entity) -> tuple[Saved, dict[str, int]]:
    """Compare everything linked and store what follows; the same again writes nothing.

    Raises GuardStopped before any proposal when so many linked contacts were renamed that something must be wrong.
    """
    _count_our_writes(services)
    synced = find_synced(services, entity)
    now = services.clock.now()
    with writing(services.engine) as session:
        write_agreed(session, synced.agreed)
        busy = under_way(session, services.org_id, entity, KINDS[entity])
        held = {(p.kind, p.system, p.record_id) for p in busy}
        wanted = [*busy, *(p for p in synced.proposals if (p.kind, p.system, p.record_id) not in held)]
        saved = save_proposals(session, services.org_id, entity, KINDS[entity], wanted, run_seq, now)
        raised, cleared = replace_flags(session, services.org_id, entity, SYNC_FLAGS, synced.findings, run_seq, now)
    return saved, {"raised": raised, "cleared": cleared, "agreed": len(synced.agreed)}


def _count_our_writes(services: Services) -> None:
    """What we wrote ourselves is agreed: the next pull shows no edit of anybody (the echo filter)."""
    with reading(services.engine) as session:
        echoes = read_echoes(session, services.org_id)
    if echoes:
        with writing(services.engine) as session:
            settle_echoes(session, services.org_id, read_echoes(session, services.org_id), services.clock.now())


def find_synced(services: Services, entity: Entity) -> Synced:
    """Compare all links of an entity; stores nothing. Raises GuardStopped."""
    with reading(services.engine) as session:
        linked = _read(session, services.org_id, entity)
        ignored = ignored_proposals(session, services.org_id, entity)
    live_left, live_right = (
        live_records(list(linked.left.values()), "pooltrackr"),
        live_records(list(linked.right.values()), "xero"),
    )
    records = Records(linked.right, live_left, live_right, {link.xero_id: link.pooltrackr_id for link in linked.links})
    separated = [separate(services.org_id, entity, _state(link, linked), records) for link in linked.links]
    proposals = [found.proposal for found in separated if found.proposal is not None]
    findings = [found.finding for found in separated if found.finding is not None]
    agreed: dict[str, Agreed] = {}
    if entity == "products":
        drifted, agreed = _drifted_products(services, linked, live_left, live_right)
        findings += drifted
    if entity == "contacts":
        outcomes = _compare(services, linked, live_left, live_right)
        proposals += [draft for outcome in outcomes.values() for draft in outcome.proposals]
        findings += [finding for outcome in outcomes.values() for finding in outcome.findings]
        known = {link.id: read_agreed(link) for link in linked.links}
        agreed = {key: outcome.agreed for key, outcome in outcomes.items() if outcome.agreed != known[key]}
    return Synced(entity, tuple(p for p in proposals if p.id not in ignored), tuple(findings), agreed)


def _compare(
    services: Services, linked: Linked, live_left: Mapping[str, Record], live_right: Mapping[str, Record]
) -> dict[str, Outcome]:
    sites = _sites(linked.pools)
    outcomes = {}
    for link in linked.links:
        left, right = live_left.get(link.pooltrackr_id), live_right.get(link.xero_id)
        if isinstance(left, Contact) and isinstance(right, Contact):
            pair = Pair(link.id, left, right, read_agreed(link), sites.get(left.id, ()))
            outcomes[link.id] = sync_pair(services.org_id, pair, services.settings_of_org.wins)
    refuse_mass_renaming(len(outcomes), sum(o.renamed for o in outcomes.values()), services.settings_of_org.guards)
    return outcomes


def _drifted_products(
    services: Services, linked: Linked, live_left: Mapping[str, Record], live_right: Mapping[str, Record]
) -> tuple[list[Finding], dict[str, Agreed]]:
    """Flags for products that were edited in Pooltrackr, and the agreed states that moved."""
    ids = [(link, live_left.get(link.pooltrackr_id), live_right.get(link.xero_id)) for link in linked.links]
    pairs = [(k, a, b) for k, a, b in ids if isinstance(a, Product) and isinstance(b, Product)]
    updates = propose_updates(services.org_id, [(a, b) for _, a, b in pairs], services.settings_of_org)
    behind = {draft.suggested_id: {change.field for change in draft.changes} for draft in updates}
    findings, moved = [], {}
    for link, product, item in pairs:
        known = read_agreed(link)
        pair = ProductPair(link.id, product, item, known, behind.get(product.id, ()))
        finding, agreed = product_drift(pair)
        findings += [finding] if finding else []
        if agreed != known:
            moved[link.id] = agreed
    return findings, moved


def refuse_mass_renaming(linked: int, renamed: int, guards: Guards) -> None:
    """Stop when too large a share of the linked contacts suddenly has another name."""
    if linked >= FEW_LINKS and renamed > linked * guards.max_renamed_share:
        raise GuardStopped(
            f"{renamed} of {linked} linked contacts have another name than was agreed. Nothing was proposed.",
            remedy="Look for an import or a script that renamed them; if it is right, raise guards.max_renamed_share.",
        )


def _read(session: Session, org_id: str, entity: Entity) -> Linked:
    left, right = (Scope(org_id, system, entity) for system in ("pooltrackr", "xero"))
    pools = current_records(session, Scope(org_id, "pooltrackr", "pools")) if entity == "contacts" else []
    return Linked(
        links=open_links(session, org_id, entity),
        left={record.id: record for record in current_records(session, left)},
        right={record.id: record for record in current_records(session, right)},
        left_missing=missing_records(session, left),
        right_missing=missing_records(session, right),
        pools=[pool for pool in pools if isinstance(pool, Pool)],
    )


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
