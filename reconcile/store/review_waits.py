"""Decisions that wait for a second person: kept beside the others, so that nothing counts or is staged before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, insert, or_, update
from sqlmodel import Session, col, func, select

from reconcile.content import digest
from reconcile.decisions import Accepted, DecisionRow
from reconcile.second_person import Confirmer, amount_at_stake, is_bulk, why_it_waits
from reconcile.store.audit import Event, record_events
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.known_records import concerned_records, read_concerned
from reconcile.store.organisations import load_settings
from reconcile.store.snapshots import CHUNK
from reconcile.store.tables import Proposal
from reconcile.store.tables_review import SecondLook

_LOOK = SecondLook
CLOSED_WAITING = "waits for a second person"
"""Why a proposal is closed that stands for a wish of which nothing was suggested, such as deactivating a product."""


@dataclass(frozen=True)
class Applied:
    """What became of accepted rows: ``counted`` stand, ``staged`` writes follow from them; ``waiting`` are proposal ids."""

    counted: int = 0
    staged: int = 0
    waiting: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Waiting:
    choice: Accepted
    why: str
    amount: Decimal | None


def apply_or_wait(session: Session, org_id: str, accepted: Sequence[Accepted], source: Source, run_seq: int) -> Applied:
    """Store what counts at once, and keep what the settings want a second person for.

    Raises TargetTaken and Conflict like ``apply_decisions``.
    """
    later = _those_that_wait(session, org_id, accepted, source)
    held = {one.choice.proposal.id for one in later}
    at_once = [choice for choice in accepted if choice.proposal.id not in held]
    _settle(session, org_id, [c.proposal.id for c in at_once], "replaced", Confirmer(source.by, source.via), source.at)
    staged = apply_decisions(session, org_id, at_once, source, run_seq)
    waiting = _keep(session, org_id, later, source, run_seq)
    return Applied(len(at_once), staged, frozenset(waiting))


def _those_that_wait(session: Session, org_id: str, accepted: Sequence[Accepted], source: Source) -> list[_Waiting]:
    rule = load_settings(session, org_id)[1].second_person
    if not rule.is_on:
        return []
    bulk = source.bulk or (
        source.via == "csv" and is_bulk(sum(bool(why_it_waits(c, None, rule, bulk=True)) for c in accepted))
    )
    weighed = [choice for choice in accepted if rule.above is not None and choice.proposal.entity != "contacts"]
    known = read_concerned(session, org_id, weighed)
    found = []
    for choice in accepted:
        amount = None
        if rule.above is not None and choice.proposal.entity != "contacts":
            amount = amount_at_stake(choice, *concerned_records(known, choice))
        why = why_it_waits(choice, amount, rule, bulk=bulk)
        if why:
            found.append(_Waiting(choice, why, amount))
    return found


def _keep(session: Session, org_id: str, later: Sequence[_Waiting], source: Source, run_seq: int) -> list[str]:
    """Keep what waits; the same decision a second time changes nothing, and a policy does not ask again what was refused."""
    known = {look.proposal_id: look for look in waiting_on(session, [one.choice.proposal.id for one in later])}
    refused = _refused(session, [one.choice.proposal.id for one in later]) if source.via == "policy" else set()
    fresh = [
        one
        for one in later
        if one.choice.proposal.id not in refused and not _is_same(known.get(one.choice.proposal.id), one.choice)
    ]
    ids = [one.choice.proposal.id for one in fresh]
    _settle(session, org_id, ids, "replaced", Confirmer(source.by, source.via), source.at)
    rows = [_row(org_id, one, source, f"B{run_seq}") for one in fresh]
    for start in range(0, len(rows), CHUNK):
        session.connection().execute(insert(_LOOK), rows[start : start + CHUNK])
    events = [
        Event("waits", one.choice.proposal.id, {"verdict": one.choice.verdict, "why": one.why, "via": source.via})
        for one in fresh
    ]
    record_events(session, org_id, source.at, source.by, events)
    return [one.choice.proposal.id for one in later if one.choice.proposal.id not in refused]


def wait_for_second(
    session: Session, org_id: str, wishes: Sequence[tuple[str, str]], verdict: str, source: Source, batch: str
) -> int:
    """Let a wish for each of some proposals, given with its basis, wait as part of one bulk; returns how many."""
    rows = [_look(org_id, proposal, basis, source, batch) | {"verdict": verdict} for proposal, basis in wishes]
    for start in range(0, len(rows), CHUNK):
        session.connection().execute(insert(_LOOK), rows[start : start + CHUNK])
    detail = {"verdict": verdict, "why": "bulk", "via": source.via}
    record_events(session, org_id, source.at, source.by, [Event("waits", proposal, detail) for proposal, _ in wishes])
    return len(rows)


def _is_same(look: SecondLook | None, choice: Accepted) -> bool:
    wanted = (choice.verdict, choice.target_id, ",".join(choice.fields), choice.proposal.basis)
    return look is not None and (look.verdict, look.target_id, look.fields, look.basis) == wanted


def _row(org_id: str, one: _Waiting, source: Source, batch: str) -> dict[str, object]:
    choice = one.choice
    return _look(org_id, choice.proposal.id, choice.proposal.basis, source, batch) | {
        "reason": one.why,
        "amount": "" if one.amount is None else format(one.amount, "f"),
        "verdict": choice.verdict,
        "target_id": choice.target_id,
        "fields": ",".join(choice.fields),
        "note": choice.note,
    }


def _look(org_id: str, proposal_id: str, basis: str, source: Source, batch: str) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("amount", "target_id", "fields", "note", "settled_by", "settled_via", "settled_basis", "settled_note"), ""
    )
    return nothing | {
        "id": "W" + uuid5(NAMESPACE_URL, f"{org_id}/{proposal_id}/{source.at.isoformat()}").hex[:15].upper(),
        "org_id": org_id,
        "proposal_id": proposal_id,
        "batch": batch,
        "reason": "bulk",
        "by": source.by,
        "first_proven": source.proven,
        "at": source.at,
        "via": source.via,
        "source_sha256": source.sha256,
        "basis": basis,
        "state": "waiting",
        "settled_at": None,
    }


def _refused(session: Session, proposal_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(proposal_ids), CHUNK):
        chunk = proposal_ids[start : start + CHUNK]
        query = select(_LOOK.proposal_id).where(col(_LOOK.proposal_id).in_(chunk), _LOOK.state == "refused")
        found |= set(session.exec(query))
    return found


def waiting_on(session: Session, proposal_ids: Sequence[str]) -> list[SecondLook]:
    """What waits on some proposals."""
    found: list[SecondLook] = []
    for start in range(0, len(proposal_ids), CHUNK):
        chunk = proposal_ids[start : start + CHUNK]
        query = select(_LOOK).where(col(_LOOK.proposal_id).in_(chunk), _LOOK.state == "waiting")
        found += session.exec(query.execution_options(populate_existing=True)).all()
    return found


def list_waiting(session: Session, org_id: str) -> list[tuple[SecondLook, Proposal]]:
    """Everything that waits with its proposal, oldest first; what no longer rests on its basis is left out."""
    query = (
        select(_LOOK, Proposal)
        .join(Proposal, col(Proposal.id) == col(_LOOK.proposal_id))
        .where(_LOOK.org_id == org_id, _LOOK.state == "waiting", _still())
        .order_by(col(_LOOK.at), col(_LOOK.id))
    )
    return list(session.exec(query).all())


def count_waiting(session: Session, org_id: str) -> int:
    """How many decisions wait for a second person."""
    query = select(func.count()).select_from(_LOOK).join(Proposal, col(Proposal.id) == col(_LOOK.proposal_id))
    return session.exec(query.where(_LOOK.org_id == org_id, _LOOK.state == "waiting", _still())).one()


def _still() -> ColumnElement[bool]:
    """What waits can still be answered: its proposal stands, or was never a suggestion."""
    return or_(col(Proposal.closed_at).is_(None), col(Proposal.closed_because) == CLOSED_WAITING)


def as_row(look: SecondLook, number: int) -> DecisionRow:
    """What was decided, as the rules take it."""
    return DecisionRow(
        row=number,
        proposal_id=look.proposal_id,
        basis=look.basis,
        decision=look.verdict,
        decision_xero_id=look.target_id,
        note=look.note,
        fields=tuple(name for name in look.fields.split(",") if name),
    )


def settle_looks(
    session: Session,
    org_id: str,
    looks: Sequence[SecondLook],
    state: str,
    second: Confirmer,
    at: datetime,
    note: str = "",
) -> int:
    """Write down how some waits ended: who, when, through what, on which basis. Returns how many that are."""
    return _settle(session, org_id, [look.proposal_id for look in looks], state, second, at, note)


def _settle(
    session: Session,
    org_id: str,
    proposal_ids: Iterable[str],
    state: str,
    second: Confirmer,
    at: datetime,
    note: str = "",
) -> int:
    looks = waiting_on(session, list(proposal_ids))
    for start in range(0, len(looks), CHUNK):
        ids = [look.id for look in looks[start : start + CHUNK]]
        session.connection().execute(
            update(_LOOK)
            .where(col(_LOOK.id).in_(ids))
            .values(
                state=state,
                settled_by=second.name,
                settled_at=at,
                settled_via=second.via,
                settled_basis=col(_LOOK.basis) if state == "confirmed" else "",
                settled_note=note,
            )
        )
    events = [
        Event(
            state, look.proposal_id, {"first": look.by, "verdict": look.verdict, "via": second.via, "basis": look.basis}
        )
        for look in looks
    ]
    record_events(session, org_id, at, second.name, events)
    return len(looks)


def seal_of(looks: Sequence[SecondLook]) -> str:
    """A fingerprint of what a second person was shown."""
    return digest(sorted([look.id, look.basis, look.verdict, look.target_id, look.fields] for look in looks))[:20]
