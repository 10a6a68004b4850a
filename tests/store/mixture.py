"""A small organisation in which every verdict is possible somewhere, and random mixtures of decisions on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from sqlalchemy import Text, cast
from sqlalchemy import select as pick
from sqlmodel import Session, SQLModel, col, select

from reconcile.content import basis_hash
from reconcile.decisions import Accepted, Verdict, allowed_verdicts
from reconcile.errors import ReconcileError
from reconcile.invoicing.suggest import Suggestion
from reconcile.ports import Page
from reconcile.proposals import Candidate, Change, Kind, Proposal, Suggested, basis_of, proposal_id
from reconcile.pushplan import PlannedWrite, stamp_of
from reconcile.records import Contact, Entity, Invoice, Product, Record, System
from reconcile.store import tables
from reconcile.store.decisions import Source, apply_decisions
from reconcile.store.links import open_link
from reconcile.store.money_plans import store_writes
from reconcile.store.proposals import add_proposals, to_proposal
from reconcile.store.review_waits import wait_for_second
from reconcile.store.snapshots import Scope, store_page

ORG = "org"
EARLY, AT = (datetime(2026, 3, day, 16, 0, tzinfo=UTC) for day in (1, 2))
SIZE = 7
LINKED = range(3)
"""The numbers of the contacts and products that are linked from the beginning."""
WAITING = ("X5", "X6")
"""Contacts whose own proposals wait for a second person."""

Place = tuple[System, Entity]
_LETTERS: dict[Place, str] = {
    ("pooltrackr", "contacts"): "C", ("xero", "contacts"): "X", ("pooltrackr", "products"): "R",
    ("xero", "products"): "T", ("pooltrackr", "invoices"): "V", ("xero", "invoices"): "W",
}  # fmt: skip
_CONFLICT = (Change(field="email", old="old", new="new@example.com"), Change(field="phone", old="1", new="2"))
_PRICE = (Change(field="price", old="10", new="12.5"), Change(field="name", old="Old", new="New"))


def furnish(session: Session) -> None:
    """Records of both systems, links, proposals of every kind, and what approving invoices would write."""
    for (system, entity), letter in _LETTERS.items():
        records = tuple(_record(system, entity, f"{letter}{number}", number) for number in range(SIZE))
        store_page(session, Scope(ORG, system, entity), 1, Page(records))
    for entity in ("contacts", "products"):
        for number in LINKED:
            open_link(session, ORG, entity, *_pair(entity, number), "", "before", EARLY)
    proposals = [*_matches(), *_changes("contacts"), *_changes("products"), *_unlinks()]
    add_proposals(session, ORG, proposals, 1, EARLY)
    invoices = [_invoice(number) for number in range(SIZE)]
    add_proposals(session, ORG, [one.proposal for one in invoices], 1, EARLY)
    store_writes(session, invoices, EARLY)
    waiting = [(p.id, p.basis) for p in proposals if p.record_id in WAITING]
    wait_for_second(session, ORG, waiting, "create", Source("Ana", EARLY, "test"), "B1")


def _record(system: System, entity: Entity, key: str, number: int) -> Record:
    if entity == "products":
        return Product(id=key, code=f"K{number}", name=f"Item {number}", xero_item_id="T4" if key == "R4" else "")
    if entity == "invoices":
        return Invoice(id=key, number=f"INV-{number}", contact_id="C1")
    marked = stamp_of(f"C{number}") if system == "xero" and number % 2 else ""
    told = f"X{number}" if system == "pooltrackr" and number in (3, 5) else ""
    name, email = f"Person {number}", f"{key}@example.com"
    return Contact(id=key, name=name, email=email, phone="1", contact_number=marked, xero_contact_id=told)


def _pair(entity: Entity, number: int) -> tuple[str, str]:
    return f"{_LETTERS['pooltrackr', entity]}{number}", f"{_LETTERS['xero', entity]}{number}"


def _matches() -> list[Proposal]:
    found = []
    for (system, entity), letter in _LETTERS.items():
        opposite: System = "xero" if system == "pooltrackr" else "pooltrackr"
        others = _LETTERS[opposite, entity]
        for number in range(SIZE):
            if entity == "invoices" and system == "pooltrackr":
                continue  # planned, see _invoice
            found.append(_proposal(entity, "match", system, f"{letter}{number}", f"{others}{number}", "link"))
    return found


def _changes(entity: Entity) -> list[Proposal]:
    """Differences between what is linked: of contacts in both directions, of products into Pooltrackr."""
    changes = _CONFLICT if entity == "contacts" else _PRICE
    found = []
    for number in LINKED:
        left, right = _pair(entity, number)
        kind: Kind = "conflict" if entity == "contacts" else "update"
        found.append(replace(_proposal(entity, kind, "xero", right, left, "update"), changes=changes))
        if kind == "conflict":
            found.append(replace(_proposal(entity, kind, "pooltrackr", left, right, "update"), changes=changes))
    return found


def _unlinks() -> list[Proposal]:
    found = []
    for entity in ("contacts", "products"):
        for number in LINKED:
            left, right = _pair(entity, number)
            proposal = _proposal(entity, "unlink", "pooltrackr", left, right, "unlink")
            found.append(proposal if number else replace(proposal, candidates=()))
    return found


def _proposal(entity: Entity, kind: Kind, system: System, record_id: str, other: str, suggested: Suggested) -> Proposal:
    opposite: System = "xero" if system == "pooltrackr" else "pooltrackr"
    records = [_record(side, entity, key, int(key[1:])) for side, key in ((system, record_id), (opposite, other))]
    basis = basis_of(*map(basis_hash, records))
    return Proposal(
        id=proposal_id(ORG, entity, kind, system, record_id, basis), entity=entity, kind=kind, system=system,
        record_id=record_id, name=record_id, basis=basis, suggested=suggested, suggested_id=other,
        candidates=(Candidate(id=other),),
    )  # fmt: skip


def _invoice(number: int) -> Suggestion:
    """New invoices, two of which are held, changes of two writes, and invoices to be voided."""
    kind: Kind = "match" if number < 4 else "update" if number < 6 else "void"
    verb = "create" if kind == "match" else kind
    left, right = _pair("invoices", number)
    proposal = _proposal("invoices", kind, "pooltrackr", left, right, verb)
    if number in (0, 1):
        return Suggestion(proposal)
    write = PlannedWrite(
        target="xero", entity="invoices", verb="update" if verb == "void" else verb, subject_id=left, stamp=left,
        target_id="" if verb == "create" else right, body={"Reference": f"Job {number}"}, expect={"number": left},
    )  # fmt: skip
    more = (replace(write, subject_id=f"{left} again"),) if kind == "update" else ()
    return Suggestion(proposal, (write, *more))


def decide_before(session: Session, dice: Random) -> None:
    """Some decisions that stand already, one by one; some of what they staged is on its way or done."""
    for choice in mixture(session, dice, 12):
        try:
            with session.begin_nested():
                apply_decisions(session, ORG, [choice], Source("Ben", EARLY, "test"), 2)
        except ReconcileError:
            session.expunge_all()
    for operation in session.exec(select(tables.PushOperation).order_by(col(tables.PushOperation.id))):
        if dice.random() < 0.2:
            operation.status = dice.choice(["sending", "done", "raced", "failed"])
            operation.sent_at = EARLY
    session.flush()
    session.expunge_all()


def mixture(session: Session, dice: Random, count: int) -> list[Accepted]:
    """Random decisions on proposals, open or closed, now and then two on the same."""
    table = tables.Proposal
    rows = session.exec(select(table).where(col(table.record_id).not_in(WAITING)).order_by(col(table.id))).all()
    choices = [_choice(to_proposal(row), dice) for row in dice.sample(rows, count)]
    if dice.random() < 0.3:
        choices.append(_choice(dice.choice(choices).proposal, dice))
    session.expunge_all()
    return choices


def _choice(proposal: Proposal, dice: Random) -> Accepted:
    verdict: Verdict = dice.choice(allowed_verdicts(proposal))
    fields = [change.field for change in proposal.changes]
    chosen = tuple(dice.sample(fields, 1)) if verdict == "update" and fields and dice.random() < 0.4 else ()
    target = ""
    if verdict == "link":
        opposite: System = "xero" if proposal.system == "pooltrackr" else "pooltrackr"
        some = f"{_LETTERS[opposite, proposal.entity]}{dice.randrange(SIZE + (dice.random() < 0.1))}"
        target = proposal.suggested_id if dice.random() < 0.7 else some
    return Accepted(proposal=proposal, verdict=verdict, target_id=target, note="as told", fields=chosen)


def source() -> Source:
    """The person who decides the mixture."""
    return Source("Cy", AT, "csv", name="mixture.csv")


def contents(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as it is stored, in order; the trail without its numbers, which a server does not reuse."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        columns = [column for column in table.columns if (table.name, column.name) != ("audit", "id")]
        stored = pick(*(cast(column, Text) for column in columns)).order_by(*table.primary_key)
        rows = session.connection().execute(stored)
        found[table.name] = [tuple(row) for row in rows]
    return found


def apply_each(session: Session, org_id: str, choices: Sequence[Accepted], by: Source, run_seq: int) -> int:
    """Store decisions one call after the other."""
    staged = 0
    for choice in choices:
        staged += apply_decisions(session, org_id, [choice], by, run_seq)
        session.expunge_all()
    return staged
