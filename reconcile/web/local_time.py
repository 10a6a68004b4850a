"""Times as the organisation's clock shows them."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from reconcile.stages.services import Services


def local_of(services: Services) -> Callable[[datetime | None], str]:
    """Writes a moment (UTC) as the organisation's clock shows it; "" for none."""
    zone = ZoneInfo(services.org.timezone)

    def write(moment: datetime | None) -> str:
        return "" if moment is None else moment.astimezone(zone).strftime("%d %b %Y %H:%M")

    return write
