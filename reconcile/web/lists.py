"""The lists that people work through: contacts, products, invoices, payments, and what happened to linked ones."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from reconcile.errors import BadData, BadInput, Conflict, DecisionsRejected, GateClosed
from reconcile.gates import Gate, contact_gate, product_gate
from reconcile.stages.gates import read_gates
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.naming import read_names
from reconcile.store.review_filter import Filter
from reconcile.store.review_list import Listed, list_page, open_on, standing_collisions
from reconcile.store.review_money import find_documents
from reconcile.store.review_waits import Applied
from reconcile.store.snapshots import Scope, count_current
from reconcile.web.desk import Desk
from reconcile.web.gate_words import how_many_read
from reconcile.web.guard import AtDesk, Form, Posted, Visiting, field
from reconcile.web.overtaking import Seen
from reconcile.web.pages import go_to, query, show
from reconcile.web.posted import posted_rows
from reconcile.web.rows import Row, show_rows
from reconcile.web.screens import TABS, Screen
from reconcile.web.sessions import Visit
from reconcile.web.verdicts import Person, store_on_page, undo_on_page
from reconcile.web.wording import SUGGESTED_WORDS


class Wanted:
    """The filter of a list as it stands in the address."""

    def __init__(
        self,
        state: Annotated[str, Query(pattern="^(open|waiting|decided|all)$")] = "open",
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

    def filter(self, session: Session, org_id: str, screen: Screen) -> Filter:
        """As the store takes it."""
        least, most = BANDS[self.band]
        is_money = screen.entity in ("invoices", "payments")
        records = find_documents(session, org_id, screen.entity, self.q) if is_money else ()
        return Filter(
            entity=screen.entity, systems=screen.systems, kinds=screen.kinds, state=self.state, flag=self.flag,
            suggested=self.suggested, least=least, most=most, text=self.q, records=records,
        )  # fmt: skip

    def query(self, **changes: object) -> str:
        """The address's query with some parts changed."""
        state = "" if self.state == "open" else self.state
        parts = {"state": state, "flag": self.flag, "band": self.band, "suggested": self.suggested, "q": self.q}
        return query(**(parts | {"page": "" if self.page == 1 else self.page} | changes))

    def narrowing(self) -> dict[str, str]:
        """What narrows the list, beside its state and page."""
        parts = {"flag": self.flag, "band": self.band, "suggested": self.suggested, "q": self.q}
        return {name: value for name, value in parts.items() if value}


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
        services = desk.current()
        name = field(form, "name") or field(form, "proposal")
        with reading(services.engine) as session:
            rows = posted_rows(session, services.org_id, form)
        words = f"{name}: {field(form, 'choice').partition(':')[0] or 'decided'}."
        attempt(visit, lambda: store_on_page(services, rows, person(desk, visit), seen=_seen(form)), words)
        return go_to(field(form, "back"), screen.path)

    @router.post(screen.path + "/undo")
    def undo(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
        services = desk.current()
        done = f"{field(form, 'name')}: the decision was taken back."
        ids = [proposal for proposal in (field(form, "proposal"), field(form, "opposite")) if proposal]
        attempt(visit, lambda: sum([undo_on_page(services, one, visit.name, _seen(form)) for one in ids]), done)
        return go_to(field(form, "back"), screen.path)

    return router


def _seen(form: Form) -> Seen:
    """What stood on the row of a form when the page was made."""
    return {field(form, "proposal"): field(form, "seen")} if "seen" in form else {}


def person(desk: Desk, visit: Visit) -> Person:
    """Who sits in front of the page, and whether they have signed in."""
    return Person(visit.name, desk.doors.tells_apart)


def _show_list(request: Request, desk: Desk, screen: Screen, wanted: Wanted) -> Response:
    services = desk.current()
    with reading(services.engine) as session:
        asked = wanted.filter(session, services.org_id, screen)
        found = list_page(session, services.org_id, asked, wanted.page)
        rows = show_rows(session, services.org, found.rows)
        gate, blocking = _gate(session, services, screen)
        is_empty = not any(found.states.values()) and not how_many_read(session, services, screen.entity)
        named = read_names(
            session, services.org_id, (*sentences(rows), *sentences(blocking), *gate.blockers[:BLOCKING_SHOWN])
        )
    return show(
        request,
        "list.html",
        screen=screen,
        tabs=TABS[screen.entity],
        rows=rows,
        found=found,
        states=found.states,
        wanted=wanted,
        bands=BAND_WORDS,
        suggested_words=SUGGESTED_WORDS,
        here=f"{screen.path}?{wanted.query()}",
        narrowing=query(**wanted.narrowing()),
        gate=gate,
        blocking=blocking,
        is_empty=is_empty,
        named=named,
        tells_apart=desk.doors.tells_apart,
    )


def sentences(rows: Iterable[Row | Listed]) -> Iterator[str]:
    """What stands on some rows in words that may name other records."""
    for row in rows:
        listed = row.listed if isinstance(row, Row) else row
        yield listed.proposal.reasons
        yield from (finding.detail for finding in listed.findings)


def _gate(session: Session, services: Services, screen: Screen) -> tuple[Gate, list[Listed]]:
    """The gate between this list and what comes after it, and the first rows that keep the contacts' gate shut.

    For products the contacts' gate holds as well, for money all of them.
    """
    if screen.entity in ("invoices", "payments"):
        gates = read_gates(session, services.org_id, services.settings_of_org)
        return next((gate for gate in gates if not gate.is_open), gates[0]), []
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
    if isinstance(outcome, Applied):
        _tell_applied(visit, outcome, done)
    else:
        visit.tell("done" if outcome else "hint", done if outcome else "Nothing had to be changed.")
    return True


def _tell_applied(visit: Visit, applied: Applied, done: str) -> None:
    if applied.waiting:
        some = "It waits" if len(applied.waiting) == 1 else f"{len(applied.waiting)} wait"
        visit.tell(
            "hint",
            f"{done} {some} for a second person and is not sent before."
            if len(applied.waiting) == 1
            else f"{done} {some} for a second person; they are not sent before.",
        )
    elif applied.counted:
        visit.tell("done", done)
    else:
        visit.tell("hint", "Nothing had to be changed.")
