"""HTTP calls that pulls and pushes need, counted in the sandbox's call log, beside the fewest that Xero's API allows.

`python benchmarks/calls.py` prints the table; `--write` keeps it in docs/xero-calls.md; `--sizes 1000` is quicker.
"""

import argparse
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID

from reconcile.clients.open import open_xero
from reconcile.clients.xero import XeroClient
from reconcile.ports import Write
from reconcile.records import Entity
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.sandbox.xero.records import Contact, Invoice, Line
from reconcile.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "xero-calls.md"
SIZES = (1_000, 20_000, 100_000)
PUSHED = 1_000
FIRST_MS = 1_700_000_000_000
STEP_MS = 600_000
MEMORY_LIMIT_MB = 400


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Measured:
    """One line of the table."""

    job: str
    size: int
    calls: int
    least: int
    seconds: float

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as text; minutes are those that 60 calls a minute take."""
        minutes = self.calls / 60
        return (
            self.job,
            f"{self.size:,}",
            f"{self.calls:,}",
            f"{self.least:,}",
            f"{minutes:.1f}",
            f"{self.seconds:.1f}",
        )


HEAD = ("Job", "Records", "Calls", "Fewest possible", "Minutes at 60 calls a minute", "Seconds here")


def contacts(count: int) -> Iterator[Contact]:
    """Made-up contacts, ten minutes apart."""
    for n in range(count):
        yield Contact(str(UUID(int=n + 1)), FIRST_MS + n * STEP_MS, f"Contact {n:06d}", number=f"PT-C{n}")


def invoices(count: int) -> Iterator[Invoice]:
    """Made-up invoices with three lines each, ten minutes apart."""
    tax, amount = Decimal("5.00"), Decimal("50.00")
    for n in range(count):
        lines = tuple(
            Line(
                str(UUID(int=n * 3 + i + 10**9)),
                f"Liquid chlorine {i}",
                Decimal(1),
                amount,
                "X",
                "200",
                "OUTPUT",
                tax,
                amount,
            )
            for i in range(3)
        )
        yield Invoice(
            *(str(UUID(int=n + 10**8)), FIRST_MS + n * STEP_MS, "ACCREC", f"INV-{n}", str(UUID(int=n % 1000 + 1))),
            *("AUTHORISED", date(2026, 1, 5), date(2026, 1, 19), "Exclusive", lines, f"J{n}"),
            subtotal=Decimal("150.00"),
            total_tax=Decimal("15.00"),
            total=Decimal("165.00"),
        )


@contextmanager
def served_books(count: int) -> Iterator[Served]:
    """A sandbox with so many contacts and invoices, and with room for as many calls as we like."""
    with serve_in_thread() as served:
        limits = served.world.settings.limits
        limits.minute = limits.day = limits.app_minute = 10**9
        served.world.first_books.contacts.fill(contacts(count))
        served.world.first_books.invoices.fill(invoices(count))
        yield served


@contextmanager
def client_of(url: str) -> Iterator[XeroClient]:
    """A client with its own count of calls."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {"xero_api_url": f"{url}/api.xro/2.0", "xero_identity_url": url, "xero_client_secret": "bench"}
        client = open_xero(Settings(data_dir=Path(folder), xero_client_id="bench", **urls), Clock())
        try:
            yield client
        finally:
            client.close()


def measure(served: Served, job: str, size: int, least: int, work: Callable[[], object]) -> Measured:
    """Carry out some work and count the calls that reach Xero's API."""
    before, start = len(served.calls), time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    calls = sum(1 for call in served.calls[before:] if call.system == "xero")
    return Measured(job, size, calls, least, seconds)


def pulls(served: Served, client: XeroClient, count: int) -> Iterator[Measured]:
    """A full pull, and a nightly one after 1 % was changed."""
    books = served.world.first_books
    entities: tuple[Entity, ...] = ("contacts", "invoices")
    for entity in entities:
        books_table = books.contacts if entity == "contacts" else books.invoices
        bookmarks: list[datetime | None] = []
        full = partial(read_all, client, entity, None, bookmarks)
        yield measure(served, f"full pull, {entity}", count, math.ceil(count / 1000), full)
        newest = max(row.updated_ms for row in books_table)
        for n, row in enumerate(list(books_table)[::100]):
            books_table.put(replace(row, updated_ms=newest + (n + 1) * STEP_MS))
        changed, nightly = count // 100, partial(read_all, client, entity, bookmarks[-1], [])
        yield measure(served, f"nightly pull, {entity}, 1 % changed", changed, math.ceil(changed / 1000), nightly)


