"""What stands before every screen (reliability section 6, point 8)."""

import hashlib
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import inspect, text

from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.proposals import current_proposals
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors
from reconcile.web.guard import COOKIE, PUBLIC
from reconcile.web.sessions import LASTS_SECONDS, MOST_SESSIONS, Visits
from reconcile.web.users import SignIn, add_user
from tests.web.conftest import Opener, Visitor, token_of

PASSWORD = "correct horse battery"


def routes(client: Visitor, method: str) -> list[str]:
    """The paths of all routes that take a method, their parts filled in with what exists."""
    found = []
    for route in walk(client.app.routes):
        if method in (route.methods or ()):
            path = route.path
            for name, value in {
                "name": "review.css", "entity": "contacts", "system": "pooltrackr", "record_id": "C1",
                "proposal_id": "P1", "link_id": "L1",
            }.items():  # fmt: skip
                path = path.replace("{" + name + "}", value)
            found.append(path)
    return found


def walk(routes: list[object]) -> list[APIRoute]:
    found = []
    for route in routes:
        if isinstance(route, APIRoute):
            found.append(route)
        else:
            inner = getattr(getattr(route, "original_router", None), "routes", None) or getattr(route, "routes", [])
            found += walk(inner)
    return found


@pytest.fixture
def users(services: Services) -> Doors:
    path = services.settings.data_dir / "users.json"
    add_user(path, "Anna", PASSWORD)
    return Doors(sign_in=SignIn(path))


def sign_in(client: Visitor, name: str = "Anna", password: str = PASSWORD) -> int:
    token = token_of(client, "/sign-in")
    client.post("/sign-in", data={"token": token, "name": name, "password": password})
    return client.get("/").status_code


def test_there_are_routes_to_check(client: Visitor) -> None:
    assert len(routes(client, "GET")) >= 18
    assert len(routes(client, "POST")) >= 14


