"""GET and DELETE /connections, under both spellings. The list is a bare array."""

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.identity.grants import Connection, Consent, Grants
from reconcile.sandbox.wire import Json, Request, Response, json_response
from reconcile.sandbox.xero.errors import forbidden, not_found


def connections_endpoint(grants: Grants, consent: Consent, request: Request) -> Response:
    """List the consent's connections, or end one by its connection id (a tenant id gets 403)."""
    identifier = request.path.strip("/").partition("/")[2]
    if request.method == "GET" and not identifier:
        event = request.query.get("authEventId", "")
        rows = [c for c in grants.reachable(consent) if not event or c.auth_event == event]
        return json_response(200, [_shown(grants, connection) for connection in rows])
    if request.method != "DELETE" or not identifier:
        return not_found()
    own = {connection.id: connection for connection in grants.reachable(consent)}
    if identifier in own:
        del grants.connections[identifier]
        return Response(204)
    tenants = {connection.tenant_id for connection in own.values()}
    return forbidden(grants.world.new_id()) if identifier in tenants else not_found()


def _shown(grants: Grants, connection: Connection) -> Json:
    return {
        "id": connection.id,
        "authEventId": connection.auth_event,
        "tenantId": connection.tenant_id,
        "tenantType": "ORGANISATION",
        "tenantName": grants.world.books[connection.tenant_id].organisation.name,
        "createdDateUtc": _seven_digits(connection.created_ms),
        "updatedDateUtc": _seven_digits(connection.updated_ms),
    }


def _seven_digits(milliseconds: int) -> str:
    """Xero writes seven fractional digits and no zone here."""
    return from_ms(milliseconds).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
