"""Which products are linked, and which are likely the same."""

from sqlmodel import Session, col, select

from reconcile.store import tables
from reconcile.store.links import linked


def matched_ids(session: Session, org_id: str) -> tuple[dict[str, str], dict[str, str]]:
    """Pooltrackr id to Xero id: linked or suggested ones, and the linked ones alone."""
    table = tables.Proposal
    links = dict(linked(session, org_id, "products").pooltrackr)
    suggested = session.exec(
        select(table.record_id, table.suggested_id).where(
            table.org_id == org_id,
            table.entity == "products",
            table.kind == "match",
            table.system == "pooltrackr",
            table.suggested == "link",
            col(table.closed_at).is_(None),
        )
    ).all()
    return {**dict(suggested), **links}, links
