"""A real browser before the real page of the sample organisation, pulled from the sandboxes over HTTP."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from pydantic import SecretStr

from reconcile.sandbox.server import serve_in_thread
from reconcile.settings import Settings
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import writing
from reconcile.store.runs import end_run, start_run
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@dataclass
class Site:
    """A running page and what is behind it."""

    url: str
    services: Services


def settings_for(folder: Path, sandbox: object) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'review.db'}",
        xero_api_url=sandbox.xero_api_url,
        xero_identity_url=sandbox.xero_identity_url,
        xero_client_id=SecretStr("test"),
        xero_client_secret=SecretStr("test"),
        pooltrackr_url=sandbox.pooltrackr_url,
        pooltrackr_token=SecretStr("test"),
    )


def run_night(services: Services) -> None:
    """Pull both systems and propose, as the nightly run does."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    for entity in ("contacts", "products"):
        save_proposed(services, seq, find_proposals(services, entity, read_situation(services, entity)))
    with writing(services.engine) as session:
        end_run(session, seq, services.clock.now(), {"pulled": "all"})


@contextmanager
def serving(services: Services, doors: Doors) -> Iterator[str]:
    """The page on a free port of this machine, in a thread."""
    config = uvicorn.Config(create_app(Desk(services, doors)), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The sample organisation after its first night, served by the sandboxes; the database is copied for each test."""
    folder = tmp_path_factory.mktemp("night")
    with serve_in_thread(SAMPLES) as sandbox:
        settings = settings_for(folder, sandbox)
        with open_services(settings) as services:
            run_night(services)
        yield settings


@pytest.fixture
def site(sample_night: Settings, tmp_path: Path) -> Iterator[Site]:
    """The page of a fresh copy of the sample organisation."""
    shutil.copy(sample_night.data_dir / "review.db", tmp_path / "review.db")
    fresh = {"data_dir": tmp_path, "database_url": f"sqlite:///{tmp_path / 'review.db'}"}
    with (
        open_services(sample_night.model_copy(update=fresh)) as services,
        serving(services, Doors(by="Anna")) as url,
    ):
        yield Site(url, services)


Visit = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A browser window; anything that the page logs as an error fails the test."""
    with window(browser, site.url) as opened:
        yield opened


@contextmanager
def window(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=url, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    foreign: list[str] = []
    opened.on("request", lambda request: None if request.url.startswith(url) else foreign.append(request.url))
    yield opened
    context.close()
    assert troubles == []
    assert foreign == []


@pytest.fixture
def live_site(tmp_path: Path) -> Iterator[Site]:
    """The page of the sample organisation with sandboxes of its own, which a test may write to."""
    with serve_in_thread(SAMPLES) as sandbox, open_services(settings_for(tmp_path, sandbox)) as services:
        run_night(services)
        with serving(services, Doors(by="Anna")) as url:
            yield Site(url, services)
