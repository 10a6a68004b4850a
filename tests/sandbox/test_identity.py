"""Consent with PKCE, tokens and their lives, rotation with grace, revocation, connections, scopes."""

import base64
import hashlib
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from reconcile.sandbox.settings import GRANULAR_SCOPES
from reconcile.sandbox.xero.books import Books

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://localhost:8765/callback"
SCOPES = "openid offline_access accounting.contacts accounting.invoices accounting.payments accounting.settings.read"


@pytest.fixture
def asked():
    return {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": "s 1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


@pytest.fixture
def allow(web, world, asked):
    def press(tenants=None, action="allow", **changes):
        form = asked | changes | {"tenant": tenants or [world.tenant_id], "action": action}
        location = web.post("/identity/connect/authorize", data=form).headers["location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    return press


@pytest.fixture
def exchange(web, allow):
    def send(code=None, **changes):
        form = {
            "grant_type": "authorization_code",
            "client_id": "app",
            "code": code or allow()["code"],
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        return web.post("/connect/token", data=form | changes)

    return send


@pytest.fixture
def refresh(web):
    def send(token, client="app"):
        return web.post(
            "/connect/token", data={"grant_type": "refresh_token", "refresh_token": token, "client_id": client}
        )

    return send


def works(web, world, tokens):
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "xero-tenant-id": world.tenant_id}
    return web.get("/api.xro/2.0/Organisation", headers=headers).status_code


def claims(token):
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def test_the_page_shows_organisations_scopes_and_allow_access(web, asked):
    page = web.get("/identity/connect/authorize", params=asked).text

    assert "Allow access" in page
    assert "Sandbox Pool Services Pty Ltd" in page
    assert "accounting.payments" in page


def test_allowing_gives_a_code_with_the_state_and_the_code_gives_tokens(web, world, allow, exchange):
    back = allow()
    tokens = exchange(back["code"]).json()

    assert back["state"] == "s 1"
    assert (tokens["expires_in"], tokens["token_type"]) == (1800, "Bearer")
    assert {"refresh_token", "id_token"} <= set(tokens)
    assert works(web, world, tokens) == 200


def test_cancelling_gives_access_denied(allow):
    assert allow(action="cancel") == {"error": "access_denied", "state": "s 1"}


def test_names_on_the_page_are_escaped(web, world, asked):
    books = world.first_books
    books.organisation = replace(books.organisation, name="<script>alert(1)</script>")

    assert "<script>" not in web.get("/identity/connect/authorize", params=asked).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"redirect_uri": "http://127.0.0.1:8765/callback"}, "Invalid redirect_uri"),
        ({"redirect_uri": "http://example.com/callback"}, "Invalid redirect_uri"),
        ({"scope": "accounting.transactions"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"code_challenge_method": "plain"}, "S256"),
    ],
)
def test_a_wrong_request_for_consent_ends_on_the_page(web, asked, changes, said):
    answer = web.get("/identity/connect/authorize", params=asked | changes)

    assert answer.status_code == 400
    assert said in answer.text


def test_a_code_works_once(allow, exchange):
    code = allow()["code"]

    assert [exchange(code).status_code, exchange(code).json()] == [200, {"error": "invalid_grant"}]


def test_a_code_lives_five_minutes(allow, exchange, clock):
    code = allow()["code"]
    clock.advance(300)

    assert exchange(code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "w" * 64}, {"code_verifier": ""}, {"redirect_uri": "http://localhost/"}, {"client_id": "x"}],
)
def test_a_code_is_bound_to_verifier_address_and_app(exchange, changes):
    assert exchange(**changes).json() == {"error": "invalid_grant"}


def test_without_pkce_the_secret_is_needed(web, allow, exchange):
    code = allow(code_challenge="", code_challenge_method="")["code"]

    assert exchange(code).json() == {"error": "invalid_client"}
    assert exchange(code, client_secret="s").status_code == 200


def test_an_access_token_lives_thirty_minutes(web, world, exchange, clock):
    tokens = exchange().json()
    clock.advance(1799)
    before = works(web, world, tokens)
    clock.advance(1)

    assert (before, works(web, world, tokens)) == (200, 401)


