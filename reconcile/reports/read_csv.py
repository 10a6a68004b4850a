"""A CSV file as Excel and others leave it: with or without BOM, comma, semicolon or tab, any line ends."""

import csv
import io
from itertools import islice

from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_table import MOST_COLUMNS, MOST_ROWS, heading

SEPARATORS = (",", ";", "\t")
_LOOKED_THROUGH = 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "In Excel, choose Save As, CSV UTF-8 (comma delimited)."


def csv_table(content: bytes) -> list[list[str]]:
    """The rows of a CSV file, blank ones included so that row numbers stay those of the spreadsheet.

    Raises DecisionsRejected for anything but clean UTF-8 CSV: it is never guessed what a byte meant.
    """
    text = _text(content)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _rows(rest, first.strip()[-1])
    return _rows(text, _separator(text))


def _text(content: bytes) -> str:
    if content.startswith(_UTF16):
        raise _refused("The file is UTF-16 text (Excel's Unicode Text).", _SAVE_AS)
    if content.startswith(b"PK\x03\x04"):
        raise _refused("The file is called .csv but is a workbook or a zip.", "Give it its own ending (.xlsx) back.")
    if b"\x00" in content:
        row = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise _refused(f"line {row}: there is a NUL character.", f"The file is damaged or not text. {_SAVE_AS}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = f"0x{content[error.start]:02X}"
        raise _refused(
            f"line {row}: the byte {found} is not UTF-8, so letters such as é cannot be read.", _SAVE_AS
        ) from None


def _separator(text: str) -> str:
    """The separator under which one of the first lines shows the most columns that we know; the comma when none does."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_LOOKED_THROUGH]
    known = {"proposal_id", "basis", "decision", "decision_xero_id", "note"}

    def familiar(separator: str) -> int:
        return max((len(known & {heading(part) for part in line.split(separator)}) for line in lines), default=0)

    return max(SEPARATORS, key=familiar)


def _rows(text: str, separator: str) -> list[list[str]]:
    header = text[: text.find("\n")] if "\n" in text else text
    if header.count(separator) > MOST_COLUMNS * 2:
        count = header.count(separator) + 1
        raise _refused(
            f"The file has {count} columns; a report has fewer than {MOST_COLUMNS}.", "Is it the right file?"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(islice(reader, MOST_ROWS * 5))
        if next(reader, None) is not None:
            raise _refused(f"The file has more than {MOST_ROWS} rows.", "Is it the right file?")
    except csv.Error as error:
        what = str(error)
        advice = "A quotation mark is open or out of place. Save the file again as Excel workbook (.xlsx)."
        if "field larger" in what:
            advice = "A cell is far too long, or a quotation mark is never closed."
        raise _refused(f"line {reader.line_num}: the row cannot be read ({what}).", advice) from None
    return rows


def _refused(what: str, remedy: str) -> DecisionsRejected:
    return DecisionsRejected(what, remedy=remedy)
