"""The links of invoices and payments: taken over from earlier marks, noted as agreed, told to Pooltrackr, closed when remade."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, tuple_, update
from sqlmodel import Session, col, select

from reconcile.content import basis_hash, canonical, from_json
from reconcile.invoicing.fingerprint import Agreed, pooltrackr_says, xero_fields, xero_says
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, Invoice
from reconcile.store import tables
from reconcile.store.links import close_link, open_link, open_links
from reconcile.store.proposals import close_proposals
from reconcile.store.snapshots import CHUNK, Scope, current_records, records_at
from reconcile.store.staging import Staging, stage_all
from reconcile.store.sync_changes import chunks

BY = "reconcile"


def adopt_links(session: Session, org_id: str, entity: Entity, pairs: Sequence[tuple[str, str]], now: datetime) -> int:
    """Link what marks of an earlier push name; returns how many. Raises TargetTaken when another link was faster."""
    for pooltrackr_id, xero_id in pairs:
        open_link(session, org_id, entity, pooltrackr_id, xero_id, "", BY, now)
    return len(pairs)


def note_agreed(session: Session, org_id: str) -> int:
    """Store what both sides of each linked invoice said when they last agreed; returns how many links were noted.

    That is the moment of linking, and after that whenever one of our changes was carried out.
    """
    changed = _last_changes(session, org_id)
    due = [
        link
        for link in _to_note(session, org_id, changed)
        if "pooltrackr" not in link.agreed or changed.get(link.pooltrackr_id, "") > str(link.agreed.get("at", ""))
    ]
    return sum(_note(session, org_id, some, changed) for some in _pieces(due))


class Noted(NamedTuple):
    """A link of an invoice, and what was noted of it."""

    id: str
    pooltrackr_id: str
    xero_id: str
    agreed: Mapping[str, str]


def _to_note(session: Session, org_id: str, changed: Collection[str]) -> list[Noted]:
    """The links that were never noted, and those of some Pooltrackr invoices; by Pooltrackr id."""
    table = tables.Link
    query = select(table.id, table.pooltrackr_id, table.xero_id, table.agreed).where(
        table.org_id == org_id, table.entity == "invoices", col(table.closed_at).is_(None)
    )
    rows = list(session.exec(query.where(col(table.agreed).not_like('%"pooltrackr"%'))))
    for ids in chunks(sorted(changed)):
        rows += session.exec(query.where(col(table.pooltrackr_id).in_(ids)))
    found = {key: Noted(key, ours, theirs, json.loads(agreed)) for key, ours, theirs, agreed in rows}
    return sorted(found.values(), key=lambda link: link.pooltrackr_id)


def _note(session: Session, org_id: str, due: Sequence[Noted], changed: Mapping[str, str]) -> int:
    """Both sides as our last write left them, else as they were last pulled.

    A write was made from what Pooltrackr said when it was approved, and what Xero said is its answer: what either side says
    by now may be somebody's edit since, which is still to be followed.
    """
    written = _written(session, org_id, due)
    left = {link.pooltrackr_id for link in due} - {key for key, one in written.items() if one.ours is not None}
    right = {link.xero_id for link in due if link.pooltrackr_id not in written}
    ours = _invoices(session, Scope(org_id, "pooltrackr", "invoices"), sorted(left))
    theirs = _invoices(session, Scope(org_id, "xero", "invoices"), sorted(right))
    rows = []
    for link in due:
        write = written.get(link.pooltrackr_id)
        source, copy = (write.ours, write.theirs) if write else (ours.get(link.pooltrackr_id), theirs.get(link.xero_id))
        if copy is not None and (write is not None or source is not None):
            agreed = Agreed(pooltrackr_says(source) if source else "", xero_says(copy), xero_fields(copy))
            text = canonical({**agreed.as_json(), "at": changed.get(link.pooltrackr_id, "")})
            rows.append({"one": link.id, "text": text})
    if rows:
        statement = update(tables.Link).where(col(tables.Link.id) == bindparam("one"))
        session.connection().execute(statement.values(agreed=bindparam("text")), rows)
    return len(rows)


class Written(NamedTuple):
    """What our last write about a link was made from, None when that is not known any more, and what Xero answered."""

    ours: Invoice | None
    theirs: Invoice


def _written(session: Session, org_id: str, due: Sequence[Noted]) -> dict[str, Written]:
    """The last write of each link that was carried out under it, by Pooltrackr id."""
    last: dict[str, tables.PushOperation] = {}
    links = {link.pooltrackr_id: link for link in due}
    for row in _carried_out(session, org_id, sorted(links)):
        link = links[row.subject_id]
        if row.target_id == link.xero_id and (row.verb == "update" or row.link_id == link.id):
            last[row.subject_id] = row
    sources = _sources(session, org_id, list(last.values()))
    answers = {key: from_json("invoices", json.loads(row.response)) for key, row in last.items()}
    return {key: Written(sources.get(key), answer) for key, answer in answers.items() if isinstance(answer, Invoice)}


def _carried_out(session: Session, org_id: str, ids: Sequence[str]) -> Iterator[tables.PushOperation]:
    """What was written into Xero about some Pooltrackr invoices, oldest first."""
    table = tables.PushOperation
    query = select(table).where(
        table.org_id == org_id,
        table.entity == "invoices",
        table.target == "xero",
        col(table.verb).in_(["create", "update"]),
        table.status == "done",
        table.response != "",
    )
    for some in chunks(ids):
        yield from session.exec(query.where(col(table.subject_id).in_(some)).order_by(col(table.settled_at)))


def _sources(session: Session, org_id: str, rows: Sequence[tables.PushOperation]) -> dict[str, Invoice]:
    """What each write was made from, by Pooltrackr id: the record as it was in the run that approved it."""
    scope, found = Scope(org_id, "pooltrackr", "invoices"), dict[str, Invoice]()
    by_run: dict[int, list[tables.PushOperation]] = {}
    for row in rows:
        by_run.setdefault(row.run_seq, []).append(row)
    for run_seq, some in by_run.items():
        then = records_at(session, scope, run_seq, [row.subject_id for row in some])
        for row in some:
            record = then.get(row.subject_id)
            if isinstance(record, Invoice) and basis_hash(record) == row.subject_hash:
                found[row.subject_id] = record
    return found


def _pieces(links: Sequence[Noted]) -> Iterator[Sequence[Noted]]:
    return (links[start : start + CHUNK] for start in range(0, len(links), CHUNK))


def _last_changes(session: Session, org_id: str) -> dict[str, str]:
    """When our last update of each invoice in Xero was carried out, by Pooltrackr id."""
    table = tables.PushOperation
    rows = session.exec(
        select(table.subject_id, table.settled_at).where(
            table.org_id == org_id,
            table.entity == "invoices",
            table.target == "xero",
            table.verb == "update",
            table.status == "done",
        )
    )
    latest: dict[str, str] = {}
    for subject, settled in rows:
        latest[subject] = max(latest.get(subject, ""), settled.isoformat() if settled else "")
    return latest


def _invoices(session: Session, scope: Scope, ids: Sequence[str]) -> dict[str, Invoice]:
    return {r.id: r for r in current_records(session, scope, ids) if isinstance(r, Invoice)}


def _as_answered(session: Session, org_id: str, ids: set[str]) -> dict[str, Invoice]:
    """Invoices that were created just now, as Xero answered."""
    table = tables.PushOperation
    query = select(table.response).where(
        table.org_id == org_id,
        table.entity == "invoices",
        table.target == "xero",
        table.verb == "create",
        table.status == "done",
    )
    found = (
        from_json("invoices", json.loads(body))
        for some in chunks(sorted(ids))
        for body in session.exec(query.where(col(table.target_id).in_(some)))
        if body
    )
    return {r.id: r for r in found if isinstance(r, Invoice)}


def close_settled(session: Session, org_id: str, now: datetime) -> int:
    """Close the proposals whose changes have been carried out, and the links of payments that were deleted in Xero."""
    done = _done(session, org_id)
    close_proposals(session, sorted({proposal_id for _, proposal_id in done}), now, "done")
    for op, _ in done:
        if op.entity == "payments" and op.verb == "delete" and op.target == "xero":
            _close_deleted(session, org_id, op.subject_id, op.target_id, now)
    return len(done)


def _done(session: Session, org_id: str) -> list[tuple[tables.PushOperation, str]]:
    """Changes and voids of which every write was carried out while their proposal is still open, with its id."""
    table = tables.PushOperation
    unfinished = select(table.decision_id).where(table.org_id == org_id, col(table.status) != "done")
    rows = session.exec(
        select(table, tables.Proposal.id)
        .join(tables.Decision, col(tables.Decision.id) == col(table.decision_id))
        .join(tables.Proposal, col(tables.Proposal.id) == col(tables.Decision.proposal_id))
        .where(
            table.org_id == org_id,
            col(tables.Proposal.entity).in_(["invoices", "payments"]),
            col(tables.Proposal.kind).in_(["update", "void"]),
            col(tables.Proposal.closed_at).is_(None),
            col(tables.Decision.withdrawn_at).is_(None),
            col(table.decision_id).not_in(unfinished),
        )
    )
    return list(rows.all())


def _close_deleted(session: Session, org_id: str, pooltrackr_id: str, xero_id: str, now: datetime) -> None:
    """A payment that we deleted in Xero is no counterpart: what stands in Pooltrackr, now or again later, is entered anew."""
    for link in open_links(session, org_id, "payments", pooltrackr_id=pooltrackr_id):
        if link.xero_id == xero_id:
            close_link(session, link, BY, now, "deleted in Xero")


def tell_pooltrackr(session: Session, org_id: str, run_seq: int, now: datetime) -> int:
    """Stage, for each decided link that Pooltrackr does not know of yet, the write that tells it (A13, A47)."""
    return sum(_tell(session, org_id, entity, run_seq, now) for entity in ("invoices", "payments"))


def _tell(session: Session, org_id: str, entity: Entity, run_seq: int, now: datetime) -> int:
    links = _untold(session, org_id, entity)
    if not links:
        return 0
    records = {
        r.id: r for r in current_records(session, Scope(org_id, "pooltrackr", entity), [k.pooltrackr_id for k in links])
    }
    numbers = _numbers(session, org_id, links) if entity == "invoices" else {}
    stagings = [
        Staging(link.decision_id, link.id, _telling(record, link.xero_id, numbers.get(link.xero_id, "")))
        for link in links
        if (record := records.get(link.pooltrackr_id)) is not None and not _knows(record, link.xero_id)
    ]
    return len(stage_all(session, org_id, stagings, run_seq, now))


def _untold(session: Session, org_id: str, entity: Entity) -> Sequence[tables.Link]:
    """The decided links for which no write was ever staged that tells Pooltrackr, by Pooltrackr id."""
    link, write = tables.Link, tables.PushOperation
    telling = select(write.target_id, write.subject_id).where(
        write.org_id == org_id, write.entity == entity, write.target == "pooltrackr", write.verb == "update"
    )
    query = select(link).where(
        link.org_id == org_id,
        link.entity == entity,
        col(link.closed_at).is_(None),
        link.decision_id != "",
        tuple_(col(link.pooltrackr_id), col(link.xero_id)).not_in(telling),
    )
    return session.exec(query.order_by(col(link.pooltrackr_id))).all()


def _numbers(session: Session, org_id: str, links: Sequence[tables.Link]) -> Mapping[str, str]:
    ids = [link.xero_id for link in links]
    known = _invoices(session, Scope(org_id, "xero", "invoices"), ids)
    answered = _as_answered(session, org_id, set(ids) - set(known))
    return {key: invoice.number for key, invoice in {**answered, **known}.items()}


def _knows(record: object, xero_id: str) -> bool:
    return xero_id in (getattr(record, "xero_invoice_id", ""), getattr(record, "xero_payment_id", ""))


def _telling(record: object, xero_id: str, number: str) -> PlannedWrite:
    if isinstance(record, Invoice):
        body = {"xero_invoice_id": xero_id, "xero_number": number, "external_status": "synced"}
        expect = {"xero_invoice_id": xero_id, "xero_number": number}
        return PlannedWrite(
            target="pooltrackr",
            entity="invoices",
            verb="update",
            subject_id=xero_id,
            target_id=record.id,
            body=body,
            expect=expect,
        )
    mark = {"xero_payment_id": xero_id}
    return PlannedWrite(
        target="pooltrackr",
        entity="payments",
        verb="update",
        subject_id=xero_id,
        target_id=str(getattr(record, "id", "")),
        body=mark,
        expect=mark,
    )
