"""When the night of an organisation is: a cron expression in its own time zone. Pure values."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from reconcile.errors import BadInput

DEFAULT_CRON = "0 2 * * *"
MADE_UP_FOR = timedelta(hours=20)  # a night that was missed is made up for until then; after that the next one comes


def last_due(cron: str, timezone: str, now: datetime) -> datetime:
    """The newest moment, not after ``now``, at which the cron expression was due; in UTC.

    An hour that daylight saving skips is due when the clocks have gone forward, one that comes twice is due once.
    """
    zone = ZoneInfo(timezone)
    probe = now.astimezone(zone) + timedelta(minutes=1)
    return next(CronSim(cron, probe, reverse=True)).astimezone(UTC)


def next_due(cron: str, timezone: str, now: datetime) -> datetime:
    """The first moment after ``now`` at which the cron expression is due; in UTC."""
    return next(CronSim(cron, now.astimezone(ZoneInfo(timezone)))).astimezone(UTC)


def is_due(cron: str, timezone: str, now: datetime) -> bool:
    """Whether a night has come that is still worth making up for."""
    return now - last_due(cron, timezone, now) < MADE_UP_FOR


def require_cron(cron: str) -> str:
    """The expression as it is. Raises BadInput for one that makes no sense."""
    try:
        next(CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as problem:
        raise BadInput(
            f"{cron!r} is no schedule ({problem}).",
            remedy='Give minute, hour, day, month, weekday, such as "0 2 * * *".',
        ) from None
    return cron


def require_timezone(name: str) -> str:
    """The name as it is. Raises BadInput for a time zone that nobody knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{name} is no time zone.", remedy="Give one such as Australia/Perth.") from None
    return name
