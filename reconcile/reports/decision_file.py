"""Reading a decision file back: a CSV or workbook as a person's computer left it, or a refusal that says why.

Only five columns are read (DECISION_COLUMNS). Whether the decisions make sense is judged elsewhere; here it is decided
whether the file can be trusted at all (reliability rows 34 to 38).
"""

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from reconcile.decisions import DecisionRow
from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_table import decisions_of
from reconcile.reports.read_csv import csv_table
from reconcile.reports.read_workbook import workbook_table

LARGEST_FILE = 50 * 1024 * 1024

_READERS: Mapping[str, Callable[[bytes], list[list[str]]]] = {".csv": csv_table, ".xlsx": workbook_table}


def read_decisions(path: Path) -> list[DecisionRow]:
    """The rows of a filled-in report, those without a decision included; blank lines are left out.

    Raises DecisionsRejected when the file is not a plain file of at most 50 MB, is not UTF-8 CSV or an Excel workbook,
    or has a row that cannot be read; ``problems`` names row, column, what was found and what to do.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise _refused(
            path,
            f'is a file of the kind "{path.suffix}".',
            "Save it as Excel workbook (.xlsx) or as CSV UTF-8 (.csv).",
        )
    return decisions_of(reader(_bytes_of(path)), path.name)


def file_sha256(path: Path) -> str:
    """SHA-256 of a decision file as 64 hex digits. Raises DecisionsRejected like ``read_decisions``."""
    return hashlib.sha256(_bytes_of(path)).hexdigest()


def _bytes_of(path: Path) -> bytes:
    """The content of a plain file; a link, a pipe, a folder or something too large is never opened for reading."""
    try:
        _check_kind(path, path.lstat())
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _refused(path, f"cannot be opened: {error.strerror}.", "Check the name and the permissions.") from None
    with os.fdopen(descriptor, "rb") as file:
        _check_kind(path, os.fstat(descriptor))
        content = file.read(LARGEST_FILE + 1)
    if not content.strip():
        raise _refused(path, "is empty.", "Hand back the report that you filled in.")
    return content


def _check_kind(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise _refused(path, "is a link to another file.", "Hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "is not a file.", "Hand in the report file, not a folder or a device.")
    if status.st_size > LARGEST_FILE:
        size = status.st_size // (1024 * 1024)
        raise _refused(path, f"is {size} MB large; a report has at most 50 MB.", "Check that it is the right file.")


def _refused(path: Path, what: str, remedy: str) -> DecisionsRejected:
    return DecisionsRejected(f"{path.name} {what}", remedy=remedy)
