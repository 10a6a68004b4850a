"""Who a contact is, from the cells in which people write it."""

import pytest

from reconcile.normalise.names import who
from reconcile.normalise.nicknames import same_given_name
from reconcile.normalise.organisations import organisation, scheme_number


@pytest.mark.parametrize(
    ("name", "given", "second", "family"),
    [
        ("John Smith", "john", "", "smith"),
        ("Mr John Smith OAM", "john", "", "smith"),
        ("Smith, John", "john", "", "smith"),
        ("Smith, J & M", "j", "m", "smith"),
        ("Mr & Mrs J Smith", "j", "", "smith"),
        ("John & Mary Smith", "john", "mary", "smith"),
        ("John Smith & Mary Jones", "john", "mary", "smith"),
        ("The Smith Family", "", "", "smith"),
        ("Est. Late J Smith", "j", "", "smith"),
        ("Smith – Unit 4", "", "", "smith"),
        ("SMITH (Coolum house)", "", "", "smith"),
        ("Smith - Coolum", "", "", "smith"),
        ("Smith - John", "john", "", "smith"),
        ("Emma O'Connor - Parkwood", "emma", "", "oconnor"),
        ("Margaret Morley 2", "margaret", "", "morley"),
        ("John Doe-1", "john", "", "doe"),
        ("John Smith & Mary", "john", "mary", "smith"),
        ("Luke Pham c/- LJ Hooker Real Estate", "luke", "", "pham"),
        ("Seán O’Brien", "sean", "", "obrien"),
        ("José García-López", "jose", "", "garcialopez"),
        ("Pieter van der Berg", "pieter", "", "vanderberg"),
        ("Rosa Di Marco", "rosa", "", "dimarco"),
        ("Sean O Brien", "sean", "", "obrien"),
        ("Nguyen Van Minh", "nguyenvan", "", "minh"),
        ("Ray White Noosa - Ann Lynch", "ann", "", "lynch"),
    ],
)
def test_persons_are_read_from_one_cell(name: str, given: str, second: str, family: str) -> None:
    person = who(name, "", "", "")
    assert (person.given, person.second, person.family) == (given, second, family)


@pytest.mark.parametrize(
    ("name", "first", "last", "partner", "other_family"),
    [
        ("Helen & Ryan Amos", "Helen", "Amos", "ryan", ""),
        ("Amos, R & H", "Helen", "Amos", "r", ""),
        ("Sanjay Steele & Giovanna Thomas", "Sanjay", "Steele", "giovanna", "thomas"),
        ("Sanjay Steele & Giovanna Thomas", "Giovanna", "Thomas", "sanjay", "steele"),
        ("Helen & Ryan Amos", "Paul", "Amos", "", ""),
        ("Amos & Sons Plumbing", "Helen", "Amos", "", ""),
        ("Helen Amos", "Helen", "Amos", "", ""),
    ],
)
def test_the_whole_name_shows_the_partner_of_the_contact(
    name: str, first: str, last: str, partner: str, other_family: str
) -> None:
    person = who(name, first, last, "")
    assert (person.partner, person.other_family) == (partner, other_family)


def test_several_given_names_are_one_and_their_first_is_known() -> None:
    person = who("", "John Albert", "Smith", "")
    assert (person.given, person.called, person.middle) == ("johnalbert", "john", "albert")


def test_a_name_that_has_nothing_of_the_contact_is_an_organisation() -> None:
    station = who("Station Kowalski Landscapes", "Barbara", "Abernethy", "")
    assert (station.organisation, station.contact_only) == ("station kowalski landscapes", True)
    assert not who("Smyth, Jon", "Jonathan", "Smith", "").organisation


def test_remarks_behind_a_dash_are_no_part_of_a_family_name() -> None:
    assert who("Jean Rossi - cash", "Jean", "Rossi - cash", "").family == "rossi"


def test_a_name_that_may_be_a_park_or_a_person_is_read_both_ways() -> None:
    park = who("Michael Park", "", "", "")
    assert (park.given, park.family, park.organisation, park.unsure) == ("michael", "park", "michael park", True)


