"""Stored connections: encrypted, pinned to one tenant, refreshed by one process at a time."""

import sqlite3
from datetime import timedelta

import pytest

from reconcile.clients.open import token_key
from reconcile.connection import StoredConnection, Tokens
from reconcile.errors import NotReady, WrongTenant
from reconcile.store.engine import migrate, open_engine
from reconcile.store.tokens import StoredTokens, make_cipher, make_key


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/tokens.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine, clock):
    return StoredTokens(engine, make_cipher(make_key()), clock)


def connection(clock, tenant="tenant-1", access="canary-access", refresh="canary-refresh"):
    tokens = Tokens(access, clock.now() + timedelta(minutes=30), refresh, clock.now() + timedelta(days=60), ("a", "b"))
    return StoredConnection("org", "authorization_code", tenant, "Clearwater", tokens)


def test_what_was_stored_comes_back(store, clock):
    store.connect(connection(clock))

    found = store.read("org")

    assert (found.tokens, found.tenant_id, found.state, found.generation) == (
        connection(clock).tokens,
        "tenant-1",
        "connected",
        1,
    )
    assert store.read("other") is None


def test_no_token_is_in_the_database_in_clear(store, clock, tmp_path):
    store.connect(connection(clock))

    raw = b"".join(path.read_bytes() for path in tmp_path.glob("tokens.db*"))

    assert b"canary" not in raw
    assert b"Clearwater" in raw


def test_a_key_can_be_replaced_without_connecting_again(engine, clock):
    old, new = make_key(), make_key()
    StoredTokens(engine, make_cipher(old), clock).connect(connection(clock))
    both = StoredTokens(engine, make_cipher(f"{new}, {old}"), clock)
    now = clock.now()

    assert both.read("org").tokens.access == "canary-access"
    assert both.claim("org", "me", 1, now + timedelta(seconds=60), now)
    assert both.rotate("org", "me", 1, Tokens("second", now))
    assert StoredTokens(engine, make_cipher(new), clock).read("org").tokens.access == "second"


def test_the_wrong_key_says_what_to_do(engine, clock):
    StoredTokens(engine, make_cipher(make_key()), clock).connect(connection(clock))

    with pytest.raises(NotReady, match="RECONCILE_SECRET_KEY") as caught:
        StoredTokens(engine, make_cipher(make_key()), clock).read("org")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "short", "canary-key-that-is-not-one", ","])
def test_a_key_that_is_none_is_refused_and_not_shown(key):
    with pytest.raises(NotReady, match="reconcile key") as caught:
        make_cipher(key)
    assert "canary" not in str(caught.value)


def test_without_a_key_only_a_sandbox_on_this_machine_is_served(settings_for):
    assert make_cipher(token_key(settings_for("http://127.0.0.1:9")))
    assert token_key(settings_for("https://api.xero.com", secret_key="given")) == "given"
    with pytest.raises(NotReady, match="RECONCILE_SECRET_KEY"):
        token_key(settings_for("https://api.xero.com"))


def test_another_tenant_is_refused_and_the_connection_says_so(store, clock):
    store.connect(connection(clock))

    with pytest.raises(WrongTenant, match="Clearwater"):
        store.connect(connection(clock, tenant="tenant-2", access="intruder"))

    found = store.read("org")
    assert (found.state, found.tenant_id, found.tokens.access) == ("wrong_organisation", "tenant-1", "canary-access")
    store.connect(connection(clock))
    assert store.read("org").state == "connected"


def test_one_holder_of_the_lease_at_a_time(store, clock):
    store.connect(connection(clock))
    now, until = clock.now(), clock.now() + timedelta(seconds=60)

    assert store.claim("org", "a", 1, until, now)
    assert not store.claim("org", "b", 1, until, now)
    store.release("org", "b")
    assert not store.claim("org", "b", 1, until, now)
    store.release("org", "a")
    assert store.claim("org", "b", 1, until, now)
    assert not store.claim("nobody", "b", 1, until, now)


def test_who_lost_the_lease_cannot_store_tokens(store, clock):
    store.connect(connection(clock))
    start = clock.now()
    assert store.claim("org", "slow", 1, start + timedelta(seconds=60), start)
    clock.wait(61)
    assert store.claim("org", "quick", 1, clock.now() + timedelta(seconds=60), clock.now())

    assert store.rotate("org", "quick", 1, Tokens("quick", clock.now()))
    assert not store.rotate("org", "slow", 1, Tokens("slow", clock.now()))
    assert store.read("org").tokens.access == "quick"


def test_parking_and_problems_are_noted(store, clock):
    store.connect(connection(clock))
    until = clock.now() + timedelta(hours=5)

    store.park("org", until)
    store.mark("org", "reconnect", "Gone.")

    found = store.read("org")
    assert (found.parked_until, found.state, found.problem) == (until, "reconnect", "Gone.")
    store.park("org", None)
    assert store.read("org").parked_until is None


def test_a_damaged_row_does_not_look_like_a_connection(store, clock, tmp_path):
    store.connect(connection(clock))
    with sqlite3.connect(tmp_path / "tokens.db") as raw:
        raw.execute("UPDATE connection SET token_ciphertext = 'garbage'")

    with pytest.raises(NotReady):
        store.read("org")
