"""``reconcile match``: two CSV files in, suggested pairs out, with no database and no Prefect."""

import csv
import gc
import io
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from reconcile.errors import BadInput

if TYPE_CHECKING:
    from reconcile.matching.table import Table

COLUMNS = {
    "contacts": [
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
        "contact_number",
        "account_number",
        "site_street",
        "site_suburb",
        "site_state",
        "site_postcode",
    ],
    "products": ["id", "code", "name", "description", "category", "brand", "price"],
}
HEADER = ["left_id", "right_id", "score", "decision", "reasons", "against"]
FORMULA = frozenset("=+-@\t\r\n")
TOGETHER = 10_000
"""Lines that are written to the file together."""
MARKS = frozenset(',"\r\n')
Rows = Iterable[tuple[str, str, float, str, str, str]]


def match(
    kind: Annotated[Literal["contacts", "products"], typer.Argument(help="What the files hold.")],
    left: Annotated[Path, typer.Argument(help="CSV with the match columns; only id is required.")],
    right: Annotated[Path, typer.Argument(help="CSV of the other system.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the suggested pairs, best first.")],
) -> None:
    """Match two CSV files without a database: writes the suggested pairs, one to one, with score and reasons."""
    gc.disable()  # millions of short texts and no cycles: collecting would cost a tenth of the time
    try:
        rows = contact_rows(left, right) if kind == "contacts" else product_rows(left, right)
        written = write_rows(out, rows)
    except BadInput as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    finally:
        gc.enable()
    print(f"{written} suggested pairs in {out}")


def contact_rows(left: Path, right: Path) -> Rows:
    """Suggested contact pairs; two plain files are read as arrays, any other two as lists of text."""
    engine, suggestions = import_module("reconcile.matching.engine"), import_module("reconcile.matching.suggestions")
    table = plain_table(left, right) or engine.tabled(read_side(left, "contacts"), read_side(right, "contacts"))
    matches = engine.match_table(table)
    return (row[:6] for row in suggestions.suggestions(matches, table.left, table.right))


def plain_table(left: Path, right: Path) -> "Table | None":
    """Both files as one table; None when one of them is not plain."""
    plain_csv, cell_tables = (
        import_module("reconcile.matching.plain_csv"),
        import_module("reconcile.matching.cell_tables"),
    )
    cells = [plain_csv.plain_cells(read_bytes(path)) for path in (left, right)]
    if None in cells:
        return None
    for path, side in zip((left, right), cells, strict=True):
        check_header(path, side.header, "contacts")
    table: Table = cell_tables.table_of_cells(*cells, COLUMNS["contacts"])
    check_ids(left, table.left)
    check_ids(right, table.right)
    return table


def product_rows(left: Path, right: Path) -> Rows:
    """Suggested product pairs."""
    frame = import_module("pandas").DataFrame
    match_products = import_module("reconcile.matching.products").match_products
    sides = [frame(read_side(path, "products"), dtype=str) for path in (left, right)]
    pairs = match_products(*sides).pairs
    rows: Rows = pairs[HEADER].itertuples(index=False, name=None)
    return rows


def read_side(path: Path, kind: str) -> dict[str, list[str]]:
    """The known columns of a CSV file as lists of text.

    Raises BadInput naming file, row, column and remedy.
    """
    data = read_bytes(path)
    header, cells = read_cells(path, decoded(path, data))
    check_header(path, header, kind)
    side = {name: cells[header.index(name)] for name in header if name in COLUMNS[kind]}
    check_ids(path, side["id"])
    return side


