"""Going through the contacts (A24 to A32)."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, window

pytestmark = pytest.mark.browser
COLLIDING = "/contacts?flag=contact_already_selected"
NOTICE = ".notice"


def rows_to_decide(page: Page) -> int:
    return int(re.findall(r"(\d+) to decide", page.inner_text("main"))[0])


def open_row(page: Page, name: str) -> str:
    """The id of the first row of that name."""
    return str(page.locator(".row", has=page.locator("h2", has_text=name)).first.get_attribute("id"))


def test_a_row_shows_the_suggestion_its_score_and_why(page: Page) -> None:
    page.goto("/contacts?band=sure")
    row = page.locator(".row").first
    expect(row.locator("select[name=choice] option:checked")).to_contain_text("%")
    expect(row.locator(".candidate:not([hidden]) .for")).to_be_visible()


def test_the_drop_down_offers_candidates_create_skip_and_ignore(page: Page) -> None:
    page.goto("/contacts?flag=ambiguous")
    rows = page.locator(".row").all()
    offered = [row.locator("select[name=choice] option").all_inner_texts() for row in rows]
    assert all(options[-3:] == ["Create new in Xero", "Skip for now", "Ignore for good"] for options in offered)
    assert max(len(options) for options in offered) >= 5


def test_saving_a_row_moves_on_to_the_next(page: Page) -> None:
    page.goto("/contacts?band=sure")
    before = rows_to_decide(page)
    second = page.locator(".row").nth(1).get_attribute("id")
    page.locator(".row").first.get_by_role("button", name="Save").click()
    expect(page.locator(NOTICE)).to_contain_text("link")
    assert rows_to_decide(page) == before - 1
    assert page.locator(".row").first.get_attribute("id") == second
    assert page.evaluate("document.activeElement.closest('.row').id") == second


def test_a_double_click_saves_one_row_and_says_so(page: Page) -> None:
    page.goto("/contacts?band=sure")
    page.locator(".row").first.get_by_role("button", name="Save").dblclick()
    expect(page.locator(NOTICE)).to_contain_text("link")
    expect(page.get_by_role("link", name="1 decided")).to_be_visible()


def test_a_decision_can_be_undone_as_long_as_it_was_not_sent(page: Page) -> None:
    page.goto("/contacts?band=sure")
    before = rows_to_decide(page)
    page.locator(".row").first.get_by_role("button", name="Save").click()
    page.goto("/contacts?state=decided")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".decided")).to_contain_text("link")
    expect(page.locator(".decided")).to_contain_text("by Anna")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(NOTICE)).to_contain_text("taken back")
    page.goto("/contacts")
    assert rows_to_decide(page) == before


def test_both_rows_of_a_collision_are_flagged_and_next_is_disabled_until_it_is_settled(page: Page) -> None:
    page.goto(COLLIDING)
    expect(page.locator("#next")).to_be_disabled()
    while page.locator(".row").count():
        count = page.locator(".row").count()
        expect(page.locator(".blockers li")).to_have_count(count)
        first = page.locator(".row").first
        name = first.locator("h2").inner_text()
        first.locator("select").select_option("create")
        first.get_by_role("button", name="Save").click()
        expect(page.locator(NOTICE).first).to_contain_text(f"{name}: create")
        assert page.locator(".row").count() <= count - 2, "both rows of the pair lose their flag at once"
    page.goto("/contacts")
    expect(page.locator("#next")).to_have_attribute("href", "/only-in-xero")


def test_choosing_what_another_row_holds_flags_both_and_changing_either_unflags_both(page: Page) -> None:
    page.goto("/contacts?band=sure")
    first, second = page.locator(".row").nth(0), page.locator(".row").nth(1)
    taken = second.locator("select[name=choice]").input_value()
    first.locator("select[name=choice]").evaluate("(select, value) => select.add(new Option('the same', value))", taken)
    own = first.locator("select[name=choice]").input_value()
    first.locator("select[name=choice]").select_option(taken)
    expect(first.locator(".rivals")).to_contain_text("Already selected by")
    expect(second.locator(".rivals")).to_contain_text("Already selected by")
    second.locator("select[name=choice]").select_option("skip")
    expect(first.locator(".rivals")).to_be_hidden()
    expect(second.locator(".rivals")).to_be_hidden()
    second.locator("select[name=choice]").select_option(taken)
    expect(second.locator(".rivals")).to_be_visible()
    first.locator("select[name=choice]").select_option(own)
    expect(first.locator(".rivals")).to_be_hidden()
    expect(second.locator(".rivals")).to_be_hidden()


def test_two_people_deciding_at_once_the_second_is_told_who_was_faster(browser: Browser, site: Site) -> None:
    with window(browser, site.url) as anna, window(browser, site.url) as ben:
        anna.goto("/contacts?band=sure")
        ben.goto("/contacts?band=sure")
        taken = anna.locator(".row").first.locator("select[name=choice]").input_value()
        rival = ben.locator(".row").nth(1)
        rival.locator("select[name=choice]").evaluate("(select, v) => select.add(new Option('the same', v))", taken)
        anna.locator(".row").first.get_by_role("button", name="Save").click()
        expect(anna.locator(NOTICE)).to_contain_text("link")
        rival.locator("select[name=choice]").select_option(taken)
        expect(rival.locator(".rivals")).to_contain_text("linked")
        rival.get_by_role("button", name="Save").click()
        expect(ben.locator(NOTICE)).to_contain_text("already linked to")
        ben.goto("/contacts?band=sure")


def test_two_people_deciding_the_same_row_the_second_changes_nothing(browser: Browser, site: Site) -> None:
    with window(browser, site.url) as anna, window(browser, site.url) as ben:
        anna.goto("/contacts?band=sure")
        ben.goto("/contacts?band=sure")
        anna.locator(".row").first.get_by_role("button", name="Save").click()
        expect(anna.locator(NOTICE)).to_contain_text("link")
        row = ben.locator(".row").first
        row.locator("select[name=choice]").select_option("create")
        row.get_by_role("button", name="Save").click()
        expect(ben.locator(NOTICE)).to_contain_text("Anna was faster and has decided")


def test_side_by_side_marks_what_differs_and_searches_everything_in_xero(page: Page) -> None:
    page.goto("/contacts?flag=ambiguous")
    page.locator(".row").first.locator("a.compare").click()
    expect(page.locator(".compare-table tr.same, .compare-table tr.alike").first).to_be_visible()
    page.get_by_label("Words").fill("pool")
    page.get_by_role("button", name="Search").click()
    found = page.locator(".found a").first
    name = found.inner_text()
    found.click()
    expect(page.locator("select[name=choice] option:checked")).to_have_text(f"Link with {name}")


def test_any_contact_of_xero_can_be_chosen_and_the_note_is_kept(page: Page) -> None:
    page.goto("/contacts?suggested=create")
    page.locator(".row").first.locator("a.compare").click()
    page.get_by_label("Words").fill("supplies")
    page.get_by_role("button", name="Search").click()
    page.locator(".found a").first.click()
    page.get_by_label("Note").fill("told so on the phone")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(NOTICE)).to_contain_text("link")
    page.goto("/contacts?state=decided")
    expect(page.locator(".decided")).to_contain_text("told so on the phone")


def test_many_are_accepted_at_once_only_as_previewed(page: Page) -> None:
    page.goto("/bulk/contacts?least=99.9&q=le")
    shown = page.locator("tbody tr").count()
    assert shown > 20
    page.locator("#accept-all").click(timeout=60_000)
    expect(page.locator(NOTICE)).to_contain_text(f"{shown} links accepted")
    page.goto("/contacts?state=decided")
    expect(page.locator("main")).to_contain_text(f"{shown} decided")


def test_a_preview_that_is_out_of_date_accepts_nothing(browser: Browser, site: Site) -> None:
    with window(browser, site.url) as anna, window(browser, site.url) as ben:
        anna.goto("/bulk/contacts?least=99.9&q=le")
        name = anna.locator("tbody td").first.inner_text().splitlines()[0]
        ben.goto(f"/contacts?band=sure&q={name}")
        ben.locator(".row").first.get_by_role("button", name="Save").click()
        expect(ben.locator(NOTICE)).to_contain_text("link")
        anna.locator("#accept-all").click(timeout=60_000)
        expect(anna.locator(NOTICE)).to_contain_text("Nothing was stored")


def test_the_list_is_worked_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/contacts?band=sure")
    names = [page.locator(".row h2").nth(i).inner_text() for i in range(3)]
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator(NOTICE)).to_contain_text(f"{names[1]}: skip")
    page.keyboard.press("Enter")
    expect(page.locator(NOTICE)).to_contain_text(f"{names[2]}: link")


def test_filters_find_by_text_flag_and_score(page: Page) -> None:
    page.goto("/contacts")
    name = page.locator(".row h2").first.inner_text()
    page.get_by_label("Find").fill(name)
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".row h2").first).to_have_text(name)
    page.goto("/contacts?band=none")
    scores = page.locator(".candidate:not([hidden]) .score").all_inner_texts()
    assert page.locator(".row").count() > 0
    assert all(int(score.removesuffix(" %")) < 50 for score in scores)


def test_contacts_that_only_xero_has_can_be_created_in_pooltrackr(page: Page) -> None:
    page.goto("/only-in-xero?suggested=create")
    row = page.locator(".row").first
    options = row.locator("select[name=choice] option").all_inner_texts()
    assert options == ["Create new in Pooltrackr", "Skip for now", "Ignore for good"]
    row.get_by_role("button", name="Save").click()
    expect(page.locator(NOTICE)).to_contain_text("create")
