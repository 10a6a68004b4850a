"""Who is at work on a run: a lock that the machine takes back when the process ends, however it ends.

Beside an SQLite file the lock is on a file of its own in the folder ``<database>.runs``; PostgreSQL keeps it with a
connection. A run whose lock is free again although nobody wrote down its end was killed: that is proof, not a guess.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from reconcile.errors import NotReady

_CLASS = 0x5265636F  # sets our locks apart from others in the same PostgreSQL database
_TAKE = text("SELECT pg_advisory_lock(:class, hashtext(:run))").bindparams(**{"class": _CLASS})
_FIND = text("""
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database() AND objsubid = 2 AND granted
    AND classid::bigint = :class AND objid::bigint = hashtext(:run)::bigint & 4294967295
""").bindparams(**{"class": _CLASS})
_KEEP_OPEN = {"keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 8}


@contextmanager
def at_work(engine: Engine, run_id: str) -> Iterator[bool]:
    """Hold a run's lock for the block, from before the run stands in its table; false when there is no place for locks.

    Raises NotReady when the lock cannot be taken.
    """
    if engine.dialect.name == "postgresql":
        with _at_work_on_server(engine, run_id):
            yield True
    elif (place := _place(engine, run_id)) is None:
        yield False
    else:
        with _at_work_beside_file(place):
            yield True


def is_at_work(session: Session, run_id: str) -> bool | None:
    """Whether a process holds a run's lock; None when this one cannot tell."""
    engine = session.get_bind().engine
    if engine.dialect.name == "postgresql":
        return bool(session.connection().execute(_FIND, {"run": run_id}).scalar_one())
    place = _place(engine, run_id)
    return None if place is None else _is_held(place)


def forget_lock(session: Session, run_id: str) -> None:
    """Remove what a killed run has left of its lock."""
    place = _place(session.get_bind().engine, run_id)
    if place is not None:
        place.unlink(missing_ok=True)


def _place(engine: Engine, run_id: str) -> Path | None:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return Path(f"{database}.runs") / run_id


@contextmanager
def _at_work_beside_file(place: Path) -> Iterator[None]:
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = place.open("w")
    except OSError as error:
        raise NotReady(
            f"{place} cannot be written: {error.strerror}.", remedy="Look at the disk of the data folder."
        ) from None
    with held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield
        finally:
            place.unlink(missing_ok=True)


def _is_held(place: Path) -> bool | None:
    try:
        with place.open() as looked_at:
            fcntl.flock(looked_at, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


@contextmanager
def _at_work_on_server(engine: Engine, run_id: str) -> Iterator[None]:
    """A connection of its own: it outlives those of the stages, and the lock ends with it."""
    own = create_engine(engine.url, poolclass=NullPool, connect_args=_KEEP_OPEN, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        connection.execute(_TAKE, {"run": run_id})
        yield
