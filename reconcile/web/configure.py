"""Configure Xero: the settings of the organisation, checked against the chart of accounts, saved as versions."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from reconcile.gates import settings_gate
from reconcile.invoicing.wording import FIELDS
from reconcile.organisation_settings import Guards, OrganisationSettings, Policies, Wins
from reconcile.proposing import live_records
from reconcile.records import Account, Product, TaxRate
from reconcile.settings_form import (
    GUARDS,
    LABELS,
    OTHERS,
    POLICIES,
    WINS,
    Known,
    account_choices,
    label_of,
    read_form,
    tax_choices,
)
from reconcile.stages.gates import count_surcharged
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.organisations import load_settings, save_settings
from reconcile.store.review_settings import recent_versions
from reconcile.store.snapshots import Scope, current_records
from reconcile.web.guard import AtDesk, Form, Posted, Visiting, desk_of, field
from reconcile.web.local_time import local_of
from reconcile.web.pages import go_to, show
from reconcile.web.sessions import Visit

router = APIRouter()


@router.get("/configure")
def configure(request: Request, desk: AtDesk) -> Response:
    """The newest version of the settings."""
    services = desk.current()
    return _page(request, services, services.settings_of_org, ())


@router.post("/configure")
def save(request: Request, desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Save a new version; refused when somebody saved another one meanwhile."""
    services = desk.current()
    with reading(services.engine) as session:
        known = _known(session, services, tells_apart=desk.doors.tells_apart)
    result = read_form({name: values[0] for name, values in form.items()}, services.settings_of_org, known)
    if result.settings is None:
        return _page(request, services, services.settings_of_org, result.problems, 422, result.entered)
    if save_version(services, visit, form, result.settings):
        return go_to("/configure")
    return _page(request, services, result.settings, (), 409)


def save_version(services: Services, visit: Visit, form: Form, settings: OrganisationSettings) -> bool:
    """Save settings that were edited from the version that the form names; tells the person how it went."""
    with writing(services.engine) as session:
        version, _ = load_settings(session, services.org_id)
        if str(version) != field(form, "version"):
            visit.tell("problem", f"Somebody saved version {version} meanwhile. Nothing was saved; look again.")
            return False
        number = save_settings(session, services.org_id, settings, visit.name, services.clock.now())
    visit.tell("done", f"Saved as version {number}." if number != version else "Nothing was changed.")
    return True


def read_accounts(session: Session, org_id: str) -> list[Account]:
    """The chart of accounts as last pulled."""
    return [a for a in current_records(session, Scope(org_id, "xero", "accounts")) if isinstance(a, Account)]


def _known(session: Session, services: Services, *, tells_apart: bool) -> Known:
    rates = current_records(session, Scope(services.org_id, "xero", "tax_rates"))
    contacts = live_records(current_records(session, Scope(services.org_id, "xero", "contacts")), "xero")
    return Known(
        read_accounts(session, services.org_id),
        [t for t in rates if isinstance(t, TaxRate)],
        frozenset(contacts),
        tells_apart,
    )


def _page(
    request: Request, services: Services, settings: OrganisationSettings, problems: tuple[str, ...], status: int = 200,
    entered: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """The form; ``entered`` is what somebody filled in and could not save, so that only the wrong field has to be redone."""
    with reading(services.engine) as session:
        accounts = read_accounts(session, services.org_id)
        rates = current_records(session, Scope(services.org_id, "xero", "tax_rates"))
        products = current_records(session, Scope(services.org_id, "pooltrackr", "products"))
        versions = recent_versions(session, services.org_id)
        surcharged = count_surcharged(session, services.org_id)
    gate = settings_gate(settings, accounts, surcharged)
    categories = {p.category for p in products if isinstance(p, Product) and p.category} | {*settings.category_accounts}
    return show(
        request, "configure.html", status, settings=entered or settings, problems=problems, choices=account_choices(accounts),
        gate=gate, categories=sorted(categories), versions=versions, labels=LABELS,
        version=services.settings_version, taxes=tax_choices([t for t in rates if isinstance(t, TaxRate)]),
        guards={name: label_of(Guards, name) for name in GUARDS}, wins={name: label_of(Wins, name) for name in WINS},
        policies={name: label_of(Policies, name) for name in POLICIES},
        others={name: label_of(OrganisationSettings, name) for name in OTHERS},
        tells_apart=desk_of(request).doors.tells_apart, template_fields=sorted(FIELDS), local=local_of(services),
    )  # fmt: skip