def read_all(client: XeroClient, entity: Entity, since: datetime | None, bookmarks: list[datetime | None]) -> None:
    """Read a list to its end, keeping nothing but the bookmarks."""
    bookmarks.extend(page.bookmark for page in client.pages(entity, since))


def pushes(served: Served, client: XeroClient) -> Iterator[Measured]:
    """Looking for 1,000 invoices, then sending them one by one and in batches of 50."""
    contact_id = next(iter(served.world.first_books.contacts)).id
    single, batched = ([invoice_write(f"{kind}{n}", contact_id) for n in range(PUSHED)] for kind in ("S", "B"))
    marks = [write.stamp for write in single]
    look = partial(client.find_many, "invoices", marks)
    yield measure(served, "look for invoices by our mark", PUSHED, math.ceil(PUSHED / 40), look)
    one_by_one = partial(send_singly, client, single)
    yield measure(served, "push invoices one by one", PUSHED, PUSHED, one_by_one)
    in_batches = partial(send_in_batches, client, batched)
    yield measure(served, "push invoices in batches of 50", PUSHED, math.ceil(PUSHED / 50), in_batches)


def send_singly(client: XeroClient, writes: list[Write]) -> None:
    """One request for each."""
    for write in writes:
        client.send(write)


def send_in_batches(client: XeroClient, writes: list[Write]) -> None:
    """One request for fifty."""
    for start in range(0, len(writes), 50):
        outcomes = client.send_batch(tuple(writes[start : start + 50]), f"batch-{start}")
        if any(isinstance(outcome, Exception) for outcome in outcomes):
            raise SystemExit(f"a batch was refused: {outcomes[0]}")


def invoice_write(mark: str, contact_id: str) -> Write:
    """A draft with one line."""
    body = {
        "Type": "ACCREC",
        "Contact": {"ContactID": contact_id},
        "Reference": mark,
        "LineItems": [{"Description": "Service", "Quantity": "1", "UnitAmount": "100.00"}],
    }
    return Write("invoices", "create", body, key=f"key-{mark}", stamp=mark)


def peak_memory(url: str) -> tuple[int, int]:
    """Pull all invoices in a process of its own: how many came, and its peak memory in MB."""
    command = [sys.executable, __file__, "--pull", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(said[0]), int(said[1])


def pull(url: str) -> None:
    """What the process of its own does."""
    with client_of(url) as client:
        count = sum(len(page.records) for page in client.pages("invoices"))
    print(count, own_peak())


def own_peak() -> int:
    """Peak memory of this process in MB; what getrusage says would include the parent's, from before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def table(rows: list[Measured]) -> str:
    """Markdown."""
    lines = [HEAD, ("---", *("---:" for _ in HEAD[1:])), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(rows: list[Measured], memory: str) -> str:
    """The page that is kept in docs."""
    before, _, _ = PAGE.read_text(encoding="utf-8").partition("## Measured")
    return f"{before}## Measured\n\n`make bench-calls` prints this table.\n\n{table(rows)}\n\n{memory}\n"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--write", action="store_true", help="keep the table in docs/xero-calls.md")
    arguments.add_argument("--pull", metavar="URL", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.pull:
        pull(given.pull)
        return
    rows: list[Measured] = []
    pushed: list[Measured] = []
    memory, peak = "", 0
    for size in given.sizes:
        with served_books(size) as served, client_of(served.url) as client:
            rows += pulls(served, client, size)
            came, peak = peak_memory(served.url)
            memory = f"Pulling {came:,} invoices with three lines each, page by page: {peak} MB at the peak."
            if size == given.sizes[0]:
                pushed = list(pushes(served, client))
    rows += pushed
    print(table(rows))
    print(f"\n{memory}")
    if given.write:
        PAGE.write_text(page(rows, memory), encoding="utf-8")
    if peak > MEMORY_LIMIT_MB:
        raise SystemExit(f"more than {MEMORY_LIMIT_MB} MB")


if __name__ == "__main__":
    main()
