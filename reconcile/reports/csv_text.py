"""A table as CSV that Excel opens right, in memory."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from reconcile.reports.inert import inert


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """UTF-8 with BOM and CRLF; every cell inert."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([inert(row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")
