"""Make the pictures of the review page: python -m docs.screenshots (needs Chromium).

Runs the sandboxes on the sample organisation, pulls and proposes, decides a little, and photographs every screen.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from reconcile.sandbox.server import serve_in_thread
from reconcile.stages.push import push_entity
from reconcile.stages.services import Services, open_services
from reconcile.web.desk import Desk, Doors
from tests.browser.sample_site import SAMPLES, SWITCHES, run_night, serving, settings_for

HERE = Path(__file__).parent


def main() -> None:
    """Write docs/img/review-*.png."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_in_thread(SAMPLES) as sandbox,
        open_services(settings_for(Path(folder), sandbox)) as services,
    ):
        run_night(services)
        with serving(services, Doors(by="Anna")) as url:
            photograph(url, services)


def photograph(url: str, services: Services) -> None:
    """Every screen, in the order in which a person meets them."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        page = browser.new_page(base_url=url, viewport={"width": 1200, "height": 860})
        take(page, "/", "overview")
        take(page, "/contacts", "contacts")
        page.locator(".compare").first.click()
        shoot(page, "compare")
        take(page, "/bulk/contacts?least=99", "bulk")
        page.locator("#accept-all").click(timeout=60_000)
        settle(page)
        take(page, "/only-in-xero", "only-in-xero")
        take(page, "/products", "products")
        page.get_by_label("No, GST is added (EX)").check()
        page.get_by_role("button", name="Save the answer").click()
        take(page, "/products/match", "products-match")
        take(page, "/products/deactivate", "deactivate")
        take(page, "/configure", "configure")
        for target in ("xero", "pooltrackr"):
            push_entity(Desk(services, Doors()).current(), target, "contacts")
        take(page, "/links", "links")
        page.get_by_role("link", name="Re-map").first.click()
        shoot(page, "remap")
        take(page, "/boards?on=done", "boards")
        page.locator("tbody a").first.click()
        shoot(page, "story")
        page.set_viewport_size({"width": 390, "height": 844})
        take(page, "/contacts", "telephone")
        browser.close()


def settle(page: Page) -> None:
    """Skip whatever is flagged as selected already."""
    page.goto("/contacts?flag=contact_already_selected")
    while page.locator(".row").count():
        row = page.locator(".row").last
        row.locator("select[name=choice]").select_option("skip")
        row.get_by_role("button", name="Save").click()


def take(page: Page, path: str, name: str) -> None:
    """One screen."""
    page.goto(path)
    shoot(page, name)


def shoot(page: Page, name: str) -> None:
    """Write one picture."""
    page.wait_for_load_state()
    target = HERE / "img" / f"review-{name}.png"
    target.parent.mkdir(exist_ok=True)
    page.screenshot(path=target)


if __name__ == "__main__":
    main()
