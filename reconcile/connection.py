"""How an organisation is connected to Xero: the tokens, and what is known about the connection. Pure values."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, Protocol

Kind = Literal["authorization_code", "client_credentials"]
State = Literal["connected", "reconnect", "wrong_organisation"]

READ_AND_WRITE_SCOPES = (
    "offline_access",
    "openid",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.payments",
    "accounting.settings.read",
)
SCOPE_REASONS = {
    "offline_access": "working at night, when nobody is there",
    "openid": "knowing who gave the permission",
    "accounting.contacts": "reading contacts, stamping links, creating approved ones",
    "accounting.invoices": "reading items and invoices, sending approved invoices",
    "accounting.payments": "payments both ways",
    "accounting.settings.read": "accounts, tax rates, items and the organisation",
    "accounting.banktransactions": "posting card fees",
}
FEES_SCOPE = "accounting.banktransactions"


@dataclass(frozen=True)
class Tokens:
    """What the identity server gave. Neither ``repr`` nor ``str`` shows a token.

    ``refresh_expires_at`` is our own reckoning (60 days after the last refresh): the server does not tell.
    """

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str = field(default="", repr=False)
    refresh_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredConnection:
    """The stored connection of one organisation; ``generation`` counts the refreshes."""

    org_id: str
    kind: Kind
    tenant_id: str = ""
    tenant_name: str = ""
    tokens: Tokens | None = None
    generation: int = 0
    state: State = "connected"
    problem: str = ""
    parked_until: datetime | None = None
    connected_at: datetime | None = None


@dataclass(frozen=True)
class PooltrackrAccess:
    """Where one organisation's Pooltrackr is. ``owner`` counts its calls apart from those of others at one address."""

    url: str
    token: str = field(default="", repr=False)
    owner: str = ""


class TokenStore(Protocol):
    """Keeps connections; the lease lets one process at a time refresh a grant."""

    def read(self, org_id: str) -> StoredConnection | None:
        """The connection of an organisation, None when it was never connected."""
        ...

    def connect(self, connection: StoredConnection) -> None:
        """Keep a new grant.

        Raises WrongTenant when the organisation is pinned to another tenant; the row then says so.
        """
        ...

    def claim(self, org_id: str, owner: str, generation: int, until: datetime, now: datetime) -> bool:
        """Take the lease if nobody holds it and the generation is still this one."""
        ...

    def rotate(self, org_id: str, owner: str, generation: int, tokens: Tokens) -> bool:
        """Store the tokens as the next generation and give the lease back; False when the lease was lost."""
        ...

    def release(self, org_id: str, owner: str) -> None:
        """Give the lease back without new tokens."""
        ...

    def mark(self, org_id: str, state: State, problem: str) -> None:
        """Note what is the matter with the connection."""
        ...

    def park(self, org_id: str, until: datetime | None) -> None:
        """Note until when the day's limit keeps the organisation closed; None opens it."""
        ...


def describe_connection(connection: StoredConnection | None, now: datetime, zone: tzinfo = UTC) -> tuple[str, ...]:
    """How the connection stands, in sentences with what to do; times in the organisation's zone."""
    if connection is None:
        return ("Custom connection with client id and secret; nothing is stored.",)
    said = [_state(connection)]
    parked, expires = connection.parked_until, connection.tokens.refresh_expires_at if connection.tokens else None
    if parked is not None and parked > now:
        said.append(f"Parked until {_at(parked, zone)}: the day's calls to Xero are used up.")
    if connection.state == "connected" and expires is not None:
        warning = " Connect again before that." if expires - now < timedelta(days=7) else ""
        said.append(f"Lasts until {_at(expires, zone)} unless it is used before.{warning}")
    return tuple(said)


def _state(connection: StoredConnection) -> str:
    name = connection.tenant_name or connection.tenant_id
    if connection.state == "reconnect":
        return f"Needs to be connected again: run `reconcile connect --org {connection.org_id}`. {connection.problem}"
    if connection.state == "wrong_organisation":
        return (
            f"Wrong organisation: run `reconcile connect --org {connection.org_id}` and choose {name}. "
            f"{connection.problem}"
        )
    return f"Connected to {name}."


def _at(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
