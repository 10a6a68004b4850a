"""How an organisation is connected to Xero: the tokens, and what is known about the connection. Pure values."""

from dataclasses import dataclass, field
from datetime import datetime
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
