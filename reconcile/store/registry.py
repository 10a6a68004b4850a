"""The registry: where each organisation's Pooltrackr is, when its night is, how many calls it may make, whether it rests.

What is not registered is as the environment says, so an installation with one organisation needs no entry. The
environment's Pooltrackr belongs to the organisation that was there first and to no other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlmodel import Session, col, select

from reconcile.connection import PooltrackrAccess
from reconcile.errors import BadInput, NotReady, WrongTenant
from reconcile.nights import DEFAULT_CRON
from reconcile.records import System
from reconcile.store.audit import record_event
from reconcile.store.tables import Organisation, Registration


@dataclass(frozen=True)
class Registered:
    """One organisation as it is registered; ``is_known`` says whether its Xero organisation was ever seen."""

    id: str
    name: str = ""
    timezone: str = "Australia/Sydney"
    is_known: bool = True
    pooltrackr_url: str = ""
    has_token: bool = False
    cron: str = DEFAULT_CRON
    calls_per_minute: int = 0
    calls_per_day: int = 0
    paused_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether its nights are run."""
        return self.is_known and self.paused_at is None


def registered(session: Session) -> tuple[Registered, ...]:
    """Every organisation, by name: those that work, and those that are registered and not connected yet."""
    entries = {entry.org_id: entry for entry in session.exec(select(Registration)).all()}
    known = {org.id: org for org in session.exec(select(Organisation)).all()}
    return tuple(
        _registered(name, known.get(name), entries.get(name)) for name in sorted(known.keys() | entries.keys())
    )


def read_entry(session: Session, org_id: str) -> Registration | None:
    """The entry of one organisation, None when it has none."""
    return session.get(Registration, org_id)


def change_entry(session: Session, org_id: str, now: datetime, by: str, changes: dict[str, Any]) -> None:
    """Save what is changed; an organisation without an entry gets one. A folder or address is used by one only.

    Raises BadInput for a folder of exports that another organisation uses.
    """
    _refuse_shared_folder(session, org_id, str(changes.get("pooltrackr_url", "")))
    entry = session.get(Registration, org_id) or Registration(org_id=org_id, updated_at=now)
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.updated_at = now
    session.add(entry)
    session.flush()
    shown = {name: "changed" if name.endswith("ciphertext") else str(value) for name, value in changes.items()}
    record_event(session, org_id, now, by, "registration_changed", org_id, shown)


def find_access(session: Session, org_id: str, given: PooltrackrAccess, cipher: MultiFernet | None) -> PooltrackrAccess:
    """Where this organisation's Pooltrackr is: its own entry, else what was given, for the organisation that was first.

    Raises NotReady when it has none, or when its token cannot be read.
    """
    entry = session.get(Registration, org_id)
    if entry is not None and entry.pooltrackr_url:
        return PooltrackrAccess(entry.pooltrackr_url, _token(entry, cipher), owner=org_id)
    if org_id != _first(session):
        raise NotReady(
            f"Where Pooltrackr is for {org_id}, is not set.",
            remedy=f"Run `reconcile orgs set {org_id} --pooltrackr-url ...`; the environment's belongs to {_first(session)}.",
        )
    return given


def pin_account(session: Session, org_id: str, account: str, now: datetime) -> None:
    """Note which Pooltrackr account belongs to an organisation, the first time. Raises WrongTenant for another one."""
    entry = session.get(Registration, org_id) or Registration(org_id=org_id, updated_at=now)
    if entry.pooltrackr_account == account:
        return
    holder = session.exec(select(Registration).where(Registration.pooltrackr_account == account)).first()
    if entry.pooltrackr_account or holder is not None:
        theirs = f"that of {holder.org_id}" if holder else f"not {entry.pooltrackr_account}"
        raise WrongTenant(
            f"The Pooltrackr connection of {org_id} shows the account {account}, {theirs}.",
            remedy=f"Check its address and token: `reconcile orgs set {org_id} --token`.",
        )
    entry.pooltrackr_account = account
    session.add(entry)


def addressee(session: Session, system: System, sender: str, named: str = "") -> str:
    """Whom an event is for: by Xero's tenant id, by Pooltrackr's account, or by the name in the address; "" for nobody.

    A name in the address must not contradict the account. Where the account was never seen, the only organisation is
    meant.
    """
    if system == "xero":
        ours = session.exec(select(Organisation).where(Organisation.xero_tenant_id == sender)).first()
        return ours.id if ours else ""
    entries = session.exec(select(Registration).where(Registration.pooltrackr_account != "")).all()
    owner = next((entry.org_id for entry in entries if entry.pooltrackr_account == sender), "")
    if owner:
        return owner if named in ("", owner) else ""
    unseen = {org.id for org in session.exec(select(Organisation)).all()} - {entry.org_id for entry in entries}
    if named:
        return named if named in unseen else ""
    return unseen.pop() if len(unseen) == 1 and not entries else ""


def _registered(name: str, org: Organisation | None, entry: Registration | None) -> Registered:
    known = {"name": org.name, "timezone": org.timezone} if org else {"is_known": False}
    if entry is None:
        return Registered(name, **known)
    return Registered(
        name,
        **known,
        pooltrackr_url=entry.pooltrackr_url,
        has_token=bool(entry.pooltrackr_token_ciphertext),
        cron=entry.cron,
        calls_per_minute=entry.calls_per_minute,
        calls_per_day=entry.calls_per_day,
        paused_at=entry.paused_at,
    )


def _refuse_shared_folder(session: Session, org_id: str, url: str) -> None:
    if not url or "://" in url:
        return
    same = select(Registration).where(Registration.pooltrackr_url == url, col(Registration.org_id) != org_id)
    other = session.exec(same).first()
    if other is not None:
        raise BadInput(f"{url} is read for {other.org_id}.", remedy="Give each organisation a folder of its own.")


def _first(session: Session) -> str | None:
    oldest = select(Organisation).order_by(col(Organisation.created_at), col(Organisation.id)).limit(1)
    found = session.exec(oldest).first()
    return found.id if found else None


def _token(entry: Registration, cipher: MultiFernet | None) -> str:
    if not entry.pooltrackr_token_ciphertext:
        return ""
    try:
        return cipher.decrypt(entry.pooltrackr_token_ciphertext.encode()).decode() if cipher else ""
    except InvalidToken:
        raise NotReady(
            f"The Pooltrackr token of {entry.org_id} cannot be decrypted with this RECONCILE_SECRET_KEY.",
            remedy=f"Set the key it was stored with, or run `reconcile orgs set {entry.org_id} --token`.",
        ) from None
