"""CSV rows with forgiving readers: a column may be missing, a cell empty."""

import csv
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from reconcile.sandbox.clock import parse_moment, to_ms

log = logging.getLogger(__name__)
FIRST_MS = to_ms(parse_moment("2026-01-01"))


class WorldError(ValueError):
    """A world file cannot be read; the message names file, row and column."""


@dataclass(frozen=True)
class Row:
    """One row of a world file."""

    file: Path
    number: int
    cells: dict[str, str]

    def text(self, *names: str) -> str:
        """The first of the named columns that has something in it."""
        return next((cell for name in names if (cell := self.cells.get(name, ""))), "")

    def flag(self, name: str, default: bool = False) -> bool:
        """A true/false column."""
        value = self.cells.get(name, "").casefold()
        return value in {"true", "1", "yes", "y"} if value else default

    def money(self, *names: str) -> Decimal | None:
        """A decimal column, or None when empty. Raises WorldError."""
        cell = self.text(*names)
        try:
            return Decimal(cell.replace("$", "").replace(",", "")) if cell else None
        except InvalidOperation as problem:
            raise self._error(names[0], f"'{cell}' is not an amount") from problem

    def day(self, name: str) -> date | None:
        """A date column, or None when empty. Raises WorldError."""
        cell = self.text(name)
        try:
            return date.fromisoformat(cell[:10]) if cell else None
        except ValueError as problem:
            raise self._error(name, f"'{cell}' is not a date") from problem

    def moment_ms(self, *names: str) -> int:
        """A time column in milliseconds; when empty, a fixed time that rises with the row. Raises WorldError."""
        cell = self.text(*names)
        try:
            return to_ms(parse_moment(cell)) if cell else FIRST_MS + self.number * 1000
        except ValueError as problem:
            raise self._error(names[0], f"'{cell}' is not a time") from problem

    def identifier(self) -> str:
        """The id column. Raises WorldError when empty."""
        if not self.text("id"):
            raise self._error("id", "every row needs an id")
        return self.text("id")

    def _error(self, column: str, problem: str) -> WorldError:
        return WorldError(f"{self.file}, row {self.number + 1}, column {column}: {problem}.")


def read_rows(file: Path, known: frozenset[str] | None = None) -> Iterator[Row]:
    """The rows of a CSV file, none when the file is missing; unknown columns are named in a warning."""
    if not file.exists():
        return
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        extra = sorted(set(reader.fieldnames or ()) - known) if known else []
        if extra:
            log.warning("%s: unknown columns are ignored: %s", file.name, ", ".join(extra))
        for number, cells in enumerate(reader, start=1):
            yield Row(
                file,
                number,
                {
                    name: (cell or "").strip()
                    for name, cell in cells.items()
                    if isinstance(name, str) and not isinstance(cell, list)
                },
            )


MATCH_CONTACT = frozenset(
    [
        "id",
        "name",
        "first_name",
        "last_name",
        "company",
        "email",
        "phone",
        "mobile",
        "abn",
        "street",
        "suburb",
        "state",
        "postcode",
    ]
)
MATCH_PRODUCT = frozenset(["id", "code", "name", "description", "category", "brand", "price"])
