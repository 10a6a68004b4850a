"""Held invoices and payments that somebody leaves where they are for good: decided with a reason, and taken back (B09).

The decision stands on a proposal like any other, so that planning leaves the record out and the trail says who and why.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, insert, or_, update
from sqlalchemy import select as pick
from sqlmodel import Session, col, select

from reconcile.content import basis_hash, digest
from reconcile.decisions import Accepted
from reconcile.errors import BadInput, Conflict
from reconcile.invoicing.reasons import REASONS
from reconcile.proposals import basis_of
from reconcile.records import Entity, Payment, Record, System
from reconcile.store import tables
from reconcile.store.audit import Event, record_events
from reconcile.store.containing import holds
from reconcile.store.decisions import Source, apply_decisions, withdraw_decision
from reconcile.store.proposals import to_proposal
from reconcile.store.review_list import PAGE
from reconcile.store.snapshots import CHUNK, Scope, current_records

KEPT = "kept"
Place = tuple[System, str]
"""A record: its system and its id there."""
_P, _D, _F = tables.Proposal, tables.Decision, tables.Flag


@dataclass(frozen=True)
class Kept:
    """A record that is left where it is: who decided so, when and why."""

    system: System
    record_id: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Keeping:
    """Where something is kept or taken back, by whom and in which run."""

    session: Session
    org_id: str
    entity: Entity
    source: Source
    run_seq: int


def in_both(session: Session, org_id: str, entity: Entity, places: Iterable[Place]) -> set[Place]:
    """Those of some records that are linked: what is in both systems cannot be left in one of them."""
    table, found = tables.Link, set[Place]()
    columns: dict[System, Any] = {"pooltrackr": col(table.pooltrackr_id), "xero": col(table.xero_id)}
    for system, ids in _by_system(places).items():
        for chunk in _chunks(ids):
            query = select(columns[system]).where(
                table.org_id == org_id,
                table.entity == entity,
                col(table.closed_at).is_(None),
                columns[system].in_(chunk),
            )
            found |= {(system, record_id) for record_id in session.exec(query)}
    return found


def keep(deed: Keeping, places: Sequence[Place], note: str) -> int:
    """Leave held records where they are, and with an invoice the payments that wait for it; returns how many.

    Raises BadInput without a reason, for a record that is linked or not held (any more), Conflict when one is being sent.
    """
    if not note.strip():
        raise BadInput("Nothing was stored.", remedy="Say why it stays where it is; the reason is kept with it.")
    count = _keep(deed, list(dict.fromkeys(places)), note.strip())
    if deed.entity == "invoices":
        payments = replace(deed, entity="payments")
        count += _keep(payments, _waiting_for(payments, {i for s, i in places if s == "pooltrackr"}), note.strip())
    return count


def _keep(deed: Keeping, places: Sequence[Place], note: str) -> int:
    _refuse_unfit(deed, places)
    for system, ids in _by_system(places).items():
        known = {row.record_id: row for row in _open_matches(deed, system, ids)}
        choices = [Accepted(proposal=to_proposal(row), verdict="ignore", note=note) for row in known.values()]
        apply_decisions(deed.session, deed.org_id, choices, deed.source, deed.run_seq)
        unknown = [record_id for record_id in ids if record_id not in known]
        _decide(deed, system, current_records(deed.session, Scope(deed.org_id, system, deed.entity), unknown), note)
        for chunk in _chunks(ids):
            cleared = update(_F).where(*_held(deed, system), col(_F.record_id).in_(chunk))
            deed.session.connection().execute(cleared.values(cleared_at=deed.source.at))
    return len(places)


def _refuse_unfit(deed: Keeping, places: Sequence[Place]) -> None:
    held = {
        (system, record_id)
        for system in _by_system(places)
        for record_id in deed.session.exec(select(_F.record_id).where(*_held(deed, system)))
    }
    gone = [record_id for system, record_id in places if (system, record_id) not in held]
    if gone:
        raise BadInput(f"{gone[0]} is not held back any more. Nothing was stored.", remedy="Look at the list again.")
    linked = in_both(deed.session, deed.org_id, deed.entity, places)
    if linked:
        raise BadInput(
            f"{min(linked)[1]} is in both systems, so it cannot be left in one of them. Nothing was stored.",
            remedy="Do what its line says.",
        )
    table = tables.PushOperation
    busy = deed.session.exec(
        select(table.subject_id).where(
            table.org_id == deed.org_id, table.entity == deed.entity, col(table.status).in_(["staged", "sending"])
        )
    )
    under_way = sorted({record_id for _, record_id in places} & set(busy))
    if under_way:
        raise Conflict(f"{under_way[0]} is on its way. Nothing was stored.", remedy="Wait for the push, or undo it.")


def _held(deed: Keeping, system: System) -> list[ColumnElement[bool]]:
    """The standing reasons that hold records of one system back."""
    return [
        col(_F.org_id) == deed.org_id,
        col(_F.entity) == deed.entity,
        col(_F.system) == system,
        col(_F.name).in_(REASONS),
        col(_F.cleared_at).is_(None),
    ]


def _waiting_for(deed: Keeping, invoice_ids: set[str]) -> list[Place]:
    """The held payments of some Pooltrackr invoices that are in one system only."""
    held = set(deed.session.exec(select(_F.record_id).where(*_held(deed, "pooltrackr"))))
    records = current_records(deed.session, Scope(deed.org_id, "pooltrackr", "payments"), sorted(held))
    found: list[Place] = [
        ("pooltrackr", r.id) for r in records if isinstance(r, Payment) and r.invoice_id in invoice_ids
    ]
    linked = in_both(deed.session, deed.org_id, "payments", found)
    return [place for place in found if place not in linked]


def _open_matches(deed: Keeping, system: System, ids: Sequence[str]) -> list[tables.Proposal]:
    found: list[tables.Proposal] = []
    for chunk in _chunks(ids):
        query = select(_P).where(
            _P.org_id == deed.org_id,
            _P.entity == deed.entity,
            _P.system == system,
            _P.kind == "match",
            col(_P.closed_at).is_(None),
            col(_P.record_id).in_(chunk),
        )
        found += deed.session.exec(query).all()
    return found


def _decide(deed: Keeping, system: System, records: Sequence[Record], note: str) -> None:
    """A closed proposal for each record with the decision on it: nothing was suggested, and a person has answered."""
    proposals, decisions, events = [], [], []
    for record in records:
        key = digest([deed.org_id, KEPT, deed.entity, system, record.id, deed.source.at.isoformat()])
        proposal, basis = "P" + key[:15].upper(), basis_of(basis_hash(record))
        proposals.append(_row(deed, system, record) | {"id": proposal, "basis": basis})
        decisions.append(
            tables.Decision(
                id="D" + key[15:35].upper(),
                org_id=deed.org_id,
                proposal_id=proposal,
                verdict="ignore",
                note=note,
                by=deed.source.by,
                at=deed.source.at,
                via=deed.source.via,
                basis=basis,
                record_hash=basis_hash(record),
            )
        )
        detail = {"verdict": "ignore", "record": record.id, "via": deed.source.via, "basis": basis}
        events.append(Event("decided", proposal, detail))
    if proposals:
        deed.session.connection().execute(insert(_P), proposals)
        deed.session.add_all(decisions)
    record_events(deed.session, deed.org_id, deed.source.at, deed.source.by, events)


def _row(deed: Keeping, system: System, record: Record) -> dict[str, object]:
    nothing = dict.fromkeys(("suggested_id", "reasons", "against", "vetoes"), "")
    return nothing | {
        "org_id": deed.org_id,
        "entity": deed.entity,
        "kind": "match",
        "system": system,
        "record_id": record.id,
        "name": str(getattr(record, "number", "") or record.id),
        "suggested": "skip",
        "confidence": "no",
        "candidates": "[]",
        "changes": "[]",
        "run_seq": deed.run_seq,
        "created_at": deed.source.at,
        "closed_at": deed.source.at,
        "closed_because": KEPT,
    }


def take_back(deed: Keeping, place: Place) -> int:
    """Let a kept record be judged again, and the payments that were kept with it; returns how many records that are."""
    found = deed.session.connection().execute(_standing(deed.org_id, deed.entity).where(_is_at(place))).first()
    if found is None:
        return 0
    _give_back(deed, place, found.proposal_id, found.at)
    count = 1
    if deed.entity == "invoices":
        payments = replace(deed, entity="payments")
        for other, proposal_id in _kept_with(payments, place, found.at):
            _give_back(payments, other, proposal_id, found.at)
            count += 1
    return count


def _kept_with(deed: Keeping, invoice: Place, at: datetime) -> list[tuple[Place, str]]:
    """The payments of an invoice that were kept in the same moment, with the proposals that this stands on."""
    rows = deed.session.connection().execute(_standing(deed.org_id, "payments").where(col(_D.at) == at)).all()
    known: dict[str, str] = {row.record_id: row.proposal_id for row in rows if row.system == invoice[0]}
    records = current_records(deed.session, Scope(deed.org_id, invoice[0], "payments"), sorted(known))
    own = [record.id for record in records if isinstance(record, Payment) and record.invoice_id == invoice[1]]
    return [((invoice[0], record_id), known[record_id]) for record_id in own]


def _give_back(deed: Keeping, place: Place, proposal_id: str, kept_at: datetime) -> None:
    """Withdraw the decision, and raise again what held the record when it was made; the next run judges anew."""
    withdraw_decision(deed.session, deed.org_id, proposal_id, deed.source.by, deed.source.at)
    mine = [_F.org_id == deed.org_id, _F.entity == deed.entity, _F.system == place[0], _F.record_id == place[1]]
    stands = set(deed.session.exec(select(_F.name).where(*mine, col(_F.cleared_at).is_(None))))
    for flag in deed.session.exec(select(_F).where(*mine, _F.cleared_at == kept_at)).all():
        if flag.name not in stands:
            told = flag.model_dump(exclude={"id", "run_seq", "raised_at", "cleared_at"})
            deed.session.add(_F(**told, run_seq=deed.run_seq, raised_at=deed.source.at))
    deed.session.flush()


def list_kept(
    session: Session, org_id: str, entity: Entity, text: str = "", records: Sequence[str] = (), number: int = 1
) -> tuple[list[Kept], int]:
    """One page of what is left where it is, the newest first, and how many there are; ``records`` match the text elsewhere."""
    query = _standing(org_id, entity)
    if text.strip():
        places = (col(_P.record_id), col(_P.name), col(_D.note))
        found = [holds(place, text.strip()) for place in places]
        query = query.where(or_(*found, col(_P.record_id).in_(list(records))))
    total = session.connection().execute(pick(func.count()).select_from(query.subquery())).scalar_one()
    rows = session.connection().execute(
        query.order_by(col(_D.at).desc(), col(_P.record_id)).limit(PAGE).offset((number - 1) * PAGE)
    )
    return [Kept(cast("System", r.system), r.record_id, r.by, r.at, r.note) for r in rows], total


def count_kept(session: Session, org_id: str, entity: Entity) -> int:
    """How many records somebody leaves where they are."""
    return list_kept(session, org_id, entity)[1]


def _standing(org_id: str, entity: Entity) -> Select[Any]:
    columns = (_D.proposal_id, _P.system, _P.record_id, _D.by, _D.at, _D.note)
    return (
        pick(*(col(column) for column in columns))
        .join(_P, col(_P.id) == col(_D.proposal_id))
        .where(
            col(_P.org_id) == org_id,
            col(_P.entity) == entity,
            col(_P.kind) == "match",
            col(_D.verdict) == "ignore",
            col(_D.withdrawn_at).is_(None),
        )
    )


def _is_at(place: Place) -> ColumnElement[bool]:
    return (col(_P.system) == place[0]) & (col(_P.record_id) == place[1])


def _by_system(places: Iterable[Place]) -> dict[System, list[str]]:
    found: dict[System, list[str]] = defaultdict(list)
    for system, record_id in places:
        found[system].append(record_id)
    return found


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
