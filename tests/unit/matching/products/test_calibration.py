"""What a score means: probabilities that hold for halves and quarters of a book as for the whole, and never turn round."""

import random
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.matching.products import match_products
from reconcile.matching.products.calibration import (
    MOST_DOUBT,
    OVERLAP_BORNE,
    Curve,
    doubt_from,
    fit_curve,
    learn_curve,
    overlap,
)
from reconcile.matching.products.decision import SURE
from reconcile.matching.products.orphans import Graph, bereave
from reconcile.matching.products.pairs import PLACE, WEIGHTS, weigh_habits
from reconcile.matching.products.rules import RULES

LEADS = st.lists(st.floats(-3, 15), max_size=30)
NONE_LOST = np.zeros(0, dtype=np.int64)


def half(books, seed, left=0.5, right=0.5):
    dice = random.Random(seed)
    kept = [
        frame[[dice.random() < share for _ in range(len(frame))]]
        for frame, share in ((books.left, left), (books.right, right))
    ]
    ids = [set(frame["id"]) for frame in kept]
    return *kept, {pair for pair in books.truth if pair[0] in ids[0] and pair[1] in ids[1]}


def promised_and_kept(left, right, truth):
    pairs = match_products(left, right).pairs
    found = pairs[pairs["score"] >= 0.5]
    return (
        found["score"].sum(),
        sum(pair in truth for pair in zip(found["left_id"], found["right_id"], strict=True)),
        len(found),
    )


@pytest.mark.parametrize("shares", [(1, 1), (0.5, 0.5), (1, 0.5), (1, 0.2)], ids=str)
def test_as_many_pairs_are_true_as_the_scores_say_however_the_books_are_cut(make_pool_books, make_part_books, shares):
    shops = [make_pool_books(seed) for seed in (41, 42, 43)] + [make_part_books(44, size=600)]
    promised, kept, found = np.sum([promised_and_kept(*half(shop, 7, *shares)) for shop in shops], axis=0)
    assert abs(promised - kept) < 0.05 * found


def mixture(pairs, untrue, seed=3):
    """Leads of chosen pairs, of the decoys, and which of the pairs each decoy has lost."""
    dice = np.random.default_rng(seed)
    targets = np.r_[dice.normal(6, 1.3, pairs), dice.normal(1, 1.3, untrue)]
    return targets, dice.normal(1, 1.3, pairs + untrue), np.arange(pairs + untrue)


@pytest.mark.parametrize("untrue", [10, 100, 1000])
def test_the_share_of_true_pairs_is_found_whatever_it_is(untrue):
    targets, decoys, lost = mixture(300, untrue)
    curve = fit_curve(targets, decoys, lost)
    assert curve.chance(targets).sum() == pytest.approx(300, rel=0.1)


@pytest.mark.parametrize(("pairs", "untrue"), [(10, 30), (30, 10), (5, 15)])
def test_few_records_promise_no_more_than_they_keep_whatever_share_of_them_is_in_both(pairs, untrue):
    dice, promised = np.random.default_rng(6), 0.0
    for _ in range(40):
        targets = np.r_[dice.normal(8, 2, pairs), dice.normal(1.5, 1.6, untrue)]
        decoys = dice.normal(1.5, 1.6, pairs + untrue)
        promised += fit_curve(targets, decoys, np.arange(pairs + untrue)).chance(targets).sum() / 40
    assert abs(promised - pairs) < 0.06 * (pairs + untrue)


@settings(max_examples=50)
@given(LEADS, LEADS)
def test_a_larger_lead_never_means_a_smaller_probability(targets, decoys):
    lost = np.arange(len(decoys)) % max(len(targets), 1) if targets else NONE_LOST
    curve = learn_curve(np.array(targets), np.array(decoys if targets else []), lost)
    chances = curve.chance(np.linspace(-10, 20, 200))
    assert (np.diff(chances) >= 0).all()
    assert ((chances >= 0) & (chances <= 1)).all()


@given(st.floats(-8, 0), st.floats(0.1, 4), st.floats(0, MOST_DOUBT))
def test_a_number_and_a_price_that_agree_never_make_a_pair_less_probable(start, slope, doubt):
    leads = np.linspace(-3, 15, 50)
    curve = Curve(start, slope, doubt)
    assert (curve.chance(leads, np.ones(50, dtype=bool)) >= curve.chance(leads)).all()


