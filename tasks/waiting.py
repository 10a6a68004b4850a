"""What waits for a person as a table of ids, each with where to look."""

from collections.abc import Mapping

from sqlmodel import Session

from reconcile.invoicing.report import address_in_xero
from reconcile.organisation_settings import OrganisationSettings
from reconcile.store import tables
from reconcile.store.review import DEEP_LINK
from reconcile.store.sync_waiting import Waiting, first_waiting

SHOWN = 50


def waiting_rows(session: Session, org: tables.Organisation, settings: OrganisationSettings) -> list[dict[str, str]]:
    """The most urgent first, at most ``SHOWN``: kind of record, what waits, both ids, and a link to each side that has one."""
    return [_row(each, org.short_code, settings) for each in first_waiting(session, org.id, SHOWN)]


def _row(each: Waiting, short_code: str, settings: OrganisationSettings) -> dict[str, str]:
    return {
        "record": each.entity,
        "waits": each.what.replace("_", " "),
        "pooltrackr": _linked(each.pooltrackr_id, _in_pooltrackr(each, settings)),
        "xero": _linked(each.xero_id, _in_xero(each, short_code)),
    }


def _linked(record_id: str, address: str) -> str:
    return f"[{record_id}]({address})" if record_id and address else record_id


def _in_xero(each: Waiting, short_code: str) -> str:
    places: Mapping[str, str] = {
        "contacts": DEEP_LINK.format(short_code=short_code, id=each.xero_id),
        "invoices": address_in_xero(each.xero_id, short_code),
    }
    return places.get(each.entity, "")


def _in_pooltrackr(each: Waiting, settings: OrganisationSettings) -> str:
    wanted = settings.pooltrackr_invoice_url if each.entity == "invoices" else ""
    return wanted.replace("{id}", each.pooltrackr_id)
