"""Invoices and payments: pull them, plan, propose, approve by policy, push, and note what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session

from reconcile.decisions import DecisionRow
from reconcile.gates import require_open
from reconcile.invoicing.reasons import REASONS
from reconcile.invoicing.situation import Ledger, plan_ledger
from reconcile.proposals import Proposal
from reconcile.pushing import Tally
from reconcile.records import Entity, Organisation, System
from reconcile.stages.decide import Decided, decide_rows
from reconcile.stages.gates import read_gates
from reconcile.stages.pull import Pulled, pull_entity
from reconcile.stages.push import push_entity, verify_card_money, verify_pushed
from reconcile.stages.services import Services
from reconcile.store.decisions import Source, ignored_records
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags, standing_flags
from reconcile.store.money_books import read_books
from reconcile.store.money_links import adopt_links, close_settled, note_agreed, tell_pooltrackr
from reconcile.store.money_plans import MONEY, busy_subjects, decided_proposals, save_suggestions, undone_subjects
from reconcile.store.proposals import Saved, current_proposals
from reconcile.store.staging import count_open_by_verb
from reconcile.store.sync_quiet import count_proposals, is_matched, mark_dated, mark_matched, money_state, was_dated

MONEY_PULLED: dict[System, tuple[Entity, ...]] = {
    "pooltrackr": ("invoices", "payments"),
    "xero": ("invoices", "payments", "credits"),
}
MONEY_POLICIES = ("clean_invoice", "paid_in_full")


@dataclass(frozen=True)
class Planned:
    """What planning stored."""

    adopted: int
    proposals: Saved
    held: int
    raised: int
    cleared: int


@dataclass(frozen=True)
class PulledMoney:
    """What was pulled, and how many earlier writes it shows and does not show."""

    entities: tuple[Pulled, ...]
    confirmed: int
    missed: int


def pull_money(services: Services, run_seq: int) -> PulledMoney:
    """Pull what changed in the invoices, payments and credits of both systems, and hold what was pushed against it."""
    pulled, confirmed, missed = [], 0, 0
    for system, entities in MONEY_PULLED.items():
        for entity in entities:
            began = services.clock.now()
            pulled.append(pull_entity(services, run_seq, system, entity))
            shown, lost = verify_pushed(services, system, entity, began)
            confirmed, missed = confirmed + shown, missed + lost
    shown, lost = verify_card_money(services)
    return PulledMoney(tuple(pulled), confirmed + shown, missed + lost)


def read_ledger(services: Services) -> Ledger:
    """Plan everything on the records as last pulled; stores nothing."""
    organisation = services.xero.organisation()
    with reading(services.engine) as session:
        return _plan(session, services, organisation)


def _plan(session: Session, services: Services, organisation: Organisation) -> Ledger:
    books = read_books(session, services.org_id, services.settings_of_org, organisation)
    return plan_ledger(books, services.clock.now().astimezone(ZoneInfo(services.org.timezone)).date())


def plan_money(services: Services, run_seq: int) -> Planned:
    """Note what was carried out, take over earlier marks, plan, and store proposals with their writes and the reasons.

    Nothing is read or planned when nothing that it rests on has changed since the last time.
    """
    organisation = services.xero.organisation()
    now, org_id = services.clock.now(), services.org_id
    with reading(services.engine) as session:
        states = {dated: _state(session, services, organisation, dated=dated) for dated in (False, True)}
        if is_matched(session, org_id, "money", states[was_dated(session, org_id, "money")]):
            return _as_before(session, org_id)
    with writing(services.engine) as session:
        close_settled(session, org_id, now)
        note_agreed(session, org_id)
        ledger = _plan(session, services, organisation)
        adopted, busy = 0, busy_subjects(session, org_id)
        for entity in MONEY:  # payments can be taken over only once their invoices are linked
            pairs = [pair for pair in ledger.adopted(entity) if pair[0] not in busy]
            if pairs:
                adopted += adopt_links(session, org_id, entity, pairs, now)
                note_agreed(session, org_id)
                ledger = _plan(session, services, organisation)
        planned = _store(session, services, ledger, adopted, run_seq)
        dated = bool(ledger.marks)
        mark_matched(session, org_id, "money", states[dated], run_seq)
        mark_dated(session, org_id, "money", dated=dated)
        return planned


def _state(session: Session, services: Services, organisation: Organisation, *, dated: bool) -> str:
    """What planning rests on: everything stored, Xero's lock dates, and the day if a payment would bear it."""
    today = services.clock.now().astimezone(ZoneInfo(services.org.timezone)).date()
    return money_state(session, services.org_id, services.settings_version, organisation, today if dated else "")


def _as_before(session: Session, org_id: str) -> Planned:
    flags = {
        (f.system, f.record_id, f.entity)
        for e in MONEY
        for f in standing_flags(session, org_id, e)
        if f.name in REASONS
    }
    kept = sum(count_proposals(session, org_id, entity) for entity in MONEY)
    return Planned(adopted=0, proposals=Saved(kept=kept), held=len(flags), raised=0, cleared=0)


def _store(session: Session, services: Services, ledger: Ledger, adopted: int, run_seq: int) -> Planned:
    now, org_id = services.clock.now(), services.org_id
    saved, raised, cleared, held = Saved(), 0, 0, 0
    for entity in MONEY:
        ignored: dict[System, set[str]] = {
            "pooltrackr": ignored_records(session, org_id, entity, "pooltrackr"),
            "xero": ignored_records(session, org_id, entity, "xero"),
        }
        suggestions = ledger.suggestions(org_id, entity, ignored)
        saved += save_suggestions(session, org_id, entity, suggestions, run_seq, now)
        findings = [f for f in ledger.findings(entity) if f.record_id not in ignored[f.system]]
        more, fewer = replace_flags(session, org_id, entity, list(REASONS), findings, run_seq, now)
        raised, cleared = raised + more, cleared + fewer
        held += len({(f.system, f.record_id) for f in findings})
    return Planned(adopted, saved, held, raised, cleared)


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
    return decide_rows(services, rows, Source(f"policy {policy}", services.clock.now(), "policy"))


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
