"""Nights on which only linked records changed: what is not linked keeps its proposals, duplicates are looked for anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from reconcile.flagging import COLLISION, Finding, flag_duplicates
from reconcile.frames import contact_frame, product_frame
from reconcile.matching.contacts import find_duplicate_contacts, match_contacts
from reconcile.matching.products import find_duplicate_products
from reconcile.proposing import live_records
from reconcile.records import Contact, Entity, Pool, Product, Record, System
from reconcile.rematching import RESEMBLES, Moved, Noted, reason_to_match
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.links import linked
from reconcile.store.proposals import Saved
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_changes import changed_since, pools_of, present_ids, records_before
from reconcile.store.sync_quiet import count_proposals, is_steady

SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")
OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}


@dataclass(frozen=True)
class Changed:
    """The contacts of one system that changed, as they were and as they are, and those of the other that are not linked."""

    ids: frozenset[str]
    versions: Sequence[Contact] = ()
    unlinked: Sequence[Contact] = ()


def must_match(services: Services, entity: Entity, before: Noted, now: Noted) -> bool:
    """Whether what is not linked has to be matched again; products always are, being few."""
    if entity != "contacts":
        return True
    with reading(services.engine) as session:
        reason = reason_to_match(before, now, _moved(session, services.org_id, before), services.clock.now())
        return bool(reason) or any(_may_rival(session, services.org_id, system, before) for system in SYSTEMS)


def _moved(session: Session, org_id: str, before: Noted) -> Moved:
    links = linked(session, org_id, "contacts")
    holding = {"pooltrackr": links.pooltrackr, "xero": links.xero}
    changed = {system: changed_contacts(session, org_id, system, before) for system in SYSTEMS}
    return Moved(
        changed=changed,
        totals={system: len(present_ids(session, Scope(org_id, system, "contacts"))) for system in SYSTEMS},
        unlinked=sum(one not in holding[system] for system, ids in changed.items() for one in ids),
        late=not all(is_steady(session, org_id, before, s, e) for s, e in _READ),
    )


_READ: tuple[tuple[System, Entity], ...] = (
    ("pooltrackr", "contacts"), ("xero", "contacts"), ("pooltrackr", "pools"),
)  # fmt: skip


def changed_contacts(session: Session, org_id: str, system: System, before: Noted) -> frozenset[str]:
    """The contacts of a system that changed, or of which a pool did."""
    ids = set(changed_since(session, Scope(org_id, system, "contacts"), before.newest(f"{system} contacts")))
    if system == "pooltrackr":
        pools, newest = Scope(org_id, system, "pools"), before.newest("pooltrackr pools")
        changed = changed_since(session, pools, newest)
        both = [*records_before(session, pools, newest, changed), *current_records(session, pools, changed)]
        ids |= {contact_id for pool in both if isinstance(pool, Pool) for contact_id, _ in pool.contacts}
    return frozenset(ids)


def _may_rival(session: Session, org_id: str, system: System, before: Noted) -> bool:
    """Whether a changed contact of a system looked or looks like one of the other system that is not linked."""
    scope = Scope(org_id, system, "contacts")
    changed = sorted(changed_contacts(session, org_id, system, before))
    if not changed:
        return False
    old = records_before(session, scope, before.newest(f"{system} contacts"), changed)
    new = current_records(session, scope, changed)
    versions = [_named(contact, mark) for mark, found in (("old", old), ("new", new)) for contact in _contacts(found)]
    other = Scope(org_id, OTHER[system], "contacts")
    held = linked(session, org_id, "contacts")
    free = present_ids(session, other) - set(held.xero if system == "pooltrackr" else held.pooltrackr)
    unlinked = _contacts(current_records(session, other, sorted(free)))
    pools = pools_of(session, org_id, {*changed, *free})
    return resembles(versions, unlinked, pools)


def resembles(versions: Sequence[Contact], unlinked: Sequence[Contact], pools: Sequence[Pool]) -> bool:
    """Whether any of the first may be the same as any of the second."""
    if not versions or not unlinked:
        return False
    found = match_contacts(contact_frame(versions, pools), contact_frame(unlinked, pools)).candidates
    return bool((found["score"] >= RESEMBLES).any())


def keep_proposals(services: Services, run_seq: int, entity: Entity, before: Noted) -> tuple[Saved, dict[str, int]]:
    """Leave the proposals as they are, and look for duplicates in the systems that changed."""
    raised = cleared = 0
    for system in SYSTEMS:
        with reading(services.engine) as session:
            if not changed_contacts(session, services.org_id, system, before):
                continue
            records = live_records(current_records(session, Scope(services.org_id, system, entity)), system)
            pools = current_records(session, Scope(services.org_id, "pooltrackr", "pools"))
        findings = duplicate_findings(
            entity, system, list(records.values()), [pool for pool in pools if isinstance(pool, Pool)]
        )
        with writing(services.engine) as session:
            more, fewer = replace_flags(
                session, services.org_id, entity, [f"duplicate_in_{system}"], findings, run_seq, services.clock.now()
            )
        raised, cleared = raised + more, cleared + fewer
    with reading(services.engine) as session:
        standing = count_proposals(session, services.org_id, entity)
        collisions = len(standing_flags(session, services.org_id, entity, COLLISION[entity]))
    return Saved(kept=standing), {"raised": raised, "cleared": cleared, "collisions": collisions}


def duplicate_findings(
    entity: Entity, system: System, records: Sequence[Record], pools: Sequence[Pool]
) -> list[Finding]:
    """Flags for live records of one system that seem to stand twice in it."""
    if entity == "contacts":
        frame = contact_frame(_contacts(records), pools if system == "pooltrackr" else ())
        return flag_duplicates(entity, system, find_duplicate_contacts(frame))
    products = [record for record in records if isinstance(record, Product)]
    return flag_duplicates(entity, system, find_duplicate_products(product_frame(products)))


def _named(contact: Contact, mark: str) -> Contact:
    return replace(contact, id=f"{contact.id} {mark}")


def _contacts(records: Sequence[Record]) -> list[Contact]:
    return [record for record in records if isinstance(record, Contact)]
