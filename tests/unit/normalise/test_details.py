"""Phones, e-mails, addresses, places and business numbers."""

import pytest

from reconcile.normalise.addresses import address
from reconcile.normalise.businesses import abn, acn_of_abn
from reconcile.normalise.emails import emails
from reconcile.normalise.phones import phones
from reconcile.normalise.places import postcode, state, state_of_postcode, suburb


@pytest.mark.parametrize(
    "cell",
    [
        "0412 345 678",
        "+61 412 345 678",
        "0061 412 345 678",
        "61412345678",
        "412345678",
        "(0412) 345-678",
        "+61 (0) 412 345 678",
        "04.12.345.678",
    ],
)
def test_spellings_of_a_mobile_are_one_number(cell: str) -> None:
    assert phones(cell) == ("+61412345678",)


def test_several_numbers_of_a_cell_are_all_read() -> None:
    assert phones("0412 345 678 (John) / 0413 345 678 (Mary)") == ("+61412345678", "+61413345678")


def test_the_state_gives_the_missing_area_code() -> None:
    assert phones("5550 1234", "qld") == ("+61755501234",)
    assert phones("5550 1234") == ("55501234",)


def test_extensions_foreign_and_service_numbers() -> None:
    assert phones("(07) 5550 1234 ext. 3") == ("+61755501234",)
    assert phones("+1 212 555 1234") == ("+12125551234",)
    assert phones("1300 123 456") == ("+611300123456",)


@pytest.mark.parametrize("cell", ["", "n/a", "4.12E+08", "0000000000", "12", "call John"])
def test_what_is_no_number_is_left_out(cell: str) -> None:
    assert phones(cell) == ()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("John@Example.COM ", ("john@example.com",)),
        ("mailto:a.b@c.com.", ("a.b@c.com",)),
        ("one@x.com.au; two@x.com.au, one@x.com.au", ("one@x.com.au", "two@x.com.au")),
        ("J.Smith+pool@gmail.com", ("jsmith@gmail.com",)),
        ("jsmith@googlemail.com", ("jsmith@gmail.com",)),
        ("j.smith+pool@bigpond.com", ("j.smith+pool@bigpond.com",)),
        ("noemail@pools.com.au", ()),
        ("not an address", ()),
        ("a@b@c", ()),
    ],
)
def test_mailboxes_of_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert emails(cell) == expected


@pytest.mark.parametrize("cell", ["3/17 Smith St", "U3 17 Smith Street", "Unit 3, 17 SMITH ST.", "Apt 3/17 Smith Str"])
def test_spellings_of_a_unit_are_one_address(cell: str) -> None:
    found = address(cell)
    assert (found.unit, found.number, found.street, found.kind) == ("3", "17", "smith", "street")


@pytest.mark.parametrize(
    ("cell", "number", "street", "kind"),
    [
        ("12-14 St Kilda Rd", "12", "saint kilda", "road"),
        ("12A The Esplanade", "12a", "the", "esplanade"),
        ("Shop 2 L1 34 Gympie Tce", "34", "gympie", "terrace"),
        ("Lot 7 Mt View Rd", "", "mount", "view"),
        ("9 Ocean Pde Nth", "9", "ocean", "parade"),
        ("747 Ninth Ave", "747", "9th", "avenue"),
    ],
)
def test_numbers_and_kinds_of_street(cell: str, number: str, street: str, kind: str) -> None:
    assert address(cell)[1:4] == (number, street, kind)


@pytest.mark.parametrize("cell", ["PO Box 12", "P.O. Box 12", "GPO BOX 12", "po box no 12"])
def test_post_boxes_are_no_streets(cell: str) -> None:
    assert address(cell).box == "box 12"
    assert address(cell).street == ""


def test_places_have_one_spelling() -> None:
    assert suburb("Mt. Coolum Bch") == suburb("MOUNT COOLUM BEACH")
    assert state("Queensland") == state("QLD") == "qld"
    assert postcode("800") == "0800"
    assert [
        state_of_postcode(code) for code in ("0800", "2600", "2485", "3000", "4567", "5000", "6000", "7000", "90210")
    ] == [
        *("nt", "act", "nsw", "vic", "qld", "sa", "wa", "tas", ""),
    ]


def test_only_valid_business_numbers_count() -> None:
    assert abn("51 824 753 556") == "51824753556"
    assert abn("51 824 753 557") == ""
    assert abn("ABN: 53 004 085 616") == "53004085616"
    assert abn("004 085 616") == "004085616"
    assert acn_of_abn("53004085616") == "004085616"
