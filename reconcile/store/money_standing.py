"""The proposals and flags of invoices and payments as they stand, lightly, and bringing those of some cases up to date."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from reconcile.flagging import Finding
from reconcile.invoicing.cases import Subject
from reconcile.invoicing.reasons import REASONS
from reconcile.proposals import Proposal
from reconcile.records import Entity, System
from reconcile.store import tables
from reconcile.store.flags import change_flags
from reconcile.store.money_plans import KINDS, MONEY, busy_proposals
from reconcile.store.proposals import Saved, add_proposals, close_proposals
from reconcile.store.sync_changes import chunks

About = tuple[str, str, str, str]
"""What at most one proposal stands for: entity, kind, system, record id."""


class Raised(NamedTuple):
    """A standing flag."""

    id: int
    entity: Entity
    system: System
    record_id: str
    name: str
    group_id: str
    detail: str


@dataclass
class Standing:
    """What stands of an organisation when planning begins, and what planning has made of it since.

    ``proposals`` are the ids of open proposals by what they are about, ``busy`` those of which a write is under way, which stay as they
    are until that is settled. ``flags`` are those by entity, system and record.
    """

    proposals: dict[About, str]
    busy: Mapping[About, Proposal]
    flags: dict[Subject, list[Raised]]
    saved: Saved = field(default_factory=Saved)
    raised: int = 0
    cleared: int = 0

    @property
    def ids(self) -> set[str]:
        """The ids of the open proposals."""
        return set(self.proposals.values())


def read_standing(session: Session, org_id: str) -> Standing:
    """The open proposals and standing flags of invoices and payments."""
    table = tables.Proposal
    rows = session.connection().execute(
        select(col(table.entity), col(table.kind), col(table.system), col(table.record_id), col(table.id)).where(
            col(table.org_id) == org_id,
            col(table.entity).in_(MONEY),
            col(table.kind).in_(KINDS),
            col(table.closed_at).is_(None),
        )
    )
    busy = {about(p): p for entity in MONEY for p in busy_proposals(session, org_id, entity)}
    return Standing({(e, k, s, r): key for e, k, s, r, key in rows}, busy, _read_flags(session, org_id))


def _read_flags(session: Session, org_id: str) -> dict[Subject, list[Raised]]:
    table = tables.Flag
    columns: list[Any] = [getattr(table, name) for name in Raised._fields]
    rows = session.connection().execute(
        select(*columns).where(
            col(table.org_id) == org_id,
            col(table.entity).in_(MONEY),
            col(table.name).in_(list(REASONS)),
            col(table.cleared_at).is_(None),
        )
    )
    found: dict[Subject, list[Raised]] = {}
    for row in rows:
        flag = Raised(*row)
        found.setdefault((flag.entity, flag.system, flag.record_id), []).append(flag)
    return found


def about(proposal: Proposal) -> About:
    """What a proposal is about."""
    return proposal.entity, proposal.kind, proposal.system, proposal.record_id


def subject_of(proposal: Proposal) -> Subject:
    """The record that a proposal is about."""
    return proposal.entity, proposal.system, proposal.record_id


def propose_again(
    session: Session, org_id: str, standing: Standing, wanted: Sequence[Proposal], run_seq: int, now: datetime
) -> None:
    """Let some proposals stand, each in place of the one that stood for the same.

    Those that stand already keep their decisions; how certain they are and why may be another thing by now.
    """
    fresh = [p for p in wanted if standing.proposals.get(about(p)) != p.id]
    _explain_again(session, [p for p in wanted if standing.proposals.get(about(p)) == p.id])
    gone = [standing.proposals[about(p)] for p in fresh if about(p) in standing.proposals]
    close_proposals(session, sorted(gone), now, "superseded")
    add_proposals(session, org_id, fresh, run_seq, now)
    standing.proposals.update({about(p): p.id for p in fresh})
    standing.saved += Saved(new=len(fresh), closed=len(gone))


def _explain_again(session: Session, standing: Sequence[Proposal]) -> None:
    """Store the certainty and the reasons of proposals that stand, where they have changed."""
    table, wanted = tables.Proposal, {p.id: p for p in standing}
    said = select(col(table.id), col(table.confidence), col(table.reasons))
    changed = []
    for some in chunks(sorted(wanted)):
        for key, confidence, reasons in session.connection().execute(said.where(col(table.id).in_(some))):
            if (confidence, reasons) != (wanted[key].confidence, wanted[key].reasons):
                changed.append({"one": key, "sure": wanted[key].confidence, "why": wanted[key].reasons})
    if changed:
        statement = update(table).where(col(table.id) == bindparam("one"))
        session.connection().execute(statement.values(confidence=bindparam("sure"), reasons=bindparam("why")), changed)


def close_others(session: Session, standing: Standing, wanted: Collection[str], now: datetime) -> None:
    """Close every open proposal that is not among the wanted ids."""
    gone = {key: name for key, name in standing.proposals.items() if name not in wanted}
    close_proposals(session, sorted(gone.values()), now, "superseded")
    for key in gone:
        del standing.proposals[key]
    standing.saved += Saved(closed=len(gone))


def flag_again(
    session: Session,
    org_id: str,
    standing: Standing,
    records: Iterable[Subject],
    findings: Sequence[Finding],
    run_seq: int,
    now: datetime,
) -> None:
    """Make the flags of some records (entity, system, id) be these."""
    before = [flag for key in records for flag in standing.flags.pop(key, ())]
    raised, cleared = change_flags(session, org_id, before, findings, run_seq, now)
    standing.raised, standing.cleared = standing.raised + raised, standing.cleared + cleared


def count_held(session: Session, org_id: str) -> int:
    """How many invoices and payments are held, for whatever reasons."""
    table = tables.Flag
    held = (
        select(col(table.entity), col(table.system), col(table.record_id))
        .where(
            col(table.org_id) == org_id,
            col(table.entity).in_(MONEY),
            col(table.name).in_(list(REASONS)),
            col(table.cleared_at).is_(None),
        )
        .distinct()
        .subquery()
    )
    return session.connection().execute(select(func.count()).select_from(held)).scalar_one()
