"""Idempotency keys as Xero keeps them: per app, six minutes from the first call, errors included."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Request, Response
from reconcile.sandbox.xero.errors import bad_request

MAX_KEY = 128


@dataclass(frozen=True)
class Kept:
    """The first answer to a key, and what was asked."""

    asked: str
    at_ms: int
    response: Response


@dataclass
class Idempotency:
    """The memory of keys."""

    settings: Settings
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def run(self, app: str, request: Request, now_ms: int, work: Callable[[], Response]) -> Response:
        """Do the work once per key; the same key with another request is a 400."""
        key = request.header("idempotency-key")
        if not key or request.method not in {"POST", "PUT", "PATCH"}:
            return work()
        if len(key) > MAX_KEY:
            return bad_request(f"Idempotency Key: must not be longer than {MAX_KEY} characters.")
        asked, known = fingerprint(request), self.kept.get((app, key))
        if known is not None and now_ms < known.at_ms + self.settings.idempotency_seconds * 1000:
            if known.asked == asked:
                return known.response
            return bad_request(f"Idempotency Key: {key} is used with a different request.")
        response = work()
        if response.status != 400 or self.settings.cache_validation_errors:
            self.kept[app, key] = Kept(asked, now_ms, response)
        return response


def fingerprint(request: Request) -> str:
    """What makes two requests the same: method, address, tenant and body."""
    query = "&".join(f"{name}={value}" for name, value in sorted(request.query.items()))
    head = "\n".join((request.method, request.path, query, request.header("xero-tenant-id")))
    return hashlib.sha256(head.encode() + b"\n" + request.body).hexdigest()
