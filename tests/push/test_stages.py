"""The push as the stages run it: guards, gates, approvals bound to content, verification and undo, over real HTTP."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from reconcile.decisions import DecisionRow
from reconcile.errors import BadInput, Conflict, GuardStopped
from reconcile.organisation_settings import Guards
from reconcile.pushing import Tally
from reconcile.sandbox import edits
from reconcile.sandbox.pooltrackr import records as pooltrackr_records
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.sandbox.settings import Limits
from reconcile.stages.decide import decide_rows
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.push import push_entity, verify_pushed
from reconcile.stages.services import Services, open_services
from reconcile.stages.undo import approve_undo, plan_undo
from reconcile.store import tables
from reconcile.store.decisions import Source, withdraw_decision
from reconcile.store.engine import reading, writing
from reconcile.store.outbox import send_again
from reconcile.store.proposals import current_proposals
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, current_records
from tests.push.shop import HastyClock, settings_for


@pytest.fixture
def served() -> Iterator[Served]:
    with serve_in_thread() as served:
        served.world.settings.limits = Limits(minute=100_000, day=1_000_000)
        yield served


@pytest.fixture
def services(served: Served, tmp_path: Path) -> Iterator[Services]:
    with open_services(settings_for(served.url, tmp_path), clock=HastyClock()) as services:
        yield services


@pytest.fixture
def customers(served: Served) -> list[str]:
    """Three Pooltrackr contacts that Xero does not know."""
    names = ("Bell Aquatics", "Coral Street Strata", "Dawn Nguyen")
    account, now = served.world.pooltrackr, served.world.clock.now_ms()
    return [
        pooltrackr_records.create(account, "contacts", {"name": name, "emails": [f"c{number}@example.com"]}, now).id
        for number, name in enumerate(names)
    ]


def pull(services: Services) -> int:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    return seq


def approve_creates(services: Services) -> None:
    """Pull, propose, and decide that every contact is to be created in Xero."""
    seq = pull(services)
    save_proposed(services, seq, find_proposals(services, "contacts", read_situation(services, "contacts")))
    with reading(services.engine) as session:
        proposals = current_proposals(session, services.org_id, "contacts")
    rows = [
        DecisionRow(row=number, proposal_id=p.id, basis=p.basis, decision="create")
        for number, p in enumerate(proposals, start=2)
    ]
    decide_rows(services, rows, Source("ann", services.clock.now(), "csv"))


def push(services: Services) -> tuple[str, Tally]:
    """Push contacts both ways as one run; its id and what went to Xero."""
    run_id = services.new_id()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "push", run_id, 0, services.clock.now())
    tally = push_entity(services, "xero", "contacts")
    push_entity(services, "pooltrackr", "contacts")
    with writing(services.engine) as session:
        end_run(session, seq, services.clock.now(), {})
    return run_id, tally


def operations(services: Services) -> list[tables.PushOperation]:
    with reading(services.engine) as session:
        return list(session.exec(select(tables.PushOperation).where(tables.PushOperation.org_id == services.org_id)))


def allow(services: Services, **guards: Any) -> None:
    services.settings_of_org = services.settings_of_org.model_copy(update={"guards": Guards(**guards)})


def writes_to_xero(served: Served) -> int:
    return sum(call.system == "xero" and call.method != "GET" for call in served.sandbox.calls)


def test_what_was_approved_is_pushed_once_and_told_to_pooltrackr(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    _, tally = push(services)
    assert tally.done == 3
    numbers = sorted(contact.number for contact in served.world.first_books.contacts)
    assert numbers == sorted(f"PT-{customer}" for customer in customers)
    told = {row.fields["xero_contact_id"] for row in served.world.pooltrackr.tables["contacts"]}
    assert told == set(served.world.first_books.contacts.rows)
    before = writes_to_xero(served)
    push(services)
    assert writes_to_xero(served) == before


def test_more_creates_than_allowed_stop_the_run_before_the_first_write(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    allow(services, max_creates=2)
    with pytest.raises(GuardStopped, match="create 3 contacts in xero; at most 2"):
        push_entity(services, "xero", "contacts")
    assert writes_to_xero(served) == 0
    assert {operation.status for operation in operations(services)} == {"staged"}


def test_what_is_in_doubt_counts_against_the_guards_too(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    with writing(services.engine) as session:
        for operation in session.exec(
            select(tables.PushOperation).where(tables.PushOperation.org_id == services.org_id)
        ):
            operation.status, operation.lease_until = "sending", services.clock.now()
            session.add(operation)
    allow(services, max_creates=2)
    with pytest.raises(GuardStopped):
        push_entity(services, "xero", "contacts")
    assert writes_to_xero(served) == 0


def wrote_before(services: Services, per_night: int, nights: int = 5) -> None:
    """As if so many contacts had been sent in each of the last nights."""
    with writing(services.engine) as session:
        like = session.exec(select(tables.PushOperation).where(tables.PushOperation.org_id == services.org_id)).first()
        assert like is not None
        same = like.model_dump(exclude={"id", "subject_id", "status", "sent_at"})
        for number in range(per_night * nights):
            sent_at = services.clock.now() - timedelta(days=1 + number // per_night)
            sent = {"id": f"O{number}", "subject_id": f"C{number}", "status": "done", "sent_at": sent_at}
            session.add(tables.PushOperation(**same, **sent))


def test_far_more_than_in_the_last_nights_stops_the_run_until_exactly_that_is_let_through(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    wrote_before(services, 1)
    allow(services, max_jump=2, jump_floor=2)
    with pytest.raises(GuardStopped, match="3 writes, where 1 are usual in a day") as stopped:
        push_entity(services, "xero", "contacts")
    assert writes_to_xero(served) == 0
    mark = str(stopped.value.remedy).split("let_through=")[1][:8]
    allow(services, max_jump=2, jump_floor=2, let_through="00000000")
    with pytest.raises(GuardStopped):
        push_entity(services, "xero", "contacts")
    allow(services, max_jump=2, jump_floor=2, let_through=mark)
    assert push_entity(services, "xero", "contacts").done == 3


@pytest.mark.parametrize(
    ("guards", "per_night"), [({"jump_floor": 3}, 1), ({"jump_floor": 0}, 2), ({"max_jump": 0}, 1)]
)
def test_what_is_usual_few_or_not_to_be_asked_about_goes_out(
    services: Services, customers: list[str], guards: dict[str, int], per_night: int
) -> None:
    approve_creates(services)
    wrote_before(services, per_night)
    allow(services, **{"max_jump": 2, "jump_floor": 0, **guards})
    assert push_entity(services, "xero", "contacts").done == 3


def test_the_first_nights_have_nothing_to_be_compared_with(services: Services, customers: list[str]) -> None:
    approve_creates(services)
    wrote_before(services, 1, nights=2)
    allow(services, max_jump=2, jump_floor=0)
    assert push_entity(services, "xero", "contacts").done == 3


def test_one_changed_field_after_the_approval_voids_it(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    edits.edit_pooltrackr(served.world, "contacts", customers[0], abn="51824753556")
    pull(services)
    _, tally = push(services)
    assert (tally.done, tally.conflict) == (2, 1)
    changed = [operation for operation in operations(services) if operation.subject_id == customers[0]]
    assert [operation.status for operation in changed] == ["conflict"]
    assert "changed in pooltrackr after this was approved" in changed[0].problem
    assert len(served.world.first_books.contacts) == 2


def test_what_is_approved_while_a_push_runs_waits_for_the_next_one(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    late = max(operations(services), key=lambda operation: operation.id)
    with writing(services.engine) as session:
        row = session.get_one(tables.PushOperation, late.id)
        row.staged_at = in_a_year(services)
        session.add(row)
    _, tally = push(services)
    assert tally.done == 2
    assert sum(operation.status == "staged" for operation in operations(services)) == 1


def in_a_year(services: Services) -> datetime:
    now = services.clock.now()
    return now.replace(year=now.year + 1)


def test_a_run_is_undone_as_far_as_it_can_be_and_only_as_it_was_shown(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    run_id, _ = push(services)
    touched = next(iter(served.world.first_books.contacts))
    edits.edit_xero(served.world, "contacts", touched.id, email="new@example.com")
    shown = plan_undo(services, run_id)
    assert len(shown.reversals) == 6
    pull(services)
    with pytest.raises(Conflict, match="no longer the one that was shown"):
        approve_undo(services, run_id, shown.mark, "ann")
    plan = plan_undo(services, run_id)
    assert [kept.of.target_id for kept in plan.irreversible] == [touched.id]
    assert "Somebody has changed it in xero since." in plan.irreversible[0].reason
    before = writes_to_xero(served)
    assert approve_undo(services, run_id, plan.mark, "ann") == 5
    assert writes_to_xero(served) == before
    push(services)
    statuses = {contact.id: contact.status for contact in served.world.first_books.contacts}
    assert statuses.pop(touched.id) == "ACTIVE"
    assert set(statuses.values()) == {"ARCHIVED"}
    assert {row.fields["xero_contact_id"] for row in served.world.pooltrackr.tables["contacts"]} == {""}


def test_an_undo_is_approved_once(services: Services, served: Served, customers: list[str]) -> None:
    approve_creates(services)
    run_id, _ = push(services)
    mark = plan_undo(services, run_id).mark
    approve_undo(services, run_id, mark, "ann")
    with pytest.raises(Conflict, match="approved already"):
        approve_undo(services, run_id, mark, "ann")


def test_an_unknown_run_cannot_be_undone(services: Services) -> None:
    with pytest.raises(BadInput, match="There is no run R0"):
        plan_undo(services, "R0")


def test_a_run_that_wrote_nothing_has_nothing_to_undo(services: Services, customers: list[str]) -> None:
    approve_creates(services)
    run_id, _ = push(services)
    again, _ = push(services)
    assert plan_undo(services, again).reversals == ()
    assert len(plan_undo(services, run_id).reversals) == 6


def statuses_after_verifying(services: Services) -> list[str]:
    began = services.clock.now()
    pull(services)
    verify_pushed(services, "xero", "contacts", began)
    return sorted(operation.status for operation in operations(services) if operation.target == "xero")


def test_the_next_pull_confirms_what_was_pushed(services: Services, customers: list[str]) -> None:
    approve_creates(services)
    push(services)
    assert statuses_after_verifying(services) == ["done"] * 3
    assert all(operation.seen_at for operation in operations(services) if operation.target == "xero")


def test_what_the_next_pull_does_not_show_is_shown_to_a_person(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    push(services)
    changed = next(iter(served.world.first_books.contacts))
    edits.edit_xero(served.world, "contacts", changed.id, number="SOMETHING-ELSE")
    assert statuses_after_verifying(services) == ["done", "done", "raced"]
    raced = next(operation for operation in operations(services) if operation.status == "raced")
    assert raced.target_id == changed.id
    assert "shows another contact_number" in raced.problem


def test_what_xero_does_not_list_as_changed_is_looked_at_before_anybody_is_told(
    services: Services, served: Served, customers: list[str]
) -> None:
    approve_creates(services)
    push(services)
    for contact in list(served.world.first_books.contacts):
        edits.edit_xero(served.world, "contacts", contact.id, quiet=True, updated_ms=1)
    assert statuses_after_verifying(services) == ["done"] * 3
    with reading(services.engine) as session:
        known = current_records(session, Scope(services.org_id, "xero", "contacts"))
    assert {f"PT-{key}" for key in customers} <= {getattr(record, "contact_number", "") for record in known}


def test_a_pull_that_began_before_the_push_ended_confirms_nothing(services: Services, customers: list[str]) -> None:
    approve_creates(services)
    began = services.clock.now()
    push(services)
    pull(services)
    assert verify_pushed(services, "xero", "contacts", began) == (0, 0)


def test_what_was_refused_is_not_sent_again_once_its_approval_was_taken_back(
    services: Services, served: Served, customers: list[str]
) -> None:
    """Found by seed 500190 of the simulation: it stayed in the outbox for good."""
    approve_creates(services)
    edits.edit_pooltrackr(served.world, "contacts", customers[0], abn="51824753556")
    pull(services)
    push(services)
    (refused,) = (operation for operation in operations(services) if operation.status == "conflict")
    with writing(services.engine) as session:
        decision = session.get_one(tables.Decision, refused.decision_id)
        withdraw_decision(session, services.org_id, decision.proposal_id, "ann", services.clock.now())
        assert send_again(session, services.org_id, [refused.id]) == 0
