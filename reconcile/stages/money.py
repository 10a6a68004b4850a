"""Invoices and payments: pull them, plan, propose, approve by policy, push, and note what follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from reconcile.content import digest
from reconcile.decisions import DecisionRow
from reconcile.gates import require_open
from reconcile.invoicing.cases import RULES as PLAN_RULES
from reconcile.invoicing.situation import Ledger, plan_ledger
from reconcile.proposals import Proposal
from reconcile.pushing import Tally
from reconcile.records import Entity, Organisation, System
from reconcile.stages.decide import Decided, decide_rows
from reconcile.stages.gates import read_gates
from reconcile.stages.money_planning import Night, adopt_marked, open_night, plan_cases
from reconcile.stages.pull import Pulled, Report, pull_entity, unreported
from reconcile.stages.push import push_entity, verify_card_money, verify_pushed
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.money_books import read_books, read_common
from reconcile.store.money_links import close_settled, note_agreed, tell_pooltrackr
from reconcile.store.money_plans import MONEY, decided_proposals, undone_subjects
from reconcile.store.money_standing import count_held
from reconcile.store.proposals import Saved, current_proposals
from reconcile.store.staging import count_open_by_verb
from reconcile.store.sync_quiet import (
    count_proposals,
    is_matched,
    mark_matched,
    mark_rests,
    money_state,
    rested_on,
)

MONEY_PULLED: dict[System, tuple[Entity, ...]] = {
    "pooltrackr": ("invoices", "payments"),
    "xero": ("invoices", "payments", "credits"),
}
MONEY_POLICIES = ("clean_invoice", "paid_in_full")


@dataclass(frozen=True)
class Planned:
    """What planning stored; ``planned`` is how many invoices were planned anew."""

    adopted: int
    proposals: Saved
    held: int
    raised: int
    cleared: int
    planned: int = 0


@dataclass(frozen=True)
class PulledMoney:
    """What was pulled, and how many earlier writes it shows and does not show."""

    entities: tuple[Pulled, ...]
    confirmed: int
    missed: int


def pull_money(
    services: Services, run_seq: int, report: Callable[[System, Entity], Report] = lambda _system, _entity: unreported
) -> PulledMoney:
    """Pull what changed in the invoices, payments and credits of both systems, and hold what was pushed against it."""
    pulled, confirmed, missed = [], 0, 0
    for system, entities in MONEY_PULLED.items():
        for entity in entities:
            began = services.clock.now()
            pulled.append(pull_entity(services, run_seq, system, entity, report(system, entity)))
            shown, lost = verify_pushed(services, system, entity, began)
            confirmed, missed = confirmed + shown, missed + lost
    shown, lost = verify_card_money(services)
    return PulledMoney(tuple(pulled), confirmed + shown, missed + lost)


def read_ledger(services: Services) -> Ledger:
    """Plan everything at once on the records as last pulled; stores nothing."""
    organisation = services.xero.organisation()
    with reading(services.engine) as session:
        books = read_books(session, services.org_id, services.settings_of_org, organisation)
    return plan_ledger(books, _today(services))


def plan_money(
    services: Services, run_seq: int, *, anew: bool = False, organisation: Organisation | None = None
) -> Planned:
    """Note what was carried out, take over earlier marks, plan, and store proposals with their writes and the reasons.

    Nothing is read or planned when nothing that it rests on has changed since the last time, and then only the invoices of
    which something changed, unless asked to plan everything ``anew``. ``organisation`` is what Xero showed at the start of
    the run, where that has been asked for.
    """
    organisation = organisation or services.xero.organisation()
    now, org_id = services.clock.now(), services.org_id
    rests = _rests(services, organisation)
    if not anew and is_planned(services, rests):
        with reading(services.engine) as session:
            return _as_before(session, org_id)
    with writing(services.engine) as session:
        close_settled(session, org_id, now)
        note_agreed(session, org_id)
        state, night = _begin(session, services, organisation, run_seq)
        adopted = adopt_marked(night)
        if adopted:
            state, night = _begin(session, services, organisation, run_seq)
        told = plan_cases(night, anew=anew)
        mark_matched(session, org_id, "money", state, run_seq)
        mark_rests(session, org_id, "money", rests)
        standing = told.standing
        saved = replace(standing.saved, kept=len(standing.proposals) - standing.saved.new)
        held = count_held(session, org_id)
        return Planned(adopted, saved, held, standing.raised, standing.cleared, told.planned)


def _begin(session: Session, services: Services, organisation: Organisation, run_seq: int) -> tuple[str, Night]:
    """What planning rests on, told before anything is read, so that what changes meanwhile is planned the next time."""
    state = _state(session, services, _rests(services, organisation))
    common = read_common(session, services.org_id, services.settings_of_org, organisation)
    now = services.clock.now()
    return state, open_night(session, services.org_id, common, _today(services), now, run_seq)


def is_planned(services: Services, rests: Sequence[str] | None = None) -> bool:
    """Whether everything that planning rests on is as it was when everything was last planned.

    Without ``rests`` Xero is not asked: its lock dates and the settings of the run are taken as they were then.
    """
    org_id = services.org_id
    with reading(services.engine) as session:
        rests = rested_on(session, org_id, "money") if rests is None else rests
        return is_matched(session, org_id, "money", _state(session, services, rests))


def _rests(services: Services, organisation: Organisation) -> tuple[str, ...]:
    """What planning rests on beside what is stored: our rules, the settings of this run, Xero's lock dates."""
    return str(PLAN_RULES), services.settings_of_org.model_dump_json(), str(organisation)


