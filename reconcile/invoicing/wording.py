"""The words above an invoice's lines in Xero, through a template that an operator can change (A10 to A12, A51).

``{pool_address}, {pool_name}, {service_date}, {issued_date}, {notes}, {intro}, {technician}, {number}, {job}`` may be
used; ``\\n`` starts a new row, and a row whose fields are all empty is left out.
"""

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter

from reconcile.errors import BadInput
from reconcile.invoicing.books import Books
from reconcile.records import Invoice, Line, Pool

LONGEST_DESCRIPTION = 4000
CUT = " ..."
FIELDS = frozenset(
    {"pool_address", "pool_name", "service_date", "issued_date", "notes", "intro", "technician", "number", "job"}
)


def header_text(invoice: Invoice, books: Books) -> str:
    """The rendered words, however long. Raises BadInput for a template that names an unknown field."""
    template = books.settings.invoice_template.replace("\\n", "\n")
    return render(template, field_values(invoice, books))


def render(template: str, values: Mapping[str, str]) -> str:
    """Fill a template row by row. Raises BadInput for a field that does not exist."""
    rows = []
    for row in template.split("\n"):
        names = _names(row)
        if names and not any(values[name] for name in names):
            continue
        rows.append(re.sub(r"\{(\w+)\}", lambda found: values[found[1]], row).rstrip())
    return "\n".join(rows).strip()


def _names(row: str) -> list[str]:
    try:
        parts = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(row) if name is not None]
    except ValueError:
        parts = [("", "", "")]
    bad = [name for name, form, conversion in parts if name not in FIELDS or form or conversion]
    if bad:
        raise BadInput(
            f'The invoice template cannot be used: "{row[:60]}".',
            remedy=f"Use these fields in braces: {', '.join(sorted(FIELDS))}.",
        )
    return [name for name, _, _ in parts]


def field_values(invoice: Invoice, books: Books) -> dict[str, str]:
    """What each field of the template stands for; without the technician everywhere when that is switched off."""
    pool = books.pools.get(invoice.pool_id)
    shown = books.settings.show_technician
    free = {"notes": invoice.notes, "intro": invoice.intro}
    if not shown:
        free = {name: without(text, invoice.technician) for name, text in free.items()}
    return {
        "pool_address": address_of(pool),
        "pool_name": pool.name if pool else "",
        "service_date": long_date(invoice.service_date),
        "issued_date": long_date(invoice.date),
        "technician": invoice.technician if shown else "",
        "number": invoice.number,
        "job": invoice.job_id,
        **free,
    }


def address_of(pool: Pool | None) -> str:
    """A pool's address in one row."""
    if pool is None:
        return ""
    place = " ".join(part for part in (pool.suburb, pool.state, pool.postcode) if part)
    return ", ".join(part for part in (pool.street, place) if part)


def long_date(day: date | None) -> str:
    """A date as people write it: 5 Nov 2025."""
    return f"{day.day} {day:%b %Y}" if day else ""


def without(text: str, name: str) -> str:
    """A text without a name that may stand in it."""
    if not name:
        return text
    return re.sub(rf"\s*(?<!\w){re.escape(name)}(?!\w)", "", text, flags=re.IGNORECASE).strip()


def line_text(line: Line, invoice: Invoice, books: Books) -> str:
    """A line's description, with the pool's address where it is another pool than the invoice's."""
    words = line.description or line.item_code or line.product_id or "Item"
    if not books.settings.show_technician:
        words = without(words, invoice.technician) or words
    elsewhere = address_of(books.pools.get(line.pool_id)) if line.pool_id not in ("", invoice.pool_id) else ""
    return shorten(f"{words} ({elsewhere})" if elsewhere else words)


def shorten(text: str) -> str:
    """At most as long as Xero takes."""
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - len(CUT)] + CUT
