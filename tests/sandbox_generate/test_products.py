"""The sample's price books hold every trap of the trade, and each pair's prices agree in the way the truth says."""

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from reconcile.sandbox.generate import Size, World, build_world

Row = dict[str, str]
GST = Decimal("1.1")


def pairs(world: World) -> list[tuple[Row, Row, Row]]:
    left = {row["id"]: row for row in world.tables["pooltrackr/products"]}
    right = {row["id"]: row for row in world.tables["xero/items"]}
    return [(left[row["left_id"]], right[row["right_id"]], row) for row in world.tables["truth/products"]]


def look_alikes(world: World, case: str) -> list[tuple[Row, Row]]:
    left = {row["id"]: row for row in world.tables["pooltrackr/products"]}
    right = {row["id"]: row for row in world.tables["xero/items"]}
    rows = [row for row in world.tables["truth/look_alikes"] if row["entity"] == "products" and row["case"] == case]
    return [(left[row["left_id"]], right[row["right_id"]]) for row in rows]


def in_cents_with_gst(price: str, inclusive: bool) -> int:
    full = Decimal(price) if inclusive else Decimal(price) * GST
    return int((full * 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_every_price_class_occurs_and_is_what_it_says(larger: World) -> None:
    seen = Counter()
    for left, right, truth in pairs(larger):
        seen[truth["price_class"]] += 1
        if truth["price_class"] == "no_price":
            assert right["price"] == ""
            continue
        ours = in_cents_with_gst(left["price"], left["gst_included"] == "true")
        theirs = in_cents_with_gst(right["price"], inclusive=False)
        if truth["price_class"] == "equal":
            assert ours == theirs
        elif truth["price_class"] == "rounding":
            assert ours != theirs
            assert abs(ours - theirs) <= 2
        elif truth["price_class"] == "gst_basis":
            assert abs(Decimal(theirs) / ours - GST) < Decimal("0.003")
        else:
            assert truth["price_class"] == "stale_price"
            assert Decimal("0.02") < abs(Decimal(theirs) / ours - 1) < Decimal("0.17")
            assert abs(Decimal(theirs) / ours - GST) > Decimal("0.03")
    assert set(seen) == {"equal", "rounding", "gst_basis", "stale_price", "no_price"}


def test_the_small_sample_holds_every_price_class_as_well(sample: World) -> None:
    found = {row["price_class"] for row in sample.tables["truth/products"]}
    assert found == {"equal", "rounding", "gst_basis", "stale_price", "no_price"}


def test_truth_is_one_to_one(larger: World) -> None:
    for column in ("left_id", "right_id"):
        assert max(Counter(row[column] for row in larger.tables["truth/products"]).values()) == 1


def test_xero_codes_are_unique_and_short_and_names_are_cut(larger: World) -> None:
    items = larger.tables["xero/items"]
    codes = [row["code"] for row in items]
    assert len(codes) == len(set(codes))
    assert all(0 < len(code) <= 30 for code in codes)
    assert max(len(row["name"]) for row in items) == 50
    assert any(len(row["description"]) > 50 and row["description"].startswith(row["name"]) for row in items)


def test_a_carton_of_four_is_not_a_drum(sample: World) -> None:
    found = look_alikes(sample, "pack")
    assert len(found) == 2
    for left, right in found:
        assert ("4x5" in left["name"].lower()) != bool(re.search("4 ?x ?5", right["name"].lower()))


def test_one_code_is_used_for_two_packs(sample: World) -> None:
    for left, right in look_alikes(sample, "code_used_for_other_pack"):
        assert left["code"] == right["code"]


def test_neighbouring_models_and_concentrations_are_different_products(sample: World) -> None:
    assert len(look_alikes(sample, "model")) == 2
    assert len(look_alikes(sample, "concentration")) == 1


def test_codes_are_damaged_as_spreadsheets_do(sample: World) -> None:
    by_case = {truth["case"]: (left["code"], right["code"]) for left, right, truth in pairs(sample)}
    assert by_case["code_became_date"] == ("15-Jan", "1-15")
    assert by_case["letter_for_zero"] == ("AST-ZX1OO", "AST-ZX100")
    short, full = by_case["code_without_zero"]
    assert full.startswith("0")
    assert short == full.lstrip("0")


def test_codes_come_bare_spaced_prefixed_and_missing(larger: World) -> None:
    spellings = Counter()
    for left, right, _ in pairs(larger):
        ours, theirs = left["code"], right["code"]
        spellings["missing"] += ours == ""
        spellings["bare"] += bool(ours) and ours == theirs.replace("-", "").lower() != theirs
        spellings["spaced"] += ours == theirs.replace("-", " ") != theirs
        spellings["prefixed"] += ours == f"AQN-{theirs}"
    assert min(spellings.values()) > 0
    assert len(spellings) == 4


def test_services_parts_and_chemicals_are_all_there(sample: World) -> None:
    kinds = {row["category"] for row in sample.tables["pooltrackr/products"]}
    assert {"Services", "Parts", "Chemicals", "Fittings"} <= kinds


def test_prices_are_kept_with_and_without_gst(sample: World) -> None:
    assert {row["gst_included"] for row in sample.tables["pooltrackr/products"]} == {"true", "false"}


def test_some_items_are_bought_and_never_sold(sample: World) -> None:
    assert any(row["is_sold"] == "false" and row["is_purchased"] == "true" for row in sample.tables["xero/items"])


def test_tax_types_and_accounts_of_items_exist(larger: World) -> None:
    tax_types = {row["tax_type"] for row in larger.tables["xero/tax_rates"]}
    accounts = {row["code"] for row in larger.tables["xero/accounts"]}
    assert {row["tax_type"] for row in larger.tables["xero/items"]} <= tax_types
    assert {row["sales_account"] for row in larger.tables["xero/items"]} - {""} <= accounts


def test_two_thousand_products_can_be_had() -> None:
    world = build_world(5, Size(contacts=100, products=2_000, invoices=0))
    assert len(world.tables["pooltrackr/products"]) == 2_000