def test_without_signing_in_every_route_leads_to_the_sign_in(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    for path in set(routes(client, "GET")) - PUBLIC - {"/static/review.css"}:
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/sign-in"), path
    for path in set(routes(client, "POST")) - PUBLIC:
        assert client.post(path, data={}).headers.get("location") == "/sign-in", path


def test_without_the_token_no_form_is_taken(client: Visitor) -> None:
    client.get("/")
    for path in routes(client, "POST"):
        assert client.post(path, data={"proposal": "P1"}).status_code == 403, path
        assert client.post(path, data={"token": "guessed"}).status_code == 403, path


def test_nothing_is_changed_by_looking(client: Visitor, services: Services) -> None:
    def state() -> dict[str, list[tuple[object, ...]]]:
        with services.engine.connect() as connection:
            names = inspect(connection).get_table_names()
            return {n: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{n}"'))] for n in names}  # noqa: S608

    before = state()
    for path in routes(client, "GET"):
        client.get(path)
    assert state() == before


def test_a_form_from_another_site_is_refused(client: Visitor) -> None:
    data = {"token": token_of(client)}
    for origin in ("https://evil.example", "null", "http://127.0.0.1:81"):
        assert client.post("/complete", data=data, headers={"Origin": origin}).status_code == 403
    assert client.post("/complete", data=data, headers={"Origin": "http://127.0.0.1"}).status_code == 303


def test_another_host_name_is_not_answered(client: Visitor) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/", headers={"Host": "localhost:8700"}).status_code == 200


def test_a_huge_form_is_refused_before_it_is_read(client: Visitor) -> None:
    assert client.post("/complete", content=b"x" * 3_000_000).status_code == 413


async def in_pieces() -> AsyncIterator[bytes]:
    yield b"token=1"


def test_a_form_without_a_length_is_refused(client: Visitor) -> None:
    assert client.post("/complete", content=in_pieces()).status_code == 411


class Inline(HTMLParser):
    """Collects whatever a strict content security policy would not run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


def test_no_page_needs_anything_that_the_content_policy_forbids(client: Visitor) -> None:
    for path in routes(client, "GET"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        if "html" in answer.headers.get("content-type", ""):
            page = Inline()
            page.feed(answer.text)
            assert page.found == [], path
            assert not re.search(r"(src|href)=\"https?://(?!go\.xero\.com)", answer.text), path


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Visitor) -> None:
    cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_proxy_with_tls_gets_a_secure_cookie(client: Visitor) -> None:
    assert "secure" in client.get("/", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"].lower()


def test_with_name_and_password_one_comes_in(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    assert sign_in(client) == 200
    assert "Anna" in client.get("/").text


def test_signing_in_changes_the_session_so_that_an_old_one_is_worth_nothing(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    client.get("/sign-in")
    before = client.cookies[COOKIE]
    sign_in(client)
    assert client.cookies[COOKIE] != before


def test_after_signing_in_one_is_where_one_wanted_to_be(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    client.get("/contacts?band=sure&page=2", headers={"Accept": "text/html"})
    client.get("/holders/contacts?target=X1&proposal=P1", headers={"Accept": "application/json"})
    answer = client.post("/sign-in", data={"token": token_of(client, "/sign-in"), "name": "Anna", "password": PASSWORD})
    assert answer.headers["location"] == "/contacts?band=sure&page=2"


@pytest.mark.parametrize(
    ("referer", "place"),
    [("http://127.0.0.1/configure", "/configure"), ("http://127.0.0.1//evil.example", "/"), ("", "/")],
)
def test_whoever_was_signed_out_while_filling_in_a_form_is_told_and_comes_back(
    client_of: Opener, users: Doors, referer: str, place: str
) -> None:
    client = client_of(users)
    client.post("/configure", data={"token": "of an old session"}, headers={"Referer": referer})
    shown = client.get("/sign-in").text
    assert "Your last step was not stored" in shown
    token = re.findall(r'name="token" value="([^"]+)"', shown)[0]
    answer = client.post("/sign-in", data={"token": token, "name": "Anna", "password": PASSWORD})
    assert answer.headers["location"] == place


def test_side_by_side_leads_back_to_our_own_pages_only(client: Visitor, services: Services) -> None:
    with reading(services.engine) as session:
        proposal = current_proposals(session, services.org_id, "contacts")[0]
    for elsewhere in ("https://evil.example", "//evil.example", "javascript:alert(1)"):
        page = client.get(f"/compare/{proposal.id}", params={"back": elsewhere}).text
        assert 'href="/contacts">Back to the list' in page
        assert "evil" not in page
        assert "alert" not in page


def test_styles_and_scripts_change_their_address_with_their_content(client: Visitor) -> None:
    names = re.findall(r'"/static/(review\.\w+)\?v=([0-9a-f]{12})"', client.get("/").text)
    assert {name for name, _ in names} == {"review.css", "review.js"}
    for name, version in names:
        assert hashlib.sha256(client.get(f"/static/{name}").content).hexdigest().startswith(version)


def test_signing_out_ends_the_session(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    sign_in(client)
    client.post("/sign-out", data={"token": token_of(client)})
    assert client.get("/").headers["location"] == "/sign-in"


def test_a_wrong_password_or_name_is_refused_in_the_same_words(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    assert sign_in(client, "Anna", "wrong") == 303
    first = client.get("/sign-in").text
    assert sign_in(client, "Nobody", "wrong") == 303
    second = client.get("/sign-in").text
    assert "Name or password is not right." in first
    assert "Name or password is not right." in second


def test_after_five_failures_it_waits_even_for_the_right_password(client_of: Opener, users: Doors) -> None:
    client = client_of(users)
    for _ in range(5):
        sign_in(client, "Anna", "wrong")
    assert sign_in(client) == 303
    assert "Too many failed attempts" in client.get("/sign-in").text


def test_the_name_of_a_proxy_on_this_machine_is_believed(client_of: Opener) -> None:
    client = client_of(Doors(proxy_header="X-Remote-User"))
    assert "Ben" in client.get("/", headers={"X-Remote-User": "Ben"}).text
    assert client.get("/").status_code == 401


def test_the_same_header_from_elsewhere_is_not(client_of: Opener) -> None:
    client = client_of(Doors(proxy_header="X-Remote-User"), ("192.0.2.7", 50000))
    assert client.get("/", headers={"X-Remote-User": "Ben"}).status_code == 401


def test_after_a_change_nobody_is_sent_to_another_site(client: Visitor) -> None:
    token = token_of(client)
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = client.post("/contacts/undo", data={"token": token, "proposal": "P1", "back": back})
        assert answer.headers["location"] == "/contacts"


def test_an_unknown_page_says_so_in_words(client: Visitor) -> None:
    answer = client.get("/nonsense")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_an_address_that_makes_no_sense_is_no_failure(client: Visitor) -> None:
    for path in (
        "/contacts?page=x",
        "/contacts?state=zzz",
        "/bulk/contacts?least=1",
        "/bulk/nonsense",
        "/links?entity=x",
    ):
        assert client.get(path).status_code in (404, 422), path


def test_every_page_of_the_application_is_its_own(services: Services) -> None:
    app = create_app(Desk(services, Doors(by="Anna")))
    paths = [route.path for route in walk(app.routes)]
    assert not {"/docs", "/redoc", "/openapi.json"} & set(paths)


def test_a_flood_of_strangers_does_not_push_out_those_who_signed_in() -> None:
    visits = Visits(lambda: 0.0)
    anna = visits.begin("Anna")
    for _ in range(MOST_SESSIONS + 5):
        visits.begin()
    assert visits.find(anna.id) is anna


def test_a_session_ends_after_half_a_day_without_use() -> None:
    now = [0.0]
    visits = Visits(lambda: now[0])
    anna = visits.begin("Anna")
    now[0] = LASTS_SECONDS - 1
    assert visits.find(anna.id) is anna
    now[0] += LASTS_SECONDS + 1
    assert visits.find(anna.id) is None
