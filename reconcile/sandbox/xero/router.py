"""The way of a call through the Xero API: token, tenant, limits, scope, key, endpoint."""

from collections.abc import Callable
from typing import Protocol

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.idempotency import Idempotency
from reconcile.sandbox.identity.grants import Consent, Grants
from reconcile.sandbox.limits import Meter
from reconcile.sandbox.wire import Request, Response, text_response
from reconcile.sandbox.world import World
from reconcile.sandbox.xero import (
    bank_transactions,
    contact_writes,
    contacts,
    credit_notes,
    history,
    invoice_writes,
    invoices,
    item_writes,
    items,
    payments,
    reference,
    scopes,
)
from reconcile.sandbox.xero.call import Call
from reconcile.sandbox.xero.errors import RefusalError, forbidden, insufficient_scope, not_found, unauthorised
from reconcile.sandbox.xero.xml import as_xml

PREFIX = "/api.xro/2.0/"
MAX_BODY = 10_000_000
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
    ("PUT", "items"): item_writes.put_items,
    ("POST", "items"): item_writes.post_items,
    ("GET", "invoices"): invoices.list_invoices,
    ("PUT", "invoices"): invoice_writes.put_invoices,
    ("POST", "invoices"): invoice_writes.post_invoices,
    ("GET", "payments"): payments.list_payments,
    ("PUT", "payments"): payments.create_payments,
    ("POST", "payments"): payments.create_payments,
    ("GET", "banktransactions"): bank_transactions.list_bank_transactions,
    ("PUT", "banktransactions"): bank_transactions.put_bank_transactions,
    ("POST", "banktransactions"): bank_transactions.post_bank_transactions,
    ("GET", "creditnotes"): credit_notes.list_credit_notes,
}
SINGLES: dict[tuple[str, str], One] = {
    ("GET", "organisation"): reference.get_actions,
    ("GET", "accounts"): reference.get_account,
    ("GET", "contacts"): contacts.get_contact,
    ("POST", "contacts"): contact_writes.post_contact,
    ("GET", "items"): items.get_item,
    ("POST", "items"): item_writes.post_item,
    ("DELETE", "items"): item_writes.delete_item,
    ("GET", "invoices"): invoices.get_invoice,
    ("POST", "invoices"): invoice_writes.post_invoice,
    ("GET", "payments"): payments.get_payment,
    ("POST", "payments"): payments.delete_payment,
    ("GET", "banktransactions"): bank_transactions.get_bank_transaction,
    ("POST", "banktransactions"): bank_transactions.post_bank_transaction,
    ("GET", "creditnotes"): credit_notes.get_credit_note,
}
_HISTORY = {"GET": history.get_history, "PUT": history.put_history}
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
    key, _, part = key.partition("/")
    if endpoint not in _NAMES:
        return not_found()
    if (method, endpoint, part.casefold()) == ("GET", "invoices", "onlineinvoice"):
        return invoices.get_online_invoice(call, key)
    if part:
        notes = _HISTORY.get(method) if part.casefold() == "history" else None
        return notes(call, endpoint, key) if notes else not_found()
    whole, one = COLLECTIONS.get((method, endpoint)), SINGLES.get((method, endpoint))
    if key and one is not None:
        return one(call, key)
    if not key and whole is not None:
        return whole(call)
    return text_response(501, f"The method {method} is not implemented for this endpoint.")


def handle_xero(
    desk: Desk, request: Request, entered: Callable[[str], None], instead: Response | None = None
) -> Response:
    """Answer one call of the API.

    `entered` is told the tenant once the call counts as in flight. `instead` takes the endpoint's place: an internal
    error that comes after token, limits and scope, and that an idempotency key remembers.
    """
    try:
        consent = authenticate(desk, request)
        tenant = choose_tenant(desk, consent, request)
    except RefusalError as refusal:
        return refusal.response
    now = desk.world.clock.now_ms()
    refused = desk.meter.enter(tenant, consent.client_id, now)
    if refused is None:
        entered(tenant)
    response = refused or _inside(desk, consent, tenant, request, instead)
    left = desk.meter.headers(tenant, consent.client_id, now)
    response = response.with_headers(left | {"xero-correlation-id": desk.world.new_id()})
    return response if "json" in request.header("accept") else as_xml(response)


def _inside(desk: Desk, consent: Consent, tenant: str, request: Request, instead: Response | None) -> Response:
    path = request.path[len(PREFIX) :]
    if len(request.body) > MAX_BODY:
        return text_response(413, "Request Entity Too Large")
    if not scopes.allowed(path.partition("/")[0].casefold(), request.method, consent.scopes):
        return insufficient_scope(desk.world.new_id())
    call = Call(request, desk.world, desk.world.books[tenant], consent.client_id)

    def work() -> Response:
        try:
            return instead or dispatch(call, path)
        except RefusalError as refusal:
            return refusal.response

    return desk.idempotency.run(consent.client_id, request, desk.world.clock.now_ms(), work)
