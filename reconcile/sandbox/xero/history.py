"""History and notes of a record: appended, never changed (facts, section 6)."""

from typing import Any

from reconcile.sandbox.table import Table
from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.batch import Saved, write_batch
from reconcile.sandbox.xero.bodies import read_elements, text
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.dates import render_ms, utc_string
from reconcile.sandbox.xero.errors import RefusalError, not_found

MAX_DETAILS = 2_500


def _tables(books: Books) -> dict[str, Table[Any]]:
    return {
        "contacts": books.contacts,
        "invoices": books.invoices,
        "payments": books.payments,
        "items": books.items,
        "banktransactions": books.bank_transactions,
        "creditnotes": books.credit_notes,
    }


def get_history(call: Call, endpoint: str, key: str) -> Response:
    """GET /{Endpoint}/{Guid}/History, newest first."""
    _check(call, endpoint, key)
    return call.answer("HistoryRecords", list(reversed(call.books.history.get(key, []))))


def put_history(call: Call, endpoint: str, key: str) -> Response:
    """PUT /{Endpoint}/{Guid}/History: appends notes."""
    _check(call, endpoint, key)
    elements = read_elements(call.request, "HistoryRecords")
    return write_batch(call, elements, lambda element: _append(call, key, element), "HistoryRecords", "Id")


def _append(call: Call, key: str, element: Json) -> Saved:
    details = text(element, "Details")
    if not details or len(details) > MAX_DETAILS:
        return Saved(element, [f"Details must have 1 to {MAX_DETAILS} characters."])
    record: Json = {
        "Changes": "Note",
        "DateUTCString": utc_string(call.now_ms),
        "DateUTC": render_ms(call.now_ms),
        "User": "System Generated",
        "Details": details,
    }
    call.books.history.setdefault(key, []).append(record)
    return Saved(record)


def _check(call: Call, endpoint: str, key: str) -> None:
    table = _tables(call.books).get(endpoint)
    if table is None or table.get(key) is None:
        raise RefusalError(not_found())
