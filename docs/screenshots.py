"""Make the pictures of the review page: python -m docs.screenshots (needs Chromium).

Runs the sandboxes on the sample organisation, pulls and proposes, decides a little, and photographs every screen.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from reconcile.ports import Page as Pulled
from reconcile.records import Contact, System
from reconcile.sandbox.server import serve_in_thread
from reconcile.stages.money import plan_money, pull_money
from reconcile.stages.push import push_entity
from reconcile.stages.services import Services, open_services
from reconcile.stages.sync import sync_entity
from reconcile.store.engine import reading, writing
from reconcile.store.links import open_links
from reconcile.store.runs import start_run
from reconcile.store.snapshots import Scope, current_record, store_page
from reconcile.web.desk import Desk, Doors
from reconcile.web.users import SignIn, add_user
from tests.browser.sample_site import SAMPLES, SWITCHES, run_night, serving, settings_for

HERE = Path(__file__).parent
WORDS = "only for the pictures"
DESKTOP, TELEPHONE = {"width": 1200, "height": 860}, {"width": 390, "height": 844}
LINKED = (
    ("/contacts/changes", "changes"),
    ("/contacts/apart", "apart"),
    ("/contacts/drift", "drift"),
    ("/invoices", "invoices"),
    ("/invoices/held", "held"),
    ("/payments", "payments"),
)


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
        change_what_is_linked(services)
        plan_documents(services)
        with serving(services, Doors(sign_in=people(Path(folder)))) as url:
            photograph_linked(url)


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


def change_what_is_linked(services: Services) -> None:
    """A change, a conflict, a merged and an archived contact among those that are linked."""
    night(services)
    with reading(services.engine) as session:
        links = list(open_links(session, services.org_id, "contacts"))[:5]
    first, second, third, fourth, fifth = links
    say(services, "pooltrackr", first.pooltrackr_id, email="accounts@example.com", mobile="0411 222 333")
    say(services, "pooltrackr", second.pooltrackr_id, email="pat@example.com", mobile="0411 111 111")
    say(services, "xero", second.xero_id, email="patricia@example.com", mobile="0422 222 222")
    say(services, "xero", third.xero_id, status="archived")
    say(services, "xero", fourth.xero_id, status="archived", merged_to=fifth.xero_id)
    say(services, "pooltrackr", fifth.pooltrackr_id, abn="51824753556")
    night(services)


def night(services: Services) -> None:
    """Compare what is linked."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    sync_entity(services, seq, "contacts")


def say(services: Services, system: System, record_id: str, **fields: str) -> None:
    """One contact as its system says it now."""
    scope = Scope(services.org_id, system, "contacts")
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, services.clock.now())
        record = current_record(session, scope, record_id)
        if isinstance(record, Contact):
            store_page(session, scope, seq, Pulled((replace(record, **fields),)))


def plan_documents(services: Services) -> None:
    """Invoices and payments, as the nightly run plans them."""
    current = Desk(services, Doors()).current()
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "money", services.new_id(), 0, services.clock.now())
    pull_money(current, seq)
    plan_money(current, seq)


def people(folder: Path) -> SignIn:
    """Two who may sign in."""
    for name in ("Anna", "Ben"):
        add_user(folder / "users.json", name, WORDS)
    return SignIn(folder / "users.json")


def photograph_linked(url: str) -> None:
    """The screens of what is linked, of money, and of the second person."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        pages = {name: browser.new_context(base_url=url, viewport=DESKTOP).new_page() for name in ("Anna", "Ben")}
        for name, page in pages.items():
            sign_in(page, name)
        page, second = pages["Anna"], pages["Ben"]
        for screen in LINKED:
            take(page, *screen)
        keep_old_invoices(page)
        take(page, "/invoices/held?state=kept", "kept")
        page.goto("/contacts/changes?flag=conflict")
        page.locator(".compare").first.click()
        shoot(page, "fields")
        page.goto("/configure")
        page.get_by_label("whatever is accepted many at once").check()
        page.get_by_label("invoices, payments and price changes above this amount").fill("1000")
        page.locator("#save").click()
        page.evaluate("document.querySelector('#second-person').scrollIntoView({block: 'center'})")
        shoot(page, "settings")
        take(page, "/bulk/contacts-changes?what=update", "bulk-changes")
        page.locator("#accept-all").click()
        page.wait_for_url("**/contacts/changes")
        take(second, "/second", "second")
        for phone in (page, second):
            phone.set_viewport_size(TELEPHONE)
        for path, name in LINKED[:1] + LINKED[3:5]:
            take(page, path, f"{name}-telephone")
        take(second, "/second", "second-telephone")
        browser.close()


def keep_old_invoices(page: Page) -> None:
    """Leave two invoices of a locked period in Pooltrackr."""
    for words in ("in the old books, paid in cash", "entered in Xero by hand in October"):
        page.goto("/invoices/held?flag=before_lock_date")
        line = page.locator(".row details.keep").first
        line.locator("summary").click()
        line.get_by_label("Why").fill(words)
        if words.startswith("entered"):
            shoot(page, "keep")
        line.get_by_role("button", name="Keep it there").click()
        page.wait_for_load_state()


def sign_in(page: Page, name: str) -> None:
    """Come in by name and password."""
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in").click()


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
