"""Whether anything that matching rests on has changed since it was last done (a quiet night matches nothing)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case, delete
from sqlmodel import Session, col, func, select

from reconcile.content import canonical, digest
from reconcile.records import Entity, System
from reconcile.rematching import MODEL, Noted, from_body, to_body
from reconcile.store import tables
from reconcile.store.snapshots import Scope
from reconcile.store.sync_changes import count_until

SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")
RULES = 1
"""Raise this when matching, flagging or syncing comes to other results on the same data."""

MONEY_RESTS_ON: tuple[tuple[System, Entity], ...] = (
    ("pooltrackr", "contacts"), ("pooltrackr", "pools"), ("pooltrackr", "products"), ("pooltrackr", "invoices"),
    ("pooltrackr", "payments"), ("xero", "accounts"), ("xero", "tax_rates"), ("xero", "contacts"),
    ("xero", "products"), ("xero", "invoices"), ("xero", "payments"), ("xero", "credits"),
)  # fmt: skip
_SETTLED = ("done", "raced", "conflict", "failed")
_REPORT = "report of "


def state_of(session: Session, org_id: str, entity: Entity, settings_version: int) -> str:
    """A fingerprint of everything that the proposals of one entity follow from; 64 hex digits.

    Records never change in place: each change is a new version, so the newest number and the count tell them all.
    What proposing does itself (closing what no longer holds) is not part of it.
    """
    read: tuple[Entity, ...] = ("contacts", "pools") if entity == "contacts" else (entity,)
    return digest(
        [
            RULES,
            settings_version,
            [_versions(session, org_id, system, name) for name in read for system in SYSTEMS],
            _links(session, org_id, [entity]),
            _decisions(session, org_id, [entity]),
            _pushes(session, org_id, [entity]),
        ]
    )


def money_state(session: Session, org_id: str, settings_version: int) -> str:
    """A fingerprint of everything stored that planning invoices and payments rests on; 64 hex digits."""
    linked: tuple[Entity, ...] = ("contacts", "products", "invoices", "payments", "bank_transactions")
    decided: tuple[Entity, ...] = ("products", "invoices", "payments")
    return digest(
        [
            RULES,
            settings_version,
            [_versions(session, org_id, system, entity) for system, entity in MONEY_RESTS_ON],
            _links(session, org_id, linked),
            _decisions(session, org_id, decided),
            _pushes(session, org_id, linked),
            _suggested_products(session, org_id),
        ]
    )


def _suggested_products(session: Session, org_id: str) -> list[int]:
    """Proposals for products, whose invoices wait while nobody has decided."""
    table = tables.Proposal
    query = select(func.count(), func.count(col(table.closed_at)))
    return list(session.exec(query.where(table.org_id == org_id, table.entity == "products")).one())


def data_state(session: Session, org_id: str, entities: Iterable[tuple[System, Entity]]) -> str:
    """A fingerprint of the records alone; 64 hex digits."""
    return digest([RULES, [_versions(session, org_id, system, entity) for system, entity in entities]])


def is_matched(session: Session, org_id: str, what: str, state: str) -> bool:
    """Whether the last completed work on something (proposing an entity, checking the data) rested on this very state."""
    row = session.get(tables.MatchedState, (org_id, what))
    return row is not None and row.state == state


def mark_matched(
    session: Session, org_id: str, what: str, state: str, run_seq: int, noted: Noted | None = None
) -> None:
    """Note what completed work rested on."""
    row = session.get(tables.MatchedState, (org_id, what))
    row = row or tables.MatchedState(org_id=org_id, entity=what, state="", run_seq=0)
    row.state, row.run_seq = state, run_seq
    row.detail = canonical(to_body(noted)) if noted else row.detail
    session.add(row)


def noted_reports(session: Session, org_id: str, what: str, state: str) -> dict[str, Any] | None:
    """What was noted with the report files that rest on this very state, None when others were written last."""
    row = session.get(tables.MatchedState, (org_id, f"{_REPORT}{what}"))
    return dict(json.loads(row.detail)) if row is not None and row.state == state else None


def note_reports(session: Session, org_id: str, what: str, state: str, detail: str) -> None:
    """Note which report files were written, and what they rest on."""
    name = f"{_REPORT}{what}"
    row = session.get(tables.MatchedState, (org_id, name))
    row = row or tables.MatchedState(org_id=org_id, entity=name, state="", run_seq=0)
    row.state, row.detail = state, detail
    session.add(row)


def forget_state(session: Session, org_id: str, what: str) -> None:
    """Forget what completed work rested on, so that it is done again."""
    table = tables.MatchedState
    session.connection().execute(delete(table).where(col(table.org_id) == org_id, col(table.entity) == what))


def forget_reports(session: Session, org_id: str) -> None:
    """Have all report files made anew: those that were written may say what nobody may know any more."""
    table = tables.MatchedState
    session.connection().execute(
        delete(table).where(col(table.org_id) == org_id, col(table.entity).startswith(_REPORT))
    )


def review_state(session: Session, org_id: str, entities: Iterable[Entity], settings_version: int) -> str:
    """A fingerprint of what the match reports of some entities show; 64 hex digits."""
    return digest([_shown(session, org_id, entity, settings_version) for entity in entities])


def _shown(session: Session, org_id: str, entity: Entity, settings_version: int) -> list[Any]:
    proposal, flag, decision = tables.Proposal, tables.Flag, tables.Decision
    proposals = select(func.count(), func.count(col(proposal.closed_at)), func.max(col(proposal.run_seq)))
    flags = select(func.count(), func.max(col(flag.id)), func.count(col(flag.cleared_at)))
    decisions = select(func.count(), func.count(col(decision.withdrawn_at)))
    return [
        state_of(session, org_id, entity, settings_version),
        list(session.exec(proposals.where(proposal.org_id == org_id, proposal.entity == entity)).one()),
        list(session.exec(flags.where(flag.org_id == org_id, flag.entity == entity)).one()),
        list(session.exec(decisions.where(decision.org_id == org_id)).one()),
    ]


def mark_rests(session: Session, org_id: str, what: str, rests: Sequence[str]) -> None:
    """Note what completed work rested on that is stored nowhere else."""
    row = session.get_one(tables.MatchedState, (org_id, what))
    row.detail = canonical({"rests": list(rests)})
    session.add(row)


def rested_on(session: Session, org_id: str, what: str) -> tuple[str, ...]:
    """What completed work rested on that is stored nowhere else, as it was noted; nothing when it was never done."""
    row = session.get(tables.MatchedState, (org_id, what))
    return tuple(json.loads(row.detail).get("rests", ())) if row else ()


def read_noted(session: Session, org_id: str, entity: Entity) -> Noted:
    """What the last matching of an entity rested on; nothing when it was never matched."""
    row = session.get(tables.MatchedState, (org_id, entity))
    return from_body(json.loads(row.detail)) if row else Noted()


def note_now(session: Session, org_id: str, entity: Entity, settings_version: int) -> Noted:
    """What a matching done now would rest on."""
    read: tuple[Entity, ...] = ("contacts", "pools") if entity == "contacts" else (entity,)
    scopes = [Scope(org_id, system, name) for name in read for system in SYSTEMS]
    return Noted(
        model=MODEL,
        settings=settings_version,
        records={f"{scope.system} {scope.entity}": _figures(session, scope) for scope in scopes},
        links=tuple(_links(session, org_id, [entity])[0]),
        decisions=tuple(_decisions(session, org_id, [entity])[0]),
    )


def is_steady(session: Session, org_id: str, since: Noted, system: System, entity: Entity) -> bool:
    """Whether all that happened to some records since is newer versions: none came in late, vanished or came back."""
    scope = Scope(org_id, system, entity)
    before = since.records.get(f"{system} {entity}", (0, 0, 0, 0))
    return count_until(session, scope, before[0]) == before[1] and _figures(session, scope)[2:] == before[2:]


def _figures(session: Session, scope: Scope) -> tuple[int, int, int, int]:
    newest, _, missing, missed = _versions(session, scope.org_id, scope.system, scope.entity)
    return newest, count_until(session, scope, newest), missing, missed


def count_proposals(session: Session, org_id: str, entity: Entity | None = None) -> int:
    """How many proposals stand, of one entity if given."""
    table = tables.Proposal
    query = select(func.count()).select_from(table).where(table.org_id == org_id, col(table.closed_at).is_(None))
    return session.exec(query.where(table.entity == entity) if entity is not None else query).one()


def _versions(session: Session, org_id: str, system: System, entity: Entity) -> list[int]:
    table = tables.RecordVersion
    row = session.exec(
        select(func.max(table.id), func.count(), func.count(col(table.missing_since)), func.sum(table.missed)).where(
            table.org_id == org_id, table.system == system, table.entity == entity, col(table.run_to).is_(None)
        )
    ).one()
    return [int(value or 0) for value in row]


def _links(session: Session, org_id: str, entities: Sequence[Entity]) -> list[list[int]]:
    """How many there were, and how many are closed, entity by entity."""
    table = tables.Link
    counts = func.count(), func.count(col(table.closed_at))
    query = select(table.entity, *counts).where(table.org_id == org_id, col(table.entity).in_(entities))
    return _by_entity(session.exec(query.group_by(table.entity)), entities, len(counts))


def _decisions(session: Session, org_id: str, entities: Sequence[Entity]) -> list[list[int]]:
    """How many were made, and how many were taken back by somebody, which proposing itself never counts as."""
    table, proposal = tables.Decision, tables.Proposal
    taken_back = col(table.withdrawn_at).is_not(None) & (col(table.withdrawn_by) != "reconcile")
    counts = func.count(), func.count(case((taken_back, 1)))
    query = select(proposal.entity, *counts).join(table, col(proposal.id) == col(table.proposal_id))
    query = query.where(table.org_id == org_id, proposal.org_id == org_id, col(proposal.entity).in_(entities))
    return _by_entity(session.exec(query.group_by(proposal.entity)), entities, len(counts))


def _pushes(session: Session, org_id: str, entities: Sequence[Entity]) -> list[list[int]]:
    """How many were settled."""
    table = tables.PushOperation
    query = select(table.entity, func.count()).where(table.org_id == org_id, col(table.entity).in_(entities))
    settled = query.where(col(table.status).in_(_SETTLED))
    return _by_entity(session.exec(settled.group_by(table.entity)), entities, 1)


def _by_entity(rows: Iterable[Sequence[Any]], entities: Sequence[Entity], figures: int) -> list[list[int]]:
    found = {row[0]: [int(value) for value in row[1:]] for row in rows}
    return [found.get(entity, [0] * figures) for entity in entities]
