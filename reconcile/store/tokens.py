"""Stored connections: encrypted tokens, their generation, and the lease of whoever refreshes them now.

Tokens are encrypted with Fernet before they reach the database. Several keys, separated by commas, make a rotation: the
first encrypts, all decrypt. The lease is a row, so that no transaction stays open while the identity server is asked.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import CursorResult, Engine, or_, update
from sqlmodel import Session, col

from reconcile.clock import Clock
from reconcile.connection import Kind, State, StoredConnection, Tokens
from reconcile.errors import NotReady, WrongTenant
from reconcile.store import tables
from reconcile.store.engine import reading, writing

_KINDS: dict[str, Kind] = {"authorization_code": "authorization_code", "client_credentials": "client_credentials"}
_NO_TOKENS = {"token_ciphertext": "", "scopes": "", "access_expires_at": None, "refresh_expires_at": None}
_STATES: dict[str, State] = {"reconnect": "reconnect", "wrong_organisation": "wrong_organisation"}


@dataclass(frozen=True)
class StoredTokens:
    """The connections in the database. Raises NotReady when the key is missing, malformed, or not the right one."""

    engine: Engine
    cipher: MultiFernet
    clock: Clock

    def read(self, org_id: str) -> StoredConnection | None:
        """The connection of an organisation, None when it was never connected."""
        with reading(self.engine) as session:
            row = session.get(tables.Connection, org_id)
            return self._connection(row) if row else None

    def connect(self, connection: StoredConnection) -> None:
        """Keep a new grant. An organisation stays with the tenant it had first.

        Raises WrongTenant; the row then says ``wrong_organisation``, which stops pushes until the right one is chosen.
        """
        with writing(self.engine) as session:
            row = session.get(tables.Connection, connection.org_id)
            stranger = row is not None and row.tenant_id not in ("", connection.tenant_id)
            if row is not None and stranger:
                row.state, row.problem = "wrong_organisation", _wrong(row.tenant_name)
                row.updated_at = self.clock.now()
                session.add(row)
            else:
                self._write(session, row, connection)
        if stranger:
            raise WrongTenant(_wrong(row.tenant_name if row else ""), remedy="Connect again and choose that one.")

    def claim(self, org_id: str, owner: str, generation: int, until: datetime, now: datetime) -> bool:
        """Take the lease if nobody holds it and the generation is still this one."""
        table = tables.Connection
        return self._update(
            update(table)
            .where(
                col(table.org_id) == org_id,
                col(table.generation) == generation,
                or_(col(table.lease_until).is_(None), col(table.lease_until) < now),
            )
            .values(lease_owner=owner, lease_until=until)
        )

    def rotate(self, org_id: str, owner: str, generation: int, tokens: Tokens) -> bool:
        """Store the tokens as the next generation and give the lease back; False when the lease was lost."""
        table = tables.Connection
        return self._update(
            update(table)
            .where(
                col(table.org_id) == org_id,
                col(table.generation) == generation,
                col(table.lease_owner) == owner,
            )
            .values(
                generation=generation + 1,
                lease_owner="",
                lease_until=None,
                updated_at=self.clock.now(),
                **self._sealed(tokens),
            )
        )

    def release(self, org_id: str, owner: str) -> None:
        """Give the lease back without new tokens."""
        table = tables.Connection
        mine = update(table).where(col(table.org_id) == org_id, col(table.lease_owner) == owner)
        self._update(mine.values(lease_owner="", lease_until=None))

    def mark(self, org_id: str, state: State, problem: str) -> None:
        """Note what is the matter with the connection."""
        table, now = tables.Connection, self.clock.now()
        row = update(table).where(col(table.org_id) == org_id)
        self._update(row.values(state=state, problem=problem, updated_at=now))

    def park(self, org_id: str, until: datetime | None) -> None:
        """Note until when the day's limit keeps the organisation closed; None opens it."""
        table = tables.Connection
        row = update(table).where(col(table.org_id) == org_id)
        self._update(row.values(parked_until=until))

    def _update(self, statement: Any) -> bool:
        with writing(self.engine) as session:
            result = session.connection().execute(statement)
            return isinstance(result, CursorResult) and result.rowcount == 1

    def _write(self, session: Session, row: tables.Connection | None, connection: StoredConnection) -> None:
        now = self.clock.now()
        sealed = self._sealed(connection.tokens) if connection.tokens else _NO_TOKENS
        if row is None:
            row = tables.Connection(org_id=connection.org_id, kind=connection.kind, connected_at=now, updated_at=now)
        row.kind, row.tenant_id, row.tenant_name = connection.kind, connection.tenant_id, connection.tenant_name
        row.state, row.problem, row.parked_until = "connected", "", None
        row.lease_owner, row.lease_until = "", None
        row.generation += 1
        row.connected_at = row.updated_at = now
        for name, value in sealed.items():
            setattr(row, name, value)
        session.add(row)

    def _sealed(self, tokens: Tokens) -> dict[str, Any]:
        secret = json.dumps({"access": tokens.access, "refresh": tokens.refresh}).encode()
        return {
            "token_ciphertext": self.cipher.encrypt(secret).decode(),
            "scopes": " ".join(tokens.scopes),
            "access_expires_at": tokens.expires_at,
            "refresh_expires_at": tokens.refresh_expires_at,
        }

    def _connection(self, row: tables.Connection) -> StoredConnection:
        found = StoredConnection(
            org_id=row.org_id,
            kind=_KINDS.get(row.kind, "authorization_code"),
            tenant_id=row.tenant_id,
            tenant_name=row.tenant_name,
            generation=row.generation,
            state=_STATES.get(row.state, "connected"),
            problem=row.problem,
            parked_until=row.parked_until,
            connected_at=row.connected_at,
        )
        return replace(found, tokens=self._opened(row)) if row.token_ciphertext else found

    def _opened(self, row: tables.Connection) -> Tokens:
        try:
            secret = json.loads(self.cipher.decrypt(row.token_ciphertext.encode()))
        except InvalidToken:
            raise NotReady(
                "The stored connection cannot be decrypted with this RECONCILE_SECRET_KEY.",
                remedy="Set the key it was stored with, or run `reconcile connect` again.",
            ) from None
        return Tokens(
            access=secret["access"],
            refresh=secret["refresh"],
            expires_at=row.access_expires_at or datetime.min.replace(tzinfo=UTC),
            refresh_expires_at=row.refresh_expires_at,
            scopes=tuple(row.scopes.split()),
        )


def make_cipher(keys: str) -> MultiFernet:
    """The cipher for one key, or several separated by commas. Raises NotReady, without showing the key."""
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError:
        raise NotReady(
            "RECONCILE_SECRET_KEY is missing or not a key.", remedy="Make one with `reconcile key` and keep it safe."
        ) from None


def make_key() -> str:
    """A new key for RECONCILE_SECRET_KEY."""
    return Fernet.generate_key().decode()


def _wrong(tenant_name: str) -> str:
    return f"This organisation belongs to {tenant_name or 'another Xero organisation'}; another one was chosen."
