"""What deciding many rows at once costs: python benchmarks/decide.py [--sizes 100 1000 8000].

Each kind of decision is handed in as one file would be, judged and stored in one transaction, in a temporary database.
Prints processor milliseconds and SQL statements per row. "changed" takes back what "create" had decided, with its writes.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.review import organisation
from reconcile.content import basis_hash
from reconcile.decisions import DecisionRow
from reconcile.invoicing.suggest import Suggestion
from reconcile.ports import Page
from reconcile.proposals import Proposal, basis_of, proposal_id
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, Invoice
from reconcile.stages.decide import decide_rows
from reconcile.stages.services import Services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.money_plans import store_writes
from reconcile.store.proposals import add_proposals, current_proposals
from reconcile.store.runs import start_run
from reconcile.store.snapshots import Scope, store_page

FEW_CONTACTS = 10


def main() -> None:
    """Measure every kind at every size and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 8_000])
    print(f"{'decisions':10} {'rows':>6} {'CPU ms/row':>11} {'statements/row':>15} {'statements':>11}")
    for size in asked.parse_args().sizes:
        with made(size) as services:
            measure("link", services, links(services))
        with made(size) as services:
            measure("create", services, rows_of(services, "contacts", "create"))
            measure("changed", services, rows_of(services, "contacts", "skip"))
        with made(FEW_CONTACTS) as services:
            add_invoices(services, size)
            measure("invoices", services, rows_of(services, "invoices", "create"))


@contextmanager
def made(size: int) -> Iterator[Services]:
    """An organisation with so many proposals for contacts, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, organisation(Path(folder), size) as services:
        yield services


def measure(kind: str, services: Services, rows: Sequence[DecisionRow]) -> None:
    """Decide all of it and print a line."""
    source = Source("Anna", services.clock.now(), "csv")
    with counted(services) as count:
        began = time.process_time()
        decided = decide_rows(services, rows, source)
        spent = time.process_time() - began
    if decided.accepted != len(rows):
        raise SystemExit(f"{kind}: {decided.accepted} of {len(rows)} rows were accepted")
    each = len(rows)
    print(f"{kind:10} {each:6} {1000 * spent / each:11.2f} {count() / each:15.2f} {count():11}", flush=True)


@contextmanager
def counted(services: Services) -> Iterator[Callable[[], int]]:
    """Counts statements; many rows handed to the driver at once are one."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(services.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(services.engine, "before_cursor_execute", note)


def rows_of(services: Services, entity: Entity, decision: str) -> list[DecisionRow]:
    """The same decision on every proposal."""
    with reading(services.engine) as session:
        proposals = current_proposals(session, services.org_id, entity)
    return [
        DecisionRow(row=number, proposal_id=proposal.id, basis=proposal.basis, decision=decision)
        for number, proposal in enumerate(proposals, start=2)
    ]


def links(services: Services) -> list[DecisionRow]:
    """The suggested links, of two that want the same record the first."""
    with reading(services.engine) as session:
        wanted = {p.id: p.suggested_id for p in current_proposals(session, services.org_id, "contacts")}
    first = {target: proposal for proposal, target in reversed(wanted.items())}
    return [row for row in rows_of(services, "contacts", "link") if first[wanted[row.proposal_id]] == row.proposal_id]


def add_invoices(services: Services, count: int) -> None:
    """New invoices in Pooltrackr, with what their approval would write."""
    invoices = [Invoice(id=f"V{n}", number=f"INV-{n}", contact_id="C1", status="active") for n in range(count)]
    suggestions = [_suggestion(services.org_id, invoice) for invoice in invoices]
    now = services.clock.now()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, now)
        store_page(session, Scope(services.org_id, "pooltrackr", "invoices"), seq, Page(tuple(invoices)))
        add_proposals(session, services.org_id, [one.proposal for one in suggestions], seq, now)
        store_writes(session, suggestions, now)


def _suggestion(org_id: str, invoice: Invoice) -> Suggestion:
    basis = basis_of(basis_hash(invoice))
    proposal = Proposal(
        id=proposal_id(org_id, "invoices", "match", "pooltrackr", invoice.id, basis), entity="invoices",
        system="pooltrackr", record_id=invoice.id, name=invoice.number, basis=basis, suggested="create",
    )  # fmt: skip
    lines = [{"Description": "Service", "Quantity": "1", "UnitAmount": "120.00", "AccountCode": "200"}]
    write = PlannedWrite(
        target="xero", entity="invoices", verb="create", subject_id=invoice.id, stamp=invoice.number,
        body={"InvoiceNumber": invoice.number, "LineItems": lines}, expect={"number": invoice.number},
    )  # fmt: skip
    return Suggestion(proposal, (write,))


if __name__ == "__main__":
    main()
