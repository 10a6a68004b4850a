"""An Excel workbook as people hand it back; what is no workbook, or would swell when unpacked, is refused."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils.cell import range_boundaries

from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_table import MOST_COLUMNS, MOST_ROWS, header_place, heading, is_header
from reconcile.reports.match_report import DECISION_COLUMNS

LARGEST_UNPACKED = 300 * 1024 * 1024
_MOST_PARTS = 2_000
_NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_CHUNK = 1 << 20
_LOOKED_THROUGH = 21
Fitting = tuple[Any, list[str]]  # a sheet and its header
_AGAIN = "Open it in Excel and save it again as Excel workbook (.xlsx)."


def workbook_table(content: bytes) -> list[list[str]]:
    """The cells of the sheet that has the decision columns, as text, the header first.

    Merged decisions are refused: Excel keeps what stands in the first row of them only. A formula keeps its leading "=", so
    that it is refused where it matters; what stands right of the header's last column is somebody's own remark. Raises
    DecisionsRejected.
    """
    _check_container(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        return _first_fitting(book, content)
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


def _first_fitting(book: Any, content: bytes) -> list[list[str]]:
    """The table to read: the sheet with the decision columns, of several the one in which something was decided."""
    fitting = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = list(islice(_cells(sheet), _LOOKED_THROUGH))
        place = header_place(rows)
        if place is not None and is_header(rows[place]):
            fitting.append((sheet, rows[place]))
    if not fitting:
        return _limited(_cells(book.worksheets[0])) if book.worksheets else []
    sheet, header = fitting[0] if len(fitting) == 1 else _only_filled(fitting)
    _refuse_merged(content, sheet, header)
    return [cells[: len(header)] for cells in _limited(_cells(sheet))]


def _only_filled(fitting: Sequence[Fitting]) -> Fitting:
    """Of several sheets to fill in the one that was filled in; refused when there are two, for nobody knows which counts."""
    filled = [(sheet, header) for sheet, header in fitting if _is_filled(sheet, header)]
    if len(filled) > 1:
        names = " and ".join(f'"{sheet.title}"' for sheet, _ in filled)
        raise DecisionsRejected(
            f"Decisions stand on more than one sheet: {names}.",
            remedy="Put all of them on one sheet, delete the other, and hand the file in again.",
        )
    return filled[0] if filled else fitting[0]


def _is_filled(sheet: Any, header: list[str]) -> bool:
    columns = [n for n, cell in enumerate(header) if heading(cell) in ("decision", "decision_xero_id")]
    filled = (cells for cells in _cells(sheet) if not is_header(cells))
    return any(cells[n].strip() for cells in filled for n in columns if n < len(cells))


def _refuse_merged(content: bytes, sheet: Any, header: list[str]) -> None:
    """Refuse decisions that were merged over several rows."""
    named = {number: heading(cell) for number, cell in enumerate(header, start=1)}
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        parser = WorkbookParser(box, "xl/workbook.xml")
        parser.parse()
        path = next(relation.target for one, relation in parser.find_sheets() if one.name == sheet.title)
        with box.open(path) as part:
            ranges = _merged_ranges(iter(lambda: part.read(_CHUNK), b""))
    for reference in sorted(ranges):
        first, top, last, bottom = (edge or 0 for edge in range_boundaries(reference))
        columns = [named[n] for n in range(first, last + 1) if named.get(n) in DECISION_COLUMNS]
        if columns and bottom > top:
            raise DecisionsRejected(
                f"Rows {top} to {bottom} are merged in column {columns[0]} ({reference}): Excel kept the first row's only.",
                remedy="Choose Unmerge Cells in Excel, fill in every row, and hand the file in again.",
            )


def _merged_ranges(chunks: Iterator[bytes]) -> set[str]:
    """The ranges of merged cells in a sheet's text, which comes in pieces."""
    found, rest = set[str](), b""
    for chunk in chunks:
        rest += chunk
        found |= {match.decode() for match in _MERGED.findall(rest)}
        rest = rest[-200:]
    return found


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
