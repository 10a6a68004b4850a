"""Clients from settings: which system, which token, which limits."""

import base64
from collections import defaultdict
from pathlib import Path

import httpx

from reconcile.clients.csv_export import CsvExport
from reconcile.clients.hosts import is_loopback, require_safe, require_same_world
from reconcile.clients.http import ApiSession, FixedToken, TokenSource
from reconcile.clients.limits import POOLTRACKR, XERO, Limits, Rates
from reconcile.clients.oauth import App, AuthorizationCode, ClientCredentials, IdentityServer, Kept
from reconcile.clients.pooltrackr import PooltrackrClient
from reconcile.clients.pooltrackr import refusals as pooltrackr_refusals
from reconcile.clients.xero import XeroClient
from reconcile.clients.xero import refusals as xero_refusals
from reconcile.clock import Clock
from reconcile.connection import READ_AND_WRITE_SCOPES, PooltrackrAccess, StoredConnection, TokenStore
from reconcile.errors import NotReady, WrongTenant
from reconcile.settings import Settings

CUSTOM_SCOPES = tuple(s for s in READ_AND_WRITE_SCOPES if s not in ("offline_access", "openid"))
_KEPT: defaultdict[tuple[str, App, tuple[str, ...]], Kept] = defaultdict(Kept)


def open_xero(
    settings: Settings,
    clock: Clock,
    *,
    connection: StoredConnection | None = None,
    tokens: TokenStore | None = None,
    tenant_id: str = "",
    transport: httpx.BaseTransport | None = None,
    rates: Rates = XERO,
    scopes: tuple[str, ...] = CUSTOM_SCOPES,
) -> XeroClient:
    """The client of one organisation.

    With a stored connection of kind authorization_code its grant is used, else client id and secret as a custom
    connection. ``tenant_id`` is the tenant that we are pinned to, where no connection is stored that says it. Limits are
    counted in the data folder, shared with all processes that use it.
    Raises NotReady for settings that cannot work, WrongTenant while the connection is of another organisation.
    """
    base = require_safe(settings.xero_api_url, "RECONCILE_XERO_API_URL")
    require_safe(settings.xero_identity_url, "RECONCILE_XERO_IDENTITY_URL")
    require_same_world(settings.xero_api_url, settings.xero_identity_url)
    app = app_of(settings)
    if connection is not None and connection.state == "wrong_organisation":
        raise WrongTenant(connection.problem or None, remedy="Run `reconcile connect` and choose the right one.")
    server = IdentityServer(settings.xero_identity_url, app, clock, transport)
    pinned = connection.tenant_id if connection else tenant_id
    limits = Limits(
        f"xero {app.client_id}",
        pinned if connection and connection.kind == "authorization_code" else "",
        clock,
        rates,
        folder=_limits_folder(settings, transport),
        on_park=(lambda until: tokens.park(connection.org_id, until)) if tokens and connection else None,
    )
    kept = _KEPT[settings.xero_identity_url, app, scopes] if transport is None else Kept()
    grant = _grant(connection, tokens, server, clock, scopes, kept)
    session = ApiSession(base, "xero", grant, limits, clock, xero_refusals.explain, transport=transport)
    return XeroClient(session, pinned)


def open_with_token(
    settings: Settings, clock: Clock, access_token: str, *, transport: httpx.BaseTransport | None = None
) -> XeroClient:
    """A client for a token that was just given, to look which organisations it shows. Raises NotReady."""
    base = require_safe(settings.xero_api_url, "RECONCILE_XERO_API_URL")
    limits = Limits(f"xero {app_of(settings).client_id}", "", clock)
    token = FixedToken(access_token, remedy="Run `reconcile connect` again.")
    return XeroClient(ApiSession(base, "xero", token, limits, clock, xero_refusals.explain, transport=transport))


def app_of(settings: Settings) -> App:
    """The Xero app of this installation. Raises NotReady when none is set."""
    app = App(settings.xero_client_id.get_secret_value(), settings.xero_client_secret.get_secret_value())
    if not app.client_id:
        raise NotReady("No Xero app is set.", remedy="Set RECONCILE_XERO_CLIENT_ID and RECONCILE_XERO_CLIENT_SECRET.")
    return app


def token_key(settings: Settings) -> str:
    """The key that encrypts stored tokens; a sandbox on this machine gets by without, its tokens are worth nothing.

    Raises NotReady when there is none.
    """
    key = settings.secret_key.get_secret_value()
    if key:
        return key
    if is_loopback(settings.xero_api_url) and is_loopback(settings.xero_identity_url):
        return base64.urlsafe_b64encode(b"sandbox-tokens-are-worth-nothing").decode()
    raise NotReady(
        "RECONCILE_SECRET_KEY is not set, so tokens cannot be stored safely.",
        remedy="Make a key with `reconcile key`, set it, and keep a copy of it.",
    )


def given_access(settings: Settings) -> PooltrackrAccess:
    """The Pooltrackr that the environment names."""
    return PooltrackrAccess(settings.pooltrackr_url, settings.pooltrackr_token.get_secret_value())


def open_pooltrackr(
    settings: Settings,
    clock: Clock,
    *,
    access: PooltrackrAccess | None = None,
    transport: httpx.BaseTransport | None = None,
    rates: Rates = POOLTRACKR,
) -> PooltrackrClient | CsvExport:
    """Pooltrackr's API, or its CSV exports when the place is a folder; the environment's unless another access is given.

    Raises NotReady, BadInput.
    """
    access = access or given_access(settings)
    place = access.url
    if not place:
        raise NotReady(
            "Where Pooltrackr is, is not set.",
            remedy="Set RECONCILE_POOLTRACKR_URL to its API or to a folder of its CSV exports.",
        )
    if "://" not in place:
        return CsvExport(Path(place))
    base = require_safe(place, "RECONCILE_POOLTRACKR_URL")
    if not access.token.strip():
        raise NotReady(
            "No Pooltrackr token is set.",
            remedy="Make one in Pooltrackr and set RECONCILE_POOLTRACKR_TOKEN; with several organisations give it to `reconcile orgs set NAME --token`.",
        )
    limits = Limits("pooltrackr", place + access.owner, clock, rates, folder=_limits_folder(settings, transport))
    token = FixedToken(access.token)
    session = ApiSession(base, "pooltrackr", token, limits, clock, pooltrackr_refusals.explain, transport=transport)
    return PooltrackrClient(session)


def _grant(
    connection: StoredConnection | None,
    tokens: TokenStore | None,
    server: IdentityServer,
    clock: Clock,
    scopes: tuple[str, ...],
    kept: Kept,
) -> TokenSource:
    if connection is None or connection.kind == "client_credentials":
        if not server.has_secret:
            raise NotReady(
                "Without a stored connection the Xero app needs a secret.",
                remedy="Set RECONCILE_XERO_CLIENT_SECRET, or run `reconcile connect`.",
            )
        return ClientCredentials(server, clock, scopes, kept)
    if tokens is None:
        raise NotReady("The stored connection cannot be used without its store.")
    return AuthorizationCode(connection.org_id, server, tokens, clock)


def _limits_folder(settings: Settings, transport: httpx.BaseTransport | None) -> Path | None:
    """Simulations, which replace the wire, count for themselves."""
    return settings.data_dir / "limits" if transport is None else None
