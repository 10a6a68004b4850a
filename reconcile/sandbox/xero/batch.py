"""Writes of one or many elements: `summarizeErrors` both ways (facts, section 2)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from reconcile.sandbox.wire import Json, Response
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.errors import ZERO_GUID, validation_failed


@dataclass(frozen=True)
class Saved:
    """One element after a write: the record as Xero shows it, or the messages why it was refused."""

    shown: Json
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def write_batch(
    call: Call, elements: list[Json], save: Callable[[Json], Saved], plural: str, id_field: str
) -> Response:
    """Save each element in turn and answer in Xero's way.

    `summarizeErrors=false`: 200 with a status per element. Otherwise any refused element makes the whole answer
    a 400 with the refused ones, and (switchable, undocumented) nothing is saved.
    """
    summarise = call.flag("summarizeErrors", call.settings.summarize_errors_default)
    with call.books.undoable() as undo:
        results = [save(element) for element in elements]
        refused = [result for result in results if result.errors]
        undo.wanted = summarise and bool(refused) and not call.settings.good_rows_saved_when_summarised
    if summarise and refused:
        return validation_failed([_refused(result, id_field) for result in refused])
    if summarise:
        return call.answer(plural, [_warned(result) for result in results])
    return call.answer(plural, [_with_status(result, id_field) for result in results])


def _refused(result: Saved, id_field: str) -> Json:
    messages = [{"Message": message} for message in result.errors]
    return {
        id_field: ZERO_GUID,
        **_echo(result.shown),
        "HasValidationErrors": True,
        "ValidationErrors": messages,
    }


def _echo(sent: Any) -> Any:
    """What was sent, as Xero gives it back: nulls left out, numbers of any length as plain numbers."""
    if isinstance(sent, dict):
        return {name: _echo(value) for name, value in sent.items() if value is not None}
    if isinstance(sent, list):
        return [_echo(value) for value in sent]
    if isinstance(sent, Decimal):
        number = float(sent)
        return number if isfinite(number) else str(sent)
    return sent


def _warned(result: Saved) -> Json:
    return result.shown | ({"Warnings": [{"Message": text} for text in result.warnings]} if result.warnings else {})


def _with_status(result: Saved, id_field: str) -> Json:
    if result.errors:
        return {**_refused(result, id_field), "StatusAttributeString": "ERROR", "HasErrors": True}
    return _warned(result) | {"StatusAttributeString": "WARNING" if result.warnings else "OK"}
