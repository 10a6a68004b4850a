"""Pooltrackr's CSV exports as a source: a folder with contacts.csv, pools.csv, products.csv and so on.

A file is read as a whole before its first record is given away, so a bad row anywhere gives nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reconcile.clients.csv_columns import FILES
from reconcile.clients.csv_rows import bad, read_header, read_rows
from reconcile.clients.pooltrackr.records import READERS
from reconcile.errors import BadInput, NotReady
from reconcile.ports import Page
from reconcile.records import Entity, Record, System

PAGE_SIZE = 1000
_ADDRESS = ("street", "suburb", "state", "postcode")


class CsvExport:
    """A folder of exports. ``warnings`` names unknown and missing columns, and missing files.

    Raises BadInput when the folder or its files cannot be used.
    """

    system: System = "pooltrackr"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.warnings: list[str] = []
        present = [name for name in FILES.values() if (folder / name).exists()]
        if not folder.is_dir() or not present:
            raise BadInput(
                "The Pooltrackr folder holds no exports.",
                remedy=f"Set RECONCILE_POOLTRACKR_URL to a folder with {', '.join(FILES.values())}.",
            )
        for table in (*FILES, "invoice_lines"):
            self._look_at(table)

    def pages(self, entity: Entity, since: datetime | None = None) -> Iterator[Page]:
        """All records of one file; ``since`` is of no use here. Raises BadInput naming file, row, column, remedy."""
        del since
        records = self._records(entity)
        for start in range(0, len(records), PAGE_SIZE):
            yield Page(tuple(records[start : start + PAGE_SIZE]))

    def is_incremental(self, entity: Entity) -> bool:
        """An export is always whole."""
        return entity not in FILES

    def get(self, entity: Entity, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        return next((record for record in self._records(entity) if record.id == record_id), None)

    def close(self) -> None:
        """Nothing is held open."""

    def _look_at(self, table: str) -> None:
        file = self._folder / f"{table}.csv"
        if file.exists():
            self.warnings += read_header(file, table).warnings
        else:
            self.warnings.append(f"{file.name} is missing: no {table.replace('_', ' ')} are read.")

    def _records(self, entity: Entity) -> list[Record]:
        if entity not in FILES:
            raise NotReady(f"Pooltrackr has no {entity}.")
        file = self._folder / FILES[entity]
        if not file.exists():
            return []
        bodies = self._bodies(file, entity)
        if entity == "invoices":
            lines = self._lines()
            for record_id, body in bodies.items():
                body["lines"] = lines.get(record_id, [])
        return [READERS[entity](body) for body in bodies.values()]

    def _bodies(self, file: Path, entity: Entity) -> dict[str, dict[str, Any]]:
        """The rows as the API would give them, by id."""
        bodies: dict[str, dict[str, Any]] = {}
        for line, row in read_rows(file, entity):
            record_id = row.get("id", "")
            if not record_id:
                raise bad(file, line, "id", "is empty", "Every row needs the id that Pooltrackr gave it.")
            body = _SHAPES.get(entity, dict)(row)
            known = bodies.setdefault(record_id, body)
            if known is not body:
                _join(file, line, entity, known, body)
        return bodies

    def _lines(self) -> dict[str, list[Mapping[str, Any]]]:
        file, lines = self._folder / "invoice_lines.csv", defaultdict[str, list[Mapping[str, Any]]](list)
        if file.exists():
            for _, row in read_rows(file, "invoice_lines"):
                lines[row.get("invoice_id", "")].append(row)
        return lines


def _join(file: Path, line: int, entity: Entity, known: dict[str, Any], body: dict[str, Any]) -> None:
    """A pool has one row for each of its people; any other id may come once only."""
    fresh = [person for person in body.get("contacts", ()) if person not in known["contacts"]]
    if entity != "pools" or not fresh:
        raise bad(file, line, "id", "was there before", "Every id may come once; export it again.")
    known["contacts"] += fresh


def _contact(row: Mapping[str, str]) -> dict[str, Any]:
    numbers = [(label, part) for label in ("phone", "mobile") for part in _split(row.get(label, ""))]
    person = f"{row.get('first_name', '')} {row.get('last_name', '')}".strip()
    return {
        **row,
        "name": row.get("name") or person or row.get("company", ""),
        "emails": _split(row.get("email", "")),
        "phones": [{"label": label, "number": number} for label, number in numbers],
        "address": _address(row),
    }


def _pool(row: Mapping[str, str]) -> dict[str, Any]:
    people = [{"contact_id": row.get("contact_id", ""), "relationship": row.get("relationship") or "owner"}]
    return {**row, "address": _address(row), "contacts": people if row.get("contact_id") else []}


def _address(row: Mapping[str, str]) -> dict[str, str]:
    return {name: row.get(name, "") for name in _ADDRESS}


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


_SHAPES = {"contacts": _contact, "pools": _pool}
