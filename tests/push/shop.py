"""A shop with approved writes: a real database, both systems over real HTTP, and processes that push."""

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
from reconcile.records import SYSTEMS
from reconcile.sandbox.server import Served, serve_in_thread
from reconcile.sandbox.settings import Limits
from reconcile.settings import Settings
from reconcile.stages.services import SystemClock
from reconcile.store import tables
from reconcile.store.engine import migrate, open_engine, reading, writing
from reconcile.store.snapshots import Scope, store_page
from tests.simulation.hub import Hub
from tests.simulation.invariants import value
from tests.simulation.scene import ORG, PULLED, Scene, register, stock

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
            process.wait(timeout=120)
        assert self.is_settled()

    def problems(self) -> list[str]:
        """What is not exactly once, lost or altered, read from the state of both systems."""
        found = [
            f"{op.subject_id} ended as {op.status}: {op.problem}" for op in self.operations() if op.status != "done"
        ]
        for operation in self.operations():
            carriers = [row for row in self._rows(operation) if _is_meant(row, operation)]
            if len(carriers) != 1:
                found.append(f"{operation.verb} {operation.subject_id}: {len(carriers)} records")
        books = self.served.world.first_books
        found += [f"invoice {i.number} is paid {i.paid}" for i in books.invoices if i.paid != Decimal(10)]
        with reading(self.engine) as session:
            links = session.exec(select(tables.Link)).all()
        found += [f"{link.pooltrackr_id} is not told of {link.xero_id}" for link in links if not self._is_told(link)]
        return found

    def _rows(self, operation: tables.PushOperation) -> list[Any]:
        if operation.target == "xero":
            return list(getattr(self.served.world.first_books, operation.entity))
        return list(self.served.world.pooltrackr.tables[operation.entity])

    def _is_told(self, link: tables.Link) -> bool:
        if link.entity == "payments":
            return True
        fields = self.served.world.pooltrackr.tables[link.entity].rows[link.pooltrackr_id].fields
        return link.xero_id in (fields.get("xero_contact_id"), fields.get("xero_item_id"))


def _is_meant(row: Any, operation: tables.PushOperation) -> bool:
    if operation.verb != "create":
        return bool(row.id == operation.target_id)
    return operation.stamp in {value(row, n) for n in ("contact_number", "external_reference", "reference")}


@contextmanager
def open_shop(folder: Path, kinds: Sequence[str]) -> Iterator[Shop]:
    """A shop with these approvals, pulled and decided."""
    engine = open_engine(f"sqlite:///{folder / 'reconcile.db'}")
    migrate(engine)
    register(engine)
    with serve_in_thread() as served:
        served.world.settings.limits = Limits(minute=1_000_000, day=10_000_000, concurrent=100)
        served.world.settings.idempotency_seconds = 1
        scene = Scene(Hub(1), None, served.sandbox, engine)  # type: ignore[arg-type]
        plans = stock(scene, kinds)
        _pull(scene, served, folder)
        with writing(engine) as session:
            for plan in plans:
                plan(session)
        served.sandbox.calls.clear()
        yield Shop(scene, served, folder)
    engine.dispose()


def _pull(scene: Scene, served: Served, folder: Path) -> None:
    settings = settings_for(served.url, folder)
    clients = {"xero": open_xero(settings, SystemClock()), "pooltrackr": open_pooltrackr(settings, SystemClock())}
    for system in SYSTEMS:
        for entity in PULLED:
            for page in clients[system].pages(entity):
                with writing(scene.engine) as session:
                    store_page(session, Scope(ORG, system, entity), 1, page)
        clients[system].close()


def settings_for(url: str, folder: Path) -> Settings:
    """Settings that lead to the sandbox."""
    return Settings(
        _env_file=None,
        data_dir=folder,
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
