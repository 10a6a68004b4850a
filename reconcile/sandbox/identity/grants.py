"""Consents, tokens and connections: what the identity service remembers."""

import base64
from dataclasses import dataclass, field

from reconcile.sandbox.wire import Json, dump_json
from reconcile.sandbox.world import World


@dataclass
class Consent:
    """One user's permission to one app: the scopes and the tokens that hang on it."""

    id: str
    client_id: str
    user_id: str
    auth_event: str
    scopes: frozenset[str]
    custom_connection: bool = False
    revoked: bool = False


@dataclass
class Access:
    """An access token: its consent and when it ends."""

    consent: Consent
    expires_ms: int


@dataclass
class Refresh:
    """A refresh token; `replaced_ms` is when its successor was given out."""

    consent: Consent
    expires_ms: int
    replaced_ms: int | None = None


@dataclass
class Code:
    """An authorisation code: five minutes, once."""

    consent: Consent
    redirect_uri: str
    challenge: str
    expires_ms: int
    used: bool = False


@dataclass
class Connection:
    """An organisation that an app may reach."""

    id: str
    tenant_id: str
    client_id: str
    auth_event: str
    created_ms: int
    updated_ms: int


@dataclass
class Grants:
    """Everything the identity service holds, over one world."""

    world: World
    access: dict[str, Access] = field(default_factory=dict)
    refresh: dict[str, Refresh] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    refreshes: int = 0

    def consent(self, client_id: str, scopes: frozenset[str], *, custom: bool = False) -> Consent:
        """A new consent of a user to an app."""
        new = self.world.new_id
        consent = Consent(new(), client_id, new(), new(), scopes, custom)
        self.consents[consent.id] = consent
        return consent

    def connect(self, consent: Consent, tenant_id: str) -> Connection:
        """Let the consent's app reach an organisation; a second consent refreshes the same connection."""
        now = self.world.clock.now_ms()
        for known in self.connections.values():
            if known.tenant_id == tenant_id and known.client_id == consent.client_id:
                known.updated_ms, known.auth_event = now, consent.auth_event
                return known
        connection = Connection(self.world.new_id(), tenant_id, consent.client_id, consent.auth_event, now, now)
        self.connections[connection.id] = connection
        return connection

    def issue(self, consent: Consent) -> Json:
        """New tokens as the token endpoint answers them."""
        now, settings = self.world.clock.now_ms(), self.world.settings
        access = self._token(consent, now + settings.access_token_seconds * 1000)
        answer: Json = {
            "access_token": access,
            "expires_in": settings.access_token_seconds,
            "token_type": "Bearer",
            "scope": " ".join(sorted(consent.scopes)),
        }
        if "openid" in consent.scopes and not consent.custom_connection:
            answer["id_token"] = _jwt({"sub": consent.user_id, "aud": consent.client_id, "exp": now // 1000 + 300})
        if "offline_access" in consent.scopes and not consent.custom_connection:
            token = self.world.new_id().replace("-", "")
            self.refresh[token] = Refresh(consent, now + settings.refresh_token_seconds * 1000)
            answer["refresh_token"] = token
        return answer

    def rotate(self, token: str) -> Json | None:
        """New tokens for a refresh token, or None (invalid_grant). The old one keeps working through the grace."""
        known, now, settings = self.refresh.get(token), self.world.clock.now_ms(), self.world.settings
        if known is None or known.consent.revoked or known.expires_ms <= now:
            return None
        if known.replaced_ms is None:
            known.replaced_ms = now
        elif now >= known.replaced_ms + settings.refresh_grace_seconds * 1000:
            if settings.reuse_revokes_grant:
                known.consent.revoked = True
            return None
        self.refreshes += 1
        return self.issue(known.consent)

    def revoke(self, consent: Consent) -> None:
        """End a consent: its tokens die and its app's connections go."""
        consent.revoked = True
        gone = [c.id for c in self.connections.values() if c.client_id == consent.client_id]
        for identifier in gone:
            del self.connections[identifier]

    def disconnect(self, tenant_id: str) -> None:
        """Take an organisation away from every app, as a disconnect in Xero or a reset Demo Company does."""
        for connection in [c for c in self.connections.values() if c.tenant_id == tenant_id]:
            del self.connections[connection.id]

    def reachable(self, consent: Consent) -> list[Connection]:
        """The organisations that a consent's app may reach."""
        return [c for c in self.connections.values() if c.client_id == consent.client_id]

    def _token(self, consent: Consent, expires_ms: int) -> str:
        claims = {
            "iss": "https://identity.xero.com",
            "client_id": consent.client_id,
            "xero_userid": consent.user_id,
            "authentication_event_id": consent.auth_event,
            "scope": sorted(consent.scopes),
            "exp": expires_ms // 1000,
            "jti": self.world.new_id().replace("-", ""),
        }
        token = _jwt(claims)
        self.access[token] = Access(consent, expires_ms)
        return token


def _jwt(claims: Json) -> str:
    parts = (dump_json({"alg": "RS256", "typ": "JWT"}), dump_json(claims), b"sandbox-signature")
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