def _state(session: Session, services: Services, rests: Sequence[str]) -> str:
    """What planning rests on: everything stored and ``rests``. The day is not part of it: plans keep the one they bear."""
    return digest([money_state(session, services.org_id, services.settings_version), *rests])


def _today(services: Services) -> date:
    return services.clock.now().astimezone(ZoneInfo(services.org.timezone)).date()


def _as_before(session: Session, org_id: str) -> Planned:
    kept = sum(count_proposals(session, org_id, entity) for entity in MONEY)
    return Planned(adopted=0, proposals=Saved(kept=kept), held=count_held(session, org_id), raised=0, cleared=0)


def approve_money(services: Services, entity: Entity) -> Decided:
    """Approve what the policies cover: what is certain and nobody has decided on; both are off by default."""
    done = [_approve(services, entity, policy) for policy in MONEY_POLICIES]
    return Decided(accepted=sum(d.accepted for d in done), staged=sum(d.staged for d in done))


def _approve(services: Services, entity: Entity, policy: str) -> Decided:
    if not getattr(services.settings_of_org.policies, policy):
        return Decided()
    with reading(services.engine) as session:
        decided = decided_proposals(session, services.org_id)
        undone = undone_subjects(session, services.org_id)
        rows = [
            DecisionRow(row=number, proposal_id=p.id, basis=p.basis, decision=p.suggested)
            for number, p in enumerate(current_proposals(session, services.org_id, entity), start=2)
            if p.id not in decided and p.record_id not in undone and policy_of(p) == policy
        ]
    if not rows:
        return Decided()
    source = Source(f"policy {policy}", services.clock.now(), "policy")
    return decide_rows(services, rows, source, leave_refused=True)


def policy_of(proposal: Proposal) -> str:
    """The policy that may approve a proposal, "" when only a person may: new invoices, or what was paid."""
    if proposal.confidence != "auto" or proposal.suggested not in ("create", "update"):
        return ""
    is_new_invoice = proposal.entity == "invoices" and proposal.suggested == "create"
    return "clean_invoice" if is_new_invoice else "paid_in_full"


def push_money(
    services: Services, target: System, entity: Entity, report: Callable[[Tally], None] = lambda _tally: None
) -> Tally:
    """Push staged invoices, payments or card movements; all three gates must be open.

    Raises GateClosed, GuardStopped before anything is written, and what the target raises.
    """
    with reading(services.engine) as session:
        gates = read_gates(session, services.org_id, services.settings_of_org)
        waiting = count_open_by_verb(session, services.org_id, target, entity)
    if not waiting:
        return Tally()
    require_open(*gates)
    return push_entity(services, target, entity, report)


def follow_up(services: Services, run_seq: int) -> int:
    """Note what was carried out and stage what tells Pooltrackr of it; returns how many writes that are."""
    now = services.clock.now()
    with writing(services.engine) as session:
        close_settled(session, services.org_id, now)
        note_agreed(session, services.org_id)
        return tell_pooltrackr(session, services.org_id, run_seq, now)
