"""Deciding many at once: what would be decided is shown first, and exactly that is decided, or nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from sqlmodel import Session

from reconcile.bulk_accept import DEEDS, LEAST_SCORE, Bulk, Deed, choose_bulk
from reconcile.errors import DecisionsRejected
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.review_list import load_listed, matching_ids
from reconcile.store.review_situation import opposites
from reconcile.store.review_waits import Applied
from reconcile.web.guard import AtDesk, Form, Posted, Visiting, field
from reconcile.web.lists import Wanted, attempt, person
from reconcile.web.pages import go_to, query, show
from reconcile.web.rows import show_rows
from reconcile.web.screens import SCREENS, Screen
from reconcile.web.verdicts import Person, store_on_page

router = APIRouter()
SHOWN = 500
WHAT = {
    "link": "suggested links", "create": "suggestions to create", "update": "suggested changes",
    "unlink": "suggestions to take links apart",
}  # fmt: skip
DEED_WORDS = {"accept": "accepted", "skip": "skipped for now", "ignore": "ignored for good"}


class Choice:
    """What is to be done with which rows, as it stands in the address."""

    def __init__(
        self,
        narrowing: Annotated[Wanted, Depends()],
        what: Annotated[str, Query(pattern="^(|link|create|update|unlink)$")] = "",
        deed: Annotated[Deed, Query()] = "accept",
        least: Annotated[float, Query(ge=LEAST_SCORE * 100, le=100)] = 95,
    ) -> None:
        self.narrowing, self.what, self.deed, self.least = narrowing, what, deed, least

    def fields(self) -> dict[str, str]:
        """The parts of the address that say which rows are meant."""
        return {**self.narrowing.narrowing(), "what": self.what, "deed": self.deed, "least": f"{self.least:g}"}


@router.get("/bulk/{key}")
def preview(request: Request, desk: AtDesk, key: str, choice: Annotated[Choice, Depends()]) -> Response:
    """What would be decided, a page at a time."""
    screen = _screen(key)
    services = desk.current()
    choice.what = choice.what or screen.bulk[0]
    page = choice.narrowing.page
    with reading(services.engine) as session:
        bulk = _bulk(session, services, screen, choice)
        pages = max(1, -(-len(bulk.proposals) // SHOWN))
        page = min(page, pages)
        shown = [p.id for p in bulk.proposals[(page - 1) * SHOWN : page * SHOWN]]
        rows = show_rows(session, services.org, load_listed(session, services.org_id, shown))
    return show(
        request, "bulk.html", screen=screen, bulk=bulk, rows=rows, choice=choice, whats=WHAT, deeds=DEED_WORDS,
        page=page, pages=pages, first=(page - 1) * SHOWN + 1, here=query(**choice.fields()),
        second=services.settings_of_org.second_person.bulk and choice.deed == "accept",
        narrowed=choice.narrowing.narrowing(),
    )  # fmt: skip


@router.post("/bulk/{key}")
def decide(desk: AtDesk, visit: Visiting, form: Posted, key: str) -> Response:
    """Decide exactly what the preview showed, or nothing."""
    screen = _screen(key)
    services = desk.current()
    choice = _posted(form)
    choice.what = choice.what or screen.bulk[0]
    with reading(services.engine) as session:
        bulk = _bulk(session, services, screen, choice)
    if bulk.seal != field(form, "seal"):
        visit.tell("problem", "The list has changed since you looked at it. Nothing was stored; look again.")
        return go_to(f"/bulk/{key}?{query(**choice.fields())}")
    noun = "links" if choice.what == "link" and choice.deed == "accept" else "rows"
    done = f"{len(bulk.proposals)} {noun} {DEED_WORDS[bulk.deed]}."
    attempt(visit, lambda: _decide(services, bulk, person(desk, visit)), done)
    return go_to(screen.path)


def _posted(form: Form) -> Choice:
    deed = field(form, "deed")
    least = field(form, "least")
    try:
        share = float(least or 95)
    except ValueError:
        raise HTTPException(422, "That score is no number.") from None
    narrowing = Wanted(flag=field(form, "flag"), band="", suggested=field(form, "suggested"), q=field(form, "q"))
    band = field(form, "band")
    narrowing.band = band if band in ("sure", "likely", "unsure", "none") else ""
    known: Deed = next((one for one in DEEDS if one == deed), "accept")
    return Choice(narrowing, field(form, "what"), known, share)


def _decide(services: Services, bulk: Bulk, by: Person) -> Applied:
    if not bulk.proposals:
        raise DecisionsRejected("There is nothing to decide.")
    return store_on_page(services, bulk.rows(), by, bulk=True)


def _bulk(session: Session, services: Services, screen: Screen, choice: Choice) -> Bulk:
    if choice.deed == "accept" and choice.what not in screen.bulk:
        raise HTTPException(404, "That cannot be decided many at once.")
    wanted = choice.narrowing.filter(session, services.org_id, screen)
    listed = load_listed(session, services.org_id, matching_ids(session, services.org_id, wanted))
    found = [(item.proposal, bool(item.findings)) for item in listed]
    bulk = choose_bulk(found, choice.least / 100, choice.what, choice.deed)
    others = opposites(session, services.org_id, list(bulk.proposals)) if "conflict" in screen.kinds else {}
    return Bulk(bulk.proposals, bulk.deed, tuple(others.values()))


def _screen(key: str) -> Screen:
    screen = next((s for s in SCREENS if s.key == key and s.bulk), None)
    if screen is None:
        raise HTTPException(404, "There is no such list.")
    return screen
