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
from reconcile.web.overtaking import Seen, refuse_overtaken

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


def store_on_page(
    services: Services, rows: Sequence[DecisionRow], by: str | Person, *, bulk: bool = False, seen: Seen | None = None
) -> Applied:
    """The same, saying what counts at once and what waits for a second person; ``seen`` is what stood on the rows."""
    now = services.clock.now()
    person = by if isinstance(by, Person) else Person(by)
    source = Source(person.name, now, VIA, proven=person.proven, bulk=bulk)
    with writing(services.engine) as session:
        refuse_overtaken(session, services.org_id, rows, seen or {})
        judgement = judge(rows, situation_of(session, services.org_id, rows))
        if judgement.problems:
            raise DecisionsRejected(
                "Nothing was stored.",
                problems=tuple(f"{_sentence(p.message)} {p.remedy}" for p in judgement.problems),
            )
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        applied = apply_or_wait(session, services.org_id, judgement.accepted, source, seq)
        refresh_after(session, services.org_id, judgement.accepted, seq, now)
        counts = {"accepted": applied.counted, "waiting": len(applied.waiting), "staged": applied.staged, "via": VIA}
        end_run(session, seq, services.clock.now(), counts)
    return applied


def _sentence(message: str) -> str:
    """A message of the rules as it stands alone."""
    return message[:1].upper() + message[1:]


def undo_on_page(services: Services, proposal_id: str, by: str, seen: Seen | None = None) -> bool:
    """Take a decision back that has not been pushed; False when none stands. Raises Conflict when it was, or was replaced."""
    now = services.clock.now()
    with writing(services.engine) as session:
        refuse_overtaken(
            session, services.org_id, [DecisionRow(row=1, proposal_id=proposal_id, basis="", decision="")], seen or {}
        )
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
