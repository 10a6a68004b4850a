"""The lists that people work through: contacts, products, and what only Xero has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from reconcile.errors import BadData, BadInput, Conflict, DecisionsRejected, GateClosed
from reconcile.gates import Gate, contact_gate, product_gate
from reconcile.records import Entity, System
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.review_list import Filter, Listed, count_states, list_page, open_on, standing_collisions
from reconcile.store.snapshots import Scope, count_current
from reconcile.web.desk import Desk
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.pages import go_to, query, show
from reconcile.web.rows import OTHER, SYSTEM_NAMES, decision_row, show_rows
from reconcile.web.sessions import Visit
from reconcile.web.verdicts import decide_on_page, undo_on_page


@dataclass(frozen=True)
class Screen:
    """One list: what it shows, what it is called and what comes after it."""

    path: str
    entity: Entity
    system: System
    title: str
    follows: str
    follows_title: str
    kind: str = "match"


CONTACTS = Screen("/contacts", "contacts", "pooltrackr", "Contacts", "/only-in-xero", "contacts only in Xero")
CONTACTS_IN_XERO = Screen("/only-in-xero", "contacts", "xero", "Contacts only in Xero", "/products", "products")
PRODUCTS = Screen(
    "/products/match", "products", "pooltrackr", "Products", "/products/only-in-xero", "products only in Xero"
)
PRODUCTS_IN_XERO = Screen(
    "/products/only-in-xero", "products", "xero", "Products only in Xero", "/products/updates", "changed products"
)
UPDATES = Screen(
    "/products/updates", "products", "xero", "Products that changed in Xero", "/configure", "Configure Xero", "update"
)
SCREENS = (CONTACTS, CONTACTS_IN_XERO, PRODUCTS, PRODUCTS_IN_XERO, UPDATES)


class Wanted:
    """The filter of a list as it stands in the address."""

    def __init__(
        self,
        state: Annotated[str, Query(pattern="^(open|decided|all)$")] = "open",
        flag: Annotated[str, Query(max_length=60)] = "",
        band: Annotated[str, Query(pattern="^(|sure|likely|unsure|none)$")] = "",
        suggested: Annotated[str, Query(max_length=12)] = "",
        q: Annotated[str, Query(max_length=5_000)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        at: Annotated[int, Query(ge=0, le=1_000)] = 0,
    ) -> None:
        self.state, self.flag, self.band, self.suggested, self.q, self.page, self.at = (
            state, flag, band, suggested, q, page, at,
        )  # fmt: skip

    def filter(self, screen: Screen) -> Filter:
        """As the store takes it."""
        least, most = BANDS[self.band]
        return Filter(
            entity=screen.entity, system=screen.system, kind=screen.kind, state=self.state, flag=self.flag,
            suggested=self.suggested, least=least, most=most, text=self.q,
        )  # fmt: skip

    def query(self, **changes: object) -> str:
        """The address's query with some parts changed."""
        state = "" if self.state == "open" else self.state
        parts = {"state": state, "flag": self.flag, "band": self.band, "suggested": self.suggested, "q": self.q}
        return query(**(parts | {"page": "" if self.page == 1 else self.page} | changes))


BLOCKING_SHOWN = 20
BANDS = {"": (0.0, 1.0), "sure": (0.95, 1.0), "likely": (0.8, 0.95), "unsure": (0.5, 0.8), "none": (0.0, 0.5)}
BAND_WORDS = {
    "": "any score",
    "sure": "95 % and more",
    "likely": "80 to 95 %",
    "unsure": "50 to 80 %",
    "none": "below 50 %",
}


def list_routes(screen: Screen) -> APIRouter:
    """The routes of one list."""
    router = APIRouter()

    @router.get(screen.path)
    def show_list(request: Request, desk: AtDesk, wanted: Annotated[Wanted, Depends()]) -> Response:
        return _show_list(request, desk, screen, wanted)

    @router.post(screen.path + "/decide")
    def decide(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        row = decision_row(field(form, "proposal"), field(form, "basis"), field(form, "choice"), field(form, "note"))
        name = field(form, "name") or field(form, "proposal")
        attempt(visit, lambda: decide_on_page(desk.current(), [row], visit.name), f"{name}: {row.decision}.")
        return go_to(field(form, "back"), screen.path)

    @router.post(screen.path + "/undo")
    def undo(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        done = f"{field(form, 'name')}: the decision was taken back."
        attempt(visit, lambda: undo_on_page(desk.current(), field(form, "proposal"), visit.name), done)
        return go_to(field(form, "back"), screen.path)

    return router


def _show_list(request: Request, desk: Desk, screen: Screen, wanted: Wanted) -> Response:
    services = desk.current()
    with reading(services.engine) as session:
        found = list_page(session, services.org_id, wanted.filter(screen), wanted.page)
        rows = show_rows(session, services.org, found.rows)
        states = count_states(session, services.org_id, wanted.filter(screen))
        gate, blocking = _gate(session, services, screen)
    return show(
        request,
        "list.html",
        screen=screen,
        rows=rows,
        found=found,
        states=states,
        wanted=wanted,
        bands=BAND_WORDS,
        here=f"{screen.path}?{wanted.query()}",
        gate=gate,
        blocking=blocking,
        other=SYSTEM_NAMES[OTHER[screen.system]],
        own=SYSTEM_NAMES[screen.system],
        can_bulk=screen.system == "pooltrackr",
    )


def _gate(session: Session, services: Services, screen: Screen) -> tuple[Gate, list[Listed]]:
    """The gate between this list and what comes after it, and the first rows that keep the contacts' gate shut.

    For products the contacts' gate holds as well.
    """
    collisions = standing_collisions(session, services.org_id, "contacts")
    contacts = contact_gate([f"{record_id}: {detail}" for record_id, detail in collisions.items()])
    if screen.entity == "contacts" and not contacts.is_open:
        return contacts, open_on(session, services.org_id, Filter(entity="contacts"), list(collisions)[:BLOCKING_SHOWN])
    if screen.entity == "contacts" or not contacts.is_open:
        return contacts, []
    items = count_current(session, Scope(services.org_id, "xero", "products"))
    return product_gate(services.settings_of_org, items), []


def attempt(visit: Visit, work: Callable[[], object], done: str) -> bool:
    """Do something that the rules may refuse, and tell the person how it went."""
    try:
        outcome = work()
    except DecisionsRejected as error:
        visit.tell("problem", " ".join((error.message, *error.problems[:5])))
        return False
    except (Conflict, BadInput, BadData, GateClosed) as error:
        visit.tell("problem", f"{error.message} {error.remedy}")
        return False
    visit.tell("done" if outcome else "hint", done if outcome else "Nothing had to be changed.")
    return True
