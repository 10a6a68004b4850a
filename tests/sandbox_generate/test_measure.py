"""Suggested pairs are counted against the truth of the world folder."""

from pathlib import Path

import pytest

from reconcile.sandbox.generate import measure


@pytest.fixture
def world(tmp_path: Path) -> Path:
    truth = tmp_path / "truth"
    truth.mkdir()
    (truth / "contacts.csv").write_text("left_id,right_id,case\nC1,x1,plain\nC2,x2,plain\nC3,x3,plain\nC4,x4,plain\n")
    (truth / "duplicates_pooltrackr.csv").write_text("entity,id,duplicate_id,case\ncontacts,C1,C9,entered_twice\n")
    (truth / "duplicates_xero.csv").write_text("entity,id,duplicate_id,case\nproducts,x2,x8,second_code\n")
    return tmp_path


def test_precision_and_recall_of_a_perfect_answer(world: Path) -> None:
    found = measure(world, "contacts", [("C1", "x1"), ("C2", "x2"), ("C3", "x3"), ("C4", "x4")])
    assert (found.precision, found.recall) == (1.0, 1.0)


def test_a_wrong_pair_costs_precision_and_a_missing_one_recall(world: Path) -> None:
    found = measure(world, "contacts", [("C1", "x1"), ("C2", "x3")])
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_a_duplicate_is_the_same_customer_but_found_only_once(world: Path) -> None:
    found = measure(world, "contacts", [("C9", "x1"), ("C1", "x1")])
    assert (found.right, found.found) == (2, 1)


def test_duplicates_of_another_entity_do_not_count(world: Path) -> None:
    assert measure(world, "contacts", [("C2", "x8")]).right == 0


def test_nothing_suggested_is_no_precision_and_no_recall(world: Path) -> None:
    found = measure(world, "contacts", [])
    assert (found.precision, found.recall) == (0.0, 0.0)


def test_a_world_without_truth_expects_nothing(tmp_path: Path) -> None:
    assert measure(tmp_path, "products", [("R1", "x1")]).expected == 0
