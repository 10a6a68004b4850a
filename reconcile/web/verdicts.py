"""Decisions made on the page: the same rules and the same transaction as a file's, read for the rows at hand only."""

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.decisions import DecisionRow, judge
from reconcile.errors import DecisionsRejected
from reconcile.stages.second import refresh_after
from reconcile.stages.services import Services
from reconcile.store.decisions import Source, withdraw_decision
from reconcile.store.engine import writing
from reconcile.store.review_situation import concerned_by, refresh_around, situation_of
from reconcile.store.review_waits import Applied, apply_or_wait
from reconcile.store.runs import end_run, start_run

VIA = "review page"


@dataclass(frozen=True)
class Person:
    """Who decides on the page; ``proven`` says that they have signed in."""

    name: str
    proven: bool = False


def decide_on_page(services: Services, rows: Sequence[DecisionRow], by: str | Person, *, bulk: bool = False) -> int:
    """Judge and store some decisions, all or none; returns how many were stored. Raises DecisionsRejected, Conflict."""
    applied = store_on_page(services, rows, by, bulk=bulk)
    return applied.counted + len(applied.waiting)


def store_on_page(services: Services, rows: Sequence[DecisionRow], by: str | Person, *, bulk: bool = False) -> Applied:
    """The same, saying what counts at once and what waits for a second person."""
    now = services.clock.now()
    person = by if isinstance(by, Person) else Person(by)
    source = Source(person.name, now, VIA, proven=person.proven, bulk=bulk)
    with writing(services.engine) as session:
        judgement = judge(rows, situation_of(session, services.org_id, rows))
        if judgement.problems:
            raise DecisionsRejected(
                "Nothing was stored.",
                problems=tuple(f"{p.message} {p.remedy}" for p in judgement.problems),
            )
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        applied = apply_or_wait(session, services.org_id, judgement.accepted, source, seq)
        refresh_after(session, services.org_id, judgement.accepted, seq, now)
        counts = {"accepted": applied.counted, "waiting": len(applied.waiting), "staged": applied.staged, "via": VIA}
        end_run(session, seq, services.clock.now(), counts)
    return applied


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