def test_an_expired_token_says_so(web, world, exchange, clock):
    tokens = exchange().json()
    clock.advance(1800)
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "xero-tenant-id": world.tenant_id}
    problem = web.get("/api.xro/2.0/Organisation", headers=headers).json()

    assert problem["Title"] == "Unauthorized"
    assert problem["Detail"] == "TokenExpired: token expired at 11/22/2026 01:30:00"


def test_claims_carry_scopes_and_the_event(exchange, web):
    tokens = exchange().json()
    connection = web.get("/connections", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()[0]
    told = claims(tokens["access_token"])

    assert set(told["scope"]) == set(SCOPES.split())
    assert told["authentication_event_id"] == connection["authEventId"]


def test_refreshing_gives_a_new_refresh_token(web, world, exchange, refresh):
    first = exchange().json()
    second = refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert works(web, world, second) == 200


def test_the_old_refresh_token_works_through_the_grace_and_then_no_more(exchange, refresh, clock):
    first = exchange().json()["refresh_token"]
    refresh(first)
    clock.advance(1799)
    inside = refresh(first).status_code
    clock.advance(1)

    assert (inside, refresh(first).json()) == (200, {"error": "invalid_grant"})


def test_without_grace_a_refresh_token_is_single_use(exchange, refresh, settings):
    settings.refresh_grace_seconds = 0
    first = exchange().json()["refresh_token"]
    second = refresh(first).json()["refresh_token"]

    assert refresh(first).status_code == 400
    assert refresh(second).status_code == 200


def test_reuse_can_be_made_to_end_the_whole_grant(exchange, refresh, settings):
    settings.refresh_grace_seconds, settings.reuse_revokes_grant = 0, True
    first = exchange().json()["refresh_token"]
    second = refresh(first).json()["refresh_token"]
    refresh(first)

    assert refresh(second).json() == {"error": "invalid_grant"}


def test_a_refresh_token_dies_after_sixty_days_unused(exchange, refresh, clock):
    token = exchange().json()["refresh_token"]
    clock.advance(59 * 86_400)
    token = refresh(token).json()["refresh_token"]
    clock.advance(60 * 86_400)

    assert refresh(token).json() == {"error": "invalid_grant"}


def test_a_refresh_token_belongs_to_its_app(exchange, refresh):
    assert refresh(exchange().json()["refresh_token"], "other").json() == {"error": "invalid_grant"}


def test_no_refresh_token_without_offline_access(allow, exchange):
    code = allow(scope="openid accounting.contacts")["code"]

    assert "refresh_token" not in exchange(code).json()


def test_revocation_ends_tokens_and_connections(web, world, exchange, refresh, sandbox):
    tokens = exchange().json()
    web.post("/connect/revocation", data={"token": tokens["refresh_token"]}, auth=("app", "secret"))

    assert works(web, world, tokens) == 401
    assert refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert sandbox.grants.connections == {}


def test_client_credentials_need_no_tenant_header_and_get_no_refresh_token(web, new_token, sandbox):
    answer = web.post("/connect/token", data={"grant_type": "client_credentials"}, auth=("any", "thing")).json()

    assert "refresh_token" not in answer
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert web.get("/api.xro/2.0/Organisation", headers=headers).status_code == 200


def test_a_broad_scope_is_refused_unless_still_allowed(web, settings):
    form = {"grant_type": "client_credentials", "scope": "accounting.transactions"}
    refused = web.post("/connect/token", data=form, auth=("a", "b"))
    settings.broad_scopes_allowed = True

    assert refused.json() == {
        "error": "invalid_scope",
        "error_description": "Client credentials scope validation failed",
    }
    assert web.post("/connect/token", data=form, auth=("a", "b")).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password", "client_id": "a"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "a"}, "invalid_client"),
        ({"grant_type": "refresh_token", "client_id": "a"}, "invalid_grant"),
    ],
)
def test_wrong_token_requests(web, form, error):
    assert web.post("/connect/token", data=form).json() == {"error": error}


def test_both_spellings_of_connections(web, world, new_token):
    headers = {"Authorization": f"Bearer {new_token()}"}
    lists = [web.get(path, headers=headers).json() for path in ("/connections", "/Connections")]

    assert lists[0] == lists[1]
    assert lists[0][0]["tenantId"] == world.tenant_id
    assert lists[0][0]["createdDateUtc"] == "2026-11-22T01:00:00.0000000"