def read_cells(path: Path, text: str) -> tuple[list[str], list[list[str]]]:
    """Header and columns of a CSV text."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        body = [row for row in rows if row]
    except csv.Error as error:
        raise BadInput(
            f"{path}: row {rows.line_num}: {error}.", remedy="Save the file as CSV (UTF-8) again."
        ) from error
    check_width(path, body, len(header))
    return header, [list(column) for column in zip(*body, strict=True)] if body else [[] for _ in header]


def check_header(path: Path, header: list[str], kind: str) -> None:
    """There is an id column, and no known column twice; says which columns are not read."""
    if not header:
        raise BadInput(
            f"{path}: the file is empty.", remedy="Export it again, with a header row and at least the column id."
        )
    if "id" not in header:
        raise BadInput(
            f"{path}: row 1 has no column id.", remedy=f"Name one column id; columns read: {', '.join(COLUMNS[kind])}."
        )
    twice = sorted({name for name in header if header.count(name) > 1 and name in COLUMNS[kind]})
    if twice:
        raise BadInput(f"{path}: row 1 has the column {twice[0]} twice.", remedy="Rename or delete one of them.")
    ignored = [name for name in header if name not in COLUMNS[kind]]
    if ignored:
        print(f"{path}: ignored columns: {', '.join(ignored)}", file=sys.stderr)


def read_bytes(path: Path) -> bytes:
    """What the file holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path}: cannot be read ({error.strerror}).", remedy="Check the path and the permissions."
        ) from error


def decoded(path: Path, data: bytes) -> str:
    """UTF-8 text, with or without a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise BadInput(f"{path}: row {row}: not UTF-8.", remedy='Save it as "CSV UTF-8" from Excel.') from error
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise BadInput(
            f"{path}: row {row}: holds a NUL character.", remedy='Save it as "CSV UTF-8"; it may be UTF-16 or damaged.'
        )
    return text


def check_width(path: Path, body: list[list[str]], width: int) -> None:
    """Every row has as many cells as the header; rows that only lack empty cells at the end are filled up."""
    for number, row in enumerate(body, start=2):
        if len(row) < width:
            row.extend([""] * (width - len(row)))
        elif len(row) > width:
            raise BadInput(
                f"{path}: row {number} has {len(row)} cells, the header {width}.",
                remedy="Put cells that hold a comma into double quotes.",
            )


def check_ids(path: Path, ids: Sequence[str]) -> None:
    """Ids are there and distinct."""
    if len(set(ids)) == len(ids) and all(ids) and not any(map(str.isspace, ids)):
        return
    seen: dict[str, int] = {}
    for number, key in enumerate(ids, start=2):
        if not key.strip():
            raise BadInput(f"{path}: row {number}, column id: empty.", remedy="Give every row an id.")
        if seen.setdefault(key, number) != number:
            raise BadInput(
                f"{path}: row {number}, column id: {key[:40]!r} is already in row {seen[key]}.",
                remedy="Every row needs an id of its own.",
            )


def write_rows(path: Path, rows: Rows) -> int:
    """Writes all rows or nothing: a file beside the target, then renamed."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=path.name, suffix=".part", delete=False, newline="", encoding="utf-8"
        ) as part:
            temporary = Path(part.name)
            try:
                count = write_csv(part, rows)
            except BaseException:
                temporary.unlink()
                raise
        temporary.chmod(0o600)
        temporary.replace(path)
    except OSError as error:
        raise BadInput(
            f"{path}: cannot be written ({error.strerror}).", remedy="Check the folder and its permissions."
        ) from error
    return count


def write_csv(handle: IO[str], rows: Rows) -> int:
    """Header and rows, the same as the ``csv`` module writes; words repeat, so that each different text is quoted once."""
    quoted = Quoted()
    lines = [",".join(HEADER) + "\r\n"]
    for one, other, score, decision, reasons, against in rows:
        left = one if one.isalnum() else quote(safe(one))
        right = other if other.isalnum() else quote(safe(other))
        lines.append(f"{left},{right},{score:.6f},{decision},{quoted[reasons]},{quoted[against]}\r\n")
    for start in range(0, len(lines), TOGETHER):
        handle.write("".join(lines[start : start + TOGETHER]))
    return len(lines) - 1


class Quoted(dict[str, str]):
    """Texts as they stand in a CSV file."""

    def __missing__(self, text: str) -> str:
        return self.setdefault(text, quote(text))


def quote(text: str) -> str:
    """``a,b`` becomes ``"a,b"``."""
    return '"' + text.replace('"', '""') + '"' if MARKS.intersection(text) else text


def safe(text: str) -> str:
    """``=1+1`` becomes ``'=1+1``."""
    return "'" + text if text[:1] in FORMULA else text
