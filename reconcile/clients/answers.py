"""What a server said, and how its body is read."""

import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

LONGEST_WAIT = 7 * 86_400.0
MAX_BODY_BYTES = 64 * 1024 * 1024


class Garbled(Exception):
    """The body is not the JSON that it should be."""


@dataclass(frozen=True)
class Answer:
    """One answer. ``data`` is the decoded JSON, None without one; it may hold personal data, so ``repr`` hides it."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False, default=b"")
    data: Any = field(repr=False, default=None)

    @property
    def is_success(self) -> bool:
        """Whether the server carried it out."""
        return 200 <= self.status < 300

    def retry_after(self, now: datetime) -> float | None:
        """The seconds that ``Retry-After`` asks for, given as seconds or as a date; None when absent."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdecimal():
            return min(float(value), LONGEST_WAIT)
        return _seconds_until(value, now)


def decode(body: bytes) -> Any:
    """The JSON of a body, decimals as Decimal. Raises Garbled."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Garbled from None


def try_decode(body: bytes) -> Any:
    """The JSON of a refusal, which may as well be text; None when it is not JSON."""
    try:
        return decode(body)
    except Garbled:
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _seconds_until(value: str, now: datetime) -> float | None:
    try:
        seconds = (email.utils.parsedate_to_datetime(value) - now).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), LONGEST_WAIT)
