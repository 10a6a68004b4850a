"""Two people sign in: what one accepts many at once waits until the other confirms it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, func, select

from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.web.desk import Doors
from reconcile.web.users import SignIn, add_user
from tests.browser.conftest import Site, window
from tests.browser.sample_site import serving

pytestmark = pytest.mark.browser
PASSWORD = "a long password"


@contextmanager
def signed_in(browser: Browser, url: str, name: str) -> Iterator[Page]:
    with window(browser, url) as page:
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(".who")).to_contain_text(name)
        yield page


def writes(site: Site) -> int:
    with reading(site.services.engine) as session:
        table = tables.PushOperation
        query = select(func.count()).select_from(table).where(col(table.org_id) == site.services.org_id)
        return session.exec(query).one()


def test_the_second_person_confirms_what_the_first_accepted(browser: Browser, site: Site, tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    for name in ("Anna", "Ben"):
        add_user(users, name, PASSWORD)
    with (
        serving(site.services, Doors(sign_in=SignIn(users))) as url,
        signed_in(browser, url, "Anna") as anna,
        signed_in(browser, url, "Ben") as ben,
    ):
        anna.goto("/configure")
        anna.get_by_label("whatever is accepted many at once").check()
        anna.locator("#save").click()
        expect(anna.locator(".notice")).to_contain_text("Saved as version")
        anna.goto("/bulk/contacts?least=99.9&q=le")
        expect(anna.locator("main")).to_contain_text("A second person has to confirm this")
        anna.locator("#accept-all").click(timeout=60_000)
        expect(anna.locator(".notice")).to_contain_text("for a second person")
        anna.goto("/second")
        expect(anna.locator(".batch")).to_contain_text("Somebody else has to confirm it")
        expect(anna.locator(".confirm")).to_have_count(0)
        assert writes(site) == 0
        ben.goto("/second")
        ben.get_by_role("button", name=re.compile("Confirm all|Confirm")).first.click(timeout=60_000)
        expect(ben.locator(".notice")).to_contain_text("Confirmed.", timeout=60_000)
        expect(ben.locator("main")).to_contain_text("Nothing waits.")
    assert writes(site) > 0
