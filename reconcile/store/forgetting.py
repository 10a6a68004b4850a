"""Taking a person out of the review tables: ids, money, hashes and the audit trail stay, what says who it was goes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, delete, func, update
from sqlmodel import Session, col, or_, select

from reconcile.forgetting import GONE, emptied, without_candidate, without_person, without_values
from reconcile.records import Contact, System
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.engine import writing
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_quiet import forget_reports
from reconcile.store.tables_review import SecondLook

_VERSION, _PROPOSAL, _PUSH = tables.RecordVersion, tables.Proposal, tables.PushOperation
SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")
OPEN = ("staged", "sending", "reconnect")


@dataclass(frozen=True)
class Forgotten:
    """A person in both systems, by id; ``blockers`` say what has to happen first."""

    pooltrackr_id: str = ""
    xero_id: str = ""
    blockers: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the contact."""
        return frozenset(filter(None, (self.pooltrackr_id, self.xero_id)))


def erasure_requests(session: Session, org_id: str) -> list[str]:
    """The Xero contacts that asked for erasure and of which something is still stored."""
    found = current_records(session, Scope(org_id, "xero", "contacts"))
    return [
        c.id
        for c in found
        if isinstance(c, Contact) and c.status == "gdpr" and (c.name or _is_stored(session, org_id, c.id))
    ]


def _is_stored(session: Session, org_id: str, record_id: str) -> bool:
    bodies = session.exec(select(_VERSION.body).where(_VERSION.org_id == org_id, _VERSION.record_id == record_id))
    return any(without_person(body) != body for body in bodies)


def find_person(session: Session, org_id: str, record_id: str) -> Forgotten:
    """The person behind a contact id of either system, with the partner of a link that stands or stood."""
    table = tables.Link
    either = or_(col(table.pooltrackr_id) == record_id, col(table.xero_id) == record_id)
    links = session.exec(
        select(table).where(table.org_id == org_id, table.entity == "contacts", either).order_by(col(table.created_at))
    ).all()
    partner = links[-1] if links else None
    if partner is None:
        in_xero = bool(_contact(session, org_id, "xero", record_id))
        person = Forgotten(xero_id=record_id) if in_xero else Forgotten(pooltrackr_id=record_id)
    else:
        person = Forgotten(pooltrackr_id=partner.pooltrackr_id, xero_id=partner.xero_id)
    return Forgotten(person.pooltrackr_id, person.xero_id, tuple(_blockers(session, org_id, person, links)))


def _contact(session: Session, org_id: str, system: System, record_id: str) -> Contact | None:
    found = current_records(session, Scope(org_id, system, "contacts"), [record_id])
    return found[0] if found and isinstance(found[0], Contact) else None


def _blockers(session: Session, org_id: str, person: Forgotten, links: Sequence[tables.Link]) -> Iterable[str]:
    pairs: tuple[tuple[System, str], ...] = (("pooltrackr", person.pooltrackr_id), ("xero", person.xero_id))
    for system, record_id in pairs:
        contact = _contact(session, org_id, system, record_id) if record_id else None
        if contact is not None and contact.status == "active":
            yield f"{record_id} is active in {system}: delete or archive it there first, then pull."
    if any(link.closed_at is None for link in links):
        yield "It is still linked: decide unlink on its proposal first."
    waiting = select(func.count()).select_from(_PUSH).where(*_writes(org_id, person.ids), col(_PUSH.status).in_(OPEN))
    if session.exec(waiting).one():
        yield "Something is still to be pushed for it."


def forget(session: Session, org_id: str, person: Forgotten, by: str, now: datetime) -> dict[str, int]:
    """Take a person out of every table, in the caller's transaction; returns how many rows of what were emptied."""
    names = _names(session, org_id, person.ids)
    counts = {
        "versions": _empty_versions(session, org_id, person.ids),
        "proposals": _empty_proposals(session, org_id, person.ids, names),
        "writes": _empty_writes(session, org_id, person.ids),
        "flags": _empty_flags(session, org_id, person.ids, names),
    }
    table = tables.Link
    either = or_(col(table.pooltrackr_id).in_(person.ids), col(table.xero_id).in_(person.ids))
    session.connection().execute(
        update(table).where(col(table.org_id) == org_id, col(table.entity) == "contacts", either).values(agreed="{}")
    )
    forget_reports(session, org_id)
    record_event(session, org_id, now, by, "forgotten", " ".join(sorted(person.ids)), counts)
    return counts


def _names(session: Session, org_id: str, ids: frozenset[str]) -> set[str]:
    """Every name that the person had, by which other rows speak of it."""
    bodies = session.exec(select(_VERSION.body).where(*_versions_of(org_id, ids)))
    found = {str(json.loads(body).get(part, "")) for body in bodies for part in ("name", "company")}
    return {name for name in found if len(name) > 3}


