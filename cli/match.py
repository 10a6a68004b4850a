"""``reconcile match``: two CSV files in, suggested pairs out, with no database and no Prefect."""

import csv
import io
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from reconcile.errors import BadInput

COLUMNS = {
    "contacts": ["id", "name", "first_name", "last_name", "company", "email", "phone", "mobile", "abn", "street", "suburb", "state", "postcode", "contact_number", "account_number", "site_street", "site_suburb", "site_state", "site_postcode"],
    "products": ["id", "code", "name", "description", "category", "brand", "price"],
}
HEADER = ["left_id", "right_id", "score", "decision", "reasons", "against"]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Rows = Iterable[Sequence[object]]


def match(
    kind: Annotated[Literal["contacts", "products"], typer.Argument(help="What the files hold.")],
    left: Annotated[Path, typer.Argument(help="CSV with the match columns; only id is required.")],
    right: Annotated[Path, typer.Argument(help="CSV of the other system.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the suggested pairs, best first.")],
) -> None:
    """Match two CSV files without a database: writes the suggested pairs, one to one, with score and reasons."""
    try:
        sides = read_side(left, kind), read_side(right, kind)
        rows = contact_rows(*sides) if kind == "contacts" else product_rows(*sides)
        written = write_rows(out, rows)
    except BadInput as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    print(f"{written} suggested pairs in {out}")


def contact_rows(left: dict[str, list[str]], right: dict[str, list[str]]) -> Rows:
    """Suggested contact pairs."""
    from reconcile.matching.engine import match_columns
    from reconcile.matching.suggestions import suggestions

    return (row[:6] for row in suggestions(match_columns(left, right), left["id"], right["id"]))


def product_rows(left: dict[str, list[str]], right: dict[str, list[str]]) -> Rows:
    """Suggested product pairs."""
    import pandas as pd

    from reconcile.matching.products import match_products

    pairs = match_products(pd.DataFrame(left, dtype=str), pd.DataFrame(right, dtype=str)).pairs
    return pairs[HEADER].itertuples(index=False, name=None)


def read_side(path: Path, kind: str) -> dict[str, list[str]]:
    """The known columns of a CSV file as lists of text.

    Raises BadInput naming file, row, column and remedy.
    """
    text = read_text(path)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if not header:
            raise BadInput(
                f"{path}: the file is empty.", remedy="Export it again, with a header row and at least the column id."
            )
        if "id" not in header:
            raise BadInput(
                f"{path}: row 1 has no column id.",
                remedy=f"Name one column id; columns read: {', '.join(COLUMNS[kind])}.",
            )
        twice = sorted({name for name in header if header.count(name) > 1 and name in COLUMNS[kind]})
        if twice:
            raise BadInput(f"{path}: row 1 has the column {twice[0]} twice.", remedy="Rename or delete one of them.")
        body = [row for row in rows if row]
    except csv.Error as error:
        raise BadInput(
            f"{path}: row {rows.line_num}: {error}.", remedy="Save the file as CSV (UTF-8) again."
        ) from error
    check_width(path, body, len(header))
    known = [name for name in header if name in COLUMNS[kind]]
    ignored = [name for name in header if name not in COLUMNS[kind]]
    if ignored:
        print(f"{path}: ignored columns: {', '.join(ignored)}", file=sys.stderr)
    cells = list(zip(*body, strict=True)) if body else [()] * len(header)
    side = {name: list(cells[header.index(name)]) for name in known}
    check_ids(path, side)
    return side


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"{path}: cannot be read ({error.strerror}).", remedy="Check the path and the permissions."
        ) from error
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


def check_ids(path: Path, side: dict[str, list[str]]) -> None:
    """Ids are there and distinct."""
    seen: dict[str, int] = {}
    for number, key in enumerate(side["id"], start=2):
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


def write_csv(handle: io.TextIOBase, rows: Rows) -> int:
    """Header and rows; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    writer = csv.writer(handle)
    writer.writerow(HEADER)
    count = 0
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else f"{cell:.6f}" for cell in row])
        count += 1
    return count


def safe(text: str) -> str:
    """``=1+1`` becomes ``'=1+1``."""
    return "'" + text if text.startswith(FORMULA) else text
