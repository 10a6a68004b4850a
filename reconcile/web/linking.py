"""Links: looking one up, its history, and choosing another record for it."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlmodel import Session

from reconcile.comparison import compare_records
from reconcile.records import Entity, Record
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.review_links import PAGE, find_link, find_links, link_history, link_operations, remap
from reconcile.store.review_search import search_records
from reconcile.store.review_situation import holder_of, refresh_around
from reconcile.store.review_unlink import unlink
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, current_record, current_records
from reconcile.store.tables import Link
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.lists import attempt
from reconcile.web.local_time import local_of
from reconcile.web.pages import go_to, show
from reconcile.web.verdicts import VIA

router = APIRouter()


@router.get("/links")
def links(
    request: Request,
    desk: AtDesk,
    entity: Entity = "contacts",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The open links of one entity."""
    services = desk.current()
    with reading(services.engine) as session:
        found, total = find_links(session, services.org_id, entity, q, page)
        left = current_records(
            session, Scope(services.org_id, "pooltrackr", entity), [link.pooltrackr_id for link in found]
        )
        right = current_records(session, Scope(services.org_id, "xero", entity), [link.xero_id for link in found])
    names = {record.id: record for record in (*left, *right)}
    return show(
        request, "links.html", entity=entity, q=q, page=page, total=total, pages=max(1, -(-total // PAGE)),
        rows=[(link, names.get(link.pooltrackr_id), names.get(link.xero_id)) for link in found], local=local_of(services),
    )  # fmt: skip


@router.get("/links/{link_id}")
def one_link(
    request: Request,
    desk: AtDesk,
    link_id: str,
    q: Annotated[str, Query(max_length=200)] = "",
    target: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """One link side by side, what was sent for it, its history, and a search for another record."""
    services = desk.current()
    with reading(services.engine) as session:
        link = _link(session, services, link_id)
        entity: Entity = "contacts" if link.entity == "contacts" else "products"
        xero = Scope(services.org_id, "xero", entity)
        record = current_record(session, Scope(services.org_id, "pooltrackr", entity), link.pooltrackr_id)
        chosen = target or link.xero_id
        other: Record | None = current_record(session, xero, chosen)
        found = search_records(session, xero, q) if q else []
        history = link_history(session, services.org_id, entity, link.pooltrackr_id)
        sent = [op for past in history for op in link_operations(session, past.id)]
        holder = holder_of(session, services.org_id, entity, chosen)
    return show(
        request, "link.html", link=link, record=record, other=other, chosen=chosen, found=found, q=q, history=history,
        sent=sent, holder="" if holder == link.pooltrackr_id else holder, lines=compare_records(record, other),
        local=local_of(services),
    )  # fmt: skip


@router.post("/links/{link_id}")
def choose_another(desk: AtDesk, visit: Visiting, form: Posted, link_id: str) -> Response:
    """Re-map: the old link is closed and kept as history, the new one is approved and staged."""
    services = desk.current()
    target = field(form, "target")
    done = attempt(visit, lambda: _remap(services, link_id, target, visit.name, field(form, "note")), "Re-mapped.")
    return go_to(f"/links?q={target}" if done else f"/links/{link_id}")


@router.post("/links/{link_id}/apart")
def take_apart(desk: AtDesk, visit: Visiting, form: Posted, link_id: str) -> Response:
    """Unlink without a new partner: the link is kept as history, both records are free again."""
    services = desk.current()
    note, for_good = field(form, "note")[:2000], "again" not in form
    done = "Taken apart. Both records are free again; the next run suggests partners for them."
    attempt(visit, lambda: _unlink(services, link_id, visit.name, note, for_good=for_good), done)
    return go_to(f"/links/{link_id}")


def _unlink(services: Services, link_id: str, by: str, note: str, *, for_good: bool) -> bool:
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        entity: Entity = "contacts" if _link(session, services, link_id).entity == "contacts" else "products"
        ids = unlink(session, services.org_id, link_id, Source(by, now, VIA), seq, note, for_good=for_good)
        refresh_around(session, services.org_id, entity, ids, seq, now)
        end_run(session, seq, services.clock.now(), {"unlinked": 1, "via": VIA})
    return True


def _remap(services: Services, link_id: str, target: str, by: str, note: str) -> bool:
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        link = _link(session, services, link_id)
        entity: Entity = "contacts" if link.entity == "contacts" else "products"
        concerned = remap(session, services.org_id, link_id, target, Source(by, now, VIA), seq, note[:2000])
        refresh_around(session, services.org_id, entity, concerned, seq, now)
        end_run(session, seq, services.clock.now(), {"remapped": 1, "via": VIA})
    return True


def _link(session: Session, services: Services, link_id: str) -> Link:
    link = find_link(session, services.org_id, link_id)
    if link is None:
        raise HTTPException(404, "There is no such link.")
    return link
