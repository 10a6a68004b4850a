"""Canaries: secrets and a person's data go through every fault, and turn up in no message, log, traceback or file."""

import logging
import traceback
from datetime import timedelta

import pytest

from reconcile.clients.open import open_pooltrackr, open_xero
from reconcile.connection import StoredConnection, Tokens
from reconcile.errors import ReconcileError
from reconcile.ports import Write
from reconcile.sandbox.faults import KINDS, Fault
from reconcile.store.engine import migrate, open_engine
from reconcile.store.tokens import StoredTokens, make_cipher, make_key

SECRETS = ("canary-client-secret", "canary-pooltrackr-token", "canary-client-id")
PERSON = ("Canaria", "Birdsong", "canaria.birdsong@example.test", "0491 570 156", "17 Aviary Lane")
OPERATIONS = ("list", "get", "find", "find_many", "create", "update", "batch", "refused", "organisation")


class Suspects:
    """Everything that was said, to be searched."""

    def __init__(self, caplog):
        caplog.set_level(logging.DEBUG)
        self.caplog, self.said, self.failures = caplog, [], 0

    def watch(self, work):
        try:
            work()
        except ReconcileError as error:
            self.failures += 1
            self.said += [repr(error), str(error), error.remedy, *traceback.format_exception(error)]

    def everything(self, folder):
        files = [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
        return "\n".join([*self.said, self.caplog.text, *files])


def xero_person(name="Canaria Birdsong"):
    return {
        "Name": name,
        "FirstName": "Canaria",
        "LastName": "Birdsong",
        "EmailAddress": "canaria.birdsong@example.test",
        "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "0491 570 156"}],
        "Addresses": [{"AddressType": "POBOX", "AddressLine1": "17 Aviary Lane"}],
    }


def pooltrackr_person():
    return {
        "type": "Individual",
        "first_name": "Canaria",
        "last_name": "Birdsong",
        "emails": ["canaria.birdsong@example.test"],
        "phones": [{"label": "mobile", "number": "0491 570 156"}],
        "address": {"street": "17 Aviary Lane"},
    }


def do(client, operation, known, person):
    """One operation with the person's data in it."""
    contact = Write("contacts", "create", person, key="k")
    actions = {
        "list": lambda: list(client.pages("contacts")),
        "get": lambda: client.get("contacts", known),
        "find": lambda: client.find("contacts", "PT-1"),
        "find_many": lambda: client.find_many("contacts", ["PT-1", "PT-2"]),
        "create": lambda: client.send(contact),
        "update": lambda: client.send(Write("contacts", "update", person, key="u", target_id=known, version=99)),
        "batch": lambda: [str(outcome) for outcome in client.send_batch((contact,), "b")],
        "refused": lambda: client.send(
            Write("contacts", "create", {**person, "EmailAddress": "Canaria Birdsong", "emails": "Canaria"}, key="r")
        ),
        "organisation": lambda: client.organisation() if client.system == "xero" else None,
    }
    return actions[operation]


@pytest.fixture
def installation(served, settings_for, tmp_path, clock):
    """Both clients, the Xero one with a stored grant; every token is known to the test."""
    limits = served.world.settings.limits
    limits.minute = limits.day = limits.app_minute = 10**6
    settings = settings_for(
        served.url,
        xero_client_id="canary-client-id",
        xero_client_secret="canary-client-secret",
        pooltrackr_token="canary-pooltrackr-token",
    )
    engine = open_engine(f"sqlite:///{tmp_path}/reconcile.db")
    migrate(engine)
    store = StoredTokens(engine, make_cipher(make_key()), clock)
    yield lambda: reconnect(served, store, clock, settings)
    engine.dispose()


def reconnect(served, store, clock, settings):
    grants = served.sandbox.grants
    scopes = frozenset({"offline_access", "accounting.contacts", "accounting.settings.read"})
    consent = grants.consent("canary-client-id", scopes)
    grants.connect(consent, served.world.tenant_id)
    given = grants.issue(consent)
    tokens = Tokens(given["access_token"], clock.now() + timedelta(hours=1), given["refresh_token"])
    store.connect(StoredConnection("org", "authorization_code", served.world.tenant_id, "Sandbox", tokens))
    xero = open_xero(settings, clock, connection=store.read("org"), tokens=store)
    return xero, open_pooltrackr(settings, clock)


def test_no_secret_and_no_person_leaks_through_any_fault(served, installation, clock, caplog, tmp_path):
    suspects = Suspects(caplog)
    xero, pooltrackr = installation()
    known = {
        "xero": xero.send(Write("contacts", "create", xero_person(), key="first")).id,
        "pooltrackr": pooltrackr.send(Write("contacts", "create", pooltrackr_person(), key="first")).id,
    }
    for kind in sorted(KINDS):
        for operation in OPERATIONS:
            for client, person in ((xero, xero_person()), (pooltrackr, pooltrackr_person())):
                served.sandbox.faults.add(Fault(kind, path="ontacts|onnections", times=9, retry_after=400))
                suspects.watch(do(client, operation, known[client.system], person))
                served.sandbox.faults.clear()
                clock.wait(1000)
        xero.close()
        pooltrackr.close()
        xero, pooltrackr = installation()

    everything = suspects.everything(tmp_path)
    assert suspects.failures > 100
    assert "tests/clients/test_canary.py" in everything
    tokens = [*served.sandbox.grants.access, *served.sandbox.grants.refresh]
    assert len(tokens) > 20
    leaked = [secret for secret in (*SECRETS, *tokens, *PERSON) if secret in everything]
    assert leaked == []


def test_the_search_would_find_a_leak(caplog, tmp_path):
    """The same search over something that does leak."""
    suspects = Suspects(caplog)

    def leak():
        raise ReconcileError("Canaria Birdsong has the token canary-client-secret")

    suspects.watch(leak)
    logging.getLogger("anything").debug("canary-pooltrackr-token")
    (tmp_path / "report.csv").write_text("17 Aviary Lane")

    everything = suspects.everything(tmp_path)

    assert all(canary in everything for canary in ("Birdsong", *SECRETS[:2], "17 Aviary Lane"))
