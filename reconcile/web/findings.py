"""Lists of what is held back or out of step: nothing to approve, but something to do, and where."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from reconcile.flagging import Finding
from reconcile.records import Invoice, Payment, Record, System
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.review import xero_url
from reconcile.store.review_findings import count_findings, list_findings
from reconcile.store.review_links import links_between
from reconcile.store.review_list import PAGE
from reconcile.store.review_money import Papers, find_documents, read_papers
from reconcile.store.snapshots import Scope, current_records
from reconcile.web.desk import Desk
from reconcile.web.facts import Document, describe
from reconcile.web.guard import AtDesk
from reconcile.web.pages import query, show
from reconcile.web.screens import TABS, FindingScreen

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
    ) -> Response:
        return _show(request, desk, screen, flag, q, page)

    return router


def _show(request: Request, desk: Desk, screen: FindingScreen, flag: str, q: str, page: int) -> Response:
    services = desk.current()
    names = [flag] if flag in screen.names else screen.names
    with reading(services.engine) as session:
        counts = count_findings(session, services.org_id, screen.entity, screen.names)
        records = _matching(session, services, screen, q)
        found, total = list_findings(session, services.org_id, screen.entity, names, q, records, page)
        rows = _rows(session, services, screen, found)
    return show(
        request, "findings.html", screen=screen, tabs=TABS[screen.entity], rows=rows, counts=counts, flag=flag, q=q,
        page=page, total=total, pages=max(1, -(-total // PAGE)), parts=query(flag=flag, q=q),
    )  # fmt: skip


def _matching(session: Session, services: Services, screen: FindingScreen, q: str) -> tuple[str, ...]:
    if screen.entity in ("invoices", "payments"):
        return find_documents(session, services.org_id, screen.entity, q)
    return ()


def _rows(
    session: Session, services: Services, screen: FindingScreen, found: list[Finding]
) -> list[tuple[Finding, Record | None, Document, str, str]]:
    """Each finding with its record, its facts, its address in Xero and the link that it stands on."""
    org = services.org
    records: dict[tuple[System, str], Record] = {}
    for system in BOTH:
        ids = sorted({finding.record_id for finding in found if finding.system == system})
        scope = Scope(org.id, system, screen.entity)
        records |= {(system, record.id): record for record in current_records(session, scope, ids)}
    money = [(system, record) for (system, _), record in records.items() if isinstance(record, Invoice | Payment)]
    papers = read_papers(session, org.id, money) if money else Papers()
    lefts = sorted({finding.record_id for finding in found})
    links = {link.pooltrackr_id: link.id for link in links_between(session, org.id, screen.entity, lefts)}
    rows = []
    for finding in found:
        record = records.get((finding.system, finding.record_id))
        document = describe(record, finding.system, papers, org.short_code)
        address = document.url or (xero_url(org, record) if finding.system == "xero" else "")
        rows.append((finding, record, document, address, links.get(finding.record_id, "")))
    return rows
