"""The token endpoint and the revocation endpoint."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from reconcile.sandbox.identity.grants import Consent, Grants
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Json, Request, Response, json_response

BROAD = frozenset({"accounting.transactions", "accounting.transactions.read"})


def token_endpoint(grants: Grants, request: Request) -> Response:
    """POST /connect/token: client_credentials, authorization_code (with PKCE) or refresh_token."""
    form = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    client_id, secret = client_of(request, form)
    if not client_id:
        return oauth_error("invalid_client")
    answers = {
        "client_credentials": _client_credentials,
        "authorization_code": _authorization_code,
        "refresh_token": _refresh,
    }
    answer = answers.get(form.get("grant_type", ""))
    if answer is None:
        return oauth_error("unsupported_grant_type")
    return answer(grants, form, client_id, secret)


def revocation_endpoint(grants: Grants, request: Request) -> Response:
    """POST /connect/revocation: ends the consent behind a refresh token, with all its connections."""
    form = dict(parse_qsl(request.body.decode(errors="replace")))
    if not client_of(request, form)[0]:
        return oauth_error("invalid_client")
    known = grants.refresh.get(form.get("token", ""))
    if known is not None:
        grants.revoke(known.consent)
    return Response(200)


def client_of(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret from the Basic header or the form; empty when absent."""
    scheme, _, encoded = request.header("authorization").partition(" ")
    if scheme.casefold() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        identifier, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(identifier), unquote_plus(secret)


def scope_problem(settings: Settings, scopes: frozenset[str]) -> bool:
    """Whether an app may not ask for these scopes; the old broad ones only where they are still allowed."""
    allowed = settings.app_scopes | (BROAD if settings.broad_scopes_allowed else frozenset())
    return not scopes <= allowed


def oauth_error(code: str, description: str = "", status: int = 400) -> Response:
    """An OAuth error answer."""
    body: Json = {"error": code} | ({"error_description": description} if description else {})
    return json_response(status, body)


def _tokens(answer: Json) -> Response:
    return json_response(200, answer, {"cache-control": "no-store"})


def _client_credentials(grants: Grants, form: Mapping[str, str], client_id: str, secret: str) -> Response:
    """A Custom Connection: one organisation, no refresh token, no tenant header needed."""
    if not secret:
        return oauth_error("invalid_client")
    settings = grants.world.settings
    asked = frozenset(form.get("scope", "").split())
    if scope_problem(settings, asked):
        return oauth_error("invalid_scope", "Client credentials scope validation failed")
    scopes = asked or settings.app_scopes - {"openid", "profile", "email", "offline_access"}
    known = _known_custom(grants, client_id)
    consent, first = known or grants.consent(client_id, scopes, custom=True), known is None
    if consent.revoked:
        return oauth_error("invalid_client")
    consent.scopes = scopes
    if first and not grants.reachable(consent):
        grants.connect(consent, grants.world.tenant_id)
    return _tokens(grants.issue(consent))


def _known_custom(grants: Grants, client_id: str) -> Consent | None:
    own = (c for c in grants.consents.values() if c.custom_connection and c.client_id == client_id)
    return next(own, None)


def _authorization_code(grants: Grants, form: Mapping[str, str], client_id: str, secret: str) -> Response:
    code = grants.codes.get(form.get("code", ""))
    now = grants.world.clock.now_ms()
    if code is None or code.used or code.expires_ms <= now or code.consent.client_id != client_id:
        return oauth_error("invalid_grant")
    if code.redirect_uri != form.get("redirect_uri", ""):
        return oauth_error("invalid_grant")
    if code.challenge and not _pkce_holds(code.challenge, form.get("code_verifier", "")):
        return oauth_error("invalid_grant")
    if not code.challenge and not secret:
        return oauth_error("invalid_client")
    code.used = True
    return _tokens(grants.issue(code.consent))


def _pkce_holds(challenge: str, verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return 43 <= len(verifier) <= 128 and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _refresh(grants: Grants, form: Mapping[str, str], client_id: str, _secret: str) -> Response:
    known = grants.refresh.get(form.get("refresh_token", ""))
    if known is None or known.consent.client_id != client_id:
        return oauth_error("invalid_grant")
    answer = grants.rotate(form["refresh_token"])
    return _tokens(answer) if answer else oauth_error("invalid_grant")
