"""Webhooks of both systems: events signed over the raw bytes, kept until received (facts, section 7b)."""

import base64
import hashlib
import hmac
import http.client
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.events import Event
from reconcile.sandbox.pooltrackr.account import Account
from reconcile.sandbox.pooltrackr.answers import moment
from reconcile.sandbox.wire import Json, dump_json
from reconcile.sandbox.world import World

Post = Callable[[str, dict[str, str], bytes], int]
SECONDS = 5.0
_PLURALS = {"CONTACT": "Contacts", "INVOICE": "Invoices", "CREDITNOTE": "CreditNotes"}


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
class Webhooks(ABC):
    """One subscription: where to, signed with what, how far it has got. `auto` delivers after every call."""

    world: World
    url: str = ""
    key: str = ""
    auto: bool = False
    post: Post = post_over_http
    told: int = 0
    attempts: list[int] = field(default_factory=list)
    busy: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self) -> int:
        """Send what happened since the last delivery; kept for the next try unless the answer is 200. Its status."""
        with self.busy:
            events = self._happened()[self.told :]
            if not events or not self.url:
                return 200
            body = self._body(events)
            status = self._send(body, sign(self.key, body))
            if status == 200:
                self.told += len(events)
            return status

    def deliver_soon(self) -> None:
        """Deliver in the background when something has happened and the subscription is automatic."""
        if self.auto and len(self._happened()) > self.told:
            threading.Thread(target=self.deliver, name="webhook", daemon=True).start()

    def _send(self, body: bytes, signature: str) -> int:
        status = self.post(self.url, {"content-type": "application/json", self._header(): signature}, body)
        self.attempts.append(status)
        return status

    @abstractmethod
    def _happened(self) -> list[Event]: ...

    @abstractmethod
    def _header(self) -> str: ...

    @abstractmethod
    def _body(self, events: list[Event]) -> bytes: ...


class XeroWebhooks(Webhooks):
    """Xero's: thin events, irregular spaces, intent-to-receive; of the first organisation, or of the one that is named."""

    tenant: str = ""

    def intent_to_receive(self) -> bool:
        """Empty bodies, two signed right and two wrong; true when the receiver answers 200 and 401 as it must."""
        body = self._body([])
        right = sign(self.key, body)
        wrong = (_other(right[0]) + right[1:], right[:-2] + _other(right[-2]) + "=")
        good = [self._send(body, right) for _ in range(2)]
        bad = [self._send(body, signature) for signature in wrong]
        return set(good) == {200} and set(bad) == {401}

    def _happened(self) -> list[Event]:
        return self.world.books[self.tenant or self.world.tenant_id].events

    def _header(self) -> str:
        return "x-xero-signature"

    def _body(self, events: list[Event]) -> bytes:
        """Irregular spaces on purpose: a receiver that re-serialises before checking the signature fails."""
        body: Json = {
            "events": [self._event(event) for event in events],
            "lastEventSequence": self.told + len(events),
            "firstEventSequence": self.told + 1 if events else 0,
            "entropy": self.world.new_id().replace("-", "").upper()[:20],
        }
        return dump_json(body).replace(b'"events":', b'"events": ').replace(b',"lastEvent', b',\n "lastEvent')

    def _event(self, event: Event) -> Json:
        return {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{_PLURALS[event.category]}/{event.resource_id}",
            "resourceId": event.resource_id,
            "eventDateUtc": from_ms(event.at_ms).replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "eventType": event.kind,
            "eventCategory": event.category,
            "tenantId": self.tenant or self.world.tenant_id,
            "tenantType": "ORGANISATION",
        }


class PooltrackrWebhooks(Webhooks):
    """Pooltrackr's, as docs/pooltrackr-api.yaml describes them; of the first account, or of the one that is named."""

    account: Account | None = None

    def _happened(self) -> list[Event]:
        return (self.account or self.world.pooltrackr).events

    def _header(self) -> str:
        return "x-pooltrackr-signature"

    def _body(self, events: list[Event]) -> bytes:
        organisation = (self.account or self.world.pooltrackr).organisation["id"]
        shown = [
            {
                "organisation_id": organisation,
                "entity": event.category,
                "id": event.resource_id,
                "type": event.kind,
                "at": moment(event.at_ms),
            }
            for event in events
        ]
        return dump_json({"events": shown})


def _other(letter: str) -> str:
    """A letter of a signature that is certainly not this one; both may end one of 32 bytes."""
    return "E" if letter == "A" else "A"
