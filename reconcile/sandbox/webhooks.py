"""Xero's webhooks: thin events, signed over the raw bytes, and intent-to-receive (facts, section 7b)."""

import base64
import hashlib
import hmac
import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.wire import Json, dump_json
from reconcile.sandbox.world import World
from reconcile.sandbox.xero.books import Event

Post = Callable[[str, dict[str, str], bytes], int]
SECONDS = 5.0


def post_over_http(url: str, headers: dict[str, str], body: bytes) -> int:
    """Deliver over HTTP within five seconds; 0 when nobody answers. The body of the answer is not looked at."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=SECONDS)
    try:
        connection.request("POST", target.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def sign(key: str, body: bytes) -> str:
    """The signature header: base64 of HMAC-SHA256, the key taken as text."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


@dataclass
class Webhooks:
    """One subscription: where to, signed with what, how far it has got."""

    world: World
    url: str = ""
    key: str = ""
    post: Post = post_over_http
    told: int = 0
    sequence: int = 0
    attempts: list[int] = field(default_factory=list)

    def deliver(self) -> int:
        """Send what happened since the last delivery; kept for the next try unless the answer is 200. Its status."""
        events = self.world.first_books.events[self.told :]
        if not events or not self.url:
            return 200
        status = self._send(self._body(events), self.key)
        if status == 200:
            self.told, self.sequence = self.told + len(events), self.sequence + len(events)
        return status

    def intent_to_receive(self) -> bool:
        """Empty bodies, two signed right and two wrong; true when the receiver answers 200 and 401 as it must."""
        body = self._body([])
        good = [self._send(body, self.key) for _ in range(2)]
        almost = sign(self.key, body)
        bad = [self._deliver(body, "x" + almost[1:]), self._deliver(body, almost[:-2] + "A=")]
        return set(good) == {200} and set(bad) == {401}

    def _send(self, body: bytes, key: str) -> int:
        return self._deliver(body, sign(key, body))

    def _deliver(self, body: bytes, signature: str) -> int:
        headers = {"content-type": "application/json", "x-xero-signature": signature}
        status = self.post(self.url, headers, body)
        self.attempts.append(status)
        return status

    def _body(self, events: list[Event]) -> bytes:
        """Irregular spaces on purpose: a receiver that re-serialises before checking the signature fails."""
        shown = [self._event(event) for event in events]
        body: Json = {
            "events": shown,
            "lastEventSequence": self.sequence + len(events),
            "firstEventSequence": self.sequence + 1 if events else 0,
            "entropy": self.world.new_id().replace("-", "").upper()[:20],
        }
        return dump_json(body).replace(b'"events":', b'"events": ').replace(b',"lastEvent', b',\n "lastEvent')

    def _event(self, event: Event) -> Json:
        plural = {"CONTACT": "Contacts", "INVOICE": "Invoices", "CREDITNOTE": "CreditNotes"}[event.category]
        return {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{plural}/{event.resource_id}",
            "resourceId": event.resource_id,
            "eventDateUtc": from_ms(event.at_ms).replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "eventType": event.kind,
            "eventCategory": event.category,
            "tenantId": self.world.tenant_id,
            "tenantType": "ORGANISATION",
        }
