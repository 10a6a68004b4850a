"""The organisation's calendar: its own today, and its lock dates."""

from datetime import date
from zoneinfo import ZoneInfo

from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.records import Organisation

_ZONES = {
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
}


def today(call: Call) -> date:
    """The date in the organisation's own time zone."""
    zone = _ZONES.get(call.books.organisation.timezone, "UTC")
    return call.world.clock.now().astimezone(ZoneInfo(zone)).date()


def lock_errors(organisation: Organisation, *days: date) -> list[str]:
    """The refusal of a document dated on or before a lock date."""
    locks = [day for day in (organisation.period_lock_date, organisation.end_of_year_lock_date) if day]
    if not locks or all(day > max(locks) for day in days):
        return []
    lock = max(locks)
    return [
        f"The document date cannot be before the period lock date, currently set at {lock.day} {lock:%B} {lock.year}"
    ]
