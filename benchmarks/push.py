"""What pushing costs: seconds, CPU and calls per record, from 100 to 20,000 contacts and invoices.

Run with ``python benchmarks/push.py [--sizes 100 1000 5000] [--kinds contacts invoices links]``. The sandbox runs in
the same process, without latency and without limits, so its own work is part of the seconds; it is measured apart too.
"""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import Engine

from reconcile.clients.limits import Rates
from reconcile.clients.open import open_xero
from reconcile.content import basis_hash
from reconcile.pushing import Pusher, Tally
from reconcile.pushplan import PlannedWrite
from reconcile.records import Contact, Organisation
from reconcile.sandbox.clock import Clock
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.settings import Limits
from reconcile.sandbox.settings import Settings as SandboxSettings
from reconcile.sandbox.wire import parse_request
from reconcile.sandbox.world import empty_world
from reconcile.sandbox.xero.records import Contact as XeroContact
from reconcile.settings import Settings
from reconcile.stages.services import SystemClock
from reconcile.store import tables
from reconcile.store.engine import migrate, open_engine, writing
from reconcile.store.organisations import register_organisation
from reconcile.store.outbox import StoredOutbox
from reconcile.store.runs import start_run
from reconcile.store.snapshots import Page, Scope, store_page
from reconcile.store.staging import stage

HOST, ORG = "http://127.0.0.1:9", "org"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
NO_LIMITS = Rates(in_flight=100, per_minute=10**7, app_per_minute=10**7)


@dataclass
class Wire:
    """The sandbox behind the client, without a network; ``seconds`` is its own share of the time."""

    sandbox: Sandbox
    seconds: float = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        began = time.perf_counter()
        answer = self.sandbox.handle(parse_request(request.method, str(request.url), request.headers, request.content))
        self.seconds += time.perf_counter() - began
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)


def measure(kind: str, size: int, folder: Path) -> dict[str, Any]:
    """Stage so many writes of a kind and push them."""
    limits = SandboxSettings(limits=Limits(minute=10**7, day=10**8, concurrent=100, app_minute=10**7))
    sandbox = Sandbox(empty_world(Clock(), settings=limits))
    engine = open_engine(f"sqlite:///{folder / f'{kind}-{size}.db'}")
    migrate(engine)
    _stage(engine, kind, size, sandbox)
    wire = Wire(sandbox)
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        xero_api_url=f"{HOST}/api.xro/2.0",
        xero_identity_url=HOST,
        xero_client_id="app",
        xero_client_secret=SecretStr("secret"),
    )
    sink = open_xero(settings, SystemClock(), transport=httpx.MockTransport(wire), rates=NO_LIMITS)
    outbox = StoredOutbox(engine, ORG, "bench", SystemClock())
    tally, began, cpu = Tally(), time.perf_counter(), time.process_time()
    while Pusher(outbox, sink, SystemClock()).step(tally):
        pass
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    calls = Counter("reads" if call.method == "GET" else "writes" for call in sandbox.calls if call.system == "xero")
    if tally.done != size:
        raise SystemExit(f"{kind}: {tally} of {size}")
    sink.close()
    engine.dispose()
    return {"seconds": seconds, "cpu": cpu, "sandbox": wire.seconds, **calls}


def _stage(engine: Engine, kind: str, size: int, sandbox: Sandbox) -> None:
    books = sandbox.world.first_books
    customer = XeroContact("00000000-0000-4000-8000-000000000000", 0, "Customer")
    books.contacts.put(customer)
    links = kind == "links"
    if links:
        books.contacts.fill(
            XeroContact(f"00000000-0000-4000-8000-{n:012d}", 0, f"Person {n}") for n in range(1, size + 1)
        )
    with writing(engine) as session:
        register_organisation(session, Organisation(id="tenant", name="Org"), NOW, ORG)
        start_run(session, ORG, "pull", "R1", 0, NOW)
        contacts = tuple(Contact(id=f"C{n}", name=f"Person {n}") for n in range(1, size + 1))
        store_page(session, Scope(ORG, "pooltrackr", "contacts"), 1, Page(contacts))
    with writing(engine) as session:
        for number in range(1, size + 1):
            _approve(session, number, kind)


def _approve(session: Any, number: int, kind: str) -> None:
    proposal = tables.Proposal(
        id=f"P{number}",
        org_id=ORG,
        entity="contacts",
        kind="match",
        system="pooltrackr",
        record_id=f"C{number}",
        basis="b",
        suggested="create",
        run_seq=1,
        created_at=NOW,
    )
    decision = tables.Decision(
        id=f"D{number}", org_id=ORG, proposal_id=proposal.id, verdict="create", by="ann", at=NOW, via="csv", basis="b"
    )
    session.add(proposal)
    session.flush()
    session.add(decision)
    session.flush()
    stage(session, ORG, decision.id, "", WRITES[kind](number), 1, NOW)


def contact(number: int) -> PlannedWrite:
    """A contact to create."""
    stamp = f"PT-C{number}"
    body = {"Name": f"Person {number}", "ContactNumber": stamp, "EmailAddress": f"p{number}@example.com"}
    return PlannedWrite(
        target="xero",
        entity="contacts",
        verb="create",
        subject_id=f"C{number}",
        stamp=stamp,
        body=body,
        expect={"contact_number": stamp},
    )


def link(number: int) -> PlannedWrite:
    """A contact to mark."""
    stamp, target = f"PT-C{number}", f"00000000-0000-4000-8000-{number:012d}"
    seen = Contact(id=target, name=f"Person {number}", is_customer="false", is_supplier="false")
    return PlannedWrite(
        target="xero",
        entity="contacts",
        verb="update",
        subject_id=f"C{number}",
        target_id=target,
        body={"ContactNumber": stamp},
        expect={"contact_number": stamp},
        basis=basis_hash(seen),
    )


def invoice(number: int) -> PlannedWrite:
    """An approved invoice of three lines to create."""
    line = {"Description": "Service", "Quantity": 1, "UnitAmount": 110, "AccountCode": "200", "TaxType": "OUTPUT"}
    body = {
        "Type": "ACCREC",
        "InvoiceNumber": f"PT-{number}",
        "Reference": f"PT-I{number}",
        "Contact": {"ContactID": "00000000-0000-4000-8000-000000000000"},
        "Date": date(2026, 1, 5).isoformat(),
        "DueDate": date(2026, 1, 19).isoformat(),
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": [line] * 3,
    }
    return PlannedWrite(
        target="xero",
        entity="invoices",
        verb="create",
        subject_id=f"I{number}",
        stamp=f"PT-I{number}",
        body=body,
        expect={"reference": f"PT-I{number}", "total": "330"},
    )


WRITES = {"contacts": contact, "links": link, "invoices": invoice}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--kinds", nargs="+", default=list(WRITES), choices=list(WRITES))
    asked = parser.parse_args()
    print("| writes | number | seconds | of which sandbox | CPU s | ms per record without sandbox | reads | writes |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in asked.kinds:
        for size in asked.sizes:
            with tempfile.TemporaryDirectory() as folder:
                m = measure(kind, size, Path(folder))
            each = 1000 * (m["seconds"] - m["sandbox"]) / size
            print(
                f"| {kind} | {size:,} | {m['seconds']:.1f} | {m['sandbox']:.1f} | {m['cpu']:.1f} | {each:.2f} "
                f"| {m.get('reads', 0)} | {m.get('writes', 0)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
