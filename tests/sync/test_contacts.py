"""Linked contacts over real HTTP: who changed what since it was agreed, and what is proposed about it (A03, A04, C14, C18)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconcile.errors import DecisionsRejected, GuardStopped
from reconcile.sandbox.edits import edit_pooltrackr


def said(proposal: Any) -> dict[str, str]:
    return {change.field: change.new for change in proposal.changes}


def test_linking_pushes_marks_only_and_the_values_as_they_stand_are_agreed(business: Any) -> None:
    assert business.links() == {f"C{n}": f"X{n}" for n in range(1, 7)}
    assert business.proposals("update", "conflict", "unlink") == []
    shown = business.xero_contact(1)
    assert (shown.number, shown.email, shown.phones["DEFAULT"]["PhoneNumber"]) == (
        "PT-C1",
        "ann.lee@example.com",
        "02 5550 1001",
    )


def test_an_edit_on_each_side_becomes_a_proposal_for_the_other_and_both_arrive(business: Any) -> None:
    business.in_pooltrackr(
        1, phones=[{"label": "phone", "number": "02 5550 9999"}, {"label": "mobile", "number": "0491 570 101"}]
    )
    business.in_xero(2, email="bob@new.example.com")
    business.night()
    found = {p.record_id: p for p in business.proposals("update")}
    assert {key: (p.system, p.suggested_id, said(p)) for key, p in found.items()} == {
        "C1": ("pooltrackr", "X1", {"phone": "02 5550 9999"}),
        "X2": ("xero", "C2", {"email": "bob@new.example.com"}),
    }
    assert business.push()["xero"].settled == 0
    business.decide([(p, "update", "") for p in found.values()])
    tallies = business.push()
    assert (tallies["xero"].done, tallies["pooltrackr"].done) == (1, 1)
    assert business.xero_contact(1).phones["DEFAULT"]["PhoneNumber"] == "02 5550 9999"
    assert business.xero_contact(1).phones["MOBILE"]["PhoneNumber"] == "0491 570 101"
    assert business.pooltrackr_contact(2)["emails"] == ["bob@new.example.com"]
    business.night()
    assert business.proposals("update", "conflict") == []
    assert business.night()["new"] == 0


def test_another_spelling_of_a_number_or_other_capitals_are_no_edit(business: Any) -> None:
    business.in_pooltrackr(
        1, phones=[{"label": "phone", "number": "+61 2 5550 1001"}, {"label": "mobile", "number": "0491570101"}]
    )
    business.in_xero(1, name="ANN LEE", email="Ann.Lee@Example.com")
    business.night()
    assert business.proposals("update", "conflict") == []


def test_a_cleared_phone_is_cleared_on_the_other_side(business: Any) -> None:
    business.in_pooltrackr(3, phones=[{"label": "mobile", "number": "0491 570 103"}])
    business.night()
    (proposal,) = business.proposals("update")
    assert said(proposal) == {"phone": ""}
    business.decide([(proposal, "update", "")])
    assert business.push()["xero"].done == 1
    assert business.xero_contact(3).phones["DEFAULT"]["PhoneNumber"] == ""
    assert business.night()["new"] == 0


def test_an_address_is_carried_over_as_one_value(business: Any) -> None:
    business.in_xero(
        4, addresses={"POBOX": {"AddressLine1": "7 New Rd", "City": "Berry", "Region": "NSW", "PostalCode": "2535"}}
    )
    business.night()
    (proposal,) = business.proposals("update")
    assert said(proposal) == {"street": "7 New Rd", "suburb": "Berry", "postcode": "2535"}
    business.decide([(proposal, "update", "")])
    assert business.push()["pooltrackr"].done == 1
    assert business.pooltrackr_contact(4)["address"]["street"] == "7 New Rd"
    assert business.pooltrackr_contact(4)["address"]["state"] == "NSW"


def test_a_pool_that_moved_gives_xero_a_new_site_address_and_a_site_changed_in_xero_is_drift(business: Any) -> None:
    edit_pooltrackr(business.world, "pools", "L1", address={"street": "11 High St"})
    site = {"AddressLine1": "1 Elsewhere St", "City": "Berry", "Region": "NSW", "PostalCode": "2535"}
    business.in_xero(2, addresses=business.xero_contact(2).addresses | {"STREET": site})
    business.night()
    (proposal,) = business.proposals("update")
    assert said(proposal)["site_street"] == "11 High St"
    assert [(system, record) for system, record, _ in business.flags("drift")] == [("xero", "X2")]
    business.decide([(proposal, "update", "")])
    assert business.push()["xero"].done == 1
    assert business.xero_contact(1).addresses["STREET"]["AddressLine1"] == "11 High St"
    assert business.xero_contact(1).addresses["POBOX"]["AddressLine1"] == "1 Low St"
    assert business.night()["new"] == 0


def test_the_same_edit_on_both_sides_is_agreed_without_a_word(business: Any) -> None:
    business.in_pooltrackr(1, emails=["ann@new.example.com"])
    business.in_xero(1, email="ANN@new.example.com")
    business.night()
    assert business.proposals("update", "conflict") == []
    business.in_xero(1, email="ann@third.example.com")
    business.night()
    (proposal,) = business.proposals("update")
    assert proposal.system == "xero"


def test_a_field_changed_in_both_systems_is_a_conflict_with_three_values(business: Any) -> None:
    business.in_pooltrackr(1, emails=["ann@pt.example.com"])
    business.in_xero(1, email="ann@xero.example.com")
    business.night()
    assert business.proposals("update") == []
    both = business.proposals("conflict")
    assert {p.system: said(p)["email"] for p in both} == {
        "pooltrackr": "ann@pt.example.com",
        "xero": "ann@xero.example.com",
    }
    ((_, record_id, detail),) = business.flags("conflict")
    assert record_id == "C1"
    assert all(value in detail for value in ("ann.lee@example.com", "ann@pt.example.com", "ann@xero.example.com"))
    with pytest.raises(DecisionsRejected, match="2 problem"):
        business.decide([(p, "update", "") for p in both])
    chosen = next(p for p in both if p.system == "xero")
    business.decide([(chosen, "update", "")])
    with pytest.raises(DecisionsRejected, match="1 problem"):
        business.decide([(next(p for p in both if p.system == "pooltrackr"), "update", "")])
    business.push()
    assert business.pooltrackr_contact(1)["emails"] == ["ann@xero.example.com"]
    business.night()
    assert business.proposals("conflict", "update") == []
    assert business.flags("conflict") == []


def test_the_operator_may_say_whose_data_win(business: Any) -> None:
    business.configure(wins={"email": "pooltrackr"})
    business.in_pooltrackr(1, emails=["ann@pt.example.com"])
    business.in_xero(1, email="ann@xero.example.com")
    business.night()
    (proposal,) = business.proposals("update", "conflict")
    assert (proposal.kind, proposal.system, said(proposal)["email"]) == ("update", "pooltrackr", "ann@pt.example.com")
    assert business.flags("conflict") == []


def test_a_change_where_a_field_is_not_owned_is_drift_and_never_pushed(business: Any) -> None:
    business.in_pooltrackr(1, abn="51 824 753 556")
    business.in_xero(2, tax_number="53 004 085 616")
    business.night()
    ((system, record_id, detail),) = business.flags("drift")
    assert (system, record_id) == ("pooltrackr", "C1")
    assert "Change it in Xero instead" in detail
    (proposal,) = business.proposals("update")
    assert (proposal.record_id, said(proposal)) == ("X2", {"abn": "53 004 085 616"})


def test_an_edit_made_while_our_own_write_was_on_its_way_is_one_edit_not_a_conflict(business: Any) -> None:
    business.in_pooltrackr(1, name="Ann   <Lee> Smith")
    business.night()
    (proposal,) = business.proposals("update")
    business.decide([(proposal, "update", "")])
    business.push()
    assert business.xero_contact(1).name == "Ann (Lee) Smith"
    business.in_pooltrackr(1, name="Ann Smith")
    business.night()
    (again,) = business.proposals("update", "conflict")
    assert (again.kind, said(again)) == ("update", {"name": "Ann Smith"})


def test_ignoring_a_change_agrees_on_the_difference_until_somebody_changes_it_again(business: Any) -> None:
    business.in_pooltrackr(1, emails=["ann@pt.example.com"])
    business.night()
    (proposal,) = business.proposals("update")
    business.decide([(proposal, "ignore", "")])
    business.night()
    assert business.proposals("update", "conflict") == []
    business.in_pooltrackr(1, emails=["ann@third.example.com"])
    business.night()
    assert len(business.proposals("update")) == 1


def test_a_contact_archived_in_xero_is_proposed_to_be_unlinked_and_its_mark_is_taken_back(business: Any) -> None:
    business.in_xero(1, status="ARCHIVED")
    business.night()
    (proposal,) = business.proposals("unlink")
    assert (proposal.suggested, proposal.record_id, "archived in Xero" in proposal.reasons) == ("unlink", "C1", True)
    assert business.links()["C1"] == "X1"
    business.decide([(proposal, "unlink", "")])
    business.push()
    assert "C1" not in business.links()
    assert business.pooltrackr_contact(1)["xero_contact_id"] == ""
    business.night()
    assert business.proposals("unlink") == []


def test_a_link_follows_a_merge_to_the_survivor_when_a_person_says_so(business: Any) -> None:
    business.in_pooltrackr(2, archived=True)
    business.merge(1, 2)
    business.night()
    first = {p.record_id: p for p in business.proposals("unlink")}
    assert first["C1"].suggested == "unlink"
    assert "two customers are now one" in first["C1"].reasons
    business.decide([(first["C2"], "unlink", "")])
    business.night()
    (move,) = business.proposals("unlink")
    assert (move.record_id, move.suggested, move.suggested_id) == ("C1", "link", "X2")
    business.decide([(move, "link", "")])
    assert business.links()["C1"] == "X2"
    business.push()
    assert business.pooltrackr_contact(1)["xero_contact_id"] == "X2"
    business.night()
    assert business.proposals("unlink", "conflict") == []


def test_data_that_is_to_be_erased_is_proposed_to_be_unlinked(business: Any) -> None:
    business.in_xero(5, status="GDPRREQUEST")
    business.night()
    (proposal,) = business.proposals("unlink")
    assert "erased" in proposal.reasons


def test_everybody_renamed_at_once_stops_the_night_before_any_proposal(make_business: Callable[..., Any]) -> None:
    business = make_business([f"Ann{chr(97 + n // 5)} Lee{chr(97 + n % 5)}" for n in range(25)])
    business.link_everybody()
    for n in range(1, 26):
        business.in_xero(n, name=f"Customer {n}")
    business.pull()
    with pytest.raises(GuardStopped, match="25 of 25 linked contacts have another name"):
        business.propose()
    assert business.proposals("update", "conflict") == []
    business.configure(guards={"max_renamed_share": 1.0})
    business.propose()
    assert len(business.proposals("update")) == 25


def test_labels_of_numbers_in_pooltrackr_stay(business: Any) -> None:
    labelled = [("home", "02 5550 1001"), ("work", "02 5550 7777"), ("wife's mobile", "0491 570 101")]
    business.in_pooltrackr(1, phones=[{"label": label, "number": number} for label, number in labelled])
    business.night()
    business.in_xero(1, phones=business.xero_contact(1).phones | {"DEFAULT": {"PhoneNumber": "02 5550 8888"}})
    business.night()
    business.decide([(p, "update", "") for p in business.proposals("update") if p.system == "xero"])
    business.push()
    assert [(phone["label"], phone["number"]) for phone in business.pooltrackr_contact(1)["phones"]] == [
        ("home", "02 5550 8888"),
        ("work", "02 5550 7777"),
        ("wife's mobile", "0491 570 101"),
    ]


def test_country_and_attention_of_an_address_in_xero_stay(business: Any) -> None:
    known = dict(business.xero_contact(1).addresses["POBOX"])
    business.in_xero(1, addresses={"POBOX": known | {"Country": "Australia", "AttentionTo": "Accounts"}})
    business.in_pooltrackr(1, address={"street": "7 New St", "suburb": "Nowra", "state": "NSW", "postcode": "2541"})
    business.night()
    business.decide([(p, "update", "") for p in business.proposals("update")])
    business.push()
    shown = business.xero_contact(1).addresses["POBOX"]
    assert (shown["AddressLine1"], shown["Country"], shown["AttentionTo"]) == ("7 New St", "Australia", "Accounts")
