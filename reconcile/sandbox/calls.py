"""The call log: what reached the sandbox, for assertions."""

from dataclasses import asdict, dataclass

from reconcile.sandbox.wire import Json, Request, Response


@dataclass(frozen=True)
class CallEntry:
    """One call as it was answered; `fault` names what was done to it, if anything."""

    at_ms: int
    system: str
    method: str
    path: str
    query: str
    key: str
    status: int
    fault: str
    tenant: str
    body_bytes: int

    def as_json(self) -> Json:
        """The entry for the control endpoint."""
        return asdict(self)


def entry_of(request: Request, response: Response, at_ms: int, system: str, fault: str) -> CallEntry:
    """Write down a call; header values that are secret are left out."""
    query = "&".join(f"{name}={value}" for name, value in request.query.items() if system != "identity")
    key, tenant = request.header("idempotency-key"), request.header("xero-tenant-id")
    size = len(request.body)
    return CallEntry(at_ms, system, request.method, request.path, query, key, response.status, fault, tenant, size)
