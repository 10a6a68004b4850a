"""Undo: plan how the writes of a run are taken back, and stage that plan once a person approved exactly it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session

from reconcile.content import digest, from_json
from reconcile.errors import BadInput, Conflict
from reconcile.pushing.undo import Irreversible, Reversal, Written, reverse
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, System
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.engine import reading, writing
from reconcile.store.links import close_link
from reconcile.store.runs import end_run, find_run, start_run
from reconcile.store.snapshots import Scope, current_record
from reconcile.store.staging import stage
from reconcile.store.undoing import UNDO, carried_out, undone_operations


@dataclass(frozen=True)
class UndoPlan:
    """What would be taken back, what cannot be, and the mark by which a person approves exactly this."""

    run_id: str
    reversals: tuple[Reversal, ...]
    irreversible: tuple[Irreversible, ...]

    @property
    def mark(self) -> str:
        """Eight hex digits over everything that would be written."""
        said = [[r.of.id, r.verb, dict(r.body), dict(r.expect), dict(r.replaces), r.basis] for r in self.reversals]
        return digest([self.run_id, said])[:8]


def plan_undo(services: Services, run_id: str) -> UndoPlan:
    """The reverse of what a run wrote, newest first; writes nothing. Raises BadInput for a run that is not known.

    A run is one that pushed, or one in which the writes were approved.
    """
    with reading(services.engine) as session:
        return _plan(session, services.org_id, run_id)


def _plan(session: Session, org_id: str, run_id: str) -> UndoPlan:
    run = find_run(session, org_id, run_id)
    if run is None:
        raise BadInput(f"There is no run {run_id}.", remedy="`reconcile status` names the runs.")
    undone = undone_operations(session, org_id)
    rows = [row for row in carried_out(session, run) if row.id not in undone]
    outcomes = [reverse(_written(session, row)) for row in rows]
    return UndoPlan(
        run_id,
        tuple(outcome for outcome in outcomes if isinstance(outcome, Reversal)),
        tuple(outcome for outcome in outcomes if isinstance(outcome, Irreversible)),
    )


def _written(session: Session, row: tables.PushOperation) -> Written:
    values: dict[str, Any] = row.model_dump(include={"id", "target", "entity", "verb", "target_id"})
    entity = values["entity"]
    return Written(
        **values,
        body=json.loads(row.body),
        before=from_json(entity, json.loads(row.before)) if row.before else None,
        after=from_json(entity, json.loads(row.response)) if row.response else None,
        now=_pulled_since(session, row),
    )


def _pulled_since(session: Session, row: tables.PushOperation) -> Any:
    """What the last pull shows, if the record was seen to change after our write."""
    scope = Scope(row.org_id, cast("System", row.target), cast("Entity", row.entity))
    record = current_record(session, scope, row.target_id)
    touched = getattr(record, "updated_at", None)
    return record if touched is not None and row.settled_at is not None and touched > row.settled_at else None


def approve_undo(services: Services, run_id: str, mark: str, by: str) -> int:
    """Stage the reverse of a run, as it was shown under this mark; returns how many writes wait for the next push.

    Raises Conflict when the plan is no longer the one that was shown, BadInput when there is nothing to take back.
    """
    now, org_id = services.clock.now(), services.org_id
    with writing(services.engine) as session:
        plan = _plan(session, org_id, run_id)
        if not plan.reversals:
            raise BadInput(f"Nothing of {run_id} can be taken back.")
        if plan.mark != mark:
            raise Conflict(
                f"The plan to undo {run_id} is no longer the one that was shown ({mark}); it is {plan.mark} now.",
                remedy=f"Look at it again: reconcile undo {run_id}",
            )
        seq = start_run(session, org_id, "undo", services.new_id(), services.settings_version, now)
        for reversal in plan.reversals:
            _stage(session, org_id, reversal, plan, by, seq, now)
        end_run(session, seq, now, {"staged": len(plan.reversals), "undoes": run_id})
    return len(plan.reversals)


def _stage(
    session: Session, org_id: str, reversal: Reversal, plan: UndoPlan, by: str, run_seq: int, now: datetime
) -> None:
    written = reversal.of
    name = uuid5(NAMESPACE_URL, f"{org_id}/undo/{written.id}/{reversal.basis}").hex[:15].upper()
    if session.get(tables.Decision, f"D{name}") is not None:
        raise Conflict(f"The undo of {written.id} has been approved already.", remedy="Push to carry it out.")
    system = "pooltrackr" if written.target == "xero" else "xero"
    session.add(
        tables.Proposal(
            id=f"P{name}",
            org_id=org_id,
            basis=plan.mark,
            entity=written.entity,
            kind="undo",
            system=system,
            record_id=f"{UNDO}{written.id}",
            name="",
            suggested="undo",
            suggested_id=written.target_id,
            run_seq=run_seq,
            created_at=now,
            closed_at=now,
            closed_because="undo approved",
        )
    )
    session.flush()
    decision = tables.Decision(
        id=f"D{name}",
        org_id=org_id,
        proposal_id=f"P{name}",
        verdict="undo",
        by=by,
        at=now,
        via="undo",
        basis=plan.mark,
    )
    session.add(decision)
    session.flush()
    _close_link(session, org_id, written, by, now)
    write = PlannedWrite(
        target=written.target,
        entity=written.entity,
        verb=reversal.verb,
        subject_id=f"{UNDO}{written.id}",
        target_id=written.target_id,
        body=reversal.body,
        expect=reversal.expect,
        basis=reversal.basis,
    )
    stage(session, org_id, decision.id, "", write, run_seq, now, replaces=reversal.replaces)
    record_event(session, org_id, now, by, "undo_approved", written.id, {"plan": plan.mark, "run": plan.run_id})


def _close_link(session: Session, org_id: str, written: Written, by: str, now: datetime) -> None:
    """What was linked by creating or marking the record is no longer linked."""
    row = session.get_one(tables.PushOperation, written.id)
    link = session.get(tables.Link, row.link_id) if row.link_id else None
    if link is not None and link.closed_at is None and link.org_id == org_id:
        close_link(session, link, by, now, "undone")