def _versions_of(org_id: str, ids: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(_VERSION.org_id) == org_id,
        col(_VERSION.entity) == "contacts",
        col(_VERSION.record_id).in_(ids),
    )


def _empty_versions(session: Session, org_id: str, ids: frozenset[str]) -> int:
    """The snapshots of the contact, and of the pools that are nobody else's; their hashes stay."""
    rows = list(session.exec(select(_VERSION).where(*_versions_of(org_id, ids))))
    pools = select(_VERSION).where(_VERSION.org_id == org_id, _VERSION.entity == "pools")
    for row in session.exec(pools.where(or_(*(col(_VERSION.body).contains(f'"{one}"') for one in sorted(ids))))):
        owners = {contact_id for contact_id, _ in json.loads(row.body).get("contacts", ())}
        rows += [row] if owners and owners <= ids else []
    for row in rows:
        row.body = without_person(row.body)
        session.add(row)
    session.flush()
    return len(rows)


def _empty_proposals(session: Session, org_id: str, ids: frozenset[str], names: set[str]) -> int:
    """The person's own proposals, and what those of others say about it as a candidate."""
    mentions = [col(_PROPOSAL.candidates).contains(f'"{one}"') for one in sorted(ids)]
    query = select(_PROPOSAL).where(_PROPOSAL.org_id == org_id, _PROPOSAL.entity == "contacts")
    own = or_(col(_PROPOSAL.record_id).in_(ids), col(_PROPOSAL.suggested_id).in_(ids))
    rows = session.exec(query.where(or_(own, *mentions))).all()
    for row in rows:
        mine = row.record_id in ids
        row.candidates = without_candidate(row.candidates, frozenset(_all_ids(row)) if mine else ids)
        if mine or row.suggested_id in ids or any(name in row.reasons + row.against for name in names):
            row.reasons = row.against = ""
            row.changes = without_values(row.changes)
        row.name = "" if mine else row.name
        session.add(row)
    session.flush()
    _empty_notes(session, org_id, [row.id for row in rows if row.record_id in ids or row.suggested_id in ids])
    return len(rows)


def _all_ids(row: tables.Proposal) -> Iterable[str]:
    return (candidate["id"] for candidate in json.loads(row.candidates))


def _empty_notes(session: Session, org_id: str, proposal_ids: Sequence[str]) -> None:
    for table in (tables.Decision, SecondLook):
        about = col(table.org_id) == org_id, col(table.proposal_id).in_(proposal_ids), col(table.note) != ""
        session.connection().execute(update(table).where(*about).values(note=GONE))


def _writes(org_id: str, ids: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    either = or_(col(_PUSH.subject_id).in_(ids), col(_PUSH.target_id).in_(ids))
    return col(_PUSH.org_id) == org_id, col(_PUSH.entity) == "contacts", either


def _empty_writes(session: Session, org_id: str, ids: frozenset[str]) -> int:
    """What was written, what was there before and what was answered; the hash of the body stays."""
    rows = session.exec(select(_PUSH).where(*_writes(org_id, ids))).all()
    for row in rows:
        row.body, row.expect, row.replaces = emptied(row.body), emptied(row.expect), emptied(row.replaces)
        row.before, row.response = "", ""
        row.problem = GONE if row.problem else ""
        session.add(row)
    session.flush()
    return len(rows)


def _empty_flags(session: Session, org_id: str, ids: frozenset[str], names: set[str]) -> int:
    table = tables.Flag
    named = [col(table.detail).contains(name) for name in sorted(names)]
    concerned = or_(col(table.record_id).in_(ids), *named)
    done = session.connection().execute(
        update(table).where(col(table.org_id) == org_id, col(table.entity) == "contacts", concerned).values(detail=GONE)
    )
    return done.rowcount


def drop_old_versions(engine: Engine, org_id: str, before: datetime, by: str, now: datetime) -> int:
    """Delete versions that were replaced in runs before a moment; those that an unfinished write rests on stay."""
    with writing(engine) as session:
        last = session.exec(
            select(func.max(tables.Run.seq)).where(tables.Run.org_id == org_id, col(tables.Run.started_at) < before)
        ).one()
        needed = session.exec(
            select(func.min(_PUSH.run_seq)).where(_PUSH.org_id == org_id, col(_PUSH.verified_at).is_(None))
        ).one()
        bound = min(n for n in (last or 0, needed if needed is not None else last or 0))
        old = delete(_VERSION).where(col(_VERSION.org_id) == org_id, col(_VERSION.run_to) <= bound)
        count = session.connection().execute(old).rowcount
        if count:
            record_event(session, org_id, now, by, "old_versions_dropped", org_id, {"versions": count})
    return count


def scrub(engine: Engine) -> None:
    """Give the space back, so that what was removed is not in the database's files any more either."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.cursor().execute(statement).fetchall()
        finally:
            raw.close()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM FULL")
