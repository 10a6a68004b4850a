"""Xero's dates: `/Date(ms+0000)/` out; several spellings in."""

import re
from datetime import UTC, date, datetime

from reconcile.sandbox.clock import EPOCH, from_ms, parse_moment, to_ms

_WRAPPED = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


def render_ms(milliseconds: int) -> str:
    """A moment as Xero writes it in JSON."""
    return f"/Date({milliseconds}+0000)/"


def render_date(day: date) -> str:
    """A date as Xero writes it: midnight UTC of the organisation's date."""
    return render_ms((day.toordinal() - EPOCH.toordinal()) * 86_400_000)


def date_string(day: date) -> str:
    """The readable twin, as in `DateString`."""
    return f"{day.isoformat()}T00:00:00"


def utc_string(milliseconds: int) -> str:
    """The readable twin of a moment, as in `UpdatedDateUTCString`."""
    return from_ms(milliseconds).replace(tzinfo=None).isoformat(timespec="milliseconds")


def parse_date(value: object) -> date:
    """Read `YYYY-MM-DD`, an ISO time or `/Date(ms)/`. Raises ValueError."""
    text = str(value).strip()
    wrapped = _WRAPPED.fullmatch(text)
    try:
        return from_ms(int(wrapped.group(1))).date() if wrapped else parse_moment(text).date()
    except OverflowError as problem:
        raise ValueError(f"{text} is beyond the calendar") from problem


def parse_modified_since(header: str) -> int | None:
    """Read If-Modified-Since (`yyyy-mm-ddThh:mm:ss`, UTC, whole seconds) as milliseconds. Raises ValueError."""
    if not header.strip():
        return None
    try:
        moment = parse_moment(header)
    except ValueError:
        moment = datetime.strptime(header, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    return to_ms(moment.replace(microsecond=0))
