"""Reading one CSV file strictly: UTF-8, one header, no NUL, every row of the same width."""

import csv
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from reconcile.clients.csv_columns import COLUMNS, Column, Kind, names_of, plain
from reconcile.errors import BadInput

MAX_BYTES = 500 * 1024 * 1024
MAX_COLUMNS = 500
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FLAGS = {"true": True, "1": True, "yes": True, "y": True, "false": False, "0": False, "no": False, "n": False}


@dataclass(frozen=True)
class Header:
    """Which column of the file holds which field (several may hold one of kind "many"), and what was odd."""

    file: Path
    fields: tuple[tuple[int, Column], ...]
    width: int
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def warnings(self) -> list[str]:
        """What a person should know about the columns, by name."""
        found = []
        if self.unknown:
            found.append(f"{self.file.name}: unknown columns are ignored: {', '.join(self.unknown)}.")
        if self.missing:
            found.append(f"{self.file.name}: expected columns are missing: {', '.join(self.missing)}.")
        return found


def read_header(file: Path, table: str) -> Header:
    """The header of a file. Raises BadInput."""
    with _Reader(file) as rows:
        cells = next(iter(rows), None)
    if cells is None:
        raise BadInput(f"{file.name} is empty.", remedy="Export it again.")
    return _match(file, table, cells)


def read_rows(file: Path, table: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of each row, checked. Raises BadInput naming file, row and column."""
    with _Reader(file) as rows:
        stream = iter(rows)
        header = _match(file, table, next(stream, []))
        for cells in stream:
            if any(cell.strip() for cell in cells):
                yield rows.line, _row(header, rows.line, cells)


def bad(file: Path, line: int, column: str, problem: str, remedy: str) -> BadInput:
    """A complaint about one cell; never quotes it, since it may name a person."""
    return BadInput(f"{file.name}, row {line}, column {column}: {problem}.", remedy=remedy)


class _Reader:
    """The rows of a file as cells; knows the line it is at."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.line = 0

    def __enter__(self) -> "_Reader":
        _require_readable(self._file)
        self._stream = self._file.open(encoding="utf-8-sig", newline="", errors="strict")
        self._csv = csv.reader(self._lines(), strict=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for cells in self._csv:
                self.line = self._csv.line_num
                yield [cell.strip() for cell in cells]
        except UnicodeDecodeError:
            raise BadInput(
                f"{self._file.name} is not UTF-8 (near row {self._csv.line_num + 1}).",
                remedy='Save it as "CSV UTF-8" and try again.',
            ) from None
        except csv.Error as error:
            raise BadInput(
                f"{self._file.name}, row {self._csv.line_num}: {error}.", remedy="Export it again, unedited."
            ) from None

    def _lines(self) -> Iterator[str]:
        for line in self._stream:
            if "\0" in line:
                raise BadInput(
                    f"{self._file.name}, row {self._csv.line_num + 1}: holds a NUL character.",
                    remedy="The file is damaged; export it again.",
                )
            yield line


def _require_readable(file: Path) -> None:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise BadInput(f"{file.name} is not a file.", remedy="Give the exported CSV file itself.")
        if found.st_size > MAX_BYTES:
            raise BadInput(f"{file.name} is larger than {MAX_BYTES // 1024**2} MB.", remedy="Export less at a time.")
        with file.open("rb") as stream:
            if stream.read(2) in _UTF16:
                raise BadInput(f"{file.name} is UTF-16.", remedy='Save it as "CSV UTF-8" and try again.')
    except OSError as error:
        raise BadInput(f"{file.name} cannot be read: {error.strerror}.", remedy="Check the file.") from None


def _match(file: Path, table: str, cells: list[str]) -> Header:
    known, unknown = names_of(table), list[str]()
    fields: list[tuple[int, Column]] = []
    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        raise BadInput(f"{file.name} is not separated by commas.", remedy="Save it as a comma-separated CSV.")
    if len(cells) > MAX_COLUMNS:
        raise BadInput(f"{file.name} has {len(cells)} columns.", remedy="Export it again, unedited.")
    for index, cell in enumerate(cells):
        column = known.get(plain(cell))
        if column is None:
            unknown.append(cell or f"(column {index + 1})")
        elif column.kind != "many" and any(column is other for _, other in fields):
            raise BadInput(f"{file.name} has two columns for {column.name}.", remedy="Remove one of them.")
        else:
            fields.append((index, column))
    there = {column.name for _, column in fields}
    if "id" not in there and table != "invoice_lines":
        raise BadInput(f"{file.name} has no id column.", remedy="Export it again with the id, which links depend on.")
    missing = tuple(c.name for c in COLUMNS[table] if c.is_expected and c.name not in there)
    return Header(file, tuple(fields), len(cells), tuple(unknown), missing)


def _row(header: Header, line: int, cells: list[str]) -> dict[str, str]:
    if len(cells) != header.width:
        raise BadInput(
            f"{header.file.name}, row {line}: {len(cells)} cells, but the header has {header.width}.",
            remedy="The row is damaged or was cut off; export it again.",
        )
    fields: dict[str, str] = {}
    for index, column in header.fields:
        value = _checked(header.file, line, column, cells[index])
        before = fields.get(column.name, "")
        fields[column.name] = f"{before}; {value}" if before and value else before or value
    return fields


def _checked(file: Path, line: int, column: Column, cell: str) -> str:
    """The cell in the form that the API would give it. Raises BadInput."""
    if not cell:
        return ""
    try:
        return _CHECKS[column.kind](cell)
    except (ValueError, InvalidOperation, KeyError):
        problem, remedy = _COMPLAINTS[column.kind]
        raise bad(file, line, column.name, problem, remedy) from None


def _money(cell: str) -> str:
    amount = Decimal(cell.replace("$", "").replace(",", "").strip())
    if not amount.is_finite():
        raise ValueError(cell)
    return format(amount, "f")


def _day(cell: str) -> str:
    if "/" in cell:
        day, month, year = cell.split("/")
        return date(int(year), int(month), int(day)).isoformat()
    return date.fromisoformat(cell[:10]).isoformat()


_CHECKS: dict[Kind, Callable[[str], str]] = {
    "text": str,
    "many": str,
    "money": _money,
    "flag": lambda cell: str(_FLAGS[cell.casefold()]).lower(),
    "date": _day,
    "time": lambda cell: datetime.fromisoformat(cell).isoformat(),
}
_COMPLAINTS: dict[Kind, tuple[str, str]] = {
    "text": ("cannot be read", "Correct the cell."),
    "many": ("cannot be read", "Correct the cell."),
    "money": ("is not an amount", "Write it like 1234.50."),
    "flag": ("is neither yes nor no", "Write true or false."),
    "date": ("is not a date", "Write it like 2026-11-30 or 30/11/2026."),
    "time": ("is not a time", "Write it like 2026-11-30T09:00:00Z."),
}
