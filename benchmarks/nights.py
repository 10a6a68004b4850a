"""Nights on a large organisation: calls, seconds and memory with 0, 1 and 100 % of contacts and invoices changed.

`python benchmarks/nights.py` prints the table; `--write` keeps it in docs/sync.md; `--contacts 2000 --invoices 10000` is
quicker. Each night (pull, check, propose, plan the money, report) is a process of its own, so that its memory can be told. The
sandbox runs here. Seconds are of the processor; the wall clock depends on what else the machine does.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from reconcile.records import Contact
from reconcile.sandbox.edits import edit_pooltrackr
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.stages.check import check_current
from reconcile.stages.money import MONEY_PULLED, follow_up, plan_money
from reconcile.stages.money_report import write_money_report
from reconcile.stages.propose import propose_entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.report import ENTITIES, write_reports
from reconcile.stages.services import Services, open_services
from reconcile.stages.standing import count_standing
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.runs import end_run, start_run
from reconcile.store.snapshots import Scope, current_records
from reconcile.store.sync_bases import agree_on_link

PAGE = Path(__file__).parents[1] / "docs" / "sync.md"
MARKS = ("<!-- nights -->", "<!-- end of nights -->")
CONTACT = ("id", "name", "first_name", "last_name", "email", "phone", "street", "suburb", "state", "postcode")
GIVEN = (
    "Ann",
    "Bob",
    "Cy",
    "Dee",
    "Eve",
    "Flo",
    "Gus",
    "Hal",
    "Ida",
    "Jo",
    "Kim",
    "Lou",
    "Max",
    "Ned",
    "Ola",
    "Pip",
    "Quin",
)
STEPS = ("pull", "check", "propose", "money", "report")
INVOICE = ("id", "number", "contact_id", "issued_date", "due_date", "notes", "subtotal", "gst", "total", "gst_mode")
LINE = ("id", "invoice_id", "description", "quantity", "unit_price", "gst_included", "tax", "total", "kind")
COPY = ("id", "number", "contact_id", "type", "status", "date", "due_date", "reference", "line_amount_types")
COPY_LINE = ("invoice_id", "description", "quantity", "unit_amount", "account_code", "tax_type")


@dataclass(frozen=True)
class Night:
    """What one night cost."""

    title: str
    calls: int
    writes: int
    seconds: float
    cpu: float
    steps: dict[str, float]
    memory_mb: float
    proposals: int


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--products", type=int, default=2_000)
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--night", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--pull", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.night or chosen.pull:
        print(json.dumps(_one_night(pull_only=chosen.pull)))
        return
    size = Size(chosen.contacts, chosen.products, chosen.invoices)
    table = _table(size, list(measure(size)))
    print(table)
    if chosen.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


@dataclass(frozen=True)
class Size:
    """How many records of each kind there are in each system."""

    contacts: int
    products: int
    invoices: int


def measure(size: Size) -> Iterator[Night]:
    """The first night, then nights with nothing, one in a hundred, and everything changed."""
    with tempfile.TemporaryDirectory() as folder:
        world = _write_world(Path(folder) / "world", size)
        with serve_in_thread(world) as served, _environment(served, Path(folder) / "data"):
            served.world.settings.limits.minute = served.world.settings.limits.day = 1_000_000
            yield _night(served, "first pull, everything new", "pull")
            _link_all()
            yield _night(served, "first night with everything linked")
            yield _night(served, "0 % changed")
            _edit(served, size, 100, "1")
            yield _night(served, "1 % changed")
            _edit(served, size, 1, "2")
            yield _night(served, "100 % changed")


def _one_night(*, pull_only: bool) -> dict[str, Any]:
    """Pull, check, propose, plan the money; what each took."""
    took: dict[str, float] = {}
    with open_services() as services:
        with writing(services.engine) as session:
            seq = start_run(session, services.org_id, "bench", services.new_id(), 0, services.clock.now())
        with _timed(took, "pull"):
            for system, entities in (*PULLED.items(), *MONEY_PULLED.items()):
                for entity in entities:
                    pull_entity(services, seq, system, entity)
        with _timed(took, "check"):
            if not pull_only:
                check_current(services, seq)
        with _timed(took, "propose"):
            counts = {} if pull_only else {entity: propose_entity(services, seq, entity) for entity in ENTITIES}
        with _timed(took, "money"):
            planned = 0 if pull_only else plan_money(services, seq).proposals.new
        with _timed(took, "report"):
            if not pull_only:
                _report(services, seq)
        with writing(services.engine) as session:
            end_run(session, seq, services.clock.now(), counts)
    proposals = planned + sum(c["new"] for c in counts.values())
    return {"steps": took, "memory_mb": _peak(), "proposals": proposals, "cpu": time.process_time()}


def _peak() -> float:
    """The most memory that this program held, in MB; the figure of getrusage would count the sandbox that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _report(services: Services, seq: int) -> None:
    """What ends every night: tell Pooltrackr what is new, write all reports, count what stands."""
    follow_up(services, seq)
    with reading(services.engine) as session:
        run_id = session.get_one(tables.Run, seq).id
    write_money_report(services, services.settings.reports_dir / services.org_id / run_id, run_id)
    write_reports(services, seq)
    with reading(services.engine) as session:
        count_standing(session, services.org_id)


