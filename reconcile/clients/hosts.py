"""Where tokens may go: https, or a loopback address; the real Xero and a sandbox never mixed."""

import ipaddress
import ssl
from functools import cache

import httpx

from reconcile.errors import NotReady


def is_loopback(url: str) -> bool:
    """Whether an address is this very machine."""
    try:
        host = httpx.URL(url).host
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except (ValueError, httpx.InvalidURL):
        return False


def require_safe(url: str, setting: str) -> httpx.URL:
    """The parsed address, if secrets may be sent there. Raises NotReady naming the setting."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if not address.host:
        raise NotReady(f"{setting} is not a web address.", remedy=f"Set {setting}, for example https://api.xero.com.")
    if address.userinfo:
        raise NotReady(f"{setting} holds a user name or password.", remedy="Remove it from the address.")
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(url)):
        raise NotReady(
            f"{setting} must begin with https:// ({address.host} is not this machine).",
            remedy="Tokens are never sent unencrypted.",
        )
    return address


def require_same_world(api_url: str, identity_url: str) -> None:
    """Refuse to take a sandbox's tokens to the real API, or real ones to a sandbox. Raises NotReady."""
    if is_loopback(api_url) != is_loopback(identity_url):
        raise NotReady(
            "RECONCILE_XERO_API_URL and RECONCILE_XERO_IDENTITY_URL are not of the same system.",
            remedy="Point both at Xero, or both at the sandbox.",
        )


@cache
def believed() -> ssl.SSLContext:
    """The authorities whose certificates are believed; one for all clients, since reading them takes a while."""
    return httpx.create_ssl_context(trust_env=False)
