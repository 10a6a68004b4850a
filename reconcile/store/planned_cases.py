"""The stored plans of invoices with their payments: what each rested on and what it came to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session, col

from reconcile.content import canonical
from reconcile.invoicing.cases import Kept
from reconcile.store.json_parts import json_part
from reconcile.store.snapshots import CHUNK
from reconcile.store.sync_quiet import forget_state
from reconcile.store.tables_money import PlannedCase


@dataclass(frozen=True)
class Filed:
    """A plan to be stored. ``rows`` is what the reports say of the case, by report."""

    case_id: str
    kept: Kept
    rows: Mapping[str, Any]


def kept_plans(session: Session, org_id: str) -> dict[str, Kept]:
    """What was stored of each plan, by case."""
    table = PlannedCase
    query = select(col(table.case_id), col(table.mark), col(table.day), col(table.pools), col(table.proposals))
    return {
        case_id: Kept(mark, day, _ids(pools), _ids(proposals))
        for case_id, mark, day, pools, proposals in session.connection().execute(
            query.where(col(table.org_id) == org_id)
        )
    }


def _ids(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


def file_plans(session: Session, org_id: str, plans: Sequence[Filed], run_seq: int) -> None:
    """Store plans in place of earlier ones of the same cases."""
    drop_plans(session, org_id, [plan.case_id for plan in plans])
    rows = [
        {
            "org_id": org_id,
            "case_id": plan.case_id,
            "mark": plan.kept.mark,
            "day": plan.kept.day,
            "pools": canonical(plan.kept.pools),
            "proposals": canonical(plan.kept.proposals),
            "rows": canonical(dict(plan.rows)),
            "run_seq": run_seq,
        }
        for plan in plans
    ]
    if rows:
        session.connection().execute(insert(PlannedCase), rows)


def drop_plans(session: Session, org_id: str, case_ids: Sequence[str]) -> None:
    """Forget the plans of some cases."""
    table = PlannedCase
    for start in range(0, len(case_ids), CHUNK):
        chunk = case_ids[start : start + CHUNK]
        session.connection().execute(delete(table).where(col(table.org_id) == org_id, col(table.case_id).in_(chunk)))


def void_plans(session: Session, org_id: str) -> None:
    """Have everything planned anew the next time."""
    session.connection().execute(delete(PlannedCase).where(col(PlannedCase.org_id) == org_id))
    forget_state(session, org_id, "money")


def days_borne(session: Session, org_id: str) -> dict[str, date]:
    """The day that a plan bears, by case; most bear none."""
    table = PlannedCase
    query = select(col(table.case_id), col(table.day)).where(col(table.org_id) == org_id, col(table.day) != "")
    return {case_id: date.fromisoformat(day) for case_id, day in session.connection().execute(query)}


def plans_state(session: Session, org_id: str) -> list[int]:
    """Figures that change whenever a plan is made anew, added or dropped."""
    table = PlannedCase
    query = select(func.count(), func.max(col(table.run_seq)), func.sum(col(table.run_seq)))
    row = session.connection().execute(query.where(col(table.org_id) == org_id)).one()
    return [int(value or 0) for value in row]


def rows_of(session: Session, org_id: str, report: str) -> Iterator[Any]:
    """What one report says of each case that it has something to say of, case by case in order."""
    table = PlannedCase
    part = json_part(session, col(table.rows), report)
    query = select(part).where(col(table.org_id) == org_id, part.is_not(None)).order_by(col(table.case_id))
    texts: Iterable[Any] = session.connection().execute(query).scalars()
    return (json.loads(text) for text in texts)