def _night(served: Served, title: str, what: str = "night") -> Night:
    served.calls.clear()
    began = time.monotonic()
    done = subprocess.run([sys.executable, __file__, f"--{what}"], check=True, capture_output=True, text=True)
    seconds = time.monotonic() - began
    told = json.loads(done.stdout.splitlines()[-1])
    calls = [call for call in served.calls if "/connect/" not in call.path]
    writes = sum(call.method != "GET" for call in calls)
    print(f"{title}: {seconds:.1f} s", file=sys.stderr)
    return Night(title, len(calls), writes, seconds, told["cpu"], told["steps"], told["memory_mb"], told["proposals"])


def _link_all() -> None:
    """Link everything to its namesake, as if somebody had approved it: the values are agreed as they stand."""
    with open_services() as services, writing(services.engine) as session:
        for entity in (*ENTITIES, "invoices"):
            sides = [_by_number(services, system, entity) for system in ("pooltrackr", "xero")]
            rows = [_link(services, entity, sides[0][n], sides[1][n]) for n in sorted(sides[0])]
            session.connection().execute(insert(tables.Link), rows)


def _by_number(services: Services, system: Any, entity: Any) -> dict[str, Any]:
    with reading(services.engine) as session:
        return {r.id[1:]: r for r in current_records(session, Scope(services.org_id, system, entity))}


def _link(services: Services, entity: str, left: Any, right: Any) -> dict[str, Any]:
    link = tables.Link(
        id=f"L{left.id}",
        org_id=services.org_id,
        entity=entity,
        pooltrackr_id=left.id,
        xero_id=right.id,
        created_at=services.clock.now(),
    )
    if isinstance(left, Contact):
        agree_on_link(link, left, right)
    return link.model_dump()


def _edit(served: Served, size: Size, step: int, mark: str) -> None:
    for n in range(1, size.contacts + 1, step):
        edit_pooltrackr(served.world, "contacts", f"C{n}", emails=[f"p{n}.{mark}@example.com"])
    for n in range(1, size.invoices + 1, step):
        edit_pooltrackr(served.world, "invoices", f"I{n}", notes=f"Changed {mark}")


def _write_world(folder: Path, size: Size) -> Path:
    for system, letter in (("pooltrackr", "C"), ("xero", "X")):
        rows = [_person(f"{letter}{n}", n) for n in range(1, size.contacts + 1)]
        _write(folder / system / "contacts.csv", CONTACT, rows)
    for place, letter in (("pooltrackr/products.csv", "R"), ("xero/items.csv", "T")):
        numbers = range(1, size.products + 1)
        rows = [(f"{letter}{n}", f"SKU{n:05}", f"Part number {n}", f"{n % 90 + 5}.50") for n in numbers]
        _write(folder / place, ("id", "code", "name", "price"), rows)
    _write_invoices(folder, size)
    return folder