@given(st.lists(st.sampled_from(["same_code", "different_code", "like_code"]), min_size=1, max_size=40))
def test_an_equal_code_never_weighs_less_than_a_like_one_nor_that_less_than_another_one(codes):
    strengths = np.zeros((len(codes), len(RULES)))
    for row, name in enumerate(codes):
        strengths[row, PLACE[name]] = 1
        strengths[row, PLACE["different_code"]] = name != "same_code"
    places = np.arange(len(codes))
    worth = weigh_habits(strengths, np.full(len(codes), 2.5), places, places, (len(codes), len(codes))) @ WEIGHTS
    by_name = {name: worth[[code == name for code in codes]] for name in set(codes)}
    order = [by_name[name] for name in ("different_code", "like_code", "same_code") if name in by_name]
    assert all(better.min() >= worse.max() for worse, better in pairwise(order))


def test_better_evidence_of_one_kind_never_weighs_less():
    weight = {rule.name: rule.weight for rule in RULES}
    for better, worse in [
        ("same_model", "different_model"),
        ("same_number", "different_number"),
        ("same_size", "different_size"),
        ("same_size", "different_pack"),
        ("same_chemical", "different_chemical"),
        ("same_code", "like_code"),
        ("like_code", "different_code"),
    ]:
        assert weight[better] > 0 >= weight[worse] or weight[better] > weight[worse] > 0


def test_a_catalogue_of_clear_articles_raises_no_doubt_and_one_of_near_alikes_does():
    clear = mixture(300, 30)
    assert learn_curve(*clear).doubt == 0
    dice = np.random.default_rng(4)
    alike = dice.normal(4, 1.5, 300), dice.normal(2.5, 1.5, 300), np.arange(300)
    assert learn_curve(*alike).doubt > 0.1


def test_doubt_does_not_hang_on_the_share_of_true_pairs():
    doubts = []
    for untrue in (10, 300):
        dice = np.random.default_rng(5)
        targets = np.r_[dice.normal(5, 1.3, 600), dice.normal(2, 1.3, untrue)]
        decoys, lost = dice.normal(2, 1.3, 600 + untrue), np.arange(600 + untrue)
        doubts.append(overlap(fit_curve(targets, decoys, lost), targets, decoys, lost)[0])
    assert doubts[0] == pytest.approx(doubts[1], abs=0.02)


def test_a_few_pairs_raise_no_doubt():
    assert doubt_from(OVERLAP_BORNE + 0.05, error=0.06) == 0


def spares(size):
    """Each left record fits its own right record well and a spare one somewhat."""
    own, values = np.arange(size), np.r_[np.full(size, 3.0), np.full(size, 1.5)]
    marks = np.random.default_rng(1).integers(2**63, size=(3, size), dtype=np.uint64)
    return Graph(values, np.r_[own, own], np.r_[own, own + size], (size, 2 * size), (marks[0], marks[1:].ravel()))


def test_bereft_records_are_given_something_worse_than_what_they_had():
    graph = spares(40)
    leads = graph.leads()
    chosen = graph.choice(leads)
    found, lost = bereave(graph, chosen)
    assert len(found)
    assert (found < leads[chosen][lost]).all()


def test_what_bereft_records_are_given_is_the_same_from_both_sides():
    graph = spares(40)
    mirrored = Graph(graph.values, graph.columns, graph.rows, graph.shape[::-1], graph.marks[::-1])
    there, back = (sorted(bereave(g, g.choice(g.leads()))[0]) for g in (graph, mirrored))
    assert there == back


def software(price_of_the_books):
    """A catalogue in which most names resemble each other: doubtful."""
    editions = ["standard", "deluxe", "upgrade", "win", "mac", "gold", "academic", "family"]
    titles = ["photo studio", "tax planner", "math games", "movie maker", "typing tutor", "web designer", "home budget"]
    names = [f"{title} {edition} {year}" for title in titles for edition in editions for year in (2005, 2006)]
    left = pd.DataFrame({"id": [f"L{n}" for n in range(len(names))], "name": names, "price": "50.00"})
    dice = random.Random(2)
    other = [
        dice.choice([name, name.replace(" win", " for windows"), " ".join(dice.sample(name.split(), 3))])
        for name in names
    ]
    right = pd.DataFrame({"id": [f"R{n}" for n in range(len(names))], "name": other, "price": price_of_the_books})
    special = pd.DataFrame({"id": ["S"], "name": ["video wizard KX4000B pro"], "price": ["80.00"]})
    return (
        pd.concat([left[::2], special.assign(id="LS")]),
        pd.concat([right[left["id"].str[1:].astype(int) % 3 > 0], special.assign(id="RS")]),
    )


def test_in_a_doubtful_catalogue_only_words_number_and_price_together_need_no_person():
    pairs = match_products(*software("50.00")).pairs
    auto = pairs[pairs["decision"] == "auto"]
    assert set(auto["left_id"]) <= {"LS"}
    assert (pairs.loc[pairs["left_id"] != "LS", "score"] < SURE).all()
