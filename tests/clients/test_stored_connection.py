"""A client on a stored connection: tokens refreshed on the way, the tenant pinned, a parked organisation noted."""

from datetime import timedelta

import pytest

from reconcile.clients.open import open_xero, token_key
from reconcile.connection import StoredConnection, Tokens
from reconcile.errors import NotReady, Parked, Reconnect, WrongTenant
from reconcile.ports import Write
from reconcile.sandbox.faults import Fault
from reconcile.store.engine import migrate, open_engine
from reconcile.store.tokens import StoredTokens, make_cipher

SCOPES = frozenset({"offline_access", "openid", "accounting.contacts", "accounting.settings.read"})


@pytest.fixture
def settings(served, settings_for):
    return settings_for(served.url)


@pytest.fixture
def store(settings, clock, served):
    """A grant that a person gave in the sandbox, stored under the sandbox's own key."""
    engine = open_engine(settings.database)
    migrate(engine)
    store = StoredTokens(engine, make_cipher(token_key(settings)), clock)
    consent = served.sandbox.grants.consent("app-id", SCOPES)
    served.sandbox.grants.connect(consent, served.world.tenant_id)
    given = served.sandbox.grants.issue(consent)
    tokens = Tokens(given["access_token"], clock.now() + timedelta(minutes=30), given["refresh_token"])
    store.connect(StoredConnection("org", "authorization_code", served.world.tenant_id, "Sandbox", tokens))
    yield store
    engine.dispose()


@pytest.fixture
def client(settings, clock, store):
    client = open_xero(settings, clock, connection=store.read("org"), tokens=store)
    yield client
    client.close()


def pass_time(served, clock, minutes):
    clock.wait(60 * minutes)
    served.world.clock.advance(60 * minutes)


def test_a_day_of_work_costs_one_refresh_each_half_hour(served, clock, client, store):
    for hour in range(6):
        client.send(Write("contacts", "create", {"Name": f"Contact {hour}"}, key=f"k{hour}"))
        pass_time(served, clock, 31)

    assert len(next(client.pages("contacts")).records) == 6
    assert served.sandbox.grants.refreshes == 6
    assert store.read("org").generation == 7
    assert {call.tenant for call in served.calls if call.system == "xero"} == {served.world.tenant_id}


def test_a_second_process_goes_on_with_what_the_first_one_refreshed(served, settings, clock, client, store):
    pass_time(served, clock, 31)
    client.organisation()

    second = open_xero(settings, clock, connection=store.read("org"), tokens=store)
    second.organisation()
    second.close()

    assert served.sandbox.grants.refreshes == 1


def test_a_revoked_grant_stops_at_once_and_is_noted(served, client, store):
    for consent in list(served.sandbox.grants.consents.values()):
        served.sandbox.grants.revoke(consent)

    for _ in range(3):
        with pytest.raises(Reconnect):
            client.get("contacts", "c")

    assert store.read("org").state == "reconnect"
    assert [call.path for call in served.calls].count("/connect/token") == 1


def test_a_day_limit_is_noted_with_the_connection(served, clock, client, store):
    served.sandbox.faults.add(Fault("rate_limit", problem="day", retry_after=36_000))

    with pytest.raises(Parked) as caught:
        client.get("contacts", "c")

    assert store.read("org").parked_until == caught.value.until == client.parked_until


def test_the_wrong_organisation_cannot_be_worked_on(settings, clock, store):
    store.mark("org", "wrong_organisation", "Another one was chosen.")

    with pytest.raises(WrongTenant, match="Another one was chosen"):
        open_xero(settings, clock, connection=store.read("org"), tokens=store)


def test_a_stored_grant_is_of_no_use_without_its_store(settings, clock, store):
    with pytest.raises(NotReady, match="store"):
        open_xero(settings, clock, connection=store.read("org"))


def test_a_stored_custom_connection_is_pinned_and_needs_no_tokens(served, settings, clock, store):
    store.connect(StoredConnection("org", "client_credentials", served.world.tenant_id, "Sandbox"))
    client = open_xero(settings, clock, connection=store.read("org"), tokens=store)

    assert client.organisation().id == served.world.tenant_id
    assert store.read("org").tokens is None
    client.close()
