"""Keeps the flag "already selected" true: raised on every row of a group, cleared as soon as one row changes (A28, A30)."""

from datetime import datetime

from sqlmodel import Session

from reconcile.flagging import COLLISION, Selection, current_selection, find_collisions
from reconcile.records import Entity
from reconcile.store.decisions import standing_decisions
from reconcile.store.flags import replace_flags
from reconcile.store.links import linked
from reconcile.store.proposals import current_proposals


def refresh_collisions(session: Session, org_id: str, entity: Entity, run_seq: int, now: datetime) -> int:
    """Flag the proposals that select the same record as another, or one that is linked; returns how many stand."""
    decided = {decision.proposal_id: decision for decision in standing_decisions(session, org_id)}
    selections = []
    for proposal in current_proposals(session, org_id, entity, ["match"]):
        if proposal.system != "pooltrackr":
            continue
        decision = decided.get(proposal.id)
        verdict, target = (decision.verdict, decision.target_id) if decision else ("", "")
        selections.append(Selection(proposal=proposal, target_id=current_selection(proposal, verdict, target)))
    findings = find_collisions(selections, linked(session, org_id, entity).xero)
    replace_flags(session, org_id, entity, [COLLISION[entity]], findings, run_seq, now)
    return len(findings)
