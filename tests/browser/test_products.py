"""The products' start page (A33 to A41)."""

import csv
import io

import pytest
from playwright.sync_api import Browser, Page, expect

from reconcile.stages.push import push_entity
from reconcile.web.desk import Desk, Doors
from tests.browser.conftest import Site, window
from tests.browser.sample_site import run_night
from tests.browser.test_links import settle_collisions

pytestmark = pytest.mark.browser
NOTICE = ".notice"


def test_the_gst_question_is_required_and_a_wrong_answer_is_contradicted_by_the_data(page: Page) -> None:
    page.goto("/products")
    expect(page.locator("#basis")).to_contain_text("Required")
    expect(page.locator("#evidence")).to_contain_text("this looks like EX")
    page.get_by_label("Yes, they include GST (INC)").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.locator("#evidence")).to_contain_text("Check your answer")
    page.get_by_label("No, GST is added (EX)").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.locator("#evidence")).not_to_contain_text("Check your answer")


def test_next_opens_when_the_contacts_are_settled_and_the_question_is_answered(page: Page, site: Site) -> None:
    page.goto("/products")
    expect(page.locator("#next")).to_be_disabled()
    settle_collisions(site)
    page.goto("/products")
    expect(page.locator("#next")).to_be_disabled()
    page.get_by_label("No, GST is added (EX)").check()
    page.get_by_role("button", name="Save the answer").click()
    expect(page.locator("a#next")).to_have_attribute("href", "/products/match")


def test_the_situation_of_both_price_books_is_told(page: Page) -> None:
    page.goto("/products")
    expect(page.locator("#situation")).to_have_attribute("data-situation", "both_similar")


def test_pooltrackrs_products_are_exported(page: Page) -> None:
    page.goto("/products")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export the Pooltrackr products").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == 150
    assert rows[0]["id"]


def test_the_import_file_holds_only_what_xero_would_take(page: Page) -> None:
    page.goto("/products")
    with page.expect_download() as download:
        page.get_by_role("link", name="Xero item-import file").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    codes = [row["*ItemCode"] for row in rows]
    assert all(0 < len(code) <= 31 for code in codes)
    assert len({code.lower() for code in codes}) == len(codes)


def test_products_are_matched_and_never_created_in_xero(page: Page) -> None:
    page.goto("/products/match?suggested=link")
    row = page.locator(".row").first
    assert "create" not in [o.get_attribute("value") for o in row.locator("option").all()]
    row.get_by_role("button", name="Save").click()
    expect(page.locator(NOTICE)).to_contain_text("link")


def test_deactivating_asks_for_the_number_exports_first_and_can_be_restored(browser: Browser, live_site: Site) -> None:
    site = live_site
    settle_collisions(site)
    with window(browser, site.url) as page:
        page.goto("/products")
        page.get_by_label("No, GST is added (EX)").check()
        page.get_by_role("button", name="Save the answer").click()
        page.goto("/products/deactivate")
        count = page.locator("tbody tr").count()
        page.get_by_label("To confirm").fill(str(count + 1))
        page.locator("#deactivate").click()
        expect(page.locator(NOTICE).first).to_contain_text(f"{count} products would be deactivated")
        page.get_by_label("To confirm").fill(str(count))
        page.locator("#deactivate").click()
        expect(page.locator(NOTICE).first).to_contain_text("to be deactivated by the next push")
        (exported,) = (site.services.settings.data_dir / "exports").rglob("*.csv")
        assert len(exported.read_text("utf-8-sig").splitlines()) >= 150
        before = active_products(site)
        push_entity(Desk(site.services, Doors()).current(), "pooltrackr", "products")
        assert len(active_products(site)) == len(before) - count
        run_night(site.services)
        page.goto("/products/deactivate")
        page.locator("#restore").click()
        expect(page.locator(NOTICE).first).to_contain_text("To be restored")
        push_entity(Desk(site.services, Doors()).current(), "pooltrackr", "products")
        assert active_products(site) == before


def active_products(site: Site) -> set[str]:
    pages = site.services.pooltrackr.pages("products")
    return {product.id for page in pages for product in page.records if product.status == "active"}
