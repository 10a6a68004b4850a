"""Many decisions stored in one call mean what they mean one by one, cost a few statements, and stand or fall together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert
from sqlmodel import Session, select

from reconcile.decisions import Accepted, Verdict
from reconcile.errors import Conflict, ReconcileError, TargetTaken
from reconcile.proposals import Proposal
from reconcile.store import tables
from reconcile.store.audit import broken_seals, record_event
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.engine import reading, writing
from reconcile.store.links import linked
from reconcile.store.proposals import current_proposals
from tests.store.mixture import AT, ORG, apply_each, contents, decide_before, furnish, mixture, source

MIXTURES = 25
Told = tuple[str, Verdict, str]
"""A decision on the own proposal of a record: the record, the verdict, the record to link to."""
Store = Callable[[Session, str, list[Accepted], Source, int], int]


@pytest.fixture(autouse=True)
def _furnished(engine: Engine) -> None:
    with writing(engine) as session:
        furnish(session)


@contextmanager
def trying(engine: Engine) -> Iterator[Session]:
    """A transaction that leaves nothing behind, so that the next one begins with the same tables."""
    with engine.connect().execution_options(writes=True) as connection:
        session = Session(bind=connection, expire_on_commit=False)
        yield session
        session.rollback()
        session.close()


def outcome(engine: Engine, seed: int, *, together: bool) -> Any:
    """What a random mixture of decisions leaves in the tables, or why it is refused."""
    dice = Random(seed)
    with trying(engine) as session:
        decide_before(session, dice)
        choices = mixture(session, dice, dice.randint(1, 9))
        try:
            store = apply_decisions if together else apply_each
            staged = store(session, ORG, choices, source(), 3)
        except ReconcileError as refusal:
            return type(refusal), str(refusal), refusal.remedy
        assert broken_seals(session, ORG) == []
        return staged, contents(session)


def test_decisions_stored_together_leave_what_they_leave_one_by_one(engine: Engine) -> None:
    stored = 0
    for seed in range(MIXTURES):
        alone, together = outcome(engine, seed, together=False), outcome(engine, seed, together=True)
        assert together == alone, f"mixture {seed}"
        stored += isinstance(together[0], int)
    assert MIXTURES / 3 < stored < MIXTURES  # some are refused


def proposal_of(session: Session, record_id: str) -> Proposal:
    return next(p for p in current_proposals(session, ORG, kinds=["match"]) if p.record_id == record_id)


def decide(session: Session, *decisions: Told) -> list[Accepted]:
    """Decisions on the own proposals of some records, to be stored."""
    return [
        Accepted(proposal=proposal_of(session, record_id), verdict=verdict, target_id=target)
        for record_id, verdict, target in decisions
    ]


def statements(engine: Engine, *decisions: Told) -> int:
    """How many statements it takes to store some decisions."""
    count = 0

    def _count(*_: object) -> None:
        nonlocal count
        count += 1

    with trying(engine) as session:
        choices = decide(session, *decisions)
        event.listen(engine, "before_cursor_execute", _count)
        apply_decisions(session, ORG, choices, source(), 3)
        event.remove(engine, "before_cursor_execute", _count)
    return count


@pytest.mark.parametrize(
    "many",
    [
        [("C3", "link", "X3"), ("C4", "link", "X4"), ("C5", "link", "X5"), ("C6", "link", "X6")],
        [(f"C{number}", "create", "") for number in range(3, 7)],
        [(f"X{number}", "skip", "") for number in range(3, 7)],
        [("V2", "create", ""), ("V3", "create", "")],
    ],
)
def test_more_decisions_take_no_more_statements(engine: Engine, many: list[Told]) -> None:
    assert statements(engine, *many) == statements(engine, *many[: len(many) // 2])


def test_a_record_that_one_decision_frees_can_be_taken_by_the_next(engine: Engine) -> None:
    with writing(engine) as session:
        first = decide(session, ("C3", "link", "X3"))
        apply_decisions(session, ORG, first, source(), 3)
        taking = decide(session, ("C4", "link", "X3"))
        again = [Accepted(proposal=first[0].proposal, verdict="skip"), *taking]
        with pytest.raises(TargetTaken, match="X3 is already linked to C3"):
            apply_decisions(session, ORG, again[::-1], source(), 3)
        apply_decisions(session, ORG, again, source(), 3)
    with reading(engine) as session:
        assert linked(session, ORG, "contacts").xero["X3"] == "C4"


@pytest.mark.parametrize("store", [apply_decisions, apply_each])
@pytest.mark.parametrize(
    ("before", "batch", "closed"),
    [
        ([], [("C4", "link", "X4")], {"C4": "linked", "X4": "linked"}),
        ([], [("X4", "ignore", ""), ("C4", "link", "X4")], {"C4": "linked", "X4": "ignored"}),
        ([("X4", "skip", "")], [("C4", "link", "X4"), ("X4", "skip", "")], {"C4": "linked", "X4": ""}),
        ([("C4", "ignore", "")], [("C4", "skip", ""), ("X4", "link", "C4")], {"C4": "linked", "X4": "linked"}),
        ([("C4", "link", "X4")], [("C4", "skip", "")], {"C4": "", "X4": "linked"}),
    ],
)
def test_a_link_answers_the_proposals_of_both_records_while_they_are_open(
    engine: Engine, store: Store, before: list[Told], batch: list[Told], closed: dict[str, str]
) -> None:
    with writing(engine) as session:
        own = {record_id: proposal_of(session, record_id) for record_id in closed}
        for told in (before, batch):
            choices = [Accepted(proposal=own[record_id], verdict=v, target_id=target) for record_id, v, target in told]
            store(session, ORG, choices, source(), 3)
        found = {p.id: p.closed_because for p in session.exec(select(tables.Proposal))}
    assert {record_id: found[proposal.id] for record_id, proposal in own.items()} == closed


def test_a_link_that_both_sides_carry_already_has_nothing_left_to_be_told(engine: Engine) -> None:
    with writing(engine) as session:
        apply_decisions(session, ORG, decide(session, ("C3", "link", "X3"), ("C4", "link", "X4")), source(), 3)
        told = {link.xero_id: link.stamped_at for link in session.exec(select(tables.Link))}
        staged = {operation.target_id for operation in session.exec(select(tables.PushOperation))}
    assert (told["X3"] is not None, told["X4"]) == (True, None)
    assert staged == {"C4", "X4"}


@contextmanager
def overtaking(engine: Engine, left: str, right: str) -> Iterator[None]:
    """Somebody else links two contacts just before a batch stores its links, after it has read what is linked."""
    row = {
        "id": "L-FASTER", "org_id": ORG, "entity": "contacts", "pooltrackr_id": left, "xero_id": right, "version": 1,
        "decision_id": "", "agreed": "{}", "created_at": AT, "closed_because": "",
    }  # fmt: skip

    waiting = [row]

    def compete(connection: Connection, _name: str) -> None:
        if waiting:
            server = engine.dialect.name == "postgresql"  # SQLite has one writer: there, it is our own transaction
            with engine.begin() if server else nullcontext(connection) as other:
                other.execute(insert(tables.Link), [waiting.pop()])

    event.listen(engine, "savepoint", compete)
    try:
        yield
    finally:
        event.remove(engine, "savepoint", compete)
    assert not waiting


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [("C9", "X4", "X4 is already linked to C9"), ("C4", "X9", "C4 is already linked to X9")],
)
def test_whoever_links_faster_keeps_the_record_and_nothing_of_the_batch_is_stored(
    engine: Engine, left: str, right: str, words: str
) -> None:
    with reading(engine) as session:
        before = contents(session)
    with overtaking(engine, left, right), pytest.raises(TargetTaken, match=words), writing(engine) as session:
        wanted = decide(session, ("C3", "link", "X3"), ("C4", "link", "X4"), ("C5", "create", ""))
        apply_decisions(session, ORG, wanted, source(), 3)
    with reading(engine) as session:
        assert contents(session) | {"link": []} == before | {"link": []}
        assert {link.id for link in session.exec(select(tables.Link))} - {"L-FASTER"} == {
            row[0] for row in before["link"]
        }


def test_a_transaction_can_go_on_after_a_link_was_refused_by_the_database(engine: Engine) -> None:
    with writing(engine) as session:
        wanted = decide(session, ("C4", "link", "X4"))
        with overtaking(engine, "C9", "X4"), pytest.raises(TargetTaken):
            apply_decisions(session, ORG, wanted, source(), 3)
        record_event(session, ORG, AT, "me", "went on", "it", {})
    with reading(engine) as session:
        assert broken_seals(session, ORG) == []
        assert linked(session, ORG, "contacts").xero["X4"] == "C9"


def test_one_decision_that_is_being_pushed_holds_all_of_them_back(engine: Engine) -> None:
    with writing(engine) as session:
        first = decide(session, ("C3", "create", ""))
        apply_decisions(session, ORG, first, source(), 3)
        for operation in session.exec(select(tables.PushOperation)):
            operation.status = "sending"
    with reading(engine) as session:
        before = contents(session)
    again = [Accepted(proposal=first[0].proposal, verdict="skip")]
    with pytest.raises(Conflict, match="already been pushed"), writing(engine) as session:
        apply_decisions(session, ORG, decide(session, ("C4", "link", "X4")) + again, source(), 3)
    with reading(engine) as session:
        assert contents(session) == before
