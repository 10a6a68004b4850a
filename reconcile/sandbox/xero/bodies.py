"""Request bodies: elements out of `{"Contacts": [...]}` or a bare object, and typed fields out of elements."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from reconcile.sandbox.wire import BadJsonError, Json, Request, load_json
from reconcile.sandbox.xero.dates import parse_date
from reconcile.sandbox.xero.errors import NO_DATA, RefusalError, bad_body, bad_request

LARGEST = Decimal(10) ** 11
_LISTS = frozenset({"Addresses", "Phones", "ContactPersons", "LineItems", "Tracking"})
_OBJECTS = frozenset({"Contact", "Invoice", "Account", "BankAccount", "SalesDetails", "PurchaseDetails"})


def read_elements(request: Request, plural: str) -> list[Json]:
    """The elements of a write. Raises RefusalError (400) for a body that Xero would not process."""
    try:
        body = load_json(request.body)
    except BadJsonError as problem:
        raise RefusalError(bad_body(f"JSON could not be parsed: {problem}")) from problem
    elements = body.get(plural, body) if isinstance(body, dict) else None
    elements = [elements] if isinstance(elements, dict) else elements
    if not isinstance(elements, list) or not elements or not all(isinstance(e, dict) and e for e in elements):
        raise RefusalError(bad_request(NO_DATA.format(plural), "PostDataInvalidException", 17))
    for element in elements:
        _check_parts(element)
    return elements


def _check_parts(element: Json) -> None:
    """Nested lists hold objects and nested objects are objects, at every depth that Xero reads."""
    for name, value in element.items():
        if value is None:
            continue
        if name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
                raise RefusalError(bad_body(f"{name} must be a list of objects."))
            for part in value:
                _check_parts(part)
        elif name in _OBJECTS:
            if not isinstance(value, dict):
                raise RefusalError(bad_body(f"{name} must be an object."))
            _check_parts(value)


def text(element: Json, name: str, default: str = "") -> str:
    """A text field; null and absent give the default."""
    value = element.get(name)
    return default if value is None else str(value)


def decimal(value: Any) -> Decimal | None:
    """A number sent as JSON number or as text. Raises RefusalError (400) for anything else."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise RefusalError(bad_body("Input string was not in a correct format."))
    try:
        number = Decimal(str(value))
    except InvalidOperation as problem:
        raise RefusalError(bad_body("Input string was not in a correct format.")) from problem
    if not number.is_finite() or abs(number) >= LARGEST:
        raise RefusalError(bad_body("Input string was not in a correct format."))
    return number


def day(element: Json, name: str) -> date | None:
    """A date field, or None when it is absent or empty. Raises RefusalError (400)."""
    if not element.get(name):
        return None
    try:
        return parse_date(element[name])
    except ValueError as problem:
        raise RefusalError(bad_body(f"{name} '{element[name]}' is not a date.")) from problem


def flag(value: Any) -> bool:
    """A boolean sent as true or as "true"."""
    return value is True or str(value).casefold() == "true"
