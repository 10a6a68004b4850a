"""`reconcile connect`, with a person's clicks in the sandbox's consent page."""

import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from reconcile.clients.consent import Callback, ask, login_url, read_answer
from reconcile.clients.oauth import App
from reconcile.clock import FixedClock
from reconcile.connection import READ_AND_WRITE_SCOPES
from reconcile.errors import BadInput, Retry
from reconcile.sandbox.server import serve_in_thread
from reconcile.sandbox.xero.books import Books
from reconcile.sandbox.xero.defaults import default_organisation
from reconcile.store.engine import open_engine
from reconcile.store.tokens import StoredTokens, make_cipher, make_key

SCOPES = ("offline_access", "openid", "accounting.contacts")


def browse(url, tenants, action="allow"):
    """Open the consent page, tick organisations, press the button, and follow the way back."""
    page = httpx.get(url)
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    form = {name: unescape(value) for name, value in hidden} | {"tenant": list(tenants), "action": action}
    answer = httpx.post(url.partition("?")[0], data=form)
    return httpx.get(answer.headers["location"].replace("localhost", "127.0.0.1"))


def test_the_question_asks_for_least_scopes_with_pkce_and_state():
    question = ask("https://login.xero.com", App("app"), SCOPES, 8765)
    query = {name: values[0] for name, values in parse_qs(urlsplit(question.url).query).items()}

    assert question.url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert query["redirect_uri"] == "http://localhost:8765/callback"
    assert query["scope"] == "offline_access openid accounting.contacts"
    assert (query["code_challenge_method"], query["response_type"]) == ("S256", "code")
    assert 43 <= len(question.verifier) <= 128
    assert question.verifier not in question.url
    assert query["state"] == question.state


def test_every_question_has_its_own_state_and_verifier():
    first, second = (ask("https://login.xero.com", App("app"), SCOPES, 1) for _ in range(2))

    assert first.state != second.state
    assert first.verifier != second.verifier
    assert first.state not in repr(first)
    assert first.verifier not in repr(first)


def test_the_sign_in_page_is_xeros_unless_set_or_a_sandbox():
    assert login_url("", "https://identity.xero.com") == "https://login.xero.com"
    assert login_url("", "http://127.0.0.1:8600") == "http://127.0.0.1:8600"
    assert login_url("https://login.example.test", "https://identity.xero.com") == "https://login.example.test"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"code": "c", "state": "forged"}, "does not belong"),
        ({"code": "c"}, "does not belong"),
        ({"error": "access_denied", "state": "STATE"}, "not allowed"),
        ({"error": "invalid_scope", "state": "STATE"}, "did not give access"),
        ({"state": "STATE"}, "did not give access"),
    ],
)
def test_answers_that_give_no_access_say_why(answer, says):
    question = ask("https://login.xero.com", App("app"), SCOPES, 1)
    given = {name: value.replace("STATE", question.state) for name, value in answer.items()}

    with pytest.raises(BadInput, match=says):
        read_answer(given, question)


def test_the_callback_answers_nothing_but_the_way_back(real_clock):
    callback = Callback(0, real_clock)
    question = ask("https://login.xero.com", App("app"), SCOPES, callback.port)
    base, seen = f"http://127.0.0.1:{callback.port}", []

    def browser():
        seen.append(httpx.get(f"{base}/favicon.ico").status_code)
        seen.append(httpx.get(f"{base}/callback").status_code)
        page = httpx.get(f"{base}/callback", params={"code": "<b>c</b>", "state": question.state})
        seen.extend([page.status_code, "<b>" in page.text, page.headers["content-security-policy"]])

    thread = threading.Thread(target=browser)
    thread.start()
    code = callback.wait_for_code(question)
    thread.join()

    assert (code, seen) == ("<b>c</b>", [404, 404, 200, False, "default-src 'none'"])


def test_nobody_is_waited_for_for_ever(clock):
    class Hasty(type(clock)):
        def now(self):
            self.at = super().now().replace(year=self.at.year + 1)
            return self.at

    callback = Callback(0, Hasty())

    with pytest.raises(Retry, match="Nobody answered"):
        callback.wait_for_code(ask("https://login.xero.com", App("app"), SCOPES, callback.port))


def test_a_port_in_use_is_named(real_clock):
    first = Callback(0, real_clock)

    with pytest.raises(BadInput, match=f"Port {first.port}"):
        Callback(first.port, real_clock)
    first.close()


@pytest.fixture
def installation(tmp_path):
    """A sandbox, and the environment of an installation that points to it."""
    with serve_in_thread() as served:
        named = {
            "DATA_DIR": str(tmp_path),
            "XERO_API_URL": served.xero_api_url,
            "XERO_IDENTITY_URL": served.xero_identity_url,
            "XERO_CLIENT_ID": "app",
            "XERO_CLIENT_SECRET": "app-secret",
            "SECRET_KEY": make_key(),
        }
        yield served, {f"RECONCILE_{name}": value for name, value in named.items()}