def _write_invoices(folder: Path, size: Size) -> None:
    """The same unpaid invoices of 110.00 in both systems, one line each."""
    numbers = range(1, size.invoices + 1)
    who = {n: n % size.contacts + 1 for n in numbers}
    day, due = "2026-03-02", "2026-03-16"
    ours = [
        (f"I{n}", f"INV-{n}", f"C{who[n]}", day, due, "", "100.00", "10.00", "110.00", "exclusive") for n in numbers
    ]
    lines = [(f"L{n}", f"I{n}", "Service", "1", "100.00", "false", "10.00", "110.00", "custom") for n in numbers]
    copies = [
        (f"V{n}", f"INV-{n}", f"X{who[n]}", "ACCREC", "AUTHORISED", day, due, f"PT-I{n}", "Exclusive") for n in numbers
    ]
    copied = [(f"V{n}", "Service", "1", "100.00", "200", "OUTPUT") for n in numbers]
    _write(folder / "pooltrackr" / "invoices.csv", INVOICE, ours)
    _write(folder / "pooltrackr" / "invoice_lines.csv", LINE, lines)
    _write(folder / "xero" / "invoices.csv", COPY, copies)
    _write(folder / "xero" / "invoice_lines.csv", COPY_LINE, copied)
    sales = ("A1", "200", "Sales", "REVENUE", "REVENUE", "OUTPUT", "ACTIVE")
    _write(folder / "xero" / "accounts.csv", ("id", "code", "name", "type", "class", "tax_type", "status"), [sales])
    rate = ("GST on Income", "OUTPUT", "10.0000", "true", "false", "ACTIVE")
    fields = ("name", "tax_type", "rate", "can_apply_to_revenue", "can_apply_to_expenses", "status")
    _write(folder / "xero" / "tax_rates.csv", fields, [rate])


def _person(record_id: str, n: int) -> tuple[str, ...]:
    first, last = GIVEN[n % len(GIVEN)], f"{'BCDFGHKLMN'[n % 10]}a{'rstvwklmn'[n // 10 % 9]}{n:x}o".capitalize()
    home = (f"{n % 300 + 1} Low St", "Nowra", "NSW", "2541")
    return (record_id, f"{first} {last}", first, last, f"p{n}@example.com", f"02 {5550_0000 + n}", *home)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


@contextmanager
def _environment(served: Served, data: Path) -> Iterator[None]:
    named = {
        "DATA_DIR": str(data),
        "DATABASE_URL": os.environ.get("RECONCILE_TEST_DATABASE_URL", ""),
        "XERO_API_URL": served.xero_api_url,
        "XERO_IDENTITY_URL": served.xero_identity_url,
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "POOLTRACKR_URL": served.pooltrackr_url,
        "POOLTRACKR_TOKEN": "token",
    }
    before = dict(os.environ)
    os.environ.update({f"RECONCILE_{name}": value for name, value in named.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _timed(took: dict[str, float], step: str) -> Iterator[None]:
    began = time.process_time()
    yield
    took[step] = time.process_time() - began


def _table(size: Size, nights: list[Night]) -> str:
    sizes = f"{size.contacts:,} contacts, {size.products:,} products and {size.invoices:,} invoices"
    lines = [
        f"{sizes} in each system, all linked after the first pull. Seconds of the processor, and of the clock on the wall.",
        "",
        "| night | calls | of these writes | pull | check | propose | money | report | whole process | wall clock s | peak MB | new proposals |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for night in nights:
        steps = " | ".join(f"{night.steps[name]:.1f}" for name in STEPS)
        lines.append(
            f"| {night.title} | {night.calls} | {night.writes} | {steps} | {night.cpu:.1f} | {night.seconds:.1f} | "
            f"{night.memory_mb:.0f} | {night.proposals} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
