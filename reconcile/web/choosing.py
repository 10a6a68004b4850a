"""Choosing for one record: side by side, searching the other system, and who else wants it."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlmodel import Session
from starlette.responses import JSONResponse

from reconcile.comparison import compare_records
from reconcile.records import Entity
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.naming import read_names
from reconcile.store.review_list import Listed, load_listed
from reconcile.store.review_money import planned_for
from reconcile.store.review_search import search_records
from reconcile.store.review_situation import holder_of, selected_by
from reconcile.store.snapshots import Scope, current_record
from reconcile.web.facts import planned_lines
from reconcile.web.guard import AtDesk
from reconcile.web.lists import sentences
from reconcile.web.pages import own_address, show
from reconcile.web.rows import OTHER, show_rows
from reconcile.web.screens import screen_of
from reconcile.web.wording import SYSTEM_NAMES

router = APIRouter()


@router.get("/compare/{proposal_id}")
def compare(
    request: Request,
    desk: AtDesk,
    proposal_id: str,
    q: Annotated[str, Query(max_length=200)] = "",
    target: Annotated[str, Query(max_length=80)] = "",
    back: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """One record beside a candidate, field by field, with a search over everything the other system has."""
    services = desk.current()
    with reading(services.engine) as session:
        item = _listed(session, services, proposal_id)
        row = show_rows(session, services.org, [item])[0]
        proposal = item.proposal
        scope = Scope(services.org_id, OTHER[proposal.system], proposal.entity)
        chosen = target or row.selected.partition(":")[2] or (row.shown[0].candidate.id if row.shown else "")
        chosen = chosen if proposal.kind in ("match", "unlink") and chosen else proposal.suggested_id
        other = current_record(session, scope, chosen) if chosen else None
        found = search_records(session, scope, q) if q else []
        rivals = _rivals(session, services, proposal.entity, chosen, proposal.id) if chosen else {}
        named = read_names(session, services.org_id, sentences([row]))
        planned = planned_lines(planned_for(session, [proposal.id]).get(proposal.id, []))
    screen = screen_of(proposal.entity, proposal.system, proposal.kind)
    return show(
        request, "compare.html", row=row, screen=screen, chosen=chosen, other=other, q=q, found=found,
        rivals=rivals if proposal.kind == "match" else {}, lines=compare_records(row.record, other),
        own_name=SYSTEM_NAMES[proposal.system], other_name=SYSTEM_NAMES[OTHER[proposal.system]],
        back=own_address(back, screen.path), planned=planned, can_choose=_can_choose(item), named=named,
    )  # fmt: skip


def _can_choose(item: Listed) -> bool:
    """Whether another record may be looked for: of invoices and payments only the one that is suggested may be linked."""
    proposal = item.proposal
    return proposal.system == "pooltrackr" and proposal.kind == "match" and proposal.entity in ("contacts", "products")


@router.get("/holders/{entity}")
def holders(
    desk: AtDesk,
    entity: Entity,
    target: Annotated[str, Query(max_length=80)],
    proposal: Annotated[str, Query(max_length=40)],
) -> Response:
    """Who else wants a record: the linked holder, and the other rows that are set to it."""
    services = desk.current()
    with reading(services.engine) as session:
        return JSONResponse(_rivals(session, services, entity, target, proposal))


def _listed(session: Session, services: Services, proposal_id: str) -> Listed:
    found = load_listed(session, services.org_id, [proposal_id])
    if not found:
        raise HTTPException(404, "There is no such suggestion; perhaps a newer run has replaced it.")
    return found[0]


def _rivals(session: Session, services: Services, entity: Entity, target: str, own: str) -> dict[str, object]:
    """``holder`` is the Pooltrackr id linked to the target; ``rows`` are the other suggestions that are set to it."""
    mine = {item.proposal.record_id for item in load_listed(session, services.org_id, [own])}
    holder = holder_of(session, services.org_id, entity, target)
    rows = [
        {"proposal": s.proposal.id, "id": s.proposal.record_id, "name": s.proposal.name}
        for s in selected_by(session, services.org_id, entity, target)
        if s.proposal.id != own
    ]
    return {"holder": "" if holder in mine else holder, "rows": rows}
