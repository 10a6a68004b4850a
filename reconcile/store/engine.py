"""The database: opening it, its transactions, its version."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from time import sleep
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, create_engine

from reconcile.errors import Busy, NotReady

FULL = "The disk of the database is full or cannot be written. Nothing of this step was stored."
FREE_SPACE = "Free some space, then run the same again: it goes on where it stopped."
BUSY_TIMEOUT_MS = 30_000
_OPENINGS, _OPENING_SECONDS = 200, 0.05


def open_engine(url: str) -> Engine:
    """Open the review tables' database, SQLite or PostgreSQL; does not create or change any table.

    Raises NotReady when the database cannot be reached.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
        _prepare_sqlite(engine)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True, hide_parameters=True)


def _prepare_sqlite(engine: Engine) -> None:
    """Real transactions: no implicit BEGIN from the driver, and a writer takes its lock at once instead of midway."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        _let_readers_in(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _let_readers_in(connection: sqlite3.Connection) -> None:
    """A write-ahead log. SQLite does not wait while another process does the same for the first time, so this does."""
    for attempt in range(1, _OPENINGS + 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if attempt == _OPENINGS or not _is_busy(error):
                raise
            sleep(_OPENING_SECONDS)
        else:
            return


def _is_busy(error: BaseException | None) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _is_full(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) or getattr(error, "sqlstate", "") == "53100"


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one consistent state and changes nothing."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.expunge_all()
        session.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: everything in the block is stored, or nothing is.

    Raises Busy where another writer of an SQLite file does not end in time, or the database's disk is full.
    """
    with engine.connect().execution_options(writes=True) as connection:
        session = Session(bind=connection, expire_on_commit=False)
        try:
            yield session
            session.commit()
        except OperationalError as error:
            session.rollback()
            if _is_busy(error.orig):
                raise Busy(remedy="Try again in some minutes; with PostgreSQL nobody has to wait.") from None
            if _is_full(error.orig):
                raise Busy(FULL, remedy=FREE_SPACE) from None
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision, up or down. Raises NotReady when a newer program has made them."""
    with engine.connect().execution_options(writes=True) as connection:
        config = _config()
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        _require_known(current)
        move = command.downgrade if _is_behind(config, revision, current) else command.upgrade
        move(config, revision)
        connection.commit()


def require_current(engine: Engine) -> None:
    """Check that the tables are those of this version; an empty database is set up first.

    Raises NotReady when the database is older or newer than the program, or cannot be reached.
    """
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise NotReady(
            f"The database {where} cannot be opened: {error.orig}.",
            remedy="Check RECONCILE_DATABASE_URL, and whether the disk is full.",
        ) from None
    head = _head()
    if current is None:
        migrate(engine)
    elif current != head:
        _require_known(current)
        message = f"The database is at version {current}, this program needs {head}."
        raise NotReady(message, remedy="Make a backup, then run `reconcile upgrade`.")


def _require_known(current: str | None) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise NotReady(
            f"The database is at version {current}, which this program does not know: it knows up to {_head()}.",
            remedy="Install the newer program again, or go back to a backup that was made before the upgrade.",
        )


def _is_behind(config: Config, revision: str, current: str | None) -> bool:
    if revision == "base":
        return True
    if revision == "head" or current is None:
        return False
    script = ScriptDirectory.from_config(config)
    return any(step.revision == revision for step in script.iterate_revisions(current, "base")) and revision != current


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("reconcile.store") / "migrations"))
    return config
