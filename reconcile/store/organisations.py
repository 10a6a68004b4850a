"""Which organisations there are, and their settings."""

import re
from datetime import datetime

from sqlmodel import Session, col, func, select

from reconcile.errors import BadInput, NotReady, WrongTenant
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Organisation as XeroOrganisation
from reconcile.store.audit import record_event
from reconcile.store.tables import Organisation, Registration, SettingsVersion


def find_organisation(session: Session, org_id: str = "") -> Organisation | None:
    """The named organisation, or the only one there is; None when there is none yet.

    Raises BadInput when the name is unknown, or missing while there are several (A23); NotReady when it is registered and
    not connected yet.
    """
    known = session.exec(select(Organisation).order_by(col(Organisation.id))).all()
    if org_id:
        match = [org for org in known if org.id == org_id]
        if not match and session.get(Registration, org_id) is not None and known:
            raise NotReady(f"{org_id} is not connected yet.", remedy=f"Run `reconcile connect --org {org_id}`.")
        if not match and known:
            names = ", ".join(org.id for org in known)
            raise BadInput(f"There is no organisation {org_id}.", remedy=f"Known are: {names}.")
        return match[0] if match else None
    if len(known) > 1:
        names = ", ".join(org.id for org in known)
        raise BadInput("There are several organisations.", remedy=f"Say which with --org: {names}.")
    return known[0] if known else None


def find_by_tenant(session: Session, tenant_id: str) -> Organisation | None:
    """Who is paired with this Xero organisation; None when nobody is."""
    return session.exec(select(Organisation).where(Organisation.xero_tenant_id == tenant_id)).one_or_none()


def register_organisation(session: Session, shown: XeroOrganisation, now: datetime, org_id: str = "") -> Organisation:
    """Register the organisation that a connection shows, under a short name of its own."""
    taken = {org.id for org in session.exec(select(Organisation)).all()}
    base = org_id or re.sub(r"[^a-z0-9]+", "-", shown.name.lower()).strip("-")[:40] or "organisation"
    name = base
    number = 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    org = Organisation(
        id=name,
        name=shown.name,
        xero_tenant_id=shown.id,
        short_code=shown.short_code,
        created_at=now,
    )
    session.add(org)
    session.flush()
    record_event(session, name, now, "reconcile", "organisation_registered", name, {"tenant": shown.id})
    return org


def require_name(name: str) -> str:
    """The name as it is. Raises BadInput for one that does not do as a folder's or an artifact's name."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 40:
        raise BadInput(f"{name!r} does not do as a short name.", remedy="Use small letters, digits and single hyphens.")
    return name


def set_timezone(session: Session, org_id: str, timezone: str, now: datetime, by: str) -> None:
    """Set the time zone of an organisation. Raises BadInput for one that is not connected yet."""
    org = session.get(Organisation, org_id)
    if org is None:
        raise BadInput(f"{org_id} is not connected yet.", remedy=f"Run `reconcile connect --org {org_id}` first.")
    org.timezone = timezone
    session.add(org)
    record_event(session, org_id, now, by, "timezone_set", org_id, {"timezone": timezone})


def require_tenant(org: Organisation, shown: XeroOrganisation) -> None:
    """Refuse to go on when the connection shows another organisation than the one we are pinned to (A01)."""
    if org.xero_tenant_id != shown.id:
        raise WrongTenant(
            f"{org.id} is paired with Xero tenant {org.xero_tenant_id}, but the connection shows {shown.id}.",
            remedy="Connect the right Xero organisation, or register this one under another name.",
        )


def load_settings(session: Session, org_id: str) -> tuple[int, OrganisationSettings]:
    """The saved settings and their version; version 0 are the defaults."""
    newest = session.exec(
        select(SettingsVersion).where(SettingsVersion.org_id == org_id).order_by(col(SettingsVersion.version).desc())
    ).first()
    if newest is None:
        return 0, OrganisationSettings()
    return newest.version, OrganisationSettings.model_validate_json(newest.body)


def save_settings(session: Session, org_id: str, settings: OrganisationSettings, by: str, now: datetime) -> int:
    """Save a new version of the settings and return its number; equal settings keep the version they have."""
    version, present = load_settings(session, org_id)
    if version and present == settings:
        return version
    top = session.exec(select(func.max(SettingsVersion.version)).where(SettingsVersion.org_id == org_id)).one()
    number = (top or 0) + 1
    session.add(
        SettingsVersion(org_id=org_id, version=number, body=settings.model_dump_json(), saved_by=by, saved_at=now)
    )
    record_event(session, org_id, now, by, "settings_saved", f"settings {number}", {})
    return number
