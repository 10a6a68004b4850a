"""The same article twice in one price book."""

import pandas as pd

from reconcile.matching.products import find_duplicate_products
from reconcile.matching.result import DUPLICATE_COLUMNS

SHOP = [
    ("1", "Liquid Chlorine 20L", "45.00"),
    ("2", "LIQ CHLORINE 20 Ltr", "45.00"),
    ("3", "Liquid Chlorine 15L", "38.00"),
    ("4", "Astral ZX100 Cartridge Filter", "650.00"),
    ("5", "Cartridge Filter ZX-100 Hurlcon", "640.00"),
    ("6", "Astral ZX150 Cartridge Filter", "750.00"),
    ("7", "Leaf Rake Deluxe", "25.00"),
    ("8", "Leaf rake  deluxe", "25.00"),
    ("9", "Leaf Rake Deluxe", "27.00"),
    ("10", "Pool Service weekly", "80.00"),
    ("11", "Pool Service monthly", "80.00"),
]


def shop():
    return pd.DataFrame(SHOP, columns=["id", "name", "price"])


def test_duplicates_are_grouped_under_the_first_id():
    found = find_duplicate_products(shop())
    assert list(found.columns) == DUPLICATE_COLUMNS
    groups = found.groupby("group_id")["id"].agg(set).to_dict()
    assert groups == {"1": {"1", "2"}, "4": {"4", "5"}, "7": {"7", "8", "9"}}


def test_sisters_that_a_veto_keeps_apart_are_no_duplicates():
    assert not {"3", "6", "10", "11"} & set(find_duplicate_products(shop())["id"])


def test_a_duplicate_says_why_and_what_differs():
    found = find_duplicate_products(shop()).set_index("id")
    assert "same chemical: sodium hypochlorite" in found.loc["1", "reasons"]
    assert found["score"].between(0.5, 1).all()


def test_the_order_of_rows_changes_nothing():
    pd.testing.assert_frame_equal(find_duplicate_products(shop()), find_duplicate_products(shop()[::-1]))


def test_a_clean_price_book_has_none(make_pool_books):
    books = make_pool_books(41)
    assert len(find_duplicate_products(books.left)) <= 0.02 * len(books.left)
