"""Items: codes, lengths, prices, sides, deletion."""

import pytest


def test_an_item_is_found_by_id_and_by_code(xero):
    made = xero.put("Items", json={"Code": "CHL-20", "Name": "Chlorine 20 L"}).json()["Items"][0]

    assert xero.get("Items/CHL-20").json()["Items"][0]["ItemID"] == made["ItemID"]
    assert xero.get(f"Items/{made['ItemID']}").json()["Items"][0]["Code"] == "CHL-20"


def test_a_code_with_a_slash_is_not_found_by_code_although_it_exists(xero, messages):
    xero.put("Items", json={"Code": "A/1"})

    assert xero.get("Items/A%2F1").status_code == 404
    assert messages(xero.put("Items", json={"Code": "A/1"})) == ["Price List Item with Code 'A/1' already exists"]


def test_post_updates_by_code(xero):
    made = xero.put("Items", json={"Code": "A", "Name": "Old"}).json()["Items"][0]
    changed = xero.post("Items", json={"Code": "A", "Name": "New"}).json()["Items"][0]

    assert (changed["ItemID"], changed["Name"]) == (made["ItemID"], "New")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Code": "x" * 31}, "The Code field must not be longer than 30 characters."),
        ({"Code": "A", "Name": "x" * 51}, "The Name field must not be longer than 50 characters."),
        ({"Name": "No code"}, "Item Code is mandatory."),
    ],
)
def test_item_code_rules(xero, messages, fields, said):
    assert messages(xero.put("Items", json=fields)) == [said]


def test_prices_have_two_decimals_unless_four_are_asked_for(xero):
    xero.put("Items?unitdp=4", json={"Code": "A", "SalesDetails": {"UnitPrice": 1.2345, "AccountCode": "200"}})
    prices = [xero.get(f"Items{query}").json()["Items"][0]["SalesDetails"]["UnitPrice"] for query in ("", "?unitdp=4")]

    assert prices == [1.23, 1.2345]


def test_a_price_written_without_unitdp_is_rounded(xero):
    xero.put("Items", json={"Code": "A", "SalesDetails": {"UnitPrice": 1.235}})

    assert xero.get("Items/A?unitdp=4").json()["Items"][0]["SalesDetails"]["UnitPrice"] == 1.24


def test_a_side_that_is_off_is_empty(xero):
    made = xero.put("Items", json={"Code": "A", "IsSold": False, "SalesDetails": {"UnitPrice": 5}}).json()["Items"][0]

    assert (made["IsSold"], made["SalesDetails"]) == (False, {})


def test_an_item_has_no_status_and_no_inclusive_flag(xero):
    made = xero.put("Items", json={"Code": "A"}).json()["Items"][0]

    assert not [name for name in made if "Status" in name or "Inclusive" in name]


def test_a_deleted_item_just_disappears(xero):
    made = xero.put("Items", json={"Code": "A"}).json()["Items"][0]

    assert xero.delete(f"Items/{made['ItemID']}").status_code == 204
    assert xero.get("Items").json()["Items"] == []


def test_at_most_500_items_a_request(xero):
    assert xero.put("Items", json={"Items": [{"Code": str(number)} for number in range(501)]}).status_code == 400
