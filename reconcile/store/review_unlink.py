"""Taking a link apart without a new partner: the link is kept as history, both records are free again (A06)."""

from sqlmodel import Session

from reconcile.decisions import Accepted
from reconcile.errors import BadInput, Conflict
from reconcile.proposals import Candidate, Proposal, basis_of, proposal_id
from reconcile.proposing import basis_now, display_name
from reconcile.records import Entity, Record
from reconcile.store import tables
from reconcile.store.audit import record_event
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.proposals import close_proposals, current_rows
from reconcile.store.review import BY_HAND
from reconcile.store.review_links import find_link, insert_proposal, require_settled
from reconcile.store.snapshots import Scope, current_record


def unlink(
    session: Session, org_id: str, link_id: str, source: Source, run_seq: int, note: str = "", *, for_good: bool = True
) -> tuple[str, str]:
    """Take a link apart; returns both ids. ``for_good``: while neither record changes, the pair is not suggested again.

    What the link had waiting is dropped by the push, our marks are taken off both records. Raises BadInput when it does
    not stand any more, Conflict while it is being sent.
    """
    link = find_link(session, org_id, link_id)
    if link is None or link.closed_at is not None:
        raise BadInput("This link does not stand any more.", remedy="Look it up again.")
    entity: Entity = "contacts" if link.entity == "contacts" else "products"
    left = current_record(session, Scope(org_id, "pooltrackr", entity), link.pooltrackr_id)
    right = current_record(session, Scope(org_id, "xero", entity), link.xero_id)
    require_settled(session, link, right)
    if left is None and right is None:
        raise Conflict("Both records are gone.", remedy="Look under the records that went away.")
    proposal = _proposal(org_id, entity, link, left, right, for_good=for_good)
    standing = [
        row.id for row in current_rows(session, org_id, entity, ["unlink"]) if row.record_id == link.pooltrackr_id
    ]
    close_proposals(session, standing, source.at, "superseded")
    insert_proposal(session, org_id, proposal, run_seq, source.at)
    apply_decisions(session, org_id, [Accepted(proposal=proposal, verdict="unlink", note=note)], source, run_seq)
    detail = {"pooltrackr": link.pooltrackr_id, "xero": link.xero_id, "for_good": for_good}
    record_event(session, org_id, source.at, source.by, "taken_apart", link.id, detail)
    return link.pooltrackr_id, link.xero_id


def _proposal(
    org_id: str, entity: Entity, link: tables.Link, left: Record | None, right: Record | None, *, for_good: bool
) -> Proposal:
    shown = left or right
    draft = Proposal(
        id="",
        entity=entity,
        system="pooltrackr",
        record_id=link.pooltrackr_id,
        name=display_name(shown) if shown else link.pooltrackr_id,
        basis="",
        kind="unlink",
        suggested="unlink",
        suggested_id=link.xero_id,
        confidence="review",
        reasons=BY_HAND if for_good else "Taken apart by a person.",
        candidates=(Candidate(id=link.xero_id, name=display_name(right) if right else link.xero_id),),
    )
    basis = basis_now(draft, {left.id: left} if left else {}, {right.id: right} if right else {})
    named = basis_of(basis, link.id)
    key = proposal_id(org_id, entity, "unlink", "pooltrackr", link.pooltrackr_id, named)
    return Proposal(**{**draft.__dict__, "id": key, "basis": basis})
