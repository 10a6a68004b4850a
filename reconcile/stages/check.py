"""Check: every frame against its Great Expectations suite; hard failures stop the run, soft ones become flags."""

from sqlmodel import Session

from reconcile.errors import BadData
from reconcile.flagging import Finding
from reconcile.frames import to_frame
from reconcile.proposing import live_records
from reconcile.quality.check import check_frame, rules_of
from reconcile.quality.finding import Finding as Failure
from reconcile.records import Entity, Record, System, TaxRate
from reconcile.stages.pull import PULLED
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_quiet import data_state, is_matched, mark_matched

CHECKED = tuple((system, entity) for system, entities in PULLED.items() for entity in entities)


def check_current(services: Services, run_seq: int) -> dict[str, int]:
    """Check all current records and raise or clear the flags of the soft rules; returns how many flags stand by entity.

    Records that were all found usable before, and have not changed since, are not checked again.
    Raises BadData naming the rows when a rule that must hold is broken; no flag is changed then.
    """
    with reading(services.engine) as session:
        state = data_state(session, services.org_id, CHECKED)
        if is_matched(session, services.org_id, "checks", state):
            return _standing(session, services.org_id)
    tax_types = [r.id for r in _records(services, "xero", "tax_rates") if isinstance(r, TaxRate)]
    failures = {(system, entity): _check(services, system, entity, tax_types) for system, entity in CHECKED}
    hard = [failure for found in failures.values() for failure in found if failure.severity == "hard"]
    if hard:
        words = " ".join(failure.message for failure in hard)
        raise BadData(
            f"The data cannot be used: {words}", remedy="Correct these records at their source, then run again."
        )
    counts = _flag(services, run_seq, failures)
    with writing(services.engine) as session:
        mark_matched(session, services.org_id, "checks", state, run_seq)
    return counts


def _standing(session: Session, org_id: str) -> dict[str, int]:
    """How many flags of the checks stand by entity."""
    counts: dict[str, int] = {}
    for system, entity in CHECKED:
        names = {rule.name for rule in rules_of(f"{system}_{entity}")}
        flags = standing_flags(session, org_id, entity)
        counts[entity] = counts.get(entity, 0) + sum(f.system == system and f.name in names for f in flags)
    return counts


def _check(services: Services, system: System, entity: Entity, tax_types: list[str]) -> list[Failure]:
    live = list(live_records(_records(services, system, entity), system).values())
    if not live:
        return []
    return check_frame(f"{system}_{entity}", to_frame(entity, live), tax_types)


def _flag(services: Services, run_seq: int, failures: dict[tuple[System, Entity], list[Failure]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    by_entity: dict[Entity, list[Finding]] = {}
    names: dict[Entity, set[str]] = {}
    for (system, entity), found in failures.items():
        names.setdefault(entity, set()).update(rule.name for rule in rules_of(f"{system}_{entity}"))
        by_entity.setdefault(entity, []).extend(
            Finding(entity=entity, system=system, record_id=record_id, name=failure.rule, detail=failure.detail)
            for failure in found
            for record_id in failure.record_ids
        )
    with writing(services.engine) as session:
        for entity, findings in by_entity.items():
            replace_flags(
                session, services.org_id, entity, sorted(names[entity]), findings, run_seq, services.clock.now()
            )
            counts[entity] = len(findings)
    return counts


def _records(services: Services, system: System, entity: Entity) -> list[Record]:
    with reading(services.engine) as session:
        return current_records(session, Scope(services.org_id, system, entity))
