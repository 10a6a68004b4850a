"""Several organisations at the same time: each gets its own night, and nothing of another one, whatever fails."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import select

from flows.nightly import nightly_reconciliation
from reconcile.sandbox.dump import plain
from reconcile.sandbox.edits import XERO_TABLES, xero_table
from reconcile.store import tables
from reconcile.store.engine import open_engine, reading
from tests.organisations.many import Many, mark_of, on_threads, serve_many, strangers

pytestmark = [pytest.mark.flows, pytest.mark.timeout(280)]
COUNT, CONTACTS, WORKERS, BROKEN = 3, 20, 2, "org-02"


@pytest.fixture(scope="module")
def many(
    tmp_path_factory: pytest.TempPathFactory, prefect_harness: None, fresh_database: Callable[[Path], str]
) -> Iterator[Many]:
    folder = tmp_path_factory.mktemp("many")
    with (
        serve_many(folder, fresh_database(folder), COUNT, CONTACTS) as many,
        pytest.MonkeyPatch.context() as environment,
    ):
        for name, value in many.environment().items():
            environment.setenv(name, value)
        yield many


@pytest.fixture(scope="module")
def nights(many: Many) -> dict[str, Any]:
    """All nights, two at a time; one organisation's Xero has been disconnected."""
    many.served.sandbox.grants.disconnect(f"tenant-{BROKEN}")
    return on_threads(nightly_reconciliation, many.names, WORKERS)


def test_the_failure_of_one_touches_no_other(many: Many, nights: dict[str, Any]) -> None:
    assert isinstance(nights[BROKEN], Exception)
    for name in many.names:
        if name != BROKEN:
            counts = nights[name]["counts"]
            assert counts["pooltrackr contacts"]["total"] == CONTACTS
            assert counts["policy contacts"]["decided"] >= CONTACTS // 2
            assert counts["push contacts to xero"]["done"] == counts["policy contacts"]["decided"]


def test_no_file_of_an_organisation_names_another(many: Many, nights: dict[str, Any]) -> None:
    for name in many.names:
        folder = many.settings.reports_dir / name
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert strangers(name, many.names, readable(path)) == [], path
    reports = many.settings.reports_dir
    assert {path.name for path in reports.iterdir()} == set(many.names) - {BROKEN}
    assert mark_of("org-00") in readable(next((reports / "org-00").rglob("contacts*.csv")))


def test_no_row_of_an_organisation_names_another(many: Many, nights: dict[str, Any]) -> None:
    engine = open_engine(many.settings.database)
    seen = 0
    with reading(engine) as session:
        for table in (t for t in vars(tables).values() if getattr(t, "org_id", None) is not None):
            for row in session.exec(select(table)):
                seen += 1
                assert strangers(row.org_id, many.names, json.dumps(row.model_dump(mode="json"))) == [], table
    engine.dispose()
    assert seen > COUNT * CONTACTS


def test_nothing_of_one_was_written_to_the_other_ones_systems(many: Many, nights: dict[str, Any]) -> None:
    for name in many.names:
        books = many.served.world.books[f"tenant-{name}"]
        account = many.served.world.others[f"token-{name}"]
        shown = [plain(asdict(row)) for table in XERO_TABLES for row in xero_table(books, table)]
        shown += [row.fields for table in account.tables.values() for row in table]
        assert strangers(name, many.names, json.dumps(shown, default=str)) == []
    stamped = [c.number for c in many.served.world.books["tenant-org-00"].contacts]
    assert sum(bool(number) for number in stamped) == nights["org-00"]["counts"]["push contacts to xero"]["done"]


def readable(path: Path) -> str:
    """A file's text, or that of the parts of a workbook."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8", errors="replace")
    with ZipFile(path) as parts:
        return "".join(parts.read(name).decode("utf-8", errors="replace") for name in parts.namelist())
