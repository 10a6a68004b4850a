"""At once: look into what webhooks told, pull what changed, and carry on as far as policies approve (A07)."""

from reconcile.errors import GateClosed, GuardStopped, NotReady
from reconcile.records import SYSTEMS, Entity
from reconcile.stages.money import approve_money, follow_up, plan_money, pull_money, push_money
from reconcile.stages.policies import approve_by_policy
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import pull_entity
from reconcile.stages.push import push_entity
from reconcile.stages.running import under_way
from reconcile.stages.services import Services, require_connection
from reconcile.store.engine import reading, writing
from reconcile.store.money_plans import PUSHED
from reconcile.store.sync_events import mark_handled, unhandled_events

MONEY = frozenset({"invoices", "payments", "credits"})


def handle_events(services: Services) -> dict[str, int]:
    """Pull and propose what the stored events are about; returns what was done, nothing when there were none.

    An event says only where to look, so one that came twice, late or in the wrong order leads to the same end.
    Events stay unhandled when this fails.
    """
    with reading(services.engine) as session:
        waiting = [(event.id or 0, event.entity) for event in unhandled_events(session, services.org_id)]
    if not waiting:
        return {}
    require_connection(services)
    named = {entity for _, entity in waiting}
    with under_way(services, "webhook") as run:
        run.counts["events"] = len(waiting)
        if named & {"contacts", "pools"}:
            run.counts |= _master(services, run.seq, "contacts")
        if "products" in named:
            run.counts |= _master(services, run.seq, "products")
        if named & MONEY:
            run.counts |= _money(services, run.seq)
        with writing(services.engine) as session:
            mark_handled(session, [event_id for event_id, _ in waiting], services.clock.now())
        return dict(run.counts)


def _master(services: Services, seq: int, entity: Entity) -> dict[str, int]:
    for system in SYSTEMS:
        pull_entity(services, seq, system, entity)
    if entity == "contacts":
        pull_entity(services, seq, "pooltrackr", "pools")
    proposed = propose_entity(services, seq, entity)
    decided = approve_by_policy(services, entity).accepted
    pushed = _push(services, entity) if decided else {}
    return {f"{entity} proposed": proposed["new"], f"{entity} approved": decided, f"{entity} pushed": 0, **pushed}


def _push(services: Services, entity: Entity) -> dict[str, int]:
    """What was pushed; what a gate or a guard stops waits for the hourly push, which says so in words."""
    counts = {f"{entity} pushed": 0}
    for target in SYSTEMS:
        try:
            counts[f"{entity} pushed"] += push_entity(services, target, entity).done
        except GuardStopped:
            counts[f"{entity} to {target} stopped by a guard"] = 1
        except (GateClosed, NotReady):
            continue
    return counts


def _money(services: Services, seq: int) -> dict[str, int]:
    pull_money(services, seq)
    plan_money(services, seq)
    approved = approve_money(services, "invoices").accepted + approve_money(services, "payments").accepted
    return {"documents approved": approved, "documents pushed": _push_money(services, seq) if approved else 0}


def _push_money(services: Services, seq: int) -> int:
    """The invoices, what tells Pooltrackr of them, and the payments; what a gate holds back waits for the night."""
    done = 0
    try:
        for entity in PUSHED:
            done += push_money(services, "xero", entity).done
        follow_up(services, seq)
        for entity in PUSHED:
            done += push_money(services, "pooltrackr", entity).done
    except (GateClosed, GuardStopped, NotReady):
        return done
    return done
