"""Linked contacts that changed, links taken apart, and invoices, in a real browser."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from reconcile.ports import Page as Pulled
from reconcile.records import Contact, System
from reconcile.stages.services import Services
from reconcile.stages.sync import sync_entity
from reconcile.store.engine import reading, writing
from reconcile.store.runs import start_run
from reconcile.store.snapshots import Scope, current_record, store_page
from tests.browser.conftest import Site
from tests.browser.test_links import link_surely, links_of

pytestmark = pytest.mark.browser


def change(services: Services, system: System, record_id: str, **fields: str) -> None:
    """One contact as its system says it now."""
    scope = Scope(services.org_id, system, "contacts")
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, services.clock.now())
        record = current_record(session, scope, record_id)
        assert isinstance(record, Contact)
        store_page(session, scope, seq, Pulled((replace(record, **fields),)))


def night(services: Services) -> None:
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    sync_entity(services, seq, "contacts")


def contest(site: Site) -> str:
    """A linked contact whose e-mail and mobile both systems have changed; its Pooltrackr id."""
    (record_id,) = link_surely(site, 1)
    night(site.services)
    change(site.services, "pooltrackr", record_id, email="ours@example.com", mobile="0411 111 111")
    change(site.services, "xero", links_of(site)[record_id], email="theirs@example.com", mobile="0422 222 222")
    night(site.services)
    return record_id


def test_a_conflict_is_settled_with_the_keyboard(page: Page, site: Site) -> None:
    contest(site)
    page.goto("/contacts/changes")
    expect(page.locator(".row")).to_have_count(1)
    for value in ("ours@example.com", "theirs@example.com"):
        expect(page.locator(".changes")).to_contain_text(value)
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator("select[name=choice]")).to_have_value("update:xero")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("update")
    expect(page.locator(".empty")).to_be_visible()


def test_a_conflict_is_settled_field_by_field(page: Page, site: Site) -> None:
    contest(site)
    page.goto("/contacts/changes")
    page.get_by_role("link", name="Decide field by field").click()
    page.get_by_label("Pooltrackr: ours@example.com").check()
    page.get_by_label("Xero: 0422 222 222").check()
    page.get_by_role("button", name="Save these").click()
    expect(page.locator(".notice.done")).to_be_visible()
    page.goto("/contacts/changes?state=decided")
    expect(page.locator(".decided")).to_contain_text("take the values of Pooltrackr and Xero")


def test_a_link_is_taken_apart(page: Page, site: Site) -> None:
    (record_id,) = link_surely(site, 1)
    page.goto(f"/links?q={record_id}")
    page.get_by_role("link", name="take apart").click()
    page.get_by_label("Note").last.fill("another person")
    page.locator("#apart").click()
    expect(page.locator(".notice").first).to_contain_text("Both records are free again")
    expect(page.locator("main")).to_contain_text("This link does not stand any more")
    assert record_id not in links_of(site)
    with reading(site.services.engine) as session:
        assert current_record(session, Scope(site.services.org_id, "pooltrackr", "contacts"), record_id) is not None


def test_every_new_screen_opens_without_an_error(page: Page) -> None:
    for path in (
        "/contacts/changes", "/contacts/apart", "/contacts/drift", "/products/apart", "/products/drift", "/invoices",
        "/invoices/held", "/payments", "/payments/held", "/second", "/bulk/invoices", "/bulk/contacts-changes",
    ):  # fmt: skip
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
