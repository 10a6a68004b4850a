"""Push: what is approved and staged goes out, behind its gates and guards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from reconcile.errors import GuardStopped
from reconcile.gates import require_open
from reconcile.pushing import Pusher, Tally, no_crash
from reconcile.pushing.blast_radius import Bounds, find_jump
from reconcile.records import Entity, System
from reconcile.stages.gates import read_gates
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.outbox import StoredOutbox, count_open_by_verb
from reconcile.store.snapshots import Scope
from reconcile.store.verifying import keep_seen, unshown, unverified_since, verify_done
from reconcile.store.volumes import past_volumes, waiting_volume

LISTED_BEFORE = timedelta(hours=1)  # Xero's clock and ours may differ


def require_gates(services: Services, entity: Entity) -> None:
    """Raise GateClosed with the rows when a gate before this entity's push is shut; later stages need earlier gates."""
    with reading(services.engine) as session:
        contacts, products, _settings = read_gates(session, services.org_id, services.settings_of_org)
    require_open(contacts)
    if entity == "products":
        require_open(products)


def require_guards(services: Services, target: System, entity: Entity) -> None:
    """Raise GuardStopped before the first write when a run would create or change more than is allowed (C11).

    What is in doubt counts too: it may have to be sent again.
    """
    guards = services.settings_of_org.guards
    with reading(services.engine) as session:
        planned = count_open_by_verb(session, services.org_id, target, entity)
        waiting, mark = waiting_volume(session, services.org_id, target, entity)
        sent, nights = past_volumes(session, services.org_id, target, entity, services.clock.now())
    for name, verbs, allowed in (
        ("create", ("create",), guards.max_creates),
        ("update", ("update", "activate", "deactivate"), guards.max_updates),
        ("void", ("void", "delete"), guards.max_voids),
    ):
        _refuse(sum(planned.get(verb, 0) for verb in verbs), allowed, name, target, entity)
    bounds = Bounds(guards.max_jump, guards.jump_floor, Decimal(guards.jump_floor_amount))
    jump = find_jump(waiting + sent, nights, bounds) if waiting.number else ""
    if jump and guards.let_through != mark:
        raise GuardStopped(
            f"Pushing {entity} to {target} would make it {jump} in a day. Nothing was written.",
            mark=mark,
            remedy=f"If that is right: reconcile settings --set guards.let_through={mark} "
            "lets exactly these writes through; then push again.",
        )


def _refuse(planned: int, allowed: int, verb: str, target: System, entity: Entity) -> None:
    if planned > allowed:
        raise GuardStopped(
            f"This run would {verb} {planned} {entity} in {target}; at most {allowed} are allowed. Nothing was written.",
            remedy=f"If that is right, raise guards.max_{verb}s in the settings and push again.",
        )


def push_entity(
    services: Services,
    target: System,
    entity: Entity,
    report: Callable[[Tally], None] = lambda _tally: None,
    crashpoint: Callable[[str], None] = no_crash,
) -> Tally:
    """Push what is staged for one entity of one system until nothing is left.

    What is approved while this runs waits for the next push: it was not counted against the guards.
    Raises GateClosed, GuardStopped before anything is written; Parked, Reconnect, Retry when the target cannot go on,
    Unknown when it stopped answering.
    """
    counted_at = services.clock.now()
    require_gates(services, entity)
    require_guards(services, target, entity)
    outbox = StoredOutbox(
        services.engine, services.org_id, services.worker, services.clock, entity, staged_until=counted_at
    )
    return Pusher(outbox, services.sink(target), services.clock, crashpoint).push(report)


def verify_pushed(services: Services, target: System, entity: Entity, pulled_from: datetime) -> tuple[int, int]:
    """Hold what was pushed against the pull that began at ``pulled_from``; how many writes hold, how many do not.

    To be called right after that pull. What it does not show is looked at by itself, since not every change is listed. What
    does not hold even then is ``raced`` from then on and shown to a person. Raises what the target raises.
    """
    scope = Scope(services.org_id, target, entity)
    with reading(services.engine) as session:
        doubtful = unshown(session, scope, pulled_from)
    seen = services.sink(target).get_many(entity, doubtful) if doubtful else {}
    with writing(services.engine) as session:
        if seen:
            keep_seen(session, scope, list(seen.values()))
        return verify_done(session, scope, pulled_from, services.clock.now())


def verify_card_money(services: Services) -> tuple[int, int]:
    """Hold posted fees and surcharges against what Xero lists since; how many hold, how many do not.

    Xero's bank transactions are not kept, so they are listed only when something was posted.
    """
    scope, now = Scope(services.org_id, "xero", "bank_transactions"), services.clock.now()
    with reading(services.engine) as session:
        since = unverified_since(session, scope)
    if since is None:
        return 0, 0
    listed = [
        record for page in services.xero.pages("bank_transactions", since - LISTED_BEFORE) for record in page.records
    ]
    with writing(services.engine) as session:
        return verify_done(session, scope, now, services.clock.now(), listed)
