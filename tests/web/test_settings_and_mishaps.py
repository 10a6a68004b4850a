"""Every setting stands on the form; and what happens when the program itself makes a mistake."""

import logging
import re

import pytest
from sqlalchemy import text

from reconcile.organisation_settings import OrganisationSettings
from reconcile.records import Contact, TaxRate
from reconcile.settings_form import Known, read_form
from reconcile.stages.services import Services
from reconcile.store.engine import open_engine, reading
from reconcile.store.organisations import load_settings
from reconcile.web.guard import HEADERS
from tests.web.conftest import ACCOUNTS, Opener, Visitor, fill, token_of

RATES = (
    TaxRate(id="OUTPUT", name="GST on Income", status="ACTIVE", can_apply_to_revenue="true"),
    TaxRate(id="EXEMPTOUTPUT", name="GST Free Income", status="ACTIVE", can_apply_to_revenue="true"),
    TaxRate(id="INPUT", name="GST on Expenses", status="ACTIVE", can_apply_to_revenue="false"),
)
KNOWN = Known(ACCOUNTS, RATES, frozenset({"X1"}))
NESTED = ("wins", "policies", "guards", "second_person")


def every_field() -> list[str]:
    found = []
    for name, value in OrganisationSettings().model_dump().items():
        if name in NESTED:
            found += [f"{name}.{part}" for part in value]
        elif name == "category_accounts":
            found.append("category:Chemicals")
        elif name == "tax_types":
            found += [f"tax:{part}" for part in value]
        else:
            found.append(name)
    return found


@pytest.mark.parametrize("name", every_field())
def test_every_setting_can_be_changed_on_the_form(client: Visitor, name: str) -> None:
    assert f'name="{name}"' in client.get("/configure").text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"invoice_template": "{pool_adress}"}, "words above the lines"),
        ({"pooltrackr_invoice_url": "ftp://somewhere"}, "begin with https://"),
        ({"pooltrackr_invoice_url": "https://xero.example.com"}, "its own name"),
        ({"stripe_contact": "X9"}, "no active contact X9"),
        ({"tax:gst": "INPUT"}, "no active INPUT for sales"),
        ({"wins.phone": "both"}, "Telephone and mobile numbers: choose one of those"),
        ({"guards.max_renamed_share": "2"}, "(0.3 is three in ten): write 1 or less."),
        ({"second_person.above": "much"}, "write an amount such as 1000"),
        ({"second_person.above": "-1"}, "write 0 or more."),
        ({"guards.max_jump": "ten"}, "as usual (0: never): write a whole number."),
        ({"guards.max_jump": "1.5"}, "write a whole number."),
        ({"cut_off_date": "tomorrow"}, "Nothing dated before: write a date"),
    ],
)
def test_what_xero_could_not_use_is_refused_in_words(change: dict[str, str], problem: str) -> None:
    result = read_form(change, OrganisationSettings(), KNOWN)
    assert result.settings is None
    assert any(problem in words for words in result.problems)


def test_a_refused_form_comes_back_as_it_was_filled_in(client: Visitor, services: Services) -> None:
    data = {"token": token_of(client), "version": "0", "payment_account": "090", "guards.max_voids": "many"}
    answer = client.post("/configure", data=data)
    assert answer.status_code == 422
    assert "Most documents one run may void: write a whole number." in answer.text
    assert 'name="guards.max_voids" inputmode="decimal" value="many"' in answer.text
    assert '<option value="090" selected>' in answer.text
    with reading(services.engine) as session:
        assert load_settings(session, services.org_id)[0] == 0


def test_all_of_it_is_taken() -> None:
    form = {
        "wins.phone": "pooltrackr", "guards.max_renamed_share": "0.2", "tax:gst": "OUTPUT", "stripe_contact": "X1",
        "invoice_template": "{notes}", "second_person.above": "1000.50", "second_person.bulk": "on",
    }  # fmt: skip
    settings = read_form(form, OrganisationSettings(), KNOWN).settings
    assert settings is not None
    assert (settings.wins.phone, settings.guards.max_renamed_share) == ("pooltrackr", 0.2)
    assert (settings.stripe_contact, settings.invoice_template) == ("X1", "{notes}")
    assert (settings.second_person.bulk, str(settings.second_person.above)) == (True, "1000.50")


def test_the_words_above_an_invoice_are_written_line_by_line(client: Visitor, services: Services) -> None:
    page = client.get("/configure").text
    assert "Pool: {pool_address}\nDate of service: {service_date}\n" in page
    data = {"token": token_of(client), "version": "0", "payment_account": "090", "invoice_template": "{job}\r\n{notes}"}
    client.post("/configure", data=data)
    with reading(services.engine) as session:
        assert load_settings(session, services.org_id)[1].invoice_template == "{job}\\n{notes}"


def test_a_second_person_is_turned_on_only_where_people_sign_in() -> None:
    here = Known(ACCOUNTS, tells_apart=False)
    refused = read_form({"second_person.bulk": "on"}, OrganisationSettings(), here)
    assert refused.settings is None
    assert "cannot be told apart" in refused.problems[0]
    on = read_form({"second_person.bulk": "on"}, OrganisationSettings(), KNOWN).settings
    assert on is not None
    assert read_form({"second_person.bulk": "on"}, on, here).settings == on


@pytest.mark.parametrize(
    ("form", "allowed"),
    [
        ({"second_person.bulk": "on", "second_person.above": "500"}, True),
        ({"second_person.bulk": "on", "second_person.above": "1000"}, True),
        ({"second_person.bulk": "on", "second_person.above": "1000.01"}, False),
        ({"second_person.bulk": "on", "second_person.above": ""}, False),
        ({"second_person.above": "1000"}, False),
    ],
)
def test_nobody_frees_themselves_from_the_second_person(form: dict[str, str], allowed: bool) -> None:
    present = OrganisationSettings.model_validate({"second_person": {"bulk": True, "above": "1000"}})
    result = read_form(form, present, KNOWN)
    assert (result.settings is not None) == allowed
    assert allowed or "not less often" in result.problems[0]


def test_the_form_saves_who_wins(client: Visitor, services: Services) -> None:
    fill(services, "xero", "contacts", [Contact(id="X1", name="Stripe")])
    data = {"token": token_of(client), "version": "0", "wins.email": "xero", "payment_account": "090"}
    client.post("/configure", data=data)
    with reading(services.engine) as session:
        _, saved = load_settings(session, services.org_id)
    assert (saved.wins.email, saved.payment_account) == ("xero", "090")


def test_a_mistake_of_the_program_is_told_with_a_number_that_stands_in_the_log(
    client_of: Opener, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = client_of(surviving=True)
    other = open_engine(services.settings.database)
    with other.begin() as connection:
        connection.execute(text("ALTER TABLE proposal RENAME TO lost"))
    other.dispose()
    with caplog.at_level(logging.ERROR, "reconcile.web"):
        answer = visitor.get("/contacts?q=secret+words")
    assert answer.status_code == 500
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    number = re.search(r'id="number">([0-9a-f]{8})<', answer.text)
    assert number is not None
    assert number[1] in caplog.text
    assert "secret" not in caplog.text
    assert "Traceback" not in answer.text
