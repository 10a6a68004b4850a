"""Findings: collisions on every row of a group, duplicates, close calls."""

import pandas as pd

from reconcile.flagging import Selection, current_selection, find_collisions, flag_duplicates, flag_matches
from reconcile.matching.result import DUPLICATE_COLUMNS
from reconcile.proposals import Candidate, Proposal


def proposal(
    record_id: str, *scores: float, suggested: str = "link", suggested_id: str = "X1", **more: str
) -> Proposal:
    candidates = tuple(Candidate(id=f"X{n}", name=f"N{n}", score=score) for n, score in enumerate(scores, start=1))
    return Proposal(
        id=f"P{record_id}", entity="contacts", system="pooltrackr", record_id=record_id, name=record_id, basis="b",
        suggested=suggested, suggested_id=suggested_id, candidates=candidates, **more,
    )  # fmt: skip


def selections(*pairs: tuple[str, str]) -> list[Selection]:
    return [Selection(proposal=proposal(record_id, 0.9), target_id=target) for record_id, target in pairs]


def test_every_row_of_a_colliding_group_is_flagged_with_one_group() -> None:
    found = find_collisions(selections(("C1", "X1"), ("C2", "X1"), ("C3", "X1"), ("C4", "X4")), {})
    assert [f.record_id for f in found] == ["C1", "C2", "C3"]
    assert {f.name for f in found} == {"contact_already_selected"}
    assert len({f.group_id for f in found}) == 1


def test_a_row_that_selects_a_linked_record_is_flagged_and_names_the_holder() -> None:
    (found,) = find_collisions(selections(("C1", "X1")), {"X1": "C9"})
    assert "C9" in found.detail


def test_resolving_one_row_clears_the_others() -> None:
    assert find_collisions(selections(("C1", "X1"), ("C2", "")), {}) == []


def test_a_decision_counts_before_the_suggestion() -> None:
    assert current_selection(proposal("C1", 0.9), "link", "X7") == "X7"
    assert current_selection(proposal("C1", 0.9), "create") == ""


def test_a_rival_that_lost_its_best_candidate_still_selects_it() -> None:
    assert current_selection(proposal("C1", 0.3, suggested="skip", suggested_id="")) == "X1"
    assert current_selection(proposal("C1", 0.01, suggested="skip", suggested_id="")) == ""


def test_duplicates_name_each_other_and_what_differs() -> None:
    groups = pd.DataFrame(
        [("G1", "C1", 0.9, "same phone", "e-mail"), ("G1", "C2", 0.9, "same phone", "e-mail")],
        columns=DUPLICATE_COLUMNS,
    )
    first, _ = flag_duplicates("contacts", "pooltrackr", groups)
    assert first.name == "duplicate_in_pooltrackr"
    assert first.detail == "Looks the same as C2: same phone (differs: e-mail)."


def test_a_small_margin_is_ambiguous_and_a_veto_is_shown() -> None:
    close, vetoed = proposal("C1", 0.6, 0.4), proposal("C2", 0.9, vetoes="abn")
    names = [(f.record_id, f.name) for f in flag_matches([close, vetoed], {"C1": 0.5, "C2": 9.0})]
    assert names == [("C1", "ambiguous"), ("C2", "veto")]


def test_who_is_nearly_as_good_is_named_on_whichever_side_it_stands() -> None:
    torn = proposal("C1", 0.5, 0.4)
    contested, contender = proposal("C2", 0.6, 0.01), proposal("C3", 0.4, suggested="skip", suggested_id="")
    (found,) = flag_matches([torn], {"C1": 0.5})
    assert found.detail == "N2 fits nearly as well."
    (found,) = flag_matches([contested, contender], {"C2": 0.5, "C3": -0.5})
    assert found.detail == "C3 fits N1 nearly as well."


def test_a_close_call_without_anybody_to_name_is_no_flag() -> None:
    assert flag_matches([proposal("C1", 0.9)], {"C1": 0.5}) == []
