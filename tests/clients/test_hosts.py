"""Tokens go where they belong and nowhere else."""

import httpx
import pytest

from reconcile.clients.hosts import is_loopback, require_safe, require_same_world
from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.clock import FixedClock
from reconcile.errors import NotReady


@pytest.mark.parametrize("url", ["http://127.0.0.1:8600", "http://localhost:1", "http://[::1]:5", "http://127.9.9.9"])
def test_this_machine_may_be_spoken_to_unencrypted(url):
    assert is_loopback(url)
    assert require_safe(url, "X").host


@pytest.mark.parametrize(
    "url",
    [
        "http://api.xero.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://127.0.0.1",
        "//api.xero.com",
        "api.xero.com",
        "",
        "https://user:password@api.xero.com",
        "https://",
        "https://a\x00b",
    ],
)
def test_other_addresses_must_be_https_and_hold_no_password(url):
    with pytest.raises(NotReady, match="RECONCILE_XERO_API_URL"):
        require_safe(url, "RECONCILE_XERO_API_URL")


def test_a_sandbox_token_never_goes_to_the_real_xero(settings_for):
    mixed = settings_for("http://127.0.0.1:1", xero_api_url="https://api.xero.com/api.xro/2.0")

    with pytest.raises(NotReady, match="not of the same system"):
        open_xero(mixed, FixedClock())
    require_same_world("https://api.xero.com", "https://identity.xero.com")


def test_an_identity_address_that_is_none_is_named(settings_for):
    broken = settings_for("http://127.0.0.1:1", xero_identity_url="http://[broken")

    with pytest.raises(NotReady, match="RECONCILE_XERO_IDENTITY_URL"):
        open_xero(broken, FixedClock())


def test_missing_settings_are_named(settings_for):
    with pytest.raises(NotReady, match="RECONCILE_XERO_CLIENT_ID"):
        open_xero(settings_for("http://127.0.0.1:1", xero_client_id=""), FixedClock())
    with pytest.raises(NotReady, match="RECONCILE_XERO_CLIENT_SECRET"):
        open_xero(settings_for("http://127.0.0.1:1", xero_client_secret=""), FixedClock())
    with pytest.raises(NotReady, match="RECONCILE_POOLTRACKR_URL"):
        open_pooltrackr(settings_for("http://127.0.0.1:1", pooltrackr_url=""), FixedClock())
    with pytest.raises(NotReady, match="No Pooltrackr token"):
        open_pooltrackr(settings_for("http://127.0.0.1:1", pooltrackr_token=" "), FixedClock())


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest", "https://elsewhere.example.test/x", "/other"])
def test_redirects_are_never_followed(wired, target):
    session, wire = wired(httpx.Response(302, headers={"location": target}))

    with pytest.raises(NotReady, match="redirect"):
        session.read("Contacts")
    assert [request.url.host for request in wire.requests] == ["api.example.test"]


def test_a_path_cannot_leave_the_host(wired):
    session, wire = wired({"Contacts": []})

    session.read("Contacts/..%2F..%2F@elsewhere.example.test")

    assert wire.requests[0].url.host == "api.example.test"
    assert wire.requests[0].headers["authorization"] == "Bearer secret-token"
