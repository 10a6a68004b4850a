"""Judging decision rows: all or nothing, every problem named."""

from dataclasses import replace

import pytest

from reconcile.decisions import DecisionRow, Situation, allowed_verdicts, judge
from reconcile.proposals import Candidate, Proposal

ANN = Proposal(
    id="PANN", entity="contacts", system="pooltrackr", record_id="C1", name="Ann", basis="b1", suggested="link",
    suggested_id="X1", candidates=(Candidate(id="X1", score=0.9), Candidate(id="X2", score=0.1)),
)  # fmt: skip
BOB = replace(ANN, id="PBOB", record_id="C2", name="Bob", suggested_id="", suggested="skip")
EVE = Proposal(id="PEVE", entity="contacts", system="xero", record_id="X9", name="Eve", basis="b1", suggested="skip")
PIPE = Proposal(id="PPIPE", entity="products", system="pooltrackr", record_id="R1", name="Pipe", basis="b1")
SITUATION = Situation(
    proposals={p.id: p for p in (ANN, BOB, EVE, PIPE)},
    current_basis={},
    known_targets={"contacts": frozenset({"X1", "X2", "X3"}), "products": frozenset({"T1"})},
    holders={("contacts", "X3"): "C7"},
    chosen={},
    closed={"POLD": "superseded"},
    standing={},
)


def row(decision: str, target: str = "", proposal: str = "PANN", number: int = 2, basis: str = "b1") -> DecisionRow:
    return DecisionRow(row=number, proposal_id=proposal, basis=basis, decision=decision, decision_xero_id=target)


def test_a_link_without_an_id_takes_what_was_suggested() -> None:
    (choice,) = judge([row("link")], SITUATION).accepted
    assert (choice.verdict, choice.target_id) == ("link", "X1")


def test_a_link_to_another_id_takes_that() -> None:
    (choice,) = judge([row(" Link ", "X2")], SITUATION).accepted
    assert choice.target_id == "X2"


def test_rows_without_a_decision_are_left_alone() -> None:
    assert judge([row(""), row("  ", proposal="PBOB", number=3)], SITUATION).accepted == ()


@pytest.mark.parametrize(
    ("bad", "column", "says"),
    [
        (row("merge"), "decision", "not a decision"),
        (row("update"), "decision", "not a decision"),
        (row("link", basis="b0"), "basis", "changed after this report"),
        (row("link", proposal="PNONE"), "proposal_id", "not in the review tables"),
        (row("link", proposal="POLD"), "proposal_id", "a newer run has replaced this row"),
        (row("link", "X77"), "decision_xero_id", "no active record"),
        (row("link", "X3"), "decision_xero_id", "already linked to C7"),
        (row("link", proposal="PEVE"), "decision_xero_id", "no record to link to is named"),
        (row("create", proposal="PPIPE"), "decision", "not a decision"),
    ],
)
def test_one_bad_row_refuses_everything_and_says_where_and_why(bad: DecisionRow, column: str, says: str) -> None:
    judgement = judge([row("skip", proposal="PBOB", number=3), bad], SITUATION)
    assert judgement.accepted == ()
    (problem,) = judgement.problems
    assert problem.column == column
    assert says in problem.message
    assert problem.remedy


def test_a_record_that_changed_since_the_report_is_stale_even_if_the_row_says_otherwise() -> None:
    moved = replace(SITUATION, current_basis={"PANN": "b2"})
    (problem,) = judge([row("link")], moved).problems
    assert problem.column == "basis"


def test_two_verdicts_for_one_row_are_refused() -> None:
    problems = judge([row("link"), row("create", number=3)], SITUATION).problems
    assert [problem.row for problem in problems] == [3]


def test_the_same_verdict_twice_is_one_decision() -> None:
    assert len(judge([row("link"), row("link", number=3)], SITUATION).accepted) == 1


def test_two_rows_cannot_take_the_same_record() -> None:
    problems = judge([row("link"), row("link", "X1", proposal="PBOB", number=3)], SITUATION).problems
    assert [problem.row for problem in problems] == [3]
    assert "row 2 links to the same record" in problems[0].message


def test_a_record_that_a_standing_decision_took_is_taken() -> None:
    taken = replace(SITUATION, chosen={("contacts", "X1"): "POTHER"})
    assert judge([row("link")], taken).problems


def test_a_row_may_change_its_own_decision() -> None:
    own = replace(SITUATION, chosen={("contacts", "X1"): "PANN"}, standing={"PANN": ("link", "X1")})
    (choice,) = judge([row("link", "X2")], own).accepted
    assert choice.target_id == "X2"


def test_what_stands_already_is_no_decision_even_after_the_proposal_was_closed() -> None:
    done = replace(SITUATION, closed={"PGONE": "linked"}, standing={"PGONE": ("link", "X1")})
    judgement = judge([row("link", "X1", proposal="PGONE")], done)
    assert judgement.problems == ()
    assert judgement.accepted == ()
    assert len(judgement.unchanged) == 1


def test_products_are_never_created_in_xero() -> None:
    assert "create" not in allowed_verdicts(PIPE)
    assert "create" in allowed_verdicts(replace(PIPE, system="xero"))
