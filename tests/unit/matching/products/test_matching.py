"""Two price books of one business: which articles are the same, how surely, and why."""

import math

import numpy as np
import pandas as pd
import pytest

from reconcile.matching.products import match_products
from reconcile.matching.products.engine import score_pairs
from reconcile.matching.products.pairs import compare_sides
from reconcile.matching.products.products import complete, read_products
from reconcile.matching.result import CANDIDATE_COLUMNS, PAIR_COLUMNS, Memory


def suggested(pairs):
    chosen = pairs[pairs["score"] >= 0.5]
    return set(zip(chosen["left_id"], chosen["right_id"], strict=True))


def f1(pairs, truth):
    found = suggested(pairs)
    return 2 * len(found & truth) / (len(found) + len(truth))


def calibration_error(pairs, truth):
    right = np.array([pair in truth for pair in zip(pairs["left_id"], pairs["right_id"], strict=True)])
    scores = pairs["score"].to_numpy()
    bins = np.minimum((scores * 20).astype(int), 19)
    return sum(abs(scores[bins == b].sum() - right[bins == b].sum()) for b in range(20)) / len(scores)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_pool_shop_is_matched_calibrated_and_safe(make_pool_books, seed):
    books = make_pool_books(seed)
    pairs = match_products(books.left, books.right).pairs
    assert f1(pairs, books.truth) >= 0.97
    assert calibration_error(pairs, books.truth) < 0.05
    auto = pairs[pairs["decision"] == "auto"]
    assert len(auto) >= 0.3 * len(books.truth)
    assert set(zip(auto["left_id"], auto["right_id"], strict=True)) <= books.truth


def test_pool_shops_reach_985_on_average(make_pool_books):
    shops = [make_pool_books(seed, noise=0.2) for seed in range(21, 27)]
    assert np.mean([f1(match_products(shop.left, shop.right).pairs, shop.truth) for shop in shops]) >= 0.985


def test_another_trade_needs_no_other_settings(make_part_books):
    books = make_part_books(5, size=500)
    pairs = match_products(books.left, books.right).pairs
    assert f1(pairs, books.truth) >= 0.94
    auto = pairs[pairs["decision"] == "auto"]
    assert set(zip(auto["left_id"], auto["right_id"], strict=True)) <= books.truth


def test_the_answer_has_the_agreed_columns_and_is_one_to_one_best_first(make_pool_books):
    books = make_pool_books(1)
    result = match_products(books.left, books.right)
    assert list(result.pairs.columns) == PAIR_COLUMNS
    assert list(result.candidates.columns) == CANDIDATE_COLUMNS
    assert result.pairs["left_id"].is_unique
    assert result.pairs["right_id"].is_unique
    assert result.pairs["score"].is_monotonic_decreasing
    assert result.pairs["score"].between(0, 1).all()
    assert result.candidates["rank"].isin([1, 2, 3]).all()
    assert set(result.candidates.groupby("left_id")["rank"].min()) == {1}


