"""The way of a call through the Xero API: token, tenant, limits, scope, key, endpoint."""

from collections.abc import Callable
from typing import Protocol

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.idempotency import Idempotency
from reconcile.sandbox.identity.grants import Consent, Grants
from reconcile.sandbox.limits import Meter
from reconcile.sandbox.wire import Request, Response, json_response
from reconcile.sandbox.world import World
from reconcile.sandbox.xero import contact_writes, contacts, items, reference, scopes
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.errors import RefusalError, forbidden, insufficient_scope, not_found, unauthorised

PREFIX = "/api.xro/2.0/"
Whole = Callable[[Call], Response]
One = Callable[[Call, str], Response]

COLLECTIONS: dict[tuple[str, str], Whole] = {
    ("GET", "organisation"): reference.get_organisation,
    ("GET", "accounts"): reference.list_accounts,
    ("GET", "taxrates"): reference.list_tax_rates,
    ("GET", "contacts"): contacts.list_contacts,
    ("PUT", "contacts"): contact_writes.put_contacts,
    ("POST", "contacts"): contact_writes.post_contacts,
    ("GET", "items"): items.list_items,
}
SINGLES: dict[tuple[str, str], One] = {
    ("GET", "accounts"): reference.get_account,
    ("GET", "contacts"): contacts.get_contact,
    ("POST", "contacts"): contact_writes.post_contact,
    ("GET", "items"): items.get_item,
}
_NAMES = {name for _, name in (*COLLECTIONS, *SINGLES)}


class Desk(Protocol):
    """The parts of the sandbox that a Xero call passes."""

    world: World
    grants: Grants
    meter: Meter
    idempotency: Idempotency


def authenticate(desk: Desk, request: Request) -> Consent:
    """The consent behind the bearer token. Raises RefusalError (401)."""
    scheme, _, token = request.header("authorization").partition(" ")
    new_id, now = desk.world.new_id, desk.world.clock.now_ms()
    if desk.world.settings.accept_any_token and scheme.casefold() == "bearer" and token not in desk.grants.access:
        return _anybody(desk)
    known = desk.grants.access.get(token) if scheme.casefold() == "bearer" else None
    if known is None or known.consent.revoked:
        raise RefusalError(unauthorised("AuthenticationUnsuccessful", new_id()))
    if known.expires_ms <= now:
        ended = from_ms(known.expires_ms).strftime("%m/%d/%Y %H:%M:%S")
        raise RefusalError(unauthorised(f"TokenExpired: token expired at {ended}", new_id()))
    return known.consent


def _anybody(desk: Desk) -> Consent:
    consent = desk.grants.consents.get("anybody")
    if consent is None:
        consent = Consent("anybody", "anybody", "anybody", desk.world.new_id(), desk.world.settings.app_scopes, True)
        desk.grants.consents[consent.id] = consent
        for tenant in desk.world.books:
            desk.grants.connect(consent, tenant)
    return consent


def choose_tenant(desk: Desk, consent: Consent, request: Request) -> str:
    """The tenant that the call names, or a Custom Connection's only one. Raises RefusalError (403)."""
    reachable = {connection.tenant_id for connection in desk.grants.reachable(consent)}
    asked = request.header("xero-tenant-id").casefold()
    if not asked and consent.custom_connection and len(reachable) == 1:
        return next(iter(reachable))
    tenant = next((tenant for tenant in reachable if tenant.casefold() == asked), None)
    if tenant is None:
        raise RefusalError(forbidden(desk.world.new_id()))
    return tenant


def dispatch(call: Call, path: str) -> Response:
    """Run the endpoint that a path names, below `/api.xro/2.0/`."""
    endpoint, _, key = path.strip("/").partition("/")
    endpoint, method = endpoint.casefold(), call.request.method
    if endpoint not in _NAMES or "/" in key:
        return not_found()
    whole, one = COLLECTIONS.get((method, endpoint)), SINGLES.get((method, endpoint))
    if key and one is not None:
        return one(call, key)
    if not key and whole is not None:
        return whole(call)
    return json_response(405, {"Message": f"The requested resource does not support http method '{method}'."})


def handle_xero(desk: Desk, request: Request, entered: Callable[[str], None]) -> Response:
    """Answer one call of the API; `entered` is told the tenant once the call counts as in flight."""
    try:
        consent = authenticate(desk, request)
        tenant = choose_tenant(desk, consent, request)
    except RefusalError as refusal:
        return refusal.response
    now = desk.world.clock.now_ms()
    refused = desk.meter.enter(tenant, consent.client_id, now)
    if refused is None:
        entered(tenant)
    response = refused or _inside(desk, consent, tenant, request)
    return response.with_headers(desk.meter.headers(tenant, consent.client_id, now))


def _inside(desk: Desk, consent: Consent, tenant: str, request: Request) -> Response:
    path = request.path[len(PREFIX) :]
    if not scopes.allowed(path.partition("/")[0].casefold(), request.method, consent.scopes):
        return insufficient_scope(desk.world.new_id())
    call = Call(request, desk.world, desk.world.books[tenant], consent.client_id)

    def work() -> Response:
        try:
            return dispatch(call, path)
        except RefusalError as refusal:
            return refusal.response

    return desk.idempotency.run(consent.client_id, request, desk.world.clock.now_ms(), work)
