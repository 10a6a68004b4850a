"""Matching contacts as its callers see it."""

import math
import random
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from reconcile.matching.contacts import columns_of, find_duplicate_contacts, match_contacts
from reconcile.matching.engine import match_columns
from reconcile.matching.result import CANDIDATE_COLUMNS, DUPLICATE_COLUMNS, PAIR_COLUMNS, Memory

Frames = tuple[pd.DataFrame, pd.DataFrame, set[tuple[str, str]]]

Maker = Callable[[int, int, float], Frames]


@pytest.fixture(scope="module")
def business(made_up: Maker) -> Frames:
    return made_up(11, 600, 0.7)


def quality(pairs: pd.DataFrame, truth: set[tuple[str, str]]) -> float:
    found = {(row.left_id, row.right_id) for row in pairs[pairs["score"] >= 0.5].itertuples()}
    return 2 * len(found & truth) / (len(found) + len(truth))


def test_a_pool_business_is_matched(business: Frames) -> None:
    left, right, truth = business
    pairs = match_contacts(left, right).pairs
    assert list(pairs.columns) == PAIR_COLUMNS
    assert quality(pairs, truth) >= 0.97


def test_auto_is_right_and_covers_most(business: Frames) -> None:
    left, right, truth = business
    pairs = match_contacts(left, right).pairs
    auto = pairs[pairs["decision"] == "auto"]
    assert all((row.left_id, row.right_id) in truth for row in auto.itertuples())
    assert len(auto) >= 0.75 * len(truth)


@pytest.mark.parametrize(("size", "overlap"), [(20, 0.8), (300, 0.2), (300, 1.0)])
def test_small_and_lopsided_businesses_are_matched_too(made_up: Maker, size: int, overlap: float) -> None:
    left, right, truth = made_up(5, size, overlap)
    assert quality(match_contacts(left, right).pairs, truth) >= 0.95


def test_one_to_one_and_best_first(business: Frames) -> None:
    left, right, _ = business
    pairs = match_contacts(left, right).pairs
    assert pairs["left_id"].is_unique
    assert pairs["right_id"].is_unique
    assert pairs["score"].is_monotonic_decreasing


