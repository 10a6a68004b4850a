"""The database: its version, its transactions, its own guards."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from reconcile.errors import Busy, NotReady
from reconcile.store import engine as engine_module
from reconcile.store import tables
from reconcile.store.audit import broken_seals, record_event
from reconcile.store.engine import migrate, open_engine, reading, require_current, writing

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def test_an_empty_database_is_set_up_by_itself(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'review.db'}")
    require_current(engine)
    with reading(engine) as session:
        assert session.exec(select(tables.Organisation)).all() == []


def test_who_comes_while_another_process_sets_up_the_file_waits_for_it(tmp_path: Path) -> None:
    file = tmp_path / "review.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as another:
        another.execute("BEGIN IMMEDIATE")
        another.execute("CREATE TABLE being_made (it TEXT)")
        done = threading.Timer(0.3, another.execute, ("COMMIT",))
        done.start()
        require_current(open_engine(f"sqlite:///{file}"))
        done.join()


def test_every_table_has_its_migration(engine: Engine) -> None:
    config = engine_module._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_migrations_go_down_and_up_again(engine: Engine) -> None:
    migrate(engine, "base")
    migrate(engine)
    require_current(engine)


def test_a_database_of_another_version_is_refused_with_the_remedy(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0010'"))
    with pytest.raises(NotReady, match="reconcile upgrade"):
        require_current(engine)


def test_a_database_of_a_newer_program_is_neither_used_nor_upgraded(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for use in (require_current, migrate):
        with pytest.raises(NotReady, match="Install the newer program again"):
            use(engine)


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(NotReady, match="RECONCILE_DATABASE_URL"):
        require_current(open_engine(f"sqlite:///{tmp_path / 'folder.db'}"))


def test_a_writer_who_waits_too_long_for_another_is_told_so_and_stores_nothing(tmp_path: Path) -> None:
    first, second = (open_engine(f"sqlite:///{tmp_path / 'review.db'}") for _ in range(2))
    require_current(first)
    event.listen(second, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20"))
    with writing(first) as session:
        record_event(session, "org", NOW, "me", "did", "it", {})
        with pytest.raises(Busy, match="Nothing was stored"), writing(second) as other:
            record_event(other, "org", NOW, "you", "did", "it", {})
    with reading(first) as session:
        assert [row.actor for row in session.exec(select(tables.Audit))] == ["me"]


def test_a_full_disk_is_told_in_words_and_the_same_works_once_there_is_room(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'review.db'}")
    require_current(engine)
    pages = {"max": 10}
    event.listen(engine, "begin", lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages['max']}"))
    with pytest.raises(Busy, match=r"disk of the database is full.*Free some space"), writing(engine) as session:
        record_event(session, "org", NOW, "me", "did", "it", {"much": "x" * 100_000})
    with reading(engine) as session:
        assert session.exec(select(tables.Audit)).all() == []
    pages["max"] = 1_000_000
    with writing(engine) as session:
        record_event(session, "org", NOW, "me", "did", "it", {"much": "x" * 100_000})
    engine.dispose()


def test_a_failing_block_stores_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:
        record_event(session, "org", NOW, "me", "did", "it", {})
        raise RuntimeError
    with reading(engine) as session:
        assert session.exec(select(tables.Audit)).all() == []


def test_the_audit_trail_cannot_be_changed_or_removed(engine: Engine) -> None:
    with writing(engine) as session:
        record_event(session, "org", NOW, "me", "did", "it", {})
    for statement in ("UPDATE audit SET actor = 'you'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="only grows"), engine.begin() as connection:
            connection.execute(text(statement))


def test_a_forged_audit_row_breaks_the_seal(engine: Engine) -> None:
    for number in range(3):
        with writing(engine) as session:
            record_event(session, "org", NOW, "me", "did", str(number), {})
    with reading(engine) as session:
        assert broken_seals(session, "org") == []
    drop = "audit_refuses_update" if engine.dialect.name == "sqlite" else "audit_refuses_change ON audit"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {drop}"))
        connection.execute(text("UPDATE audit SET actor = 'you' WHERE subject = '1'"))
    with reading(engine) as session:
        assert broken_seals(session, "org") == [2]
