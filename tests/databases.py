"""Databases for the tests: SQLite files, or databases on the server that RECONCILE_TEST_DATABASE_URL names.

A folder of a test knows its database by the file *database.url* in it, so that tests which copy a prepared folder, or start
a process on it, need not know which kind it is.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from reconcile.store.engine import open_engine, require_current

SERVER = "RECONCILE_TEST_DATABASE_URL"
NOTE = "database.url"
_numbers = count(1)
_made: list[str] = []


def fresh(folder: Path) -> str:
    """The URL of a new database with the newest tables: an SQLite file in the folder, or one on the server.

    It is a copy, which takes a moment; the tables take longer.
    """
    if SERVER not in os.environ:
        return f"sqlite:///{shutil.copy(_sqlite_template(), folder / f'review{next(_numbers)}.db')}"
    template = f"{_prefix()}_template"
    if template not in _made:
        _create(template)
        engine = open_engine(_named(template))
        require_current(engine)
        engine.dispose()
    return _create(_new_name(), template)


@cache
def _sqlite_template() -> str:
    """A file with the newest tables and nothing in them."""
    path = Path(tempfile.mkdtemp(prefix="reconcile-template-")) / "review.db"
    atexit.register(shutil.rmtree, path.parent)
    engine = open_engine(f"sqlite:///{path}")
    require_current(engine)
    engine.dispose()
    return str(path)


def empty_for_prefect() -> str:
    """The URL of an empty database on the server, as Prefect wants it; empty when there is no server."""
    if SERVER not in os.environ:
        return ""
    return make_url(_create(_new_name())).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def of_folder(folder: Path) -> str:
    """The database of a folder, made when there was none."""
    note = folder / NOTE
    if not note.exists():
        note.write_text(fresh(folder))
    return note.read_text()


def copy_folder(prepared: Path, folder: Path) -> str:
    """Give a folder a copy of another one's database, which nobody may have open; returns its URL."""
    url = make_url(of_folder(prepared))
    if url.get_backend_name() == "sqlite":
        copied = f"sqlite:///{shutil.copy(str(url.database), folder / 'review.db')}"
    else:
        copied = _create(_new_name(), str(url.database))
    (folder / NOTE).write_text(copied)
    return copied


def drop_all() -> None:
    """Remove from the server what was made there."""
    if not _made:
        return
    server = _server()
    for name in reversed(_made):
        _say(server, f"DROP DATABASE {name} WITH (FORCE)")
    _made.clear()
    server.dispose()


def _create(name: str, template: str = "") -> str:
    server = _server()
    _say(server, f"CREATE DATABASE {name} TEMPLATE {template}" if template else f"CREATE DATABASE {name}")
    server.dispose()
    _made.append(name)
    return _named(name)


def _prefix() -> str:
    return f"reconcile_test_{os.getpid()}"


def _new_name() -> str:
    return f"{_prefix()}_{next(_numbers)}"


def _server() -> Engine:
    return create_engine(os.environ[SERVER], isolation_level="AUTOCOMMIT")


def _named(name: str) -> str:
    return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)


def _say(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.execute(text(statement))


def end_leases(engine: Engine) -> None:
    """Let what a push holds run out where the database goes by its own clock, which no test can put forward."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE push_operation SET lease_until = now() - interval '1 hour' WHERE status = 'sending'")
            )
