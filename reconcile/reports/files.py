"""Reports as files: CSV that Excel opens right, and the Excel workbook."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from reconcile.decisions import DecisionRow, Judgement
from reconcile.reports.families import Report, file_name
from reconcile.reports.inert import inert
from reconcile.reports.outcome import OUTCOME_COLUMNS, outcome_rows
from reconcile.reports.place import placing
from reconcile.reports.workbook import build_workbook

Row = Mapping[str, str]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Path:
    """UTF-8 with BOM, CRLF, mode 0600, in place only when complete; every cell inert. Raises OSError."""
    with placing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([inert(row.get(column, "")) for column in columns] for row in rows)
        text.detach()
    return path


def write_workbook(
    path: Path, columns: Sequence[str], rows: Sequence[Row], *, title: str = "Report", about: str = ""
) -> Path:
    """The same table as an Excel workbook with drop-downs, locked cells and a sheet that explains; mode 0600.

    ``about`` names organisation and run on the explaining sheet. Raises OSError.
    """
    workbook = build_workbook(columns, rows, title=title, about=about)
    with placing(path) as file:
        workbook.save(file)
    return path


def write_report(folder: Path, report: Report, run_id: str, *, about: str = "") -> tuple[Path, Path]:
    """One report as CSV and as workbook; answers both paths. Raises OSError."""
    table = write_csv(folder / file_name(report.stem, run_id), report.columns, report.rows)
    book = folder / file_name(report.stem, run_id, "xlsx")
    return table, write_workbook(book, report.columns, report.rows, title=report.title, about=about)


def write_outcome(path: Path, rows: Sequence[DecisionRow], judgement: Judgement, waiting: Collection[str] = ()) -> Path:
    """What became of each row of a decision file, as CSV; ``waiting`` proposals need a second person. Raises OSError."""
    return write_csv(path, OUTCOME_COLUMNS, outcome_rows(rows, judgement, waiting))
