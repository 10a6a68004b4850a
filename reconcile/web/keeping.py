"""Leaving held invoices and payments in the one system that has them: one, or all of a filtered list, and taking it back."""

from collections.abc import Iterable

from fastapi import APIRouter, HTTPException, Request, Response
from sqlmodel import Session

from reconcile.content import digest
from reconcile.errors import BadInput
from reconcile.records import Invoice, Payment, System
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.review_findings import count_places, finding_places
from reconcile.store.review_keeping import Keeping, Place, in_both, keep, list_kept, take_back
from reconcile.store.review_list import PAGE
from reconcile.store.review_money import find_documents, read_papers
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, current_records
from reconcile.web.desk import Desk
from reconcile.web.facts import describe
from reconcile.web.guard import AtDesk, Form, Posted, Visiting, field
from reconcile.web.lists import attempt
from reconcile.web.local_time import local_of
from reconcile.web.pages import go_to, query, show
from reconcile.web.screens import TABS, FindingScreen
from reconcile.web.verdicts import VIA
from reconcile.web.wording import SYSTEM_NAMES

SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")


def keeping_routes(screen: FindingScreen) -> APIRouter:
    """The routes that keep and take back."""
    router = APIRouter()

    @router.post(screen.path + "/keep")
    def keep_one(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        services, place = desk.current(), _place(form)
        done = f"Kept in {SYSTEM_NAMES[place[0]]} only. It is never sent."
        attempt(visit, lambda: _keep(services, screen, [place], visit.name, field(form, "note")[:2000]), done)
        return go_to(field(form, "back"), screen.path)

    @router.post(screen.path + "/keep-all")
    def keep_all(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        services = desk.current()
        attempt(
            visit, lambda: _keep_all(services, screen, form, visit.name), "Kept where they are. They are never sent."
        )
        return go_to(field(form, "back"), screen.path)

    @router.post(screen.path + "/take-back")
    def back(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        services, place = desk.current(), _place(form)
        done = "Taken back. It is held again, and the next run looks at it anew."
        attempt(visit, lambda: _take_back(services, screen, place, visit.name), done)
        return go_to(field(form, "back"), screen.path + "?state=kept")

    return router


def seal_of(places: Iterable[Place]) -> str:
    """A fingerprint of the records that a list would keep."""
    return digest(sorted([system, record_id] for system, record_id in places))[:20]


def show_kept(request: Request, desk: Desk, screen: FindingScreen, q: str, page: int) -> Response:
    """What somebody leaves where it is, with the reason."""
    services = desk.current()
    with reading(services.engine) as session:
        records = find_documents(session, services.org_id, screen.entity, q)
        kept, total = list_kept(session, services.org_id, screen.entity, q, records, page)
        titles = _titles(session, services, screen, [(one.system, one.record_id) for one in kept])
        held = count_places(session, services.org_id, screen.entity, screen.names)
    return show(
        request, "kept.html", screen=screen, tabs=TABS[screen.entity], rows=kept, titles=titles, q=q, page=page, total=total,
        held=held, pages=max(1, -(-total // PAGE)), parts=query(state="kept", q=q), local=local_of(services),
        system_names=SYSTEM_NAMES, here=f"{screen.path}?{query(state='kept', q=q)}",
    )  # fmt: skip


def _titles(session: Session, services: Services, screen: FindingScreen, places: list[Place]) -> dict[Place, str]:
    records = [
        (system, record)
        for system in SYSTEMS
        for record in current_records(
            session, Scope(services.org_id, system, screen.entity), [i for s, i in places if s == system]
        )
        if isinstance(record, Invoice | Payment)
    ]
    papers = read_papers(session, services.org_id, records)
    short_code = services.org.short_code
    return {(system, record.id): describe(record, system, papers, short_code).title for system, record in records}


def _place(form: Form) -> Place:
    system, _, record_id = field(form, "place").partition(":")
    known = next((one for one in SYSTEMS if one == system), None)
    if known is None or not record_id:
        raise HTTPException(422, "Something in that form is not as it should be.")
    return known, record_id


def _keep(services: Services, screen: FindingScreen, places: list[Place], by: str, note: str) -> int:
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "decide", services.new_id(), services.settings_version, now)
        count = keep(Keeping(session, services.org_id, screen.entity, Source(by, now, VIA), seq), places, note)
        end_run(session, seq, services.clock.now(), {"kept": count, "via": VIA})
    return count


def _keep_all(services: Services, screen: FindingScreen, form: Form, by: str) -> int:
    """Exactly what the list showed, or nothing."""
    flag, q = field(form, "flag"), field(form, "q")
    names = [flag] if flag in screen.names else screen.names
    with reading(services.engine) as session:
        records = find_documents(session, services.org_id, screen.entity, q)
        found = finding_places(session, services.org_id, screen.entity, names, q, records)
        fit = sorted(set(found) - in_both(session, services.org_id, screen.entity, found))
    if field(form, "seal") != seal_of(fit):
        raise BadInput("The list has changed since you looked at it. Nothing was stored.", remedy="Look again.")
    if field(form, "number") != str(len(fit)):
        raise BadInput(f"{len(fit)} would be kept where they are.", remedy="Type that number to confirm.")
    return _keep(services, screen, fit, by, field(form, "note")[:2000])


def _take_back(services: Services, screen: FindingScreen, place: Place, by: str) -> int:
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "undo", services.new_id(), services.settings_version, now)
        count = take_back(Keeping(session, services.org_id, screen.entity, Source(by, now, VIA), seq), place)
        end_run(session, seq, services.clock.now(), {"withdrawn": count, "via": VIA})
    return count
