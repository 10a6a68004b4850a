"""The inspector and the month-end tie-out as files."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import BadInput
from reconcile.inspecting import INSPECTOR_COLUMNS, count_errors, inspect_invoices, inspector_rows
from reconcile.invoicing.books import Books
from reconcile.month_end import CAUSE_COLUMNS, TIE_OUT_COLUMNS, cause_rows, papers_of, tie_out_rows, tie_out_words
from reconcile.records import Organisation
from reconcile.reports.files import write_csv
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.money_books import read_books
from reconcile.tie_out import month_of, tie_out


@dataclass(frozen=True)
class Inspection:
    """What was written, and the result in counts or words."""

    files: tuple[Path, ...]
    counts: dict[str, int]
    words: str = ""


def write_inspection(services: Services, folder: Path, run_id: str) -> Inspection:
    """Write the inspector's report of all linked invoices as last pulled. Raises OSError."""
    books = _books(services)
    found = inspect_invoices(books)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = inspector_rows(found, books, services.org.short_code)
    return Inspection((write_csv(folder / f"inspector_{run_id}.csv", INSPECTOR_COLUMNS, rows),), count_errors(found))


def write_tie_out(services: Services, folder: Path, month: str) -> Inspection:
    """Write the tie-out of a month (``2026-10``), by contact and by document. Raises BadInput, OSError."""
    try:
        wanted = month_of(month)
    except ValueError:
        raise BadInput(f"{month!r} is not a month.", remedy="Write it as year and month, such as 2026-10.") from None
    books = _books(services)
    tied = tie_out(papers_of(books), wanted)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{wanted.first:%Y-%m}"
    files = (
        write_csv(folder / f"tie_out_{name}.csv", TIE_OUT_COLUMNS, tie_out_rows(tied, books)),
        write_csv(
            folder / f"tie_out_{name}_documents.csv", CAUSE_COLUMNS, cause_rows(tied, books, services.org.short_code)
        ),
    )
    counts = {"contacts": len(tied), "contacts that differ": sum(bool(one.difference) for one in tied)}
    return Inspection(files, counts, tie_out_words(tied, name))


def _books(services: Services) -> Books:
    """What was pulled last; nothing here depends on Xero's lock dates, so Xero is not asked."""
    with reading(services.engine) as session:
        organisation = Organisation(id=services.org.xero_tenant_id, short_code=services.org.short_code)
        return read_books(session, services.org_id, services.settings_of_org, organisation)
