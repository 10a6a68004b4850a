"""Grants: tokens that last, and never two refreshes of one generation."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from reconcile.clients.oauth import App, AuthorizationCode, ClientCredentials, IdentityServer, require_scopes
from reconcile.connection import StoredConnection, Tokens
from reconcile.errors import MissingScope, NotReady, Reconnect, Retry
from reconcile.store.engine import migrate, open_engine
from reconcile.store.tokens import StoredTokens, make_cipher, make_key

SCOPES = frozenset({"offline_access", "openid", "accounting.contacts"})


@pytest.fixture
def store(tmp_path, clock):
    engine = open_engine(f"sqlite:///{tmp_path}/tokens.db")
    migrate(engine)
    yield StoredTokens(engine, make_cipher(make_key()), clock)
    engine.dispose()


def connect(store, served, clock):
    """A grant that a person gave in the sandbox."""
    consent = served.sandbox.grants.consent("app", SCOPES)
    served.sandbox.grants.connect(consent, served.world.tenant_id)
    given = served.sandbox.grants.issue(consent)
    tokens = Tokens(given["access_token"], clock.now() + timedelta(minutes=30), given["refresh_token"])
    store.connect(StoredConnection("org", "authorization_code", served.world.tenant_id, "Sandbox", tokens))
    return tokens


def grant_on(store, served, clock, transport=None):
    server = IdentityServer(served.xero_identity_url, App("app", "secret"), clock, transport)
    return AuthorizationCode("org", server, store, clock)


def test_a_custom_connection_asks_for_a_token_only_when_it_has_none(clock):
    asked = []

    def answer(request):
        asked.append(request)
        return httpx.Response(200, json={"access_token": f"t{len(asked)}", "expires_in": 1800, "token_type": "Bearer"})

    server = IdentityServer("https://id.example.test", App("id", "sec"), clock, httpx.MockTransport(answer))
    grant = ClientCredentials(server, clock, ("accounting.contacts",))

    assert [grant.token(), grant.token()] == ["t1", "t1"]
    clock.wait(1740)
    assert grant.token() == "t2"
    assert [grant.renew("t1"), grant.renew("t2")] == ["t2", "t3"]
    assert asked[0].headers["authorization"].startswith("Basic ")
    assert asked[0].read() == b"grant_type=client_credentials&scope=accounting.contacts"


def test_a_token_is_used_until_it_is_about_to_expire_and_then_refreshed(store, served, clock):
    tokens = connect(store, served, clock)
    grant = grant_on(store, served, clock)

    assert grant.token() == tokens.access
    clock.wait(30 * 60 - 60)
    assert grant.token() != tokens.access
    assert served.sandbox.grants.refreshes == 1
    assert store.read("org").generation == 2
    assert store.read("org").tokens.refresh != tokens.refresh


def test_the_next_process_uses_what_the_last_one_stored(store, served, clock):
    connect(store, served, clock)
    fresh = grant_on(store, served, clock).renew("")
    fresh = grant_on(store, served, clock).renew(fresh)

    assert grant_on(store, served, clock).token() == fresh


def test_a_dead_grant_is_asked_once_and_then_waits_for_a_person(store, served, clock):
    tokens = connect(store, served, clock)
    served.sandbox.grants.revoke(next(iter(served.sandbox.grants.consents.values())))
    grant, before = grant_on(store, served, clock), len(served.calls)

    for _ in range(3):
        with pytest.raises(Reconnect, match="reconcile connect"):
            grant.renew(tokens.access)

    assert len(served.calls) - before == 1
    assert store.read("org").state == "reconnect"


def test_somebody_elses_refresh_is_not_mistaken_for_a_dead_grant(store, served, clock):
    """The refresh token was used up by another process that stored its successor while we were asking."""
    tokens = connect(store, served, clock)
    newer = Tokens("newer", clock.now() + timedelta(minutes=30), "newer-refresh")

    def refuse(_request):
        stored = store.read("org")
        store.connect(StoredConnection("org", "authorization_code", stored.tenant_id, "Sandbox", newer))
        return httpx.Response(400, json={"error": "invalid_grant"})

    grant = grant_on(store, served, clock, httpx.MockTransport(refuse))

    assert grant.renew(tokens.access) == "newer"
    assert store.read("org").state == "connected"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(429, headers={"retry-after": "5"}),
        httpx.Response(500, text="oops"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"token_type": "Bearer"}),
        httpx.Response(200, json={"access_token": "a", "expires_in": "soon"}),
        httpx.Response(200, text='{"access_token": "a", "expires_in": 1e999}'),
        httpx.Response(302, headers={"location": "https://elsewhere.example.test"}),
        httpx.ReadTimeout("slow"),
    ],
    ids=repr,
)
def test_a_failing_identity_server_is_never_a_reason_to_reconnect(store, served, clock, answer):
    tokens = connect(store, served, clock)

    def fail(_request):
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    with pytest.raises(Retry):
        grant_on(store, served, clock, httpx.MockTransport(fail)).renew(tokens.access)

    assert store.read("org").state == "connected"
    assert grant_on(store, served, clock).renew(tokens.access) != tokens.access


def test_a_lost_answer_is_survived_by_the_grace(store, served, clock):
    """Xero accepts the old refresh token for half an hour when its successor never arrived."""
    tokens = connect(store, served, clock)
    served.sandbox.grants.rotate(tokens.refresh)

    assert grant_on(store, served, clock).renew(tokens.access) != tokens.access


def test_a_lease_left_by_a_dead_process_runs_out(store, served, clock):
    tokens = connect(store, served, clock)
    assert store.claim("org", "somebody", 1, clock.now() + timedelta(seconds=60), clock.now())
    start = clock.now()

    assert grant_on(store, served, clock).renew(tokens.access) != tokens.access
    assert 60 <= (clock.now() - start).total_seconds() < 62


def test_a_lease_that_is_renewed_for_ever_is_not_waited_for_for_ever(store, served, clock):
    tokens = connect(store, served, clock)
    assert store.claim("org", "somebody", 1, clock.now() + timedelta(days=1), clock.now())

    with pytest.raises(Retry, match="still refreshing"):
        grant_on(store, served, clock).renew(tokens.access)


def test_two_processes_refresh_each_generation_once(store, served, tmp_path, real_clock):
    """Strict single use: a refresh token that is used twice revokes the whole grant."""
    served.world.settings.refresh_grace_seconds = 0
    served.world.settings.reuse_revokes_grant = True
    key, database = make_key(), f"sqlite:///{tmp_path}/tokens.db"
    connect(StoredTokens(store.engine, make_cipher(key), real_clock), served, real_clock)
    script = Path(__file__).parent / "refresher.py"
    command = [sys.executable, str(script), database, key, served.xero_identity_url, "300"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    outputs = [process.communicate(timeout=120)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0], outputs
    refreshes = served.sandbox.grants.refreshes
    assert refreshes in (300, 301)
    assert StoredTokens(store.engine, make_cipher(key), real_clock).read("org").generation == refreshes + 1
    assert Counter(call.status for call in served.calls) == {200: refreshes}
    assert all(int(output) > 50 for output in outputs), "both took part"


def test_missing_scopes_are_named():
    with pytest.raises(MissingScope, match=r"accounting\.payments \(for payments both ways\)"):
        require_scopes(("accounting.contacts",), ("accounting.contacts", "accounting.payments"))
    require_scopes((), ("accounting.contacts",))


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        ("invalid_client", NotReady, "RECONCILE_XERO_CLIENT_SECRET"),
        ("invalid_scope", MissingScope, "developer portal"),
        ("invalid_request", NotReady, "invalid_request"),
        ("<script>", NotReady, "unreadable"),
    ],
)
def test_refusals_of_the_app_are_told_apart(clock, error, kind, says):
    transport = httpx.MockTransport(lambda _: httpx.Response(400, json={"error": error}))
    grant = ClientCredentials(IdentityServer("https://id.example.test", App("id", "sec"), clock, transport), clock)

    with pytest.raises(kind, match=says):
        grant.token()


def test_no_secret_is_shown_by_anything_that_holds_one(store, served, clock):
    tokens = connect(store, served, clock)
    grant = grant_on(store, served, clock)
    grant.token()

    shown = f"{tokens!r} {App('app-id', 'app-secret')!r} {store.read('org')!r} {grant.__dict__!r} {store!r}"

    assert tokens.access not in shown
    assert tokens.refresh not in shown
    assert "app-secret" not in shown
