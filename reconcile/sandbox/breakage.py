"""What a fault does to one call."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from reconcile.sandbox.faults import Fault
from reconcile.sandbox.wire import Request, Response, json_response, text_response
from reconcile.sandbox.xero.router import PREFIX as XERO

if TYPE_CHECKING:
    from reconcile.sandbox.gateway import Sandbox

Go = Callable[[Request, Response | None], Response]
_PAGE = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


def suffer(sandbox: "Sandbox", fault: Fault, request: Request, go: Go) -> Response:
    """Answer a call under a fault. `go` does the real work, or carries a given answer through Xero's checks."""
    action = _ON_THE_WIRE.get(fault.kind)
    if action is not None:
        return action(fault, lambda: go(request, None))
    if fault.kind == "late_delivery":
        sandbox.deliver_later(request, fault.seconds)
        return Response(0, lost="request")
    if fault.kind in {"rate_limit", "server_error", "unavailable"}:
        return _refuse(sandbox, fault, request, go)
    _end_grant(sandbox, fault, request)
    return go(request, None)


def _lose_answer(_fault: Fault, work: Callable[[], Response]) -> Response:
    return replace(work(), lost="answer")


def _delay(fault: Fault, work: Callable[[], Response]) -> Response:
    return replace(work(), delay=fault.seconds)


def _truncate(_fault: Fault, work: Callable[[], Response]) -> Response:
    response = work()
    return replace(response, body=response.body[: len(response.body) // 2])


def _html(_fault: Fault, work: Callable[[], Response]) -> Response:
    return replace(work(), headers={"content-type": "text/html; charset=utf-8"}, body=_PAGE.encode())


_ON_THE_WIRE: dict[str, Callable[[Fault, Callable[[], Response]], Response]] = {
    "request_lost": lambda _fault, _work: Response(0, lost="request"),
    "answer_lost": _lose_answer,
    "late": _delay,
    "truncated": _truncate,
    "html": _html,
}


def _refuse(sandbox: "Sandbox", fault: Fault, request: Request, go: Go) -> Response:
    if fault.kind == "rate_limit":
        return _rate_limited(sandbox, fault, request)
    if fault.kind == "unavailable":
        return text_response(503, fault.text or "The Xero API is temporarily unavailable")
    error = json_response(500, {"ErrorNumber": 500, "Type": "InternalServerError", "Message": "An error occurred"})
    return go(request, error) if request.path.startswith(XERO) else error


def _rate_limited(sandbox: "Sandbox", fault: Fault, request: Request) -> Response:
    if request.path.startswith(XERO):
        given = {"minute": 60, "day": 36_000}.get(fault.problem) if fault.retry_after is None else fault.retry_after
        spent = {"minute": {"x-minlimit-remaining": "0"}, "day": {"x-daylimit-remaining": "0"}}.get(fault.problem, {})
        return sandbox.meter.refusal(fault.problem, given).with_headers(spent)
    error = {"code": "too_many_requests", "message": "Slow down", "field": None}
    seconds = 1 if fault.retry_after is None else fault.retry_after
    return json_response(429, {"error": error}, {"retry-after": str(seconds)})


def _end_grant(sandbox: "Sandbox", fault: Fault, request: Request) -> None:
    token = request.header("authorization").partition(" ")[2]
    known = sandbox.grants.access.get(token)
    if known is None:
        return
    if fault.kind == "token_expired":
        known.expires_ms = sandbox.world.clock.now_ms()
    elif fault.kind == "grant_revoked":
        sandbox.grants.revoke(known.consent)
    else:
        tenant = request.header("xero-tenant-id") or sandbox.world.tenant_id
        sandbox.grants.disconnect(tenant)
