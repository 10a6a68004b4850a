"""Reading single JSON values as they come: strings for numbers and booleans, Xero's dates, absent fields."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from reconcile.errors import BadData
from reconcile.records import Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_FRACTION = re.compile(r"(\.\d{6})\d+")
_DIGITS = 20  # before and behind the point; more would be no amount of money
_YES = frozenset({"true", "1", "yes", "y", "active", "on"})
_NO = frozenset({"false", "0", "no", "n", "inactive", "off"})


def text(value: Any) -> str:
    """A value as text; absent is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def flag(value: Any) -> str:
    """ "true", "false", or "" when absent; accepts booleans, 0 and 1, and words. Raises BadData."""
    word = text(value).strip().casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    if not word:
        return ""
    raise BadData("A yes-or-no value is neither.", remedy="Look at the record in the system it comes from.")


def money(value: Any) -> Decimal | None:
    """An amount as Decimal, never by way of a float; None when absent. Raises BadData."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | float):
        raise BadData("An amount is not a number.", remedy="Look at the record in the system it comes from.")
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not -_DIGITS < amount.adjusted() < _DIGITS:
        raise BadData("An amount is not a number.", remedy="Look at the record in the system it comes from.")
    return amount


def whole(value: Any, default: int = 0) -> int:
    """A whole number; ``default`` when absent. Raises BadData."""
    amount = money(value)
    if amount is None:
        return default
    if amount != amount.to_integral_value():
        raise BadData("A whole number has decimals.")
    return int(amount)


def moment(value: Any) -> datetime | None:
    """A point in time, aware, in UTC; None when absent.

    Accepts ``/Date(ms)/`` with or without an offset, which is decoration (the milliseconds are UTC; facts, section 3),
    ``/Date(0+0000)/`` and .NET's year 1 for "none", and ISO 8601 with or without a zone and with seven decimals.
    """
    stamp = _stamp(value)
    if stamp is None:
        return None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def _stamp(value: Any) -> datetime | None:
    """A point in time as it is written, with its own offset if it has one."""
    if value is None or value == "":
        return None
    ticks = _TICKS.match(text(value))
    try:
        return _from_ticks(int(ticks[1])) if ticks else datetime.fromisoformat(_FRACTION.sub(r"\1", text(value)))
    except (ValueError, OverflowError):
        raise BadData("A date cannot be read.", remedy="Look at the record in the system it comes from.") from None


def _from_ticks(milliseconds: int) -> datetime | None:
    stamp = _EPOCH + timedelta(milliseconds=milliseconds)
    return stamp if milliseconds and stamp.year > 1 else None


def day(*values: Any) -> date | None:
    """The date in the first of the values that is there, as it is written: the calendar day that people see.

    Xero's ``/Date(ms)/`` is midnight UTC of that very day. ISO 8601 with an offset is the day where it was written, so
    that 8 in the morning in Sydney does not become the day before. Raises BadData.
    """
    for value in values:
        stamp = _stamp(value)
        if stamp is not None:
            return stamp.date()
    return None


def newest(records: Iterable[Record], before: datetime | None) -> datetime | None:
    """The latest change among some records and ``before``: the bookmark to go on from; None when nothing has a time."""
    moments = (getattr(record, "updated_at", None) for record in records)
    return max((at for at in (*moments, before) if at is not None), default=None)
