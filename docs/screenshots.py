"""Make the pictures of the review page: python docs/screenshots.py (needs Chromium).

Runs the sandboxes on the sample organisation, pulls and proposes, decides a little, and photographs every screen.
"""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright
from pydantic import SecretStr

from reconcile.sandbox.server import serve_in_thread
from reconcile.settings import Settings
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.push import push_entity
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import writing
from reconcile.store.runs import end_run, start_run
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors

HERE = Path(__file__).parent
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
]  # fmt: skip


def main() -> None:
    """Write docs/img/review-*.png."""
    with tempfile.TemporaryDirectory() as folder, serve_in_thread(HERE.parent / "data" / "samples") as sandbox:
        settings = Settings(
            _env_file=None,
            data_dir=Path(folder),
            database_url=f"sqlite:///{folder}/review.db",
            xero_api_url=sandbox.xero_api_url,
            xero_identity_url=sandbox.xero_identity_url,
            xero_client_id=SecretStr("pictures"),
            xero_client_secret=SecretStr("pictures"),
            pooltrackr_url=sandbox.pooltrackr_url,
            pooltrackr_token=SecretStr("pictures"),
        )
        with open_services(settings) as services:
            run_night(services)
            with serving(services) as url:
                photograph(url, services)


def run_night(services: Services) -> None:
    """Pull both systems and propose."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    for entity in ("contacts", "products"):
        save_proposed(services, seq, find_proposals(services, entity, read_situation(services, entity)))
    with writing(services.engine) as session:
        end_run(session, seq, services.clock.now(), {"pulled": "everything"})


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """The page on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(create_app(Desk(services, Doors(by="Anna"))), log_level="warning"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


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
        page.locator("#accept-all").click()
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
