"""Every rule has a pair that it holds for, and every veto keeps a pair from being decided without a person."""

import pandas as pd
import pytest

from reconcile.matching.products import match_products
from reconcile.matching.products.products import Product, complete, read_products
from reconcile.matching.products.rules import RULES

EXAMPLES = {
    "same_code": ({"name": "Pool salt", "code": "SAL-25"}, {"name": "Salt", "code": "sal25"}),
    "like_code": ({"name": "Pool salt", "code": "0075"}, {"name": "Pool salt", "code": "75"}),
    "same_model": ({"name": "Astral ZX100 cartridge"}, {"name": "ZX-100 cartridge"}),
    "same_price": ({"name": "Leaf rake", "price": "20.00"}, {"name": "Leaf rake", "price": "20"}),
    "price_but_for_gst": ({"name": "Leaf rake", "price": "20.00"}, {"name": "Leaf rake", "price": "18.18"}),
    "same_brand": ({"name": "Leaf rake", "brand": "Aqua Wiz"}, {"name": "AquaWiz leaf rake", "brand": "AquaWiz"}),
    "same_size": ({"name": "Liquid chlorine 20L"}, {"name": "Liquid chlorine 20 Ltr"}),
    "same_number": ({"name": "Polaris 280 cleaner"}, {"name": "Polaris 280"}),
    "same_chemical": ({"name": "Bicarb 10kg"}, {"name": "Buffer 10kg"}),
    "different_pack": ({"name": "Hydrochloric acid 4x5L"}, {"name": "Hydrochloric acid 20L"}),
    "different_count": ({"name": "Hydrochloric acid 4x5L"}, {"name": "Hydrochloric acid 5L"}),
    "different_size": ({"name": "PVC elbow 40mm"}, {"name": "PVC elbow 50mm"}),
    "different_concentration": ({"name": "Liquid chlorine 12.5% 20L"}, {"name": "Liquid chlorine 13% 20L"}),
    "different_model": ({"name": "Zodiac LM2-15"}, {"name": "Zodiac LM3-15"}),
    "different_number": ({"name": "Polaris 280 cleaner"}, {"name": "Polaris 360 cleaner"}),
    "different_chemical": ({"name": "Granular cal hypo 10kg"}, {"name": "Granular dichlor 10kg"}),
    "container_state": ({"name": "Liquid chlorine 20L refill"}, {"name": "Liquid chlorine 20L"}),
    "service_or_goods": ({"name": "Pump installation"}, {"name": "Pump"}),
    "different_kind": ({"name": "Zodiac LM2-20 cell"}, {"name": "Zodiac LM2-20 chlorinator"}),
    "different_variant": ({"name": "Pool service weekly"}, {"name": "Pool service monthly"}),
    "part_or_whole": ({"name": "Davey SLS200 basket"}, {"name": "Davey SLS200"}),
    "set_apart": ({"name": "Zodiac TRX85000 cleaner left"}, {"name": "Zodiac TRX85000 cleaner"}),
    "much_dearer": ({"name": "Leaf rake", "price": "20.00"}, {"name": "Leaf rake", "price": "45.00"}),
    "price_differs": ({"name": "Leaf rake", "price": "20.00"}, {"name": "Leaf rake", "price": "30.00"}),
    "different_price": ({"name": "Leaf rake", "price": "20.00"}, {"name": "Leaf rake", "price": "20.50"}),
    "brand_missing": ({"name": "Leaf rake", "brand": "Zodiac"}, {"name": "Leaf rake"}),
    "different_code": ({"name": "Leaf rake", "code": "RAK1"}, {"name": "Leaf rake", "code": "LR-DLX"}),
    "brand_differs": ({"name": "Leaf rake", "brand": "Zodiac"}, {"name": "Leaf rake", "brand": "Davey"}),
}
VETOES = [rule.name for rule in RULES if rule.veto]


def books(name: str, **both: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    left, right = EXAMPLES[name]
    return pd.DataFrame([{"id": "L", **both, **left}]), pd.DataFrame([{"id": "R", **both, **right}])


def products(name: str) -> tuple[Product, Product]:
    left, right = books(name)
    [one], [two] = read_products(complete(left), complete(right))
    return one, two


def test_every_rule_has_an_example():
    assert set(EXAMPLES) == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_holds_for_its_example_alike_from_both_sides_and_says_why(rule):
    one, two = products(rule.name)
    assert rule.compare(one, two) == rule.compare(two, one) > 0
    assert rule.words(one, two)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_against_a_pair_holds_between_a_product_and_itself(rule):
    for example in EXAMPLES.values():
        for fields in example:
            frame = complete(pd.DataFrame([{"id": "X", **fields}]))
            [one], [same] = read_products(frame, frame)
            assert rule.weight > 0 or not rule.compare(one, same)


@pytest.mark.parametrize("veto", VETOES)
def test_a_vetoed_pair_is_never_decided_without_a_person_even_with_one_code_and_price(veto):
    fields = {"code": "SAME-1"} if veto == "much_dearer" else {"code": "SAME-1", "price": "10.00"}
    pairs = match_products(*books(veto, **fields)).pairs
    assert (pairs["decision"] != "auto").all()
    assert all(veto in vetoes.split() for vetoes in pairs["vetoes"])


def test_a_40_mm_pipe_is_also_sold_as_one_and_a_half_inch():
    frames = [complete(pd.DataFrame([{"id": "X", "name": name}])) for name in ("PVC elbow 40mm", 'PVC elbow 1.5"')]
    [one], [two] = read_products(*frames)
    holding = {rule.name for rule in RULES if rule.compare(one, two)}
    assert "same_size" in holding
    assert "different_size" not in holding
