"""A shop with approved writes: a real database, both systems over real HTTP, and processes that push."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.records import Entity, System
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.sandbox.settings import Limits
from reconcile.settings import Settings
from reconcile.stages.services import SystemClock
from reconcile.store import tables
from reconcile.store.engine import open_engine, reading, require_current, writing
from reconcile.store.snapshots import Scope, store_page
from tests.simulation.hub import Hub
from tests.simulation.invariants import mark_of
from tests.simulation.scene import ORG, Scene, register
from tests.simulation.template import Pull, prepare

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("pushing_process.py")
ENDED = {"done", "conflict", "raced", "failed", "withdrawn"}


@dataclass
class Shop:
    """Both systems and the outbox of one organisation."""

    scene: Scene
    served: Served
    folder: Path

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.scene.engine

    def operations(self) -> list[tables.PushOperation]:
        """The whole outbox."""
        return self.scene.operations()

    def is_settled(self) -> bool:
        """Whether everything came to an end."""
        return all(operation.status in ENDED for operation in self.operations())

    def start_pushing(self, lease: float, fence: float) -> "subprocess.Popen[str]":
        """Start a process that pushes until everything came to an end; returns when it is about to begin."""
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(self.folder), self.served.url, str(lease), str(fence)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return process

    def push_quietly(self, lease: float, fence: float) -> None:
        """One process, no faults, until everything came to an end."""
        self.served.sandbox.faults.clear()
        with self.start_pushing(lease, fence) as process:
            process.wait()
        assert self.is_settled()

    def problems(self) -> list[str]:
        """What is not exactly once, lost or altered, read from the state of both systems."""
        found = [
            f"{op.subject_id} ended as {op.status}: {op.problem}"
            for op in self.operations()
            if op.status != "done" and op.subject_id not in self.scene.doomed
        ]
        for operation in self.operations():
            carriers = [row for row in self._rows(operation) if _is_meant(row, operation)]
            if len(carriers) != (operation.subject_id not in self.scene.doomed):
                found.append(f"{operation.verb} {operation.subject_id}: {len(carriers)} records")
        found += self._miscounted()
        with reading(self.engine) as session:
            links = session.exec(select(tables.Link).where(tables.Link.decision_id != "")).all()
        found += [f"{link.pooltrackr_id} is not told of {link.xero_id}" for link in links if not self._is_told(link)]
        return found

    def _miscounted(self) -> Iterator[str]:
        """Invoices in Xero of which another sum is paid than the approved payments come to."""
        books = self.served.world.first_books
        live = [payment for payment in books.payments if payment.status != "DELETED"]
        for invoice in books.invoices:
            paid = sum((p.amount for p in live if p.invoice_id == invoice.id), Decimal())
            if invoice.paid != paid or paid > invoice.total:
                yield f"invoice {invoice.number} of {invoice.total} says that {invoice.paid} is paid, and {paid} is"
        wanted = {(op.verb, op.stamp): json.loads(op.body) for op in self.operations() if op.entity == "payments"}
        for payment in live:
            body = wanted.get(("create", payment.reference))
            if body is not None and Decimal(body["Amount"]) != payment.amount:
                yield f"payment {payment.reference} is {payment.amount}, and {body['Amount']} was approved"

    def _rows(self, operation: tables.PushOperation) -> list[Any]:
        if operation.target == "xero":
            return list(getattr(self.served.world.first_books, operation.entity))
        return list(self.served.world.pooltrackr.tables[operation.entity])

    def _is_told(self, link: tables.Link) -> bool:
        if link.entity in ("invoices", "payments", "bank_transactions"):
            return True  # the night tells of these, not the push
        fields = self.served.world.pooltrackr.tables[link.entity].rows[link.pooltrackr_id].fields
        return link.xero_id in (fields.get("xero_contact_id"), fields.get("xero_item_id"))


def _is_meant(row: Any, operation: tables.PushOperation) -> bool:
    if operation.verb != "create":
        return bool(row.id == operation.target_id)
    return operation.stamp == mark_of(f"{operation.target} {operation.entity}", row)


@contextmanager
def open_shop(folder: Path, kinds: Sequence[str]) -> Iterator[Shop]:
    """A shop with these approvals, pulled and decided."""
    engine = open_engine(database_in(folder))
    require_current(engine)
    register(engine)
    with serve_in_thread() as served:
        served.world.settings.limits = Limits(minute=1_000_000, day=10_000_000, concurrent=100)
        served.world.settings.idempotency_seconds = 1
        scene = Scene(Hub(1), None, served.sandbox, engine)  # type: ignore[arg-type]
        names = [(kind, str(number)) for number, kind in enumerate(kinds)]
        with _pulling(scene, served, folder) as pull:
            prepare(scene, names, pull)
        served.sandbox.calls.clear()
        yield Shop(scene, served, folder)
    engine.dispose()


@contextmanager
def _pulling(scene: Scene, served: Served, folder: Path) -> Iterator[Pull]:
    """Pulls what either system says into the snapshot."""
    settings = settings_for(served.url, folder)
    clients = {"xero": open_xero(settings, SystemClock()), "pooltrackr": open_pooltrackr(settings, SystemClock())}

    def pull(system: System, entities: Sequence[Entity], run_seq: int) -> None:
        for entity in entities:
            for page in clients[system].pages(entity):
                with writing(scene.engine) as session:
                    store_page(session, Scope(ORG, system, entity), run_seq, page)

    yield pull
    for client in clients.values():
        client.close()


def database_in(folder: Path) -> str:
    """The URL of the database that belongs to a test's folder: the one that was made for it, else SQLite."""
    named = folder / "database_url"
    return named.read_text() if named.exists() else f"sqlite:///{folder / 'reconcile.db'}"


def settings_for(url: str, folder: Path) -> Settings:
    """Settings that lead to the sandbox."""
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=database_in(folder),
        xero_api_url=f"{url}/api.xro/2.0",
        xero_identity_url=url,
        xero_client_id="app",
        xero_client_secret="secret",
        pooltrackr_url=f"{url}/pooltrackr/v1",
        pooltrackr_token="token",
    )


class HastyClock(SystemClock):
    """The machine's clock; waiting takes a fiftieth of the time, so that tests need not sit out back-offs."""

    def wait(self, seconds: float) -> None:
        """Sleep a little."""
        time.sleep(seconds / 50)
