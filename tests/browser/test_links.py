"""Re-mapping a linked record (A06, A17), and what becomes of what was sent."""

import pytest
from playwright.sync_api import Browser, Page, expect

from reconcile.decisions import DecisionRow
from reconcile.stages.push import push_entity
from reconcile.store.engine import reading
from reconcile.store.links import open_links
from reconcile.store.review import rejected_pairs
from reconcile.store.review_list import Filter, load_listed, matching_ids
from reconcile.web.verdicts import decide_on_page
from tests.browser.conftest import Site, window
from tests.browser.sample_site import run_night

pytestmark = pytest.mark.browser
NOTICE = ".notice"


def link_surely(site: Site, count: int) -> list[str]:
    """Decide the safest suggestions; returns the Pooltrackr ids."""
    with reading(site.services.engine) as session:
        wanted = Filter(entity="contacts", suggested="link", least=0.99)
        ids = matching_ids(session, site.services.org_id, wanted)[-count:]
        proposals = [item.proposal for item in load_listed(session, site.services.org_id, ids)]
    rows = [DecisionRow(row=i, proposal_id=p.id, basis=p.basis, decision="link") for i, p in enumerate(proposals)]
    decide_on_page(site.services, rows, "Anna")
    return [p.record_id for p in proposals]


def links_of(site: Site) -> dict[str, str]:
    with reading(site.services.engine) as session:
        return {k.pooltrackr_id: k.xero_id for k in open_links(session, site.services.org_id, "contacts")}


def choose(page: Page, site: Site, record_id: str, words: str) -> None:
    page.goto(f"/links?q={record_id}")
    page.get_by_role("link", name="Re-map").click()
    page.get_by_label("Words").fill(words)
    page.get_by_role("button", name="Search").click()
    page.locator(".found a").first.click()


def test_another_contact_is_chosen_and_the_history_is_kept(page: Page, site: Site) -> None:
    (record_id,) = link_surely(site, 1)
    before = links_of(site)[record_id]
    choose(page, site, record_id, "supplies")
    page.locator("#remap").click()
    expect(page.locator(NOTICE)).to_contain_text("Re-mapped")
    after = links_of(site)[record_id]
    assert after != before
    page.get_by_role("link", name="Re-map").click()
    expect(page.locator("main")).to_contain_text(f"re-mapped to {after}")


def test_a_contact_that_is_held_cannot_be_taken_and_its_holder_is_named(page: Page, site: Site) -> None:
    first, second = link_surely(site, 2)
    taken = links_of(site)[first]
    page.goto(f"/links?q={second}")
    page.get_by_role("link", name="Re-map").click()
    page.goto(page.url + f"?target={taken}")
    expect(page.locator(NOTICE)).to_contain_text(f"{taken} is held by {first}")
    expect(page.locator("#remap")).to_be_disabled()


def test_the_refused_contact_is_not_suggested_again(page: Page, site: Site) -> None:
    (record_id,) = link_surely(site, 1)
    before = links_of(site)[record_id]
    choose(page, site, record_id, "supplies")
    page.locator("#remap").click()
    expect(page.locator(NOTICE)).to_contain_text("Re-mapped")
    with reading(site.services.engine) as session:
        assert (record_id, before) in rejected_pairs(session, site.services.org_id, "contacts")


def test_both_systems_are_told_of_the_new_link_and_the_old_contact_loses_our_mark(
    browser: Browser, live_site: Site
) -> None:
    site = live_site
    (record_id,) = link_surely(site, 1)
    before = links_of(site)[record_id]
    settle_collisions(site)
    push(site)
    run_night(site.services)
    with window(browser, site.url) as page:
        choose(page, site, record_id, "supplies")
        page.locator("#remap").click()
        expect(page.locator(NOTICE)).to_contain_text("Re-mapped")
    after = links_of(site)[record_id]
    push(site)
    assert site.services.xero.get("contacts", before).contact_number == ""
    assert site.services.xero.get("contacts", after).contact_number == f"PT-{record_id}"
    assert site.services.pooltrackr.get("contacts", record_id).xero_contact_id == after


def settle_collisions(site: Site) -> None:
    with reading(site.services.engine) as session:
        wanted = Filter(entity="contacts", flag="contact_already_selected")
        found = load_listed(session, site.services.org_id, matching_ids(session, site.services.org_id, wanted))
    rows = [
        DecisionRow(row=i, proposal_id=item.proposal.id, basis=item.proposal.basis, decision="skip")
        for i, item in enumerate(found)
    ]
    decide_on_page(site.services, rows, "Anna")


def push(site: Site) -> None:
    for target in ("xero", "pooltrackr"):
        push_entity(site.services, target, "contacts")