def test_the_order_of_rows_changes_nothing(make_pool_books):
    books = make_pool_books(2)
    plain = match_products(books.left, books.right)
    shuffled = match_products(books.left.sample(frac=1, random_state=1), books.right.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(plain.pairs, shuffled.pairs)
    pd.testing.assert_frame_equal(plain.candidates, shuffled.candidates)


def test_swapping_the_sides_gives_the_mirrored_answer(make_pool_books):
    books = make_pool_books(3)
    kept = ["score", "decision", "margin", "vetoes"]
    there = match_products(books.left, books.right).pairs.set_index(["left_id", "right_id"])[kept].sort_index()
    back = match_products(books.right, books.left).pairs.set_index(["right_id", "left_id"])[kept].sort_index()
    back.index.names = there.index.names
    pd.testing.assert_frame_equal(there, back)


def test_a_refused_pair_is_not_suggested_again_and_another_takes_its_place(make_pool_books):
    books = make_pool_books(4)
    before = match_products(books.left, books.right)
    refused = sorted(suggested(before.pairs))[:10]
    after = match_products(books.left, books.right, Memory(rejected=frozenset(refused)))
    for frame in (after.pairs, after.candidates):
        assert not set(zip(frame["left_id"], frame["right_id"], strict=True)) & set(refused)
    assert {left for left, _ in refused} & set(after.candidates["left_id"])


def test_the_evidence_adds_up_to_the_score(make_pool_books):
    books = make_pool_books(5)
    scored = score_pairs(compare_sides(complete(books.left), complete(books.right), frozenset()))
    for pair in scored.chosen[:100]:
        score = float(scored.scores[pair])
        assert sum(piece.bits for piece in scored.evidence(pair)) == pytest.approx(math.log2(score / (1 - score)))


def test_reasons_are_words_with_their_weights_three_on_each_side_at_most(make_pool_books):
    books = make_pool_books(6)
    pairs = match_products(books.left, books.right).pairs
    best = pairs.iloc[0]
    assert best["reasons"].startswith("names alike: ")
    assert (pairs["reasons"].str.count(r"\([+]") <= 3).all()
    assert (pairs["against"].str.count(r"\([-]") <= 3).all()
    assert "same size" in " ".join(pairs["reasons"])


def test_two_equal_candidates_leave_no_margin_and_no_automatic_decision():
    left = pd.DataFrame([{"id": "L1", "name": "Leaf rake deluxe", "price": "25.00"}])
    right = pd.DataFrame([{"id": f"R{n}", "name": "Leaf rake deluxe", "price": "25.00"} for n in (1, 2)])
    result = match_products(left, right)
    assert result.pairs["margin"].max() < 0.01
    assert set(result.pairs["decision"]) <= {"review", "no"}
    assert list(result.candidates["rank"]) == [1, 2]


def test_a_part_number_counts_wherever_it_is_written(make_part_books):
    books = make_part_books(6, size=300, codes=0)
    number = books.left["name"].str.extract(r" ([A-Z]{2}\d+-\d+)$")[0].fillna("")
    moved = books.left.assign(code=number, name=books.left["name"].str.replace(r" [A-Z]{2}\d+-\d+$", "", regex=True))
    assert f1(match_products(moved, books.right).pairs, books.truth) >= 0.93


def test_codes_of_two_unrelated_schemes_do_no_harm(make_part_books):
    books = make_part_books(7, size=300, codes=0)
    left = books.left.assign(code=[f"A{n:05d}" for n in range(len(books.left))])
    right = books.right.assign(code=[f"B{n * 7:05d}" for n in range(len(books.right))])
    plain = f1(match_products(books.left, books.right).pairs, books.truth)
    assert f1(match_products(left, right).pairs, books.truth) >= plain - 0.01


def shelf(makers, titles=("Algaecide", "Clarifier", "Dry Acid", "Soda Ash", "Stabiliser", "Buffer")):
    """Chemicals of several makers at their own prices: the left keeps the makers in a column, the right in the names."""
    things = [(maker, title, 20 + 3 * n) for title in titles for n, maker in enumerate(makers)]
    left = [
        {"id": f"L{n}", "name": f"{title} 5kg", "brand": maker, "price": f"{price:.2f}"}
        for n, (maker, title, price) in enumerate(things)
    ]
    right = [
        {"id": f"R{n}", "name": f"{title} {maker} 5kg", "price": f"{price / 1.1:.2f}"}
        for n, (maker, title, price) in enumerate(things)
    ]
    return pd.DataFrame(left), pd.DataFrame(right), {(f"L{n}", f"R{n}") for n in range(len(things))}


def test_a_brand_of_one_sides_column_is_known_in_the_others_names():
    left, right, truth = shelf(["Quokka", "Wombat Blue", "Kestrel"])
    products = read_products(complete(left), complete(right))
    for side in products:
        assert {product.text.brand for product in side} == {"quokka", "wombat blue", "kestrel"}
    assert suggested(match_products(left, right).pairs) == truth


def test_prices_that_the_systems_share_tell_articles_apart_that_words_do_not():
    left, right, truth = shelf(["", "", ""])
    assert suggested(match_products(left, right).pairs) == truth
    unpriced = suggested(match_products(left.drop(columns="price"), right).pairs)
    assert not truth <= unpriced


def test_prices_that_the_systems_do_not_share_do_no_harm():
    left, right, truth = shelf(["Quokka", "Wombat Blue", "Kestrel"])
    right["price"] = right["price"].iloc[::-1].to_numpy()
    assert suggested(match_products(left, right).pairs) == truth


def test_words_and_price_are_not_enough_where_only_one_side_names_a_brand(make_pool_books):
    shop = make_pool_books(1)
    one = {"id": "LX", "name": "Stain Remover 1kg", "brand": "Lo-Chlor", "price": "42.50"}
    other = {"id": "RX", "name": "Stain Remover 1kg", "price": "42.50"}
    pairs = match_products(
        pd.concat([shop.left, pd.DataFrame([one])]), pd.concat([shop.right, pd.DataFrame([other])])
    ).pairs.set_index("left_id")
    assert pairs.loc["LX", ["right_id", "decision"]].tolist() == ["RX", "review"]
