"""What is there before a run: two small systems, their snapshot, and approved writes of every kind."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, select
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.records import Entity, Organisation, System
from reconcile.sandbox.gateway import Sandbox
from reconcile.settings import Settings
from reconcile.store import tables
from reconcile.store.engine import migrate, writing
from reconcile.store.organisations import register_organisation
from reconcile.store.snapshots import Page, Scope, store_page
from tests.simulation.hub import START, Hub, SimulatedClock
from tests.simulation.wire import Wire

SECRETS = ("client-secret-canary", "pooltrackr-token-canary")
HOST = "http://127.0.0.1:9"
SETTINGS = Settings(
    _env_file=None,
    data_dir=Path("/nonexistent"),
    xero_api_url=f"{HOST}/api.xro/2.0",
    xero_identity_url=HOST,
    xero_client_id="app",
    xero_client_secret=SECRETS[0],
    pooltrackr_url=f"{HOST}/pooltrackr/v1",
    pooltrackr_token=SECRETS[1],
)
ORG = "org"
PULLED: tuple[Entity, ...] = ("contacts", "products")


def register(engine: Engine) -> None:
    """Enter the one organisation."""
    with writing(engine) as session:
        register_organisation(session, Organisation(id="tenant", name="Org"), START, ORG)


def open_database() -> Engine:
    """A database in memory with one organisation and nothing else."""
    engine = _memory()
    migrate(engine)
    register(engine)
    return engine


def as_bytes(engine: Engine) -> bytes:
    """The whole database."""
    return _raw(engine).serialize()


@cache
def shared_engine() -> Engine:
    """One database in memory for all runs of this process; ``fresh_database`` fills it anew."""
    return _memory()


class Prompt(SQLiteDialect_pysqlite):
    """SQLite as ``reconcile.store.engine`` prepares it, transaction by transaction, without an event for each statement."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN IMMEDIATE")


registry.register("sqlite.prompt", __name__, "Prompt")


def _memory() -> Engine:
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    raw.execute("PRAGMA foreign_keys=ON")
    return create_engine("sqlite+prompt://", poolclass=StaticPool, creator=lambda: raw)


def _raw(engine: Engine) -> sqlite3.Connection:
    with engine.connect() as connection:
        found: Any = connection.connection.driver_connection
    return found


def fresh_database(content: bytes, operations: Sequence[str], records: Sequence[str]) -> Engine:
    """The database of these bytes with only these of the staged operations, and only these records as pulled."""
    engine = shared_engine()
    raw = _raw(engine)
    raw.deserialize(content)
    raw.execute(
        "DELETE FROM push_operation WHERE id NOT IN (SELECT value FROM json_each(?))", (json.dumps(operations),)
    )
    raw.execute(_FORGET, (json.dumps(records),))
    return engine


_FORGET = """DELETE FROM record_version WHERE entity IN ('contacts', 'products', 'invoices', 'payments')
AND record_id NOT IN (SELECT value FROM json_each(?))"""
_WHOLE_OUTBOX = select(*SQLModel.metadata.tables["push_operation"].columns)
_DUE = """SELECT target, min(CASE status WHEN 'staged' THEN '0' ELSE lease_until END) FROM push_operation
WHERE status IN ('staged', 'sending') GROUP BY target"""
Approve = Callable[[Session], None]
"""Gives one approval, in the session of its transaction."""


@dataclass
class Scene:
    """One run's systems, database and approvals."""

    hub: Hub
    wire: Wire
    sandbox: Sandbox
    engine: Engine
    proposals: list[str] = field(default_factory=list)
    edits: list[tuple[datetime, str, str, tuple[str, ...]]] = field(default_factory=list)
    source_changes: dict[str, datetime] = field(default_factory=dict)
    withdrawals: dict[str, datetime] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    windows: int = 0
    stripe: str = ""
    links: list[tuple[Entity, str, str]] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    doomed: set[str] = field(default_factory=set)
    audited: int = 0
    said: list[str] = field(default_factory=list)
    _raw: sqlite3.Connection | None = None
    _changes: int = -1
    _due: dict[str, str] = field(default_factory=dict)

    def operations(self) -> list[tables.PushOperation]:
        """The whole outbox, as plain rows."""
        with self.engine.connect() as connection:
            found: Any = list(connection.execute(_WHOLE_OUTBOX))
        return cast("list[tables.PushOperation]", found)

    def execute(self, statement: str, *values: str) -> None:
        """Change something behind everybody's back."""
        _raw(self.engine).execute(statement, values)

    def trail(self) -> list[str]:
        """What the audit trail says, row by row."""
        return [row[0] for row in _raw(self.engine).execute("SELECT action || subject || detail FROM audit")]

    def bookmarks(self) -> dict[tuple[str, str], tuple[datetime, dict[str, datetime]]]:
        """Where the next pulls start, and when the records that are stored were last changed."""
        raw = _raw(self.engine)
        marks = raw.execute("SELECT system, entity, value FROM bookmark WHERE value IS NOT NULL").fetchall()
        query = "SELECT record_id, updated_at FROM record_version WHERE system = ? AND entity = ? AND run_to IS NULL"
        return {
            (system, entity): (
                _moment(value),
                {key: _moment(at) for key, at in raw.execute(query, (system, entity)) if at},
            )
            for system, entity, value in marks
        }

    def stored(self, system: str, entity: str) -> dict[str, str]:
        """The content that is stored of each record."""
        query = "SELECT record_id, content_hash FROM record_version WHERE system = ? AND entity = ? AND run_to IS NULL"
        return dict(_raw(self.engine).execute(query, (system, entity)))

    def proposals_by_decision(self) -> dict[str, str]:
        """Which proposal each decision is on."""
        return dict(_raw(self.engine).execute("SELECT id, proposal_id FROM decision"))

    def is_settled(self) -> bool:
        """Whether everything came to an end."""
        return self.has_no("SELECT 1 FROM push_operation WHERE status IN ('staged', 'sending') LIMIT 1")

    def has_no(self, query: str, *values: str) -> bool:
        """Whether a query finds nothing."""
        return _raw(self.engine).execute(query, values).fetchone() is None

    def has_work(self, target: System, now: datetime) -> bool:
        """Whether a claim could find anything: a cheap look that spares most of the idle ones."""
        raw = _raw(self.engine) if self._raw is None else self._raw
        self._raw = raw
        if raw.total_changes != self._changes:
            self._changes = raw.total_changes
            self._due = {row[0]: row[1] for row in raw.execute(_DUE)}
        due = self._due.get(target)
        return due is not None and due < now.strftime("%Y-%m-%d %H:%M:%S.%f")

    def pull(self, system: System, entities: Sequence[Entity], run_seq: int) -> None:
        """Store what a system says now, without faults."""
        rate, self.wire.fault_rate = self.wire.fault_rate, 0.0
        opener: Callable[..., Any] = open_xero if system == "xero" else open_pooltrackr
        wire = self.wire.transport("pull", lambda: (START, START))
        client = opener(SETTINGS, SimulatedClock(self.hub), transport=wire)
        for entity in entities:
            for page in client.pages(entity):
                with writing(self.engine) as session:
                    store_page(session, Scope(ORG, system, entity), run_seq, Page(page.records))
        client.close()
        self.wire.fault_rate = rate


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)
