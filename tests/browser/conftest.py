"""A real browser before the real page of the sample organisation, pulled from the sandboxes over HTTP."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reconcile.sandbox.server import serve_in_thread
from reconcile.settings import Settings
from reconcile.stages.services import Services, open_services
from reconcile.web.desk import Doors
from tests.browser.sample_site import SAMPLES, SWITCHES, run_night, serving, settings_for

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


class OneChromium:
    """One browser for all these tests, started when the first needs it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def open(self) -> Browser:
        """The browser, started if it is not there."""
        if self._browser is None:
            assert Path(CHROMIUM).exists(), (
                "These tests drive a real browser, and there is none: apt-get install chromium"
            )
            driver = self._stack.enter_context(sync_playwright())
            self._browser = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            self._stack.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        """End it, with the event loop that Playwright has started."""
        self._stack.close()
        self._browser = None


CHROME = OneChromium()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close the browser after the last of these tests: Playwright's event loop must not outlive those that need it."""
    if nextitem is None or nextitem.path.parent != item.path.parent:
        CHROME.close()


@pytest.fixture
def browser() -> Browser:
    """Chromium; every test has windows and cookies of its own."""
    return CHROME.open()


@dataclass
class Site:
    """A running page and what is behind it."""

    url: str
    services: Services


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
def live_site(sample_night: Settings, tmp_path: Path) -> Iterator[Site]:
    """The page of the sample organisation after the same night, with sandboxes of its own, which a test may write to."""
    shutil.copy(sample_night.data_dir / "review.db", tmp_path / "review.db")
    with (
        serve_in_thread(SAMPLES) as sandbox,
        open_services(settings_for(tmp_path, sandbox)) as services,
        serving(services, Doors(by="Anna")) as url,
    ):
        yield Site(url, services)
