"""Copies of the review tables: made while work goes on, and put back whole (SQLite; PostgreSQL has its own tools)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from reconcile.errors import BadInput, NotReady


def back_up(url: str, copy: Path) -> int:
    """Write a whole copy of the database, readable by its owner only; returns its bytes.

    Raises NotReady for PostgreSQL or when there is no database yet, BadInput when the copy exists or cannot be written.
    """
    database = _file_of(url)
    if not database.exists():
        raise NotReady(f"There is no database at {database} yet.", remedy="It is made by the first run.")
    if copy.exists():
        raise BadInput(f"{copy} exists already.", remedy="Name another file; a backup never replaces one.")
    unfinished = copy.with_name(copy.name + ".unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        _copy(database, unfinished)
        unfinished.replace(copy)
    except (OSError, sqlite3.Error) as error:
        for left in (unfinished, unfinished.with_name(unfinished.name + "-journal")):
            left.unlink(missing_ok=True)
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"{copy} cannot be written: {why}.", remedy="Choose another place.") from error
    return copy.stat().st_size


def restore(url: str, copy: Path, kept: Path) -> None:
    """Put a copy in the place of the database, after keeping the present one as ``kept``.

    Raises BadInput when the copy is no whole database of this program or there is no room; then nothing is changed.
    """
    database = _file_of(url)
    _require_whole(copy)
    if database.exists():
        back_up(url, kept)
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        _copy(copy, database)
    except sqlite3.Error as error:
        raise BadInput(
            f"{database} cannot be written: {error}. It is as it was.", remedy="Free some space, or end who holds it."
        ) from error


def _file_of(url: str) -> Path:
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise NotReady(
            "The review tables are in PostgreSQL, which has its own tools.",
            remedy="Use pg_dump to make a copy and pg_restore to put it back.",
        )
    return Path(address.database)


def _require_whole(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
            answers = connection.execute("PRAGMA integrity_check").fetchall()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BadInput(f"{copy} cannot be read as a backup: {error}.", remedy="Take another copy.") from error
    if answers != [("ok",)] or "alembic_version" not in tables:
        raise BadInput(f"{copy} is damaged, or no backup of this program.", remedy="Take another copy.")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target, timeout=30)) as writer:
        reader.backup(writer)
