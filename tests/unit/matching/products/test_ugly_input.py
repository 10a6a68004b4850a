"""Whatever is handed in, the answer is clear and comes in bounded time."""

import time

import pandas as pd
import pytest

from reconcile.matching.products import find_duplicate_products, match_products


def book(names, side):
    return pd.DataFrame({"id": [f"{side}{n}" for n in range(len(names))], "name": names})


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame(), pd.DataFrame(columns=["id", "name"]), pd.DataFrame({"id": ["a", "b"]}), book(["", "", ""], "x")],
    ids=["nothing", "no rows", "only ids", "all empty"],
)
def test_nothing_to_compare_gives_no_pairs(frame):
    other = book(["Liquid chlorine 20L"], "r")
    for left, right in ((frame, frame), (frame, other), (other, frame)):
        assert match_products(left, right).pairs.empty
        assert match_products(left, right).candidates.empty
    assert find_duplicate_products(frame).empty


def test_one_row_on_each_side_is_judged_on_its_own():
    same = match_products(
        book(["Waterco CC100 cartridge filter"], "l"), book(["Waterco CC-100 Cartridge Filter"], "r")
    ).pairs
    other = match_products(book(["Waterco CC100 cartridge filter"], "l"), book(["Pool salt 25kg"], "r")).pairs
    assert same["score"].tolist() >= [0.5]
    assert (other["score"] < 0.5).all()


def test_missing_values_are_empty_text():
    frame = pd.DataFrame({"id": ["1"], "name": ["Pool salt 25kg"], "code": [None], "price": [float("nan")]})
    assert len(match_products(frame, frame).pairs) == 1


@pytest.mark.parametrize("price", ["", "free", "nan", "inf", "-5", "1e400", "$1,234.50"])
def test_any_price_text_is_bearable(price):
    frame = pd.DataFrame({"id": ["1"], "name": ["Pool salt 25kg"], "price": [price]})
    assert len(match_products(frame, frame).pairs) == 1


def test_every_kind_of_letter_is_bearable():
    names = [
        "😀 café",
        "\ud800 lone surrogate",
        "塩素 20L",
        "İSTANBUL",
        "\x00\x01",
        'ﬁlter ½"',
        "ß",
        "\u202eright to left",
        "é" * 300,
        "A\u0301",
    ]
    pairs = match_products(book(names, "l"), book(names, "r")).pairs
    assert {(row.left_id[1:], row.right_id[1:]) for row in pairs.itertuples()} >= {("0", "0"), ("2", "2"), ("3", "3")}


def test_very_long_names_take_no_longer_than_short_ones():
    names = ["x" * 10_000, "chlorine " * 1_200, "a1-" * 4_000, "9" * 10_000]
    start = time.process_time()
    match_products(book(names * 20, "l"), book(names * 20, "r"))
    assert time.process_time() - start < 2


def test_a_text_that_everybody_has_identifies_nobody():
    start = time.process_time()
    pairs = match_products(book(["Cash Sale"] * 5_000, "l"), book(["Cash Sale"] * 5_000, "r")).pairs
    assert (pairs["score"] < 0.5).all()
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "name",
    [lambda n: f"Part AB0000{n:06d}X", lambda n: f"{n:08d}", lambda n: "a" * (3 + n % 20) + " " + "b" * (3 + n // 20)],
    ids=["numbers that begin alike", "digits only", "words that begin alike"],
)
def test_names_made_to_resemble_each_other_cost_no_more_than_others(name):
    names = [name(n) for n in range(400)]
    start = time.process_time()
    pairs = match_products(book(names, "l"), book(names, "r")).pairs
    assert time.process_time() - start < 5
    found = pairs[pairs["score"] >= 0.5]
    assert (found["left_id"].str[1:] == found["right_id"].str[1:]).all()


def test_the_same_ids_on_both_sides_are_no_hindrance():
    frame = book([f"Cartridge filter ZX{n}" for n in range(100, 130)], "x")
    pairs = match_products(frame, frame).pairs
    assert (pairs["left_id"] == pairs["right_id"]).sum() == 30
