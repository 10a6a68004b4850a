"""Records that resemble each other and are not the same: every veto with a pair of its own, none of them ``auto``."""

import pandas as pd
import pytest

from reconcile.matching import vetoes
from reconcile.matching.contacts import match_contacts

HOME = {"street": "12 Ocean Parade", "suburb": "Coolum Beach", "state": "QLD", "postcode": "4573"}
AWAY = {"street": "9 Church Street", "suburb": "Richmond", "state": "VIC", "postcode": "3121"}
JOHN = {"name": "John Abernethy", "email": "john@abernethy.com.au", "phone": "0412 345 678", **HOME}
BODY = {"email": "admin@archers.com.au", "phone": "07 5441 2020", **HOME}

LOOK_ALIKES = {
    "abn_differs": (
        {**JOHN, "name": "Abernethy Pools Pty Ltd", "abn": "51 824 753 556"},
        {**JOHN, "name": "Abernethy Pools Pty Ltd", "abn": "53 004 085 616"},
    ),
    "scheme_differs": (
        {**BODY, "name": "Body Corporate for Seaview CTS 4567"},
        {**BODY, "name": "Body Corporate for Seaview CTS 4568"},
    ),
    "generation_differs": ({**JOHN, "name": "John Abernethy Snr"}, {**JOHN, "name": "John Abernethy Jnr"}),
    "carries_other_number": (JOHN, {**JOHN, "contact_number": "PT-f1"}),
    "person_differs": (JOHN, {**JOHN, "name": "Mary Abernethy"}),
    "half_a_couple": (JOHN, {**JOHN, "name": "John & Mary Abernethy", "email": ""}),
    "unit_differs": ({**JOHN, "street": "3/12 Ocean Parade"}, {**JOHN, "street": "4/12 Ocean Parade"}),
    "other_pool": (
        {**JOHN, "site_street": "8 Heron Court", "site_suburb": "Coolum Beach"},
        {**JOHN, "site_street": "77 Pelican Road", "site_suburb": "Buderim"},
    ),
    "elsewhere": (JOHN, {**JOHN, **AWAY}),
    "another_site": (
        {**BODY, "company": "Abernethy Motel"},
        {
            **BODY,
            "company": "Abernethy Motel",
            "phone": "07 5499 3131",
            "street": "8 Heron Court",
            "suburb": "Nambour",
            "postcode": "4560",
        },
    ),
    "only_an_initial": (
        {**JOHN, "phone": "07 5441 2020", "email": ""},
        {**JOHN, "name": "J Abernethy", "phone": "07 5441 2020"},
    ),
    "client_of_agent": (
        {**BODY, "name": "Martin Birdsall c/- Ray White Noosa"},
        {**BODY, "name": "Marion Birdsall c/- Ray White Noosa"},
    ),
    "no_contact_detail_agrees": (JOHN, {**JOHN, "phone": "0499 888 777", "email": "jabernethy@bigpond.com"}),
    "organisation_differs": (
        {"company": "Coolum Surf Club", "email": "office@venues.com.au", **HOME},
        {"company": "Twin Waters Motel", "email": "office@venues.com.au", **HOME},
    ),
    "contact_of_organisation": (
        {**JOHN, "first_name": "John", "last_name": "Abernethy"},
        {
            **JOHN,
            "name": "Coolum Surf Club Pty Ltd",
            "first_name": "John",
            "last_name": "Abernethy",
            "street": "3 Esplanade",
        },
    ),
}
SISTERS = {
    "sister venues": (
        {"company": "Rydges Noosa", "email": "ap@rydges.com"},
        {"company": "Rydges Coolum", "email": "ap@rydges.com"},
    ),
    "same name elsewhere": ({**JOHN, "phone": "", "email": ""}, {"name": "John Abernethy", **AWAY}),
    "same name and nothing else": ({"name": "John Abernethy"}, {"name": "John Abernethy"}),
    "middle initials": ({**JOHN, "name": "John A Abernethy"}, {**JOHN, "name": "John B Abernethy"}),
    "middle names": ({**JOHN, "name": "John Albert Abernethy"}, {**JOHN, "name": "John Edward Abernethy"}),
    "two given names of one sound": (JOHN, {**JOHN, "name": "Joan Abernethy"}),
    "brother and sister": ({**JOHN, "name": "Adrian Abernethy"}, {**JOHN, "name": "Adrienne Abernethy"}),
    "one treasurer of two clubs": (
        {**BODY, "name": "Coolum Surf Club", "first_name": "Ann", "last_name": "Lynch"},
        {**BODY, "name": "Coolum Bowls Club", "first_name": "Ann", "last_name": "Lynch"},
    ),
    "numbered companies": (
        {**BODY, "company": "Abernethy Holdings No 1 Pty Ltd"},
        {**BODY, "company": "Abernethy Holdings No 2 Pty Ltd"},
    ),
    "one company in two states": (
        {**BODY, "company": "Abernethy Building & Construction QLD"},
        {**BODY, "company": "Abernethy Building & Construction NSW"},
    ),
    "towers of one resort": (
        {**BODY, "name": "Pandanus Apartments North"},
        {**BODY, "name": "Pandanus Apartments South"},
    ),
    "saints of one parish": ({**BODY, "name": "St Mark's Parish School"}, {**BODY, "name": "St Mary's Parish School"}),
    "clients of one agent": (
        {**BODY, "name": "Ray White Noosa - John Fox"},
        {**BODY, "name": "Ray White Noosa - Ann Lynch", "company": "Ray White Noosa"},
    ),
    "neighbours with one surname": (JOHN, {"name": "Grace Abernethy", **HOME, "street": "14 Ocean Parade"}),
    "only the office agrees": ({**BODY, "name": "John Fox"}, {**BODY, "name": "Ann Lynch"}),
    "company of another state": (
        {"company": "Acme Pools (QLD) Pty Ltd", "email": "info@acme.com.au"},
        {"company": "Acme Pools (NSW) Pty Ltd", "email": "info@acme.com.au"},
    ),
}
OTHERS = pd.DataFrame(
    [{"id": f"f{n}", "name": f"{given} {family}", "email": f"{given}{n}@mail{n}.com", "phone": f"04{n:08d}", "street": f"{n} {family} Road"}
     for n, (given, family) in enumerate((g, f) for g in ("Ann", "Wei", "Raj", "Zoe") for f in ("Fox", "Hay", "Lynch", "Moss", "Nye"))]
)  # fmt: skip


