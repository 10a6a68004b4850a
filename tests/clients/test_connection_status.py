"""How a connection stands, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reconcile.connection import StoredConnection, Tokens, describe_connection

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKENS = Tokens("a", NOW, "r", NOW + timedelta(days=50))
GOOD = StoredConnection("clear", "authorization_code", "t-1", "Clearwater", TOKENS)


def test_a_working_connection_says_how_long_it_lasts():
    assert describe_connection(GOOD, NOW) == (
        "Connected to Clearwater.",
        "Lasts until 2027-01-11 12:00 UTC unless it is used before.",
    )


def test_one_that_is_about_to_run_out_asks_to_be_renewed():
    late = NOW + timedelta(days=45)

    assert describe_connection(GOOD, late)[-1].endswith("Connect again before that.")


def test_a_dead_one_says_what_to_run():
    dead = replace(GOOD, state="reconnect", problem="Xero no longer accepts the connection.")

    assert describe_connection(dead, NOW) == (
        "Needs to be connected again: run `reconcile connect --org clear`. Xero no longer accepts the connection.",
    )


def test_the_wrong_organisation_says_which_is_the_right_one():
    wrong = replace(GOOD, state="wrong_organisation", problem="Another one was chosen.")

    assert "choose Clearwater. Another one was chosen." in describe_connection(wrong, NOW)[0]


def test_a_parked_one_says_until_when_in_the_organisations_zone():
    parked = replace(GOOD, parked_until=NOW + timedelta(hours=10))
    sydney = ZoneInfo("Australia/Sydney")

    assert describe_connection(parked, NOW, sydney)[1].startswith("Parked until 2026-11-23 09:00 AEDT")
    assert len(describe_connection(parked, NOW + timedelta(hours=11))) == 2


def test_without_a_stored_connection_it_is_a_custom_one():
    assert describe_connection(None, NOW) == ("Custom connection with client id and secret; nothing is stored.",)
