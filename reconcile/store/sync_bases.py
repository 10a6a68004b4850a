"""What both sides of a link last agreed on: kept with the link, moved by our own writes and by nothing else silently."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, update
from sqlmodel import Session, col, select

from reconcile.content import canonical, from_json
from reconcile.ownership import PART_OF_FIELD, Face
from reconcile.proposals import Proposal
from reconcile.records import Contact, Entity, Record, System
from reconcile.store import tables
from reconcile.store.links import open_links
from reconcile.store.proposals import close_proposals, current_proposals
from reconcile.store.snapshots import Scope, records_at
from reconcile.store.sync_changes import chunks
from reconcile.syncing import Agreed, absorb, agree

_OTHER: dict[System, System] = {"pooltrackr": "xero", "xero": "pooltrackr"}
_LINK = tables.Link
_PUSH = tables.PushOperation


@dataclass(frozen=True)
class Echo:
    """One of our own writes that was carried out and is not yet counted as agreed.

    ``shown`` is the target as it answered, ``source`` the other side as it was when the write was approved, ``written``
    the fields; all of them when the write ``created`` the target.
    """

    operation_id: str
    link_id: str
    decision_id: str
    target: System
    created: bool
    written: tuple[str, ...]
    shown: Contact | None
    source: Contact | None


def read_agreed(link: tables.Link) -> Agreed:
    """The agreed state of a link; empty for one that was never compared."""
    body = json.loads(link.agreed or "{}")
    return Agreed(*({name: tuple(face) for name, face in body.get(side, {}).items()} for side in _OTHER))


def agreed_in_xero(session: Session, org_id: str, entity: Entity) -> dict[str, Mapping[str, Face]]:
    """What Xero said of each linked record when both sides last meant the same, by Pooltrackr id."""
    return {link.pooltrackr_id: read_agreed(link).xero for link in open_links(session, org_id, entity)}


def agreed_text(agreed: Agreed) -> str:
    """An agreed state as it is stored."""
    return canonical({side: {name: list(face) for name, face in agreed.of(side).items()} for side in _OTHER})


def agree_on_link(link: tables.Link, left: Record, right: Record) -> None:
    """A new link of two contacts: both values count as agreed as they stand, nothing is written to either system.

    A contact does not know its pools' addresses, so the site is agreed when it is first compared.
    """
    if isinstance(left, Contact) and isinstance(right, Contact):
        _agree_on(link, _without_site(agree(left, right)))


def accept_difference(session: Session, proposal: Proposal, org_id: str, record: Record, other: Record | None) -> None:
    """A person ignores a change for good: what it would alter is agreed as it stands on each side."""
    if not isinstance(record, Contact) or not isinstance(other, Contact):
        return
    left, right = (record, other) if proposal.system == "pooltrackr" else (other, record)
    parts = {PART_OF_FIELD[change.field].name for change in proposal.changes}
    now = _without_site(agree(left, right))
    for link in open_links(session, org_id, "contacts", pooltrackr_id=left.id):
        old = read_agreed(link)
        sides = ({**old.of(s), **{n: face for n, face in now.of(s).items() if n in parts}} for s in _OTHER)
        _agree_on(link, Agreed(*sides))
        session.add(link)
    session.flush()


def read_echoes(session: Session, org_id: str) -> list[Echo]:
    """Our writes to contacts that were carried out and are not yet counted as agreed, oldest first."""
    rows = session.exec(
        select(_PUSH)
        .where(
            _PUSH.org_id == org_id,
            _PUSH.entity == "contacts",
            _PUSH.status == "done",
            col(_PUSH.verified_at).is_(None),
            _PUSH.link_id != "",
        )
        .order_by(col(_PUSH.settled_at), col(_PUSH.id))
    ).all()
    sources = _sources(session, org_id, [row for row in rows if row.verb == "create" or _parts_written(row)])
    return [_echo(row, sources.get(row.id)) for row in rows]


def settle_echoes(session: Session, org_id: str, echoes: Sequence[Echo], now: datetime) -> None:
    """Count our own writes as agreed, and close the proposals that they carried out."""
    telling = [echo for echo in echoes if echo.written or echo.created]
    links = _links(session, org_id, [echo.link_id for echo in telling])
    for echo in telling:
        link = links.get(echo.link_id)
        if link is not None and echo.shown is not None:
            _count(link, echo, echo.shown)
            session.add(link)
    session.flush()
    _close_carried_out(session, [echo.decision_id for echo in telling], now)
    for ids in chunks([echo.operation_id for echo in echoes]):
        session.connection().execute(update(_PUSH).where(col(_PUSH.id).in_(ids)).values(verified_at=now))


def write_agreed(session: Session, states: Mapping[str, Agreed]) -> None:
    """Keep new agreed states by link id."""
    rows = [{"one": link_id, "text": agreed_text(agreed)} for link_id, agreed in states.items()]
    if rows:
        statement = update(_LINK).where(col(_LINK.id) == bindparam("one")).values(agreed=bindparam("text"))
        session.connection().execute(statement, rows)


def under_way(session: Session, org_id: str, entity: Entity, kinds: Sequence[str]) -> list[Proposal]:
    """The current proposals of which a write is being sent or may have been: they stay until that is settled."""
    ids = session.exec(
        select(tables.Decision.proposal_id)
        .join(_PUSH, col(_PUSH.decision_id) == col(tables.Decision.id))
        .where(
            _PUSH.org_id == org_id,
            _PUSH.entity == entity,
            or_(col(_PUSH.status) == "sending", and_(col(_PUSH.status) == "staged", col(_PUSH.sent_at).is_not(None))),
        )
    ).all()
    return [p for p in current_proposals(session, org_id, entity, kinds) if p.id in set(ids)] if ids else []


def _count(link: tables.Link, echo: Echo, shown: Contact) -> None:
    if echo.created and echo.source is not None:
        agree_on_link(link, *((echo.source, shown) if echo.target == "xero" else (shown, echo.source)))
    elif not echo.created:
        _agree_on(link, absorb(read_agreed(link), echo.target, echo.written, shown, echo.source))


def _agree_on(link: tables.Link, agreed: Agreed) -> None:
    """Another agreed state: the link is to be compared again."""
    link.agreed = agreed_text(agreed)
    link.compared_left = link.compared_right = None


def _parts_written(row: tables.PushOperation) -> tuple[str, ...]:
    return tuple(name for name in json.loads(row.expect) if name in PART_OF_FIELD) if row.verb == "update" else ()


def _echo(row: tables.PushOperation, source: Record | None) -> Echo:
    shown = from_json("contacts", json.loads(row.response)) if row.response else None
    return Echo(
        operation_id=row.id,
        link_id=row.link_id,
        decision_id=row.decision_id,
        target="xero" if row.target == "xero" else "pooltrackr",
        created=row.verb == "create",
        written=_parts_written(row),
        shown=shown if isinstance(shown, Contact) else None,
        source=source if isinstance(source, Contact) else None,
    )


def _sources(session: Session, org_id: str, rows: Sequence[tables.PushOperation]) -> dict[str, Record]:
    """What each write was made from, as it was when that was approved, by operation."""
    asked: dict[tuple[System, int], list[tables.PushOperation]] = {}
    for row in rows:
        asked.setdefault(("pooltrackr" if row.target == "xero" else "xero", row.run_seq), []).append(row)
    found: dict[str, Record] = {}
    for (system, run_seq), group in asked.items():
        records = records_at(session, Scope(org_id, system, "contacts"), run_seq, [row.subject_id for row in group])
        found |= {row.id: records[row.subject_id] for row in group if row.subject_id in records}
    return found


def _links(session: Session, org_id: str, ids: Iterable[str]) -> dict[str, tables.Link]:
    found: dict[str, tables.Link] = {}
    for chunk in chunks(sorted(set(ids))):
        for link in session.exec(select(_LINK).where(_LINK.org_id == org_id, col(_LINK.id).in_(chunk))):
            found[link.id] = link
    return found


def _close_carried_out(session: Session, decision_ids: Iterable[str], now: datetime) -> None:
    for chunk in chunks(sorted(set(decision_ids))):
        proposals = session.exec(
            select(tables.Proposal.id)
            .join(tables.Decision, col(tables.Decision.proposal_id) == col(tables.Proposal.id))
            .where(
                col(tables.Decision.id).in_(chunk),
                col(tables.Proposal.kind).in_(["update", "conflict"]),
                col(tables.Proposal.closed_at).is_(None),
            )
        ).all()
        close_proposals(session, list(proposals), now, "carried out")


def _without_site(agreed: Agreed) -> Agreed:
    return Agreed(*({n: face for n, face in agreed.of(side).items() if n != "site_address"} for side in _OTHER))