def matched(one: dict[str, str], other: dict[str, str]) -> pd.DataFrame:
    """The suggestion for two records among a few strangers that both sides know."""
    left = pd.concat([pd.DataFrame([{"id": "left", **one}]), OTHERS]).fillna("")
    right = pd.concat([pd.DataFrame([{"id": "right", **other}]), OTHERS.assign(id="x" + OTHERS["id"])]).fillna("")
    pairs = match_contacts(left, right).pairs
    return pairs[(pairs["left_id"] == "left") & (pairs["right_id"] == "right")]


def test_every_veto_has_its_pair() -> None:
    assert set(LOOK_ALIKES) == set(vetoes.NAMES)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_a_veto_keeps_a_pair_from_auto(name: str) -> None:
    found = matched(*LOOK_ALIKES[name])
    assert found.empty or (name in found["vetoes"].item().split() and found["decision"].item() != "auto")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kowalski Plumbing Pty Ltd", "Kowalski Plumbimg Pty Ltd"),
        ("Pandanus Apartments", "Pandanas Apartments"),
        ("Kowalski North Timber LLC", "Kowalski North uTimber Corporation"),
    ],
)
def test_an_organisation_that_is_only_misspelt_is_auto(one: str, other: str) -> None:
    assert matched({**BODY, "company": one}, {**BODY, "company": other})["decision"].item() == "auto"


@pytest.mark.parametrize("name", SISTERS)
def test_too_little_or_shared_evidence_is_never_auto(name: str) -> None:
    found = matched(*SISTERS[name])
    assert found.empty or found["decision"].item() != "auto"


@pytest.mark.parametrize("name", ["scheme_differs", "generation_differs", "carries_other_number", "person_differs"])
def test_what_surely_differs_is_not_even_likely(name: str) -> None:
    found = matched(*LOOK_ALIKES[name])
    assert found.empty or found["score"].item() < 0.5


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "Abernethy, John"},
        {"name": "Mr John Abernethy"},
        {"name": "John Abernethy", "phone": "+61412345678", "street": "12 Ocean Pde"},
        {"email": ""},
        {"phone": ""},
        {"name": "Jon Abernethy"},
        {"name": "John Albert Abernethy"},
        {"name": "John A Abernethy", "email": ""},
        {"name": "J Abernethy"},
        {"name": "J Abernethy", "email": ""},
        {"name": "John Abernethy - Coolum Beach"},
        {"name": "John Abernethy 2"},
        {"name": "John & Mary Abernethy"},
        {"name": "John & Mary Abernethy", "phone": "0499 888 777"},
        {"name": "Mary & John Abernethy", "first_name": "John", "last_name": "Abernethy", "phone": ""},
        {"name": "The Abernethy Family", "phone": ""},
        {"street": "PO Box 77", "suburb": "Noosaville", "postcode": "4566"},
        {
            "name": "John Abernethy c/- Ray White Noosa",
            "street": "1 Sunrise Road",
            "suburb": "Noosa",
            "postcode": "4567",
        },
    ],
)
def test_the_same_person_written_differently_is_auto(change: dict[str, str]) -> None:
    found = matched(JOHN, {**JOHN, **change})
    assert found["decision"].item() == "auto"
    assert "same" in found["reasons"].item()


STRATA = {"email": "accounts@archers.com.au", "phone": "07 5441 2020", "street": "PO Box 9", "suburb": "Buderim"}


@pytest.mark.parametrize(
    "name", ["Body Corporate for Costa Nova CTS 4567", "BC Costa Nova 4567 c/- Archers", "COSTA NOVA BODY CORPORATE"]
)
def test_a_building_is_its_strata_scheme_whoever_writes_for_it(name: str) -> None:
    building = {"company": "Costa Nova", "email": STRATA["email"], "phone": STRATA["phone"], **HOME}
    assert matched(building, {"name": name, **STRATA})["score"].item() > 0.9


def test_schemes_of_one_name_under_one_manager_stay_apart() -> None:
    stages = ({"company": f"Costa Nova CTS {number}", **STRATA} for number in (4567, 4568))
    found = matched(*stages)
    assert found.empty or found["score"].item() < 0.5


def test_agreements_and_disagreements_come_in_plain_words() -> None:
    found = matched(JOHN, {**JOHN, "phone": "0499 888 777"})
    assert found["reasons"].item().startswith("same e-mail (rare) +")
    assert "phone differs -" in found["against"].item()
