"""The morning summary and its pictures."""

from base64 import b64decode
from xml.etree import ElementTree as ET

from reconcile.reports.morning import SHOWN, Morning, morning_words
from reconcile.reports.trend import Night, as_data_url, score_picture, trend_picture


def test_today_stands_beside_the_change_since_yesterday() -> None:
    words = morning_words(
        Morning(organisation="Org", run_id="R1", today={"flags": 7, "links": 3}, yesterday={"flags": 9})
    )
    assert "| flags | 7 | -2 |" in words
    assert "| links | 3 | +3 |" in words


def test_the_first_night_is_compared_with_nothing() -> None:
    assert "| flags | 7 |  |" in morning_words(Morning(organisation="Org", run_id="R1", today={"flags": 7}))


def test_what_is_held_says_why_and_a_long_list_is_cut_with_its_length() -> None:
    rows = [f"C{n} is selected twice." for n in range(SHOWN + 5)]
    words = morning_words(Morning(organisation="Org", run_id="R1", today={}, shut={"contacts": rows}))
    assert "- **contacts**: C0 is selected twice." in words
    assert "and 5 more" in words


def test_pictures_are_valid_svg_even_for_nothing_and_for_hostile_names() -> None:
    for svg in (
        score_picture([], "none"),
        score_picture([0.0, 0.5, 1.0], "<b>&"),
        trend_picture([], [], "none"),
        trend_picture([Night("<i>", {"a": 1}), Night("2", {"a": 4})], ["a", "b"], "t"),
    ):
        ET.fromstring(b64decode(as_data_url(svg).partition(",")[2]))
