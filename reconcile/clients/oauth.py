"""Grants: where the bearer token of the moment comes from (facts, section 1).

Refreshing is single-flight over all processes: whoever takes the lease on the stored connection refreshes, the others
wait for the next generation. Refresh tokens are used once; a new one is stored before it is used.
"""

import os
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from reconcile.clients.answers import Garbled, decode
from reconcile.clients.hosts import believed, require_safe
from reconcile.clients.values import text, whole
from reconcile.clock import Clock
from reconcile.connection import SCOPE_REASONS, StoredConnection, Tokens, TokenStore
from reconcile.errors import BadData, MissingScope, NotReady, Reconnect, Retry

REFRESH_LIFE = timedelta(days=60)
SKEW = timedelta(seconds=60)
LEASE_SECONDS = 60.0
_RECONNECT = "Run `reconcile connect`."
TIMEOUT = httpx.Timeout(connect=10, read=20, write=20, pool=20)


@dataclass(frozen=True)
class App:
    """The registered Xero app: who we are to the identity server. Without a secret it is a PKCE app."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False, default="")


class GrantRefused(Exception):
    """The identity server says that the grant is no longer valid."""


class IdentityServer:
    """The token endpoint. Raises Retry when it cannot be asked, GrantRefused, NotReady for wrong app credentials."""

    def __init__(self, url: str, app: App, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._url = require_safe(url, "RECONCILE_XERO_IDENTITY_URL")
        self._app, self._clock = app, clock
        self._http = httpx.Client(
            transport=transport, verify=believed(), timeout=TIMEOUT, follow_redirects=False, trust_env=False
        )

    @property
    def has_secret(self) -> bool:
        """Whether the app has a secret; one for PKCE has none."""
        return bool(self._app.client_secret)

    def by_client_credentials(self, scopes: tuple[str, ...]) -> Tokens:
        """A token for a custom connection."""
        return self._ask({"grant_type": "client_credentials", "scope": " ".join(scopes)})

    def by_code(self, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """The first tokens of an authorization, for the code that the browser brought back."""
        return self._ask(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
                "client_id": self._app.client_id,
            }
        )

    def by_refresh(self, refresh: str) -> Tokens:
        """The next tokens for a refresh token, which is used up by this."""
        return self._ask({"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self._app.client_id})

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _ask(self, form: Mapping[str, str]) -> Tokens:
        secret = self._app.client_secret
        basic = httpx.BasicAuth(self._app.client_id, secret) if secret else httpx.Auth()
        path = self._url.raw_path.rstrip(b"/") + b"/connect/token"
        try:
            response = self._http.post(
                self._url.copy_with(raw_path=path), data=dict(form), auth=basic, headers={"accept": "application/json"}
            )
        except httpx.TransportError as error:
            raise Retry(f"Xero's identity server cannot be reached ({type(error).__name__}).") from None
        return self._tokens(response)

    def _tokens(self, response: httpx.Response) -> Tokens:
        try:
            body = decode(response.content)
        except Garbled:
            body = None
        if response.status_code == 200 and isinstance(body, dict) and text(body.get("access_token")):
            return self._read(body)
        if response.status_code in (400, 401) and isinstance(body, dict) and body.get("error"):
            raise _refusal(text(body.get("error")))
        raise Retry(f"Xero's identity server gave no token (status {response.status_code}).")

    def _read(self, body: Mapping[str, Any]) -> Tokens:
        now = self._clock.now()
        try:
            lifetime = min(max(whole(body.get("expires_in"), 1800), 0), 86_400)
        except BadData:
            raise Retry("Xero's identity server does not say how long the token lives.") from None
        refresh = text(body.get("refresh_token"))
        return Tokens(
            access=text(body["access_token"]),
            expires_at=now + timedelta(seconds=lifetime),
            refresh=refresh,
            refresh_expires_at=now + REFRESH_LIFE if refresh else None,
            scopes=tuple(text(body.get("scope")).split()),
        )


@dataclass
class Kept:
    """The token that all clients of one custom connection in this process use, until it is about to expire."""

    tokens: Tokens | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


class ClientCredentials:
    """A custom connection: id and secret give a token, again and again; there is nothing to refresh."""

    def __init__(
        self, server: IdentityServer, clock: Clock, scopes: tuple[str, ...] = (), kept: Kept | None = None
    ) -> None:
        self._server, self._clock, self._scopes, self._kept = server, clock, scopes, kept or Kept()

    def token(self) -> str:
        """The token of the moment. Raises Reconnect, Retry, NotReady."""
        with self._kept.lock:
            tokens = self._kept.tokens
            if tokens is None or tokens.expires_at - SKEW <= self._clock.now():
                tokens = self._kept.tokens = self._fetch()
            return tokens.access

    def renew(self, refused: str, /) -> str:
        """A new token, unless somebody fetched one already."""
        with self._kept.lock:
            tokens = self._kept.tokens
            if tokens is None or tokens.access == refused:
                tokens = self._kept.tokens = self._fetch()
            return tokens.access

    def _fetch(self) -> Tokens:
        try:
            return self._server.by_client_credentials(self._scopes)
        except GrantRefused:
            raise Reconnect(
                "Xero no longer accepts this custom connection.",
                remedy="Authorise it again in Xero's developer portal.",
            ) from None


class AuthorizationCode:
    """A grant that a person gave in the browser, kept in a TokenStore and refreshed there."""

    def __init__(self, org_id: str, server: IdentityServer, store: TokenStore, clock: Clock) -> None:
        self._org_id, self._server, self._store, self._clock = org_id, server, store, clock
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._known: Tokens | None = None
        self._lock = threading.Lock()

    def token(self) -> str:
        """The token of the moment, refreshed if it is about to expire. Raises Reconnect, Retry."""
        with self._lock:
            if self._known is None or not self._is_fresh(self._known):
                self._known = self._current(refused="")
            return self._known.access

    def renew(self, refused: str, /) -> str:
        """Another token than the refused one. Raises Reconnect, Retry."""
        with self._lock:
            if self._known is None or self._known.access == refused:
                self._known = self._current(refused)
            return self._known.access

    def _current(self, refused: str) -> Tokens:
        """The stored tokens if they will do, else the next generation, by us or by whoever holds the lease."""
        deadline, pause = self._clock.now() + timedelta(seconds=2 * LEASE_SECONDS), 0.05
        while self._clock.now() < deadline:
            stored = self._stored()
            tokens = stored.tokens
            if tokens and tokens.access != refused and self._is_fresh(tokens):
                return tokens
            until = self._clock.now() + timedelta(seconds=LEASE_SECONDS)
            if self._store.claim(self._org_id, self._owner, stored.generation, until, self._clock.now()):
                return self._refresh(stored)
            self._clock.wait(pause)
            pause = min(2 * pause, 1.0)
        raise Retry("Another process is still refreshing the connection.", retry_after=LEASE_SECONDS)

    def _refresh(self, stored: StoredConnection) -> Tokens:
        """Use the refresh token, once. The lease is ours, so the generation cannot move."""
        try:
            fresh = self._server.by_refresh(stored.tokens.refresh if stored.tokens else "")
        except GrantRefused:
            return self._after_refusal(stored.generation)
        except Exception:
            self._store.release(self._org_id, self._owner)
            raise
        if not self._store.rotate(self._org_id, self._owner, stored.generation, fresh):
            raise Retry("The connection was refreshed by another process meanwhile.")
        return fresh

    def _after_refusal(self, generation: int) -> Tokens:
        """The grant is dead, unless somebody has stored a newer one meanwhile."""
        self._store.release(self._org_id, self._owner)
        stored = self._stored()
        if stored.generation != generation and stored.tokens:
            return stored.tokens
        self._store.mark(self._org_id, "reconnect", "Xero no longer accepts the connection.")
        raise Reconnect("Xero no longer accepts the connection.", remedy=_RECONNECT)

    def _stored(self) -> StoredConnection:
        stored = self._store.read(self._org_id)
        if stored is None or stored.tokens is None:
            raise Reconnect("This organisation is not connected to Xero.", remedy=_RECONNECT)
        if stored.state != "connected":
            raise Reconnect(stored.problem or "The connection to Xero no longer works.", remedy=_RECONNECT)
        return stored

    def _is_fresh(self, tokens: Tokens) -> bool:
        return tokens.expires_at - SKEW > self._clock.now()


def require_scopes(granted: tuple[str, ...], needed: tuple[str, ...]) -> None:
    """Check what was granted, where the server says it. Raises MissingScope naming what is missing."""
    missing = [scope for scope in needed if granted and scope not in granted]
    if missing:
        named = "; ".join(f"{scope} (for {SCOPE_REASONS.get(scope, 'the work')})" for scope in missing)
        raise MissingScope(
            f"The connection lacks these permissions: {named}.",
            remedy="Run `reconcile connect` and allow access to everything that it asks for.",
        )


def _refusal(error: str) -> Exception:
    if error == "invalid_grant":
        return GrantRefused()
    if error in ("invalid_client", "unauthorized_client"):
        return NotReady(
            "Xero does not know this app, or the secret is wrong.",
            remedy="Check RECONCILE_XERO_CLIENT_ID and RECONCILE_XERO_CLIENT_SECRET.",
        )
    if error == "invalid_scope":
        return MissingScope(
            "The Xero app may not ask for one of the permissions.",
            remedy="Allow the permissions listed in docs/connect.md for the app in Xero's developer portal.",
        )
    if not error.replace("_", "").isalnum():
        error = "unreadable"
    return NotReady(f"Xero's identity server refused the request ({error[:40]}).", remedy="Check the Xero settings.")
