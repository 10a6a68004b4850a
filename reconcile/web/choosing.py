"""Choosing for one record: side by side, searching the other system, who else wants it, and accepting many at once."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlmodel import Session
from starlette.responses import JSONResponse

from reconcile.bulk_accept import LEAST_SCORE, Bulk, choose_bulk
from reconcile.comparison import compare_records
from reconcile.errors import DecisionsRejected
from reconcile.records import Entity
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.review_list import Filter, Listed, load_listed, matching_ids
from reconcile.store.review_search import search_records
from reconcile.store.review_situation import holder_of, selected_by
from reconcile.store.snapshots import Scope, current_record
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.lists import CONTACTS, PRODUCTS, SCREENS, attempt
from reconcile.web.pages import go_to, show
from reconcile.web.rows import OTHER, SYSTEM_NAMES, show_rows
from reconcile.web.verdicts import decide_on_page

router = APIRouter()
BULK_SCREENS = {"contacts": CONTACTS, "products": PRODUCTS}


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
        other = current_record(session, scope, chosen) if chosen else None
        found = search_records(session, scope, q) if q else []
        rivals = _rivals(session, services, proposal.entity, chosen, proposal.id) if chosen else {}
    screen = next(
        s for s in SCREENS if (s.entity, s.system, s.kind) == (proposal.entity, proposal.system, proposal.kind)
    )
    return show(
        request, "compare.html", row=row, screen=screen, chosen=chosen, other=other, q=q, found=found, rivals=rivals,
        lines=compare_records(row.record, other), own_name=SYSTEM_NAMES[proposal.system],
        other_name=SYSTEM_NAMES[OTHER[proposal.system]], back=back or screen.path,
    )  # fmt: skip


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


@router.get("/bulk/{entity}")
def preview(
    request: Request, desk: AtDesk, entity: Entity, least: Annotated[float, Query(ge=LEAST_SCORE * 100, le=100)] = 95
) -> Response:
    """What accepting everything above a score would link."""
    screen = BULK_SCREENS.get(entity)
    if screen is None:
        raise HTTPException(404, "There is no such list.")
    services = desk.current()
    with reading(services.engine) as session:
        bulk = _bulk(session, services, entity, least)
        rows = show_rows(session, services.org, load_listed(session, services.org_id, [p.id for p in bulk.proposals]))
    return show(request, "bulk.html", screen=screen, bulk=bulk, rows=rows, least=least)


@router.post("/bulk/{entity}")
def accept(desk: AtDesk, visit: Visiting, form: Posted, entity: Entity) -> Response:
    """Accept exactly what the preview showed, or nothing."""
    screen = BULK_SCREENS.get(entity)
    if screen is None:
        raise HTTPException(404, "There is no such list.")
    services = desk.current()
    with reading(services.engine) as session:
        bulk = _bulk(session, services, entity, float(field(form, "least") or 95))
    if bulk.seal != field(form, "seal"):
        visit.tell("problem", "The list has changed since you looked at it. Nothing was stored; look again.")
        return go_to(f"/bulk/{entity}?least={field(form, 'least')}")
    attempt(visit, lambda: _accept(services, bulk, visit.name), f"{len(bulk.proposals)} links accepted.")
    return go_to(screen.path)


def _accept(services: Services, bulk: Bulk, by: str) -> int:
    if not bulk.proposals:
        raise DecisionsRejected("There is nothing to accept.")
    return decide_on_page(services, bulk.rows(), by)


def _bulk(session: Session, services: Services, entity: Entity, least: float) -> Bulk:
    wanted = Filter(entity=entity, suggested="link", least=least / 100)
    listed = load_listed(session, services.org_id, matching_ids(session, services.org_id, wanted))
    return choose_bulk(((item.proposal, bool(item.findings)) for item in listed), least / 100)


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
