"""An Excel workbook as people hand it back; what is no workbook, or would swell when unpacked, is refused."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook

from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_table import MOST_COLUMNS, MOST_ROWS, heading

LARGEST_UNPACKED = 300 * 1024 * 1024
_MOST_PARTS = 2_000
_NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_AGAIN = "Open it in Excel and save it again as Excel workbook (.xlsx)."


def workbook_table(content: bytes) -> list[list[str]]:
    """The cells of the sheet that has the decision columns, as text, the header first.

    A formula keeps its leading "=", so that it is refused where it matters; what stands right of the header's last
    column is somebody's own remark. Raises DecisionsRejected.
    """
    _check_container(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        return _first_fitting(book)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, SyntaxError, OSError) as error:
        raise DecisionsRejected(f"The workbook is damaged ({type(error).__name__}).", remedy=_AGAIN) from None


def _check_container(content: bytes) -> None:
    """Look at the container before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            parts = box.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > _MOST_PARTS:
                raise DecisionsRejected("The workbook is far too large when unpacked.", remedy="Is it the right file?")
            if any(part.flag_bits & 1 for part in parts):
                raise DecisionsRejected("The workbook is encrypted.", remedy="Save it without a password.")
            if not {part.filename for part in parts} >= _NEEDED:
                raise DecisionsRejected("The file is a zip, but no workbook.", remedy=_AGAIN)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and b"<!" in box.open(part).read(2_048):
                    _refuse_declarations(box, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError):
        raise DecisionsRejected("The file is called .xlsx but is no workbook.", remedy=_AGAIN) from None


def _refuse_declarations(box: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    start = box.open(part).read(2_048).upper()
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise DecisionsRejected("The workbook holds declarations that Excel never writes.", remedy=_AGAIN)


def _first_fitting(book: Any) -> list[list[str]]:
    sheets = book.worksheets
    for sheet in sheets:
        sheet.reset_dimensions()
        header = next((cells for cells in _cells(sheet) if any(cells)), [])
        if {heading(cell) for cell in header} >= {"proposal_id", "decision"}:
            return [cells[: len(header)] for cells in _limited(_cells(sheet))]
    return _limited(_cells(sheets[0])) if sheets else []


def _cells(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_col=MOST_COLUMNS + 2):
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        yield texts


def _limited(rows: Iterator[list[str]]) -> list[list[str]]:
    table: list[list[str]] = []
    filled = 0
    for row in rows:
        filled += bool(row)
        if filled > MOST_ROWS + 1:
            raise DecisionsRejected(f"The workbook has more than {MOST_ROWS} rows.", remedy="Is it the right file?")
        table.append(row)
    return table


def _text(cell: Any) -> str:
    value: object = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return "=" + str(value).removeprefix("=")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