@pytest.mark.parametrize(
    "name",
    [
        "Body Corporate for Sea Breeze CTS 4567",
        "Sea Breeze BC",
        "BC Sea Breeze 4567 c/- Archers",
        "Sea Breeze CTS 04567",
    ],
)
def test_a_scheme_is_called_by_its_building(name: str) -> None:
    assert organisation(name).name == "sea breeze"


def test_a_scheme_without_a_building_and_its_manager_keep_what_they_have() -> None:
    assert organisation("The Owners - Strata Plan 12345")[::2] == ("", "12345")
    assert organisation("Archer Strata").name == "archer strata"
    assert organisation("Body Corporate Services Pty Ltd").name == "body corporate services"


@pytest.mark.parametrize(
    ("name", "suffix"), [("John Smith Snr", "senior"), ("John Smith Jr.", "junior"), ("John Smith III", "third")]
)
def test_generations_are_kept(name: str, suffix: str) -> None:
    assert who(name, "", "", "").suffix == suffix


@pytest.mark.parametrize(
    "ending",
    [
        "Pty Ltd",
        "P/L",
        "Pty. Limited",
        "PTY LIMITED",
        "Proprietary Limited",
        "Inc.",
        "Ltd",
        "PLC",
        "LLP",
        "GmbH",
        "Corporation",
    ],
)
def test_legal_endings_do_not_count(ending: str) -> None:
    assert organisation(f"Blue Lagoon Pools {ending}").name == "blue lagoon pools"


def test_parts_that_tell_companies_apart_stay() -> None:
    names = {
        organisation(f"Acme Pools {part} Pty Ltd").name
        for part in ("", "(QLD)", "(NSW)", "Holdings", "Group", "Services")
    }
    assert len(names) == 6


def test_trading_names_give_both_halves() -> None:
    assert organisation("Rossi Holdings Pty Ltd t/as Coolum Cafe")[:2] == ("rossi holdings", "coolum cafe")
    assert organisation("Rossi Holdings trading as Coolum Cafe")[:2] == ("rossi holdings", "coolum cafe")


def test_trustees_step_behind_their_trust() -> None:
    assert organisation("The Trustee for the Rossi Family Trust").name == organisation("Rossi Family Trust").name


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("The Owners - Strata Plan 12345", "12345"),
        ("SP 12345", "12345"),
        ("Owners Corporation PS512345K", "512345k"),
        ("Body Corporate for Seaview CTS 4567", "4567"),
        ("Strata Corporation 0123 Inc", "123"),
        ("The Owners of Ocean Reef, Survey-Strata Plan 6789", "6789"),
        ("Units Plan 321", "321"),
        ("Smith Pools 24", ""),
        ("12 Apostles Motel", ""),
    ],
)
def test_strata_schemes_are_known_by_their_number(name: str, number: str) -> None:
    assert scheme_number(name.lower()) == number


@pytest.mark.parametrize(
    "name", ["Cash Sale", "WALK-IN", "test", "Unknown", "DO NOT USE - old", "zz John Smith", "Deceased"]
)
def test_placeholders_are_nobody(name: str) -> None:
    assert who(name, "", "", "").placeholder


def test_an_owner_behind_an_agent_is_the_person() -> None:
    found = who("LJ Hooker Noosa (Owner: John Smith)", "", "", "")
    assert (found.given, found.family, found.organisation) == ("john", "smith", "lj hooker noosa")


def test_a_bare_name_may_be_either() -> None:
    assert who("Campanile", "", "", "").unsure
    assert not who("Campanile Motel", "", "", "").unsure
    assert not who("Robert Campanile", "", "", "").unsure


@pytest.mark.parametrize(
    ("one", "other"),
    [("bob", "robert"), ("liz", "beth"), ("tony", "anthony"), ("joe", "giuseppe"), ("nick", "nikolaos")],
)
def test_short_and_foreign_forms_are_one_name(one: str, other: str) -> None:
    assert same_given_name(one, other)


def test_different_names_stay_different() -> None:
    assert not same_given_name("robert", "richard")
    assert not same_given_name("wei", "mei")
