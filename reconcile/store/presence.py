"""Who is at work, and whose turn it is: locks that the machine takes back when the process ends, however it ends.

Beside an SQLite file a lock is on a file of its own in the folder ``<database>.runs``; PostgreSQL keeps it with a
connection. A run whose lock is free again although nobody wrote down its end was killed: that is proof, not a guess.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from reconcile.errors import NotReady

_CLASS = 0x5265636F  # sets our locks apart from others in the same PostgreSQL database
_TAKE = text("SELECT pg_try_advisory_lock(:class, hashtext(:run))").bindparams(**{"class": _CLASS})
_FIND = text("""
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database() AND objsubid = 2 AND granted
    AND classid::bigint = :class AND objid::bigint = hashtext(:run)::bigint & 4294967295
""").bindparams(**{"class": _CLASS})
LOOK_SECONDS = 0.5
_KEEP_OPEN = {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 8}


@contextmanager
def at_work(engine: Engine, run_id: str) -> Iterator[bool]:
    """Hold a run's lock for the block, from before the run stands in its table; false when there is no place for locks.

    Raises NotReady when the lock cannot be written.
    """
    with _opened(engine, run_id) as take:
        try:
            yield take is not None and take()
        finally:
            forget_lock(engine, run_id)


@contextmanager
def in_turn(engine: Engine, name: str, patience: float, wait: Callable[[float], None]) -> Iterator[bool]:
    """Hold a turn for the block once it is free; false when another process kept it for all the seconds of patience.

    The turn of a process that was killed is free at once. Raises NotReady when the lock cannot be written.
    """
    with _opened(engine, f"turn-{name}") as take:
        waited = 0.0
        while not (mine := take is None or take()) and waited < patience:
            wait(LOOK_SECONDS)
            waited += LOOK_SECONDS
        yield mine


def is_at_work(session: Session, run_id: str) -> bool | None:
    """Whether a process holds a run's lock; None when this one cannot tell."""
    engine = session.get_bind().engine
    if engine.dialect.name == "postgresql":
        return bool(session.connection().execute(_FIND, {"run": run_id}).scalar_one())
    place = _place(engine, run_id)
    return None if place is None else _is_held(place)


def forget_lock(engine: Engine, run_id: str) -> None:
    """Remove what is left of a run's lock."""
    place = _place(engine, run_id)
    if place is not None:
        place.unlink(missing_ok=True)


def _place(engine: Engine, run_id: str) -> Path | None:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return Path(f"{database}.runs") / run_id


@contextmanager
def _opened(engine: Engine, name: str) -> Iterator[Callable[[], bool] | None]:
    """What takes a lock if it is free, to be kept until the end of the block; None where there is no place for locks."""
    if engine.dialect.name == "postgresql":
        with _own_connection(engine) as connection:
            yield lambda: bool(connection.execute(_TAKE, {"run": name}).scalar_one())
    elif (place := _place(engine, name)) is None:
        yield None
    else:
        with _own_file(place) as file:
            yield lambda: _lock(file)


@contextmanager
def _own_connection(engine: Engine) -> Iterator[Connection]:
    """It outlives those of the stages, and its locks end with it."""
    own = create_engine(engine.url, poolclass=NullPool, connect_args=_KEEP_OPEN, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        yield connection


@contextmanager
def _own_file(place: Path) -> Iterator[TextIO]:
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = place.open("w")
    except OSError as error:
        raise NotReady(
            f"{place} cannot be written: {error.strerror}.", remedy="Look at the disk of the data folder."
        ) from None
    with file:
        yield file


def _lock(file: TextIO, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_held(place: Path) -> bool | None:
    try:
        with place.open() as file:
            return not _lock(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False
    except OSError:
        return None