def test_a_connection_is_deleted_by_its_own_id_not_by_the_tenants(web, world, new_token):
    headers = {"Authorization": f"Bearer {new_token()}"}
    connection = web.get("/connections", headers=headers).json()[0]

    assert web.delete(f"/connections/{world.tenant_id}", headers=headers).status_code == 403
    assert web.delete(f"/connections/{connection['id']}", headers=headers).status_code == 204
    assert web.delete(f"/connections/{connection['id']}", headers=headers).status_code == 404
    assert web.get("/api.xro/2.0/Organisation", headers=headers).status_code == 403


def test_a_removed_connection_gives_403_while_refresh_keeps_working(web, world, sandbox, exchange, refresh):
    tokens = exchange().json()
    sandbox.grants.disconnect(world.tenant_id)
    fresh = refresh(tokens["refresh_token"])

    assert fresh.status_code == 200
    assert works(web, world, fresh.json()) == 403


@pytest.mark.parametrize("header", [{}, {"xero-tenant-id": "00000000-0000-0000-0000-000000000000"}])
def test_a_wrong_or_missing_tenant_is_a_403(web, exchange, header):
    headers = {"Authorization": f"Bearer {exchange().json()['access_token']}", **header}
    answer = web.get("/api.xro/2.0/Organisation", headers=headers)

    assert (answer.status_code, answer.json()["Detail"]) == (403, "AuthenticationUnsuccessful")


def test_each_organisation_has_its_own_books(web, world, allow, exchange):
    other = replace(world.first_books.organisation, id="22222222-2222-4222-8222-222222222222", name="Second")
    world.books[other.id] = Books(other)
    code = allow([*world.books])["code"]
    headers = {"Authorization": f"Bearer {exchange(code).json()['access_token']}", "Accept": "application/json"}
    web.put("/api.xro/2.0/Contacts", headers=headers | {"xero-tenant-id": other.id}, json={"Name": "Only there"})
    counts = [
        len(web.get("/api.xro/2.0/Contacts", headers=headers | {"xero-tenant-id": tenant}).json()["Contacts"])
        for tenant in world.books
    ]

    assert counts == [0, 1]
    assert len(web.get("/connections", headers=headers).json()) == 2


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic abc"])
def test_a_call_without_a_known_token_is_a_401(web, authorization):
    answer = web.get("/api.xro/2.0/Organisation", headers={"Authorization": authorization})

    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthenticationUnsuccessful")


def test_any_token_can_be_let_in_for_fuzzing(web, settings):
    settings.accept_any_token = True

    assert web.get("/api.xro/2.0/Organisation", headers={"Authorization": "Bearer x"}).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("accounting.contacts.read", "GET", "Contacts", True),
        ("accounting.contacts.read", "PUT", "Contacts", False),
        ("accounting.contacts", "GET", "Contacts", True),
        ("accounting.settings.read", "GET", "Items", True),
        ("accounting.invoices accounting.settings.read", "PUT", "Items", False),
        ("accounting.settings", "PUT", "Items", True),
        ("accounting.invoices", "GET", "Items", False),
        ("accounting.invoices", "GET", "Invoices", True),
        ("accounting.invoices", "GET", "CreditNotes", True),
        ("accounting.invoices", "GET", "Payments", False),
        ("accounting.payments", "GET", "Payments", True),
        ("accounting.payments", "GET", "BankTransactions", False),
        ("accounting.banktransactions", "GET", "BankTransactions", True),
        ("accounting.contacts", "GET", "Organisation", False),
        ("accounting.settings.read", "GET", "Organisation", True),
    ],
)
def test_scopes_open_their_endpoints_only(wire, new_token, scope, method, path, allowed):
    headers = {"Authorization": f"Bearer {new_token(scope)}", "Accept": "application/json"}
    with httpx.Client(transport=wire, base_url="http://localhost/api.xro/2.0/", headers=headers) as client:
        answer = client.request(method, path, json={"Code": "A", "Name": "A"} if method == "PUT" else None)

    assert answer.status_code == (200 if allowed else 401)
    assert ("insufficient_scope" in answer.headers.get("www-authenticate", "")) is not allowed


def test_the_granular_scopes_are_the_default():
    assert "accounting.transactions" not in GRANULAR_SCOPES
