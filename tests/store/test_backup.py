"""A backup is whole though others write; a restore changes nothing unless the copy is sound."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from reconcile.errors import BadInput, NotReady
from reconcile.store.backup import back_up, restore
from reconcile.store.engine import migrate, open_engine, writing
from reconcile.store.tables import Organisation


class Database:
    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'review.db'}"
        self.engine = open_engine(self.url)
        migrate(self.engine)

    def add(self, name: str) -> None:
        with writing(self.engine) as session:
            session.add(
                Organisation(
                    id=name, name=name, xero_tenant_id=name, short_code="", created_at=datetime(2026, 1, 1, tzinfo=UTC)
                )
            )

    def names(self) -> list[str]:
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(text("SELECT id FROM organisation ORDER BY id"))]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.engine.dispose()


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(database: Database, tmp_path: Path) -> None:
    database.add("first")
    back_up(database.url, tmp_path / "copy.db")
    database.add("second")
    database.engine.dispose()
    restore(database.url, tmp_path / "copy.db", tmp_path / "kept.db")
    assert database.names() == ["first"]
    database.engine.dispose()
    restore(database.url, tmp_path / "kept.db", tmp_path / "again.db")
    assert database.names() == ["first", "second"]


def test_a_copy_is_for_its_owner_only_and_holds_what_is_not_yet_in_the_main_file(
    database: Database, tmp_path: Path
) -> None:
    database.add("still in the write-ahead log")
    back_up(database.url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM organisation").fetchone() == (1,)
    copy.close()


def test_a_backup_never_replaces_a_file(database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BadInput, match="exists already"):
        back_up(database.url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"\x00" * 4000])
def test_an_unsound_copy_is_refused_and_nothing_changes(database: Database, tmp_path: Path, content: bytes) -> None:
    database.add("first")
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(BadInput):
        restore(database.url, tmp_path / "copy.db", tmp_path / "kept.db")
    assert database.names() == ["first"]
    assert not (tmp_path / "kept.db").exists()


def test_without_a_database_or_with_postgresql_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="first run") as missing:
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert missing.value.remedy
    with pytest.raises(NotReady) as other:
        back_up("postgresql://localhost/x", tmp_path / "copy.db")
    assert "pg_dump" in (other.value.remedy or "")
