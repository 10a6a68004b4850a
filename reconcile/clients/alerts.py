"""Tells somebody that a run failed, through a webhook such as a chat room's."""

import httpx

from reconcile.clients.hosts import require_safe

TIMEOUT = httpx.Timeout(10)


def send_alert(url: str, title: str, text: str, *, transport: httpx.BaseTransport | None = None) -> bool:
    """Post one alert as ``{"title": ..., "text": ...}``; False when it could not be delivered.

    The text must hold no personal data. Raises NotReady when the address is neither https nor this machine.
    """
    address = require_safe(url, "RECONCILE_ALERT_URL")
    with httpx.Client(timeout=TIMEOUT, transport=transport) as client:
        try:
            return client.post(address, json={"title": title, "text": text}).is_success
        except httpx.TransportError:
            return False
