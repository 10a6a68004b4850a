"""Links as people look them up, and re-mapping one: the old link is closed and kept, the rest goes through the rules."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert
from sqlmodel import Session, col, func, or_, select

from reconcile.content import basis_hash, canonical
from reconcile.decisions import Accepted
from reconcile.errors import BadInput, Conflict, TargetTaken
from reconcile.proposals import Candidate, Proposal, basis_of, proposal_id
from reconcile.proposing import display_name, live_records
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Contact, Entity, Record
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.containing import holds
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.links import close_link, open_links
from reconcile.store.snapshots import CHUNK, Scope, current_record
from reconcile.store.staging import stage

PAGE = 50
STEP = timedelta(milliseconds=1)


def find_links(session: Session, org_id: str, entity: Entity, text: str, number: int) -> tuple[list[tables.Link], int]:
    """One page of the open links whose ids or records contain a text, and how many there are."""
    table = tables.Link
    found: list[ColumnElement[bool]] = [
        col(table.org_id) == org_id,
        col(table.entity) == entity,
        col(table.closed_at).is_(None),
    ]
    if text.strip():
        version = tables.RecordVersion
        named = select(version.record_id).where(
            version.org_id == org_id,
            version.entity == entity,
            col(version.run_to).is_(None),
            holds(version.body, json.dumps(text.strip(), ensure_ascii=False)[1:-1]),
        )
        found.append(or_(col(table.pooltrackr_id).in_(named), col(table.xero_id).in_(named)))
    total = session.exec(select(func.count()).select_from(table).where(*found)).one()
    query = select(table).where(*found).order_by(col(table.created_at).desc(), col(table.id))
    return list(session.exec(query.limit(PAGE).offset((number - 1) * PAGE))), total


def find_link(session: Session, org_id: str, link_id: str) -> tables.Link | None:
    """One link, open or closed."""
    link = session.get(tables.Link, link_id)
    return link if link is not None and link.org_id == org_id else None


def links_between(session: Session, org_id: str, entity: Entity, pooltrackr_ids: Sequence[str]) -> list[tables.Link]:
    """The open links of some Pooltrackr records."""
    table = tables.Link
    found: list[tables.Link] = []
    for start in range(0, len(pooltrackr_ids), CHUNK):
        chunk = pooltrackr_ids[start : start + CHUNK]
        query = select(table).where(
            table.org_id == org_id,
            table.entity == entity,
            col(table.closed_at).is_(None),
            col(table.pooltrackr_id).in_(chunk),
        )
        found += session.exec(query).all()
    return found


def link_history(session: Session, org_id: str, entity: Entity, pooltrackr_id: str) -> Sequence[tables.Link]:
    """Every link that a Pooltrackr record has had, newest first."""
    table = tables.Link
    query = select(table).where(table.org_id == org_id, table.entity == entity, table.pooltrackr_id == pooltrackr_id)
    return session.exec(query.order_by(col(table.version).desc())).all()


def link_operations(session: Session, link_id: str) -> Sequence[tables.PushOperation]:
    """The writes that told the systems of a link."""
    table = tables.PushOperation
    return session.exec(select(table).where(table.link_id == link_id).order_by(col(table.staged_at))).all()


def remap(
    session: Session, org_id: str, link_id: str, xero_id: str, source: Source, run_seq: int, note: str = ""
) -> tuple[str, str]:
    """Link a Pooltrackr record to another Xero record; returns the old and the new Xero id (A06, A17).

    Raises TargetTaken naming the holder, Conflict while the old link is being sent, BadInput for an unknown record.
    """
    link = find_link(session, org_id, link_id)
    if link is None or link.closed_at is not None:
        raise BadInput("This link does not stand any more.", remedy="Look it up again.")
    entity: Entity = "contacts" if link.entity == "contacts" else "products"
    record, old, new = _concerned(session, org_id, entity, link, xero_id)
    _require_free(session, org_id, entity, link, xero_id)
    require_settled(session, link, old)
    close_link(session, link, source.by, source.at, f"re-mapped to {xero_id}")
    if isinstance(old, Contact) and old.contact_number == stamp_of(link.pooltrackr_id):
        stage(session, org_id, link.decision_id, "", _unstamp(old, xero_id), run_seq, source.at)
    proposal = _proposal(org_id, entity, link, record, old, new)
    insert_proposal(session, org_id, proposal, run_seq, source.at)
    after = Source(source.by, source.at + STEP, source.via)
    choice = Accepted(proposal=proposal, verdict="link", target_id=xero_id, note=note)
    apply_decisions(session, org_id, [choice], after, run_seq)
    detail = {"from": link.xero_id, "to": xero_id, "record": link.pooltrackr_id}
    record_event(session, org_id, source.at, source.by, "remapped", link.id, detail)
    return link.xero_id, xero_id


def _concerned(
    session: Session, org_id: str, entity: Entity, link: tables.Link, xero_id: str
) -> tuple[Record, Record | None, Record]:
    record = current_record(session, Scope(org_id, "pooltrackr", entity), link.pooltrackr_id)
    old, new = (current_record(session, Scope(org_id, "xero", entity), i) for i in (link.xero_id, xero_id))
    if record is None or new is None or not live_records([new], "xero"):
        raise BadInput(f"Xero has no active record {xero_id}.", remedy="Choose another one.")
    if xero_id == link.xero_id:
        raise BadInput("That is the record it is linked to already.")
    return record, old, new


def _require_free(session: Session, org_id: str, entity: Entity, link: tables.Link, xero_id: str) -> None:
    for holder in open_links(session, org_id, entity, xero_id=xero_id):
        if holder.id != link.id:
            raise TargetTaken(
                f"{xero_id} is already linked to {holder.pooltrackr_id}.",
                remedy="Re-map that one first, or choose another.",
            )


def require_settled(session: Session, link: tables.Link, old: Record | None) -> None:
    """Raise Conflict while a link's writes are not settled.

    What is on its way has to arrive first, and what has arrived has to be seen by a pull before it is corrected.

    Writes of the old link that wait are dropped by the push itself, because their link is closed.
    """
    operations = link_operations(session, link.id)
    if any(operation.status == "sending" for operation in operations):
        raise Conflict("The old link is being sent right now.", remedy="Try again in some minutes.")
    sent = any((operation.target, operation.status) == ("xero", "done") for operation in operations)
    if sent and isinstance(old, Contact) and not old.contact_number:
        raise Conflict("The old link was sent after the last pull.", remedy="Pull again first: reconcile pull.")


def _unstamp(old: Contact, xero_id: str) -> PlannedWrite:
    """Take our mark off the contact that was linked before: Xero allows a contact number only once."""
    return PlannedWrite(
        target="xero",
        entity="contacts",
        verb="update",
        subject_id=f"unstamp for {xero_id}",
        target_id=old.id,
        body={"ContactNumber": ""},
        expect={"contact_number": ""},
        basis=basis_hash(old),
    )


def _proposal(
    org_id: str, entity: Entity, link: tables.Link, record: Record, old: Record | None, new: Record
) -> Proposal:
    """The choice as a proposal whose first candidate is the one that was refused, so that it is not suggested again."""
    before = Candidate(id=link.xero_id, name=display_name(old) if old else link.xero_id)
    hashes = [basis_hash(r) if r else "gone" for r in (record, old, new)]
    basis = basis_of(*hashes, link.id)
    return Proposal(
        id=proposal_id(org_id, entity, "match", "pooltrackr", record.id, basis),
        entity=entity,
        system="pooltrackr",
        record_id=record.id,
        name=display_name(record),
        basis=basis,
        suggested="link",
        suggested_id=link.xero_id,
        confidence="review",
        reasons="Re-mapped by a person.",
        candidates=(before, Candidate(id=new.id, name=display_name(new))),
    )


def insert_proposal(session: Session, org_id: str, proposal: Proposal, run_seq: int, now: datetime) -> None:
    """Store a proposal that a person made, to be decided at once."""
    names = ("id", "entity", "kind", "system", "record_id", "name", "basis", "suggested", "suggested_id", "confidence")
    row = {name: getattr(proposal, name) for name in names}
    candidates = [{"id": c.id, "name": c.name} for c in proposal.candidates]
    row |= {"org_id": org_id, "reasons": proposal.reasons, "candidates": canonical(candidates), "changes": "[]"}
    row |= {"against": "", "vetoes": "", "run_seq": run_seq, "created_at": now, "closed_because": ""}
    session.connection().execute(insert(tables.Proposal), [row])
