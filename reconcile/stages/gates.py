"""The gates of an organisation as they stand."""

from sqlmodel import Session

from reconcile.flagging import COLLISION
from reconcile.gates import Gate, contact_gate, product_gate, settings_gate
from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Account
from reconcile.store.flags import standing_flags
from reconcile.store.snapshots import Scope, count_current, current_records


def read_gates(session: Session, org_id: str, settings: OrganisationSettings) -> tuple[Gate, ...]:
    """Contacts, products and settings, in the order of the stages."""
    collisions = [
        f"{flag.record_id}: {flag.detail}"
        for flag in standing_flags(session, org_id, "contacts", COLLISION["contacts"])
    ]
    items = count_current(session, Scope(org_id, "xero", "products"))
    accounts = [a for a in current_records(session, Scope(org_id, "xero", "accounts")) if isinstance(a, Account)]
    surcharged = count_surcharged(session, org_id)
    return contact_gate(collisions), product_gate(settings, items), settings_gate(settings, accounts, surcharged)


def count_surcharged(session: Session, org_id: str) -> int:
    """How many payments since the cut-off date carry a card surcharge for which the last plan found no account (A50)."""
    missing = standing_flags(session, org_id, "payments", "reimbursement_account_missing")
    past = standing_flags(session, org_id, "payments", "before_cut_off") if missing else ()
    return len({flag.record_id for flag in missing} - {flag.record_id for flag in past})
