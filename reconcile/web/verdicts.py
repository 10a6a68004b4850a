"""Decisions made on the page: the same rules and the same transaction as a file's, read for the rows at hand only."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from reconcile.decisions import DecisionRow, Judgement, judge
from reconcile.errors import DecisionsRejected
from reconcile.records import Entity
from reconcile.stages.collisions import refresh_collisions
from reconcile.stages.services import Services
from reconcile.store.decisions import ENTITIES, Source, apply_decisions, read_situation, withdraw_decision
from reconcile.store.engine import reading, writing
from reconcile.store.review_situation import concerned_by, narrow_situation, others_of, refresh_around
from reconcile.store.runs import end_run, start_run

FEW, SOME = 20, 1_000
VIA = "review page"


def decide_on_page(services: Services, rows: Sequence[DecisionRow], by: str) -> int:
    """Judge and store some decisions, all or none; returns how many were stored. Raises DecisionsRejected, Conflict."""
    now = services.clock.now()
    source = Source(by, now, VIA)
    with writing(services.engine) as session:
        judgement = _judge(session, services.org_id, rows)
        if judgement.problems:
            raise DecisionsRejected(
                "Nothing was stored.",
                problems=tuple(f"{p.message} {p.remedy}" for p in judgement.problems),
            )
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        staged = apply_decisions(session, services.org_id, judgement.accepted, source, seq)
        _refresh(session, services.org_id, judgement, seq, now)
        count = len(judgement.accepted)
        end_run(session, seq, services.clock.now(), {"accepted": count, "staged": staged, "via": VIA})
    return count


def preview_on_page(services: Services, rows: Sequence[DecisionRow]) -> Judgement:
    """What the rules would say, storing nothing."""
    with reading(services.engine) as session:
        return _judge(session, services.org_id, rows)


def undo_on_page(services: Services, proposal_id: str, by: str) -> bool:
    """Take a decision back that has not been pushed; False when none stands. Raises Conflict when it was."""
    now = services.clock.now()
    with writing(services.engine) as session:
        found = concerned_by(session, services.org_id, proposal_id)
        if found is None:
            return False
        proposal, targets = found
        if not withdraw_decision(session, services.org_id, proposal_id, by, now):
            return False
        seq = start_run(session, services.org_id, "undo", services.new_id(), services.settings_version, now)
        refresh_around(session, services.org_id, proposal.entity, targets, seq, now)
        end_run(session, seq, services.clock.now(), {"withdrawn": 1, "via": VIA})
    return True


def _judge(session: Session, org_id: str, rows: Sequence[DecisionRow]) -> Judgement:
    read = narrow_situation if len(rows) <= SOME else read_situation
    return judge(rows, read(session, org_id, rows))


def _refresh(session: Session, org_id: str, judgement: Judgement, seq: int, at: datetime) -> None:
    """Few decisions touch few groups; many are cheaper to look at as a whole."""
    if len(judgement.accepted) > FEW:
        for entity in ENTITIES:
            refresh_collisions(session, org_id, entity, seq, at)
        return
    targets: dict[Entity, set[str]] = {}
    for choice in judgement.accepted:
        if choice.proposal.system == "pooltrackr":
            targets.setdefault(choice.proposal.entity, set()).update({*others_of(choice.proposal), choice.target_id})
    for entity, wanted in targets.items():
        refresh_around(session, org_id, entity, wanted, seq, at)