class Terminal:
    """The command in a process of its own, as a person runs it."""

    def __init__(self, env, folder, *arguments):
        command = [sys.executable, "-c", "from cli.main import app; app()", "connect", "--no-browser", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            env={**os.environ, **env, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_address(self):
        for line in self.process.stdout:
            if line.startswith("http"):
                return line.strip()
        raise AssertionError("no address was printed")

    def end(self, typed=""):
        output, _ = self.process.communicate(typed, timeout=60)
        return self.process.returncode, " ".join(output.split())


def stored(env, org="sandbox-pool-services"):
    clock = FixedClock()
    engine = open_engine(f"sqlite:///{env['RECONCILE_DATA_DIR']}/reconcile.db")
    found = StoredTokens(engine, make_cipher(env["RECONCILE_SECRET_KEY"]), clock).read(org)
    engine.dispose()
    return found


def names(served):
    return {tenant: books.organisation.name for tenant, books in served.world.books.items()}


def org_of(served, number=0):
    tenant, name = list(names(served).items())[number]
    return tenant, name, re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def test_connecting_stores_a_grant_that_works(installation, tmp_path):
    served, env = installation
    tenant, name, org = org_of(served)
    terminal = Terminal(env, tmp_path)

    page = browse(terminal.read_address(), [tenant])
    code, output = terminal.end()

    assert (code, page.status_code) == (0, 200), output
    assert f"Connected {org} to the Xero organisation {name}" in output
    found = stored(env, org)
    assert (found.kind, found.tenant_id, found.state) == ("authorization_code", tenant, "connected")
    assert set(READ_AND_WRITE_SCOPES) == set(found.tokens.scopes)
    assert found.tokens.access not in output
    assert found.tokens.refresh in served.sandbox.grants.refresh


def test_the_stages_use_the_grant_that_was_stored_and_status_says_so(installation, tmp_path):
    served, env = installation
    tenant, _, org = org_of(served)
    terminal = Terminal(env, tmp_path)
    browse(terminal.read_address(), [tenant])
    terminal.end()
    asked = len([call for call in served.calls if call.path == "/connect/token"])
    pooltrackr = {"RECONCILE_POOLTRACKR_URL": served.pooltrackr_url, "RECONCILE_POOLTRACKR_TOKEN": "token"}

    shown = subprocess.run(
        [sys.executable, "-c", "from cli.main import app; app()", "status"],
        env={**os.environ, **env, **pooltrackr, "NO_COLOR": "1"}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "Xero connection: connected" in shown.stdout
    assert org in shown.stdout
    assert len([call for call in served.calls if call.path == "/connect/token"]) == asked


def test_with_several_organisations_a_person_chooses(installation, tmp_path):
    served, env = installation
    second = add_organisation(served)
    terminal = Terminal(env, tmp_path, "--org", "mine")

    browse(terminal.read_address(), served.world.books)
    code, output = terminal.end("2\n")

    assert code == 0, output
    assert stored(env, "mine").tenant_id == second


def test_or_says_which_by_name(installation, tmp_path):
    served, env = installation
    second = add_organisation(served)
    terminal = Terminal(env, tmp_path, "--org", "mine", "--tenant", "Second Pools")

    browse(terminal.read_address(), served.world.books)

    assert terminal.end()[0] == 0
    assert stored(env, "mine").tenant_id == second


def test_another_organisation_under_the_same_name_is_refused_and_stops_pushes(installation, tmp_path):
    served, env = installation
    tenant, _, org = org_of(served)
    first = Terminal(env, tmp_path)
    browse(first.read_address(), [tenant])
    assert first.end()[0] == 0
    second = add_organisation(served)
    served.sandbox.grants.connections.clear()

    again = Terminal(env, tmp_path, "--org", org)
    browse(again.read_address(), [second])
    code, output = again.end()

    assert code == 1
    assert "another one was chosen" in output
    assert (stored(env, org).state, stored(env, org).tenant_id) == ("wrong_organisation", tenant)


def test_saying_no_stores_nothing(installation, tmp_path):
    served, env = installation
    terminal = Terminal(env, tmp_path)

    browse(terminal.read_address(), list(served.world.books), action="cancel")
    code, output = terminal.end()

    assert code == 2
    assert "Access was not allowed" in output
    assert stored(env, org_of(served)[2]) is None


def test_a_custom_connection_is_looked_at_and_noted(installation, tmp_path):
    served, env = installation
    tenant, _, org = org_of(served)
    code, output = Terminal(env, tmp_path, "--custom").end()

    assert code == 0, output
    assert (stored(env, org).kind, stored(env, org).tenant_id, stored(env, org).tokens) == (
        "client_credentials",
        tenant,
        None,
    )


def add_organisation(served):
    books = Books(replace(default_organisation(), id="11111111-2222-4333-8444-555555555555", name="Second Pools"))
    served.world.books[books.organisation.id] = books
    return books.organisation.id
