"""The overview, the boards, the run log, and one record's whole story."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from reconcile.boards import BOARDS, board, count_boards
from reconcile.errors import BadInput
from reconcile.records import Entity, System
from reconcile.stages.gates import read_gates
from reconcile.stages.services import Services
from reconcile.stages.story import tell_story
from reconcile.store.engine import reading, writing
from reconcile.store.naming import read_names, read_titles
from reconcile.store.outbox import count_by_status, send_again
from reconcile.store.review_completion import complete_initialisation, initialised_at
from reconcile.store.review_filter import Filter
from reconcile.store.review_findings import count_places
from reconcile.store.review_list import count_work
from reconcile.store.review_operations import PAGE, board_rows, recent_runs, same_problem
from reconcile.store.snapshots import Scope, current_record
from reconcile.web.gate_words import open_words
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.lists import attempt
from reconcile.web.local_time import local_of
from reconcile.web.pages import go_to, show
from reconcile.web.run_log import logged
from reconcile.web.screens import FINDING_SCREENS, SCREENS, TABS, Screen
from reconcile.web.stopped import find_stops
from reconcile.web.wording import ONE

router = APIRouter()


@router.get("/")
def overview(request: Request, desk: AtDesk) -> Response:
    """The gates, what is to be decided, and what was sent."""
    services = desk.current()
    with reading(services.engine) as session:
        gates = read_gates(session, services.org_id, services.settings_of_org)
        counted = count_work(session, services.org_id, [_all(screen) for screen in SCREENS])
        held = [(s, count_places(session, services.org_id, s.entity, s.names)) for s in FINDING_SCREENS]
        boards = count_boards(count_by_status(session, services.org_id))
        completed = initialised_at(session, services.org_id)
        runs = recent_runs(session, services.org_id, 1)
        named = read_names(session, services.org_id, [text for gate in gates for text in gate.blockers[:5]])
        work = list(zip(SCREENS, counted, strict=True))
        left = {entity: sum(c["open"] for s, c in work if s.entity == entity) for entity in TABS}
        says = open_words(session, services, gates, left) if runs else {}
    return show(
        request, "overview.html", gates=gates, says=says, work=work, held=held, boards=boards, all_boards=BOARDS, completed=completed,
        run=runs[0] if runs else None, last=logged(runs[:1]), local=local_of(services), open_all=all(gate.is_open for gate in gates), named=named,
    )  # fmt: skip


@router.post("/complete")
def complete(desk: AtDesk, visit: Visiting) -> Response:
    """Complete the synchronisation's set-up; refused while a gate is shut."""
    services = desk.current()
    attempt(
        visit, lambda: _complete(services, visit.name), "The set-up is complete. Approved changes are sent from now on."
    )
    return go_to("/")


@router.get("/boards")
def boards(
    request: Request,
    desk: AtDesk,
    on: Annotated[str, Query(max_length=20)] = "waiting",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """One board of writes, the counts of all, and the run log."""
    services = desk.current()
    shown = board(on)
    with reading(services.engine) as session:
        counts = count_boards(count_by_status(session, services.org_id))
        rows, total = board_rows(session, services.org_id, shown.statuses, page)
        runs = recent_runs(session, services.org_id)
        names = read_titles(session, services.org_id, [(row.entity, row.target_id or row.subject_id) for row in rows])
    return show(
        request, "boards.html", all_boards=BOARDS, counts=counts, shown=shown, rows=rows, total=total, page=page,
        pages=max(1, -(-total // PAGE)), log=logged(runs), local=local_of(services), all_writes=sum(counts.values()),
        names=names, one=ONE, stops=find_stops(services) if shown.name == "waiting" else [],
        version=services.settings_version,
    )  # fmt: skip


@router.post("/boards/again")
def again(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Stage failed writes once more: the one that was chosen, or all with the same problem."""
    services = desk.current()
    attempt(visit, lambda: _again(services, form), "To be sent again with the next push.")
    return go_to("/boards?on=waiting")


@router.get("/story/{entity}/{system}/{record_id}")
def story(request: Request, desk: AtDesk, entity: Entity, system: System, record_id: str) -> Response:
    """Everything known about one record."""
    services = desk.current()
    try:
        lines = tell_story(services, record_id)
    except BadInput as error:
        raise HTTPException(404, error.message) from None
    with reading(services.engine) as session:
        record = current_record(session, Scope(services.org_id, system, entity), record_id)
    return show(request, "story.html", record=record, lines=lines, record_id=record_id, entity=entity, system=system)


def _complete(services: Services, by: str) -> bool:
    with writing(services.engine) as session:
        gates = read_gates(session, services.org_id, services.settings_of_org)
        return complete_initialisation(session, services.org_id, gates, by, services.clock.now())


def _again(services: Services, form: Mapping[str, list[str]]) -> int:
    chosen = field(dict(form), "operation")
    with writing(services.engine) as session:
        wanted = same_problem(session, services.org_id, chosen) if field(dict(form), "all") else [chosen]
        return send_again(session, services.org_id, wanted)


def _all(screen: Screen) -> Filter:
    return Filter(entity=screen.entity, systems=screen.systems, kinds=screen.kinds)
