"""Finding a record of one system by any of its words."""

import json

from sqlmodel import Session, col, select

from reconcile.content import from_json
from reconcile.proposing import display_name, live_records
from reconcile.records import Record
from reconcile.store.containing import holds
from reconcile.store.snapshots import Scope
from reconcile.store.tables import RecordVersion

MOST = 50


def search_records(session: Session, scope: Scope, text: str) -> list[Record]:
    """The live records in which every word occurs somewhere, by name, MOST at most."""
    words = text.split()
    if not words:
        return []
    query = select(RecordVersion).where(
        RecordVersion.org_id == scope.org_id,
        RecordVersion.system == scope.system,
        RecordVersion.entity == scope.entity,
        col(RecordVersion.run_to).is_(None),
        col(RecordVersion.missing_since).is_(None),
        *(holds(RecordVersion.body, json.dumps(word, ensure_ascii=False)[1:-1]) for word in words),
    )
    rows = session.exec(query.limit(MOST * 4)).all()
    records = [from_json(scope.entity, json.loads(row.body)) for row in rows]
    live = live_records(records, scope.system).values()
    return sorted(live, key=lambda record: display_name(record).casefold())[:MOST]