def test_row_order_makes_no_difference(business: Frames) -> None:
    left, right, _ = business
    one = match_contacts(left, right)
    other = match_contacts(left.sample(frac=1, random_state=1), right.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    pd.testing.assert_frame_equal(one.candidates, other.candidates)


def test_swapped_sides_give_the_mirrored_result(business: Frames) -> None:
    left, right, _ = business
    one = match_contacts(left, right).pairs
    other = match_contacts(right, left).pairs.rename(columns={"left_id": "right_id", "right_id": "left_id"})[
        PAIR_COLUMNS
    ]
    by = ["left_id", "right_id"]
    pd.testing.assert_frame_equal(one.sort_values(by, ignore_index=True), other.sort_values(by, ignore_index=True))


def test_the_weights_add_up_to_the_score(business: Frames) -> None:
    left, right, _ = business
    weighed = match_columns(columns_of(left), columns_of(right)).weighed
    bits = weighed.fields.sum(axis=1) + weighed.prior + weighed.relatives + weighed.rivals
    np.testing.assert_allclose(1 / (1 + np.exp2(-np.clip(bits, -900, 900))), weighed.score, atol=1e-9)


def test_candidates_two_and_three_are_kept(business: Frames) -> None:
    left, right, _ = business
    candidates = match_contacts(left, right).candidates
    assert list(candidates.columns) == CANDIDATE_COLUMNS
    assert set(candidates["rank"]) == {1, 2, 3}
    assert candidates.groupby("left_id")["rank"].max().le(3).all()


def test_a_rejected_pair_is_not_suggested_again(business: Frames) -> None:
    left, right, _ = business
    first = match_contacts(left, right).pairs.iloc[0]
    refused = frozenset({(first["left_id"], first["right_id"])})
    again = match_contacts(left, right, Memory(rejected=refused))
    for frame in (again.pairs, again.candidates):
        assert not ((frame["left_id"] == first["left_id"]) & (frame["right_id"] == first["right_id"])).any()


@pytest.mark.parametrize("number", ["PT-77", "77"])
@pytest.mark.parametrize("column", ["contact_number", "account_number"])
def test_a_carried_id_outranks_everything(column: str, number: str) -> None:
    left = pd.DataFrame({"id": ["77", "78"], "name": ["Tim Old", "Ann Fox"], "email": ["t@old.com", "ann@fox.com"]})
    right = pd.DataFrame(
        {"id": ["x", "y"], "name": ["Ann Fox", "Tim Old"], "email": ["ann@fox.com", "t@old.com"], column: [number, ""]}
    )
    pairs = match_contacts(left, right).pairs
    assert ("77", "x") in set(zip(pairs["left_id"], pairs["right_id"], strict=True))


def test_duplicates_are_grouped_and_explained() -> None:
    rows = [
        ("3", "Robert Fairweather", "bob@fw.com.au", "0412 345 678", "3 Heron Ct"),
        ("1", "Bob Fairweather", "bob@fw.com.au", "0412345678", "3 Heron Court"),
        ("2", "Mei Zammit", "mei@zammit.com", "0498 111 222", "9 Ocean Pde"),
        ("4", "Zammit, Mei", "MEI@zammit.com", "", "9 Ocean Parade"),
        ("5", "Lachlan Quigley", "lq@bigpond.com", "0477 000 111", "1 Mill St"),
    ]
    frame = pd.DataFrame(rows, columns=["id", "name", "email", "phone", "street"])
    found = find_duplicate_contacts(frame)
    assert list(found.columns) == DUPLICATE_COLUMNS
    assert list(zip(found["group_id"], found["id"], strict=True)) == [("A", "1"), ("A", "3"), ("B", "2"), ("B", "4")]
    assert found["reasons"].str.contains("same e-mail").all()
    pd.testing.assert_frame_equal(found, find_duplicate_contacts(frame.iloc[::-1]))


EMPTY = pd.DataFrame({"id": pd.Series([], dtype=str)})
ONE = pd.DataFrame({"id": ["1"], "name": ["John Smith"], "phone": ["0412 345 678"]})


@pytest.mark.parametrize(("left", "right"), [(EMPTY, EMPTY), (EMPTY, ONE), (ONE, EMPTY)])
def test_no_rows_give_no_pairs(left: pd.DataFrame, right: pd.DataFrame) -> None:
    result = match_contacts(left, right)
    assert list(result.pairs.columns) == PAIR_COLUMNS
    assert result.pairs.empty
    assert find_duplicate_contacts(left).empty


def test_one_row_on_each_side() -> None:
    pairs = match_contacts(ONE, ONE).pairs
    assert pairs[["left_id", "right_id"]].to_numpy().tolist() == [["1", "1"]]
    assert pairs["score"].item() > 0.5


def test_empty_fields_give_no_pairs() -> None:
    blank = pd.DataFrame({"id": ["1", "2"], "name": ["", None], "email": [None, math.nan]})
    assert match_contacts(blank, blank).pairs.empty


def test_placeholders_are_never_matched() -> None:
    cash = pd.DataFrame({"id": [str(n) for n in range(300)], "name": ["Cash Sale"] * 300})
    assert match_contacts(cash, cash).pairs.empty
    assert find_duplicate_contacts(cash).empty


def test_thousands_of_equal_rows_stay_cheap_and_unmatched() -> None:
    same = pd.DataFrame(
        {"id": [str(n) for n in range(20_000)], "name": ["Ray White"] * 20_000, "email": ["pm@rw.com"] * 20_000}
    )
    assert match_contacts(same, same).pairs.empty


def test_monstrous_and_odd_texts_are_survived() -> None:
    dice = random.Random(4)
    odd = [
        "A" * 10_000,
        "\u202e\u200bJohn",
        "😀🏊",
        "ﷺ" * 50,
        "İstanbul ẞ",
        "\x07bell",
        "'; DROP TABLE--",
        "Σίσυφος",
        "李 小龙",
        "a\nb",
        "=1+1",
        "\ud800",
    ]
    columns = ["name", "first_name", "last_name", "company", "email", "phone", "street", "suburb", "postcode", "abn"]
    frame = pd.DataFrame([{"id": str(n), **{c: dice.choice(odd) for c in columns}} for n in range(60)])
    assert match_contacts(frame, frame).pairs["left_id"].is_unique


def test_doubled_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="found twice: 1"):
        match_contacts(pd.concat([ONE, ONE]), ONE)
