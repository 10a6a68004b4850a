"""The whole initialisation, from the first look to complete, as one person does it (A24 to A53)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from reconcile.stages.push import push_entity
from reconcile.web.desk import Desk, Doors
from reconcile.web.users import SignIn, add_user
from tests.browser.conftest import Site, window
from tests.browser.sample_site import serving
from tests.browser.test_links import links_of

pytestmark = pytest.mark.browser
NOTICE = ".notice"
PASSWORD = "correct horse battery"


def settle_flags(page: Page, address: str) -> None:
    """Skip the second of every pair until nothing is flagged."""
    page.goto(address)
    while page.locator(".row").count():
        row = page.locator(".row").last
        row.locator("select[name=choice]").select_option("skip")
        row.get_by_role("button", name="Save").click()
        expect(page.locator(NOTICE).first).to_contain_text("skip")


def choose_first(page: Page, label: str) -> None:
    page.get_by_label(label).select_option(index=1)


def test_from_the_first_look_to_complete(browser: Browser, live_site: Site) -> None:
    site = live_site
    with window(browser, site.url) as page:
        page.goto("/")
        expect(page.locator(".gate .shut")).to_have_count(3)
        expect(page.locator("#complete")).to_be_disabled()

        settle_flags(page, "/contacts?flag=contact_already_selected")
        page.goto("/contacts?band=sure")
        for _ in range(5):
            page.locator(".row").first.get_by_role("button", name="Save").click()
            expect(page.locator(NOTICE)).to_contain_text("link")
        page.goto("/contacts")
        page.locator("#next").click()
        expect(page.locator("h1")).to_have_text("Contacts only in Xero")
        page.locator("#next").click()
        expect(page.locator("h1")).to_have_text("Products")

        page.get_by_label("No, GST is added (EX)").check()
        page.get_by_role("button", name="Save the answer").click()
        page.locator("#next").click()
        expect(page.locator("h1")).to_have_text("Products")
        for title in ("Products only in Xero", "Products that changed in Xero", "Configure Xero"):
            page.locator("#next").click()
            expect(page.locator("h1")).to_have_text(title)

        choose_first(page, "Payment account")
        page.get_by_label("Default invoice status").select_option("AUTHORISED")
        page.get_by_label("Show technician").check()
        page.locator("#save").click()
        expect(page.locator(NOTICE)).to_contain_text("Saved as version")
        page.locator("#next").click()
        expect(page.locator(".gate .open")).to_have_count(3)
        page.locator("#complete").click()
        expect(page.locator(NOTICE)).to_contain_text("The set-up is complete")

        linked = links_of(site)
        assert len(linked) == 5
        for target in ("xero", "pooltrackr"):
            push_entity(Desk(site.services, Doors()).current(), target, "contacts")
        page.goto("/boards?on=done")
        expect(page.locator("[data-count=waiting]")).to_have_text("0")
        expect(page.locator("[data-count=failed]")).to_have_text("0")
        assert int(page.locator("[data-count=done]").inner_text()) >= len(linked)
    record_id, xero_id = next(iter(linked.items()))
    assert site.services.xero.get("contacts", xero_id).contact_number == f"PT-{record_id}"


def test_signing_in_and_out(browser: Browser, site: Site) -> None:
    path = site.services.settings.data_dir / "users.json"
    add_user(path, "Ben", PASSWORD)
    with serving(site.services, Doors(sign_in=SignIn(path))) as url, window(browser, url) as page:
        page.goto("/contacts")
        expect(page.locator("h1")).to_have_text("Sign in")
        page.get_by_label("Name").fill("Ben")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(NOTICE)).to_contain_text("not right")
        page.get_by_label("Name").fill("Ben")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto("/contacts?band=sure")
        page.locator(".row").first.get_by_role("button", name="Save").click()
        page.goto("/contacts?state=decided")
        expect(page.locator(".decided")).to_contain_text("by Ben")
        page.get_by_role("button", name="Sign out").click()
        page.goto("/contacts")
        expect(page.locator("h1")).to_have_text("Sign in")


def test_on_a_telephone_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/contacts", "/only-in-xero", "/products", "/configure", "/links", "/boards", "/bulk/contacts"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} wide"
