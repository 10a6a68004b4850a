"""Lists of what is held back or out of step: nothing to approve, but something to do, and where."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from reconcile.records import Invoice, Payment, Record, System
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.naming import read_names
from reconcile.store.review import xero_url
from reconcile.store.review_findings import Found, count_findings, finding_places, list_findings
from reconcile.store.review_keeping import Place, count_kept, in_both
from reconcile.store.review_links import links_between
from reconcile.store.review_list import PAGE
from reconcile.store.review_money import Papers, find_documents, read_papers
from reconcile.store.snapshots import Scope, current_records
from reconcile.web.desk import Desk
from reconcile.web.facts import Document, describe
from reconcile.web.guard import AtDesk
from reconcile.web.keeping import keeping_routes, seal_of, show_kept
from reconcile.web.pages import query, show
from reconcile.web.screens import TABS, FindingScreen
from reconcile.web.wording import ONE, SYSTEM_NAMES

BOTH: tuple[System, ...] = ("pooltrackr", "xero")


def finding_routes(screen: FindingScreen) -> APIRouter:
    """The route of one list of findings."""
    router = APIRouter()

    @router.get(screen.path)
    def show_findings(
        request: Request,
        desk: AtDesk,
        flag: Annotated[str, Query(max_length=60)] = "",
        q: Annotated[str, Query(max_length=5_000)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        state: Annotated[str, Query(pattern="^(|kept)$")] = "",
    ) -> Response:
        if state == "kept" and screen.can_be_kept:
            return show_kept(request, desk, screen, q, page)
        return _show(request, desk, screen, flag, q, page)

    if screen.can_be_kept:
        router.include_router(keeping_routes(screen))
    return router


@dataclass(frozen=True)
class _Keepable:
    """The records of a page, or of a filtered list, that may be left where they are; how many are left there already."""

    places: frozenset[Place] = frozenset()
    seal: str = ""
    kept: int = 0


def _show(request: Request, desk: Desk, screen: FindingScreen, flag: str, q: str, page: int) -> Response:
    services = desk.current()
    names = [flag] if flag in screen.names else screen.names
    with reading(services.engine) as session:
        counts = count_findings(session, services.org_id, screen.entity, screen.names)
        records = find_documents(session, services.org_id, screen.entity, q) if screen.can_be_kept else ()
        found, total = list_findings(
            session, services.org_id, screen.entity, screen.names, q, records, page, flag if names == [flag] else ""
        )
        rows = _rows(session, services, screen, found)
        named = read_names(session, services.org_id, [finding.detail for one in found for finding in one.findings])
        places = [(one.system, one.record_id) for one in found]
        if flag or q:
            places = finding_places(session, services.org_id, screen.entity, names, q, records)
        keepable = _keepable(session, services, screen, places)
    return show(
        request, "findings.html", screen=screen, tabs=TABS[screen.entity], rows=rows, counts=counts, flag=flag, q=q,
        page=page, total=total, pages=max(1, -(-total // PAGE)), parts=query(flag=flag, q=q), keepable=keepable,
        here=f"{screen.path}?{query(flag=flag, q=q)}", one=ONE[screen.entity], system_names=SYSTEM_NAMES, named=named,
    )  # fmt: skip


def _keepable(session: Session, services: Services, screen: FindingScreen, places: list[Place]) -> _Keepable:
    if not screen.can_be_kept:
        return _Keepable()
    fit = frozenset(places) - in_both(session, services.org_id, screen.entity, places)
    return _Keepable(fit, seal_of(fit), count_kept(session, services.org_id, screen.entity))


def _rows(
    session: Session, services: Services, screen: FindingScreen, found: list[Found]
) -> list[tuple[Found, Record | None, Document, str, str]]:
    """Each record with its findings, its facts, its address in Xero and the link that it stands on."""
    org = services.org
    records: dict[tuple[System, str], Record] = {}
    for system in BOTH:
        ids = sorted({one.record_id for one in found if one.system == system})
        scope = Scope(org.id, system, screen.entity)
        records |= {(system, record.id): record for record in current_records(session, scope, ids)}
    money = [(system, record) for (system, _), record in records.items() if isinstance(record, Invoice | Payment)]
    papers = read_papers(session, org.id, money) if money else Papers()
    lefts = sorted({one.record_id for one in found})
    links = {link.pooltrackr_id: link.id for link in links_between(session, org.id, screen.entity, lefts)}
    rows = []
    for one in found:
        record = records.get((one.system, one.record_id))
        document = describe(record, one.system, papers, org.short_code)
        address = document.url or (xero_url(org, record) if one.system == "xero" else "")
        rows.append((one, record, document, address, links.get(one.record_id, "")))
    return rows
