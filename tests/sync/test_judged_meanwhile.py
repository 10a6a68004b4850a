"""What people settle while a night is at work stays as they left it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from reconcile.proposals import Proposal
from reconcile.stages.propose import find_proposals, read_situation, save_proposed
from reconcile.store.decisions import standing_decisions
from reconcile.store.engine import reading


@pytest.fixture
def business(make_business: Callable[..., Any]) -> Any:
    """Xero has archived Ann when people look at the suggestions first, and takes her back before the next night."""
    business = make_business()
    business.in_xero(1, status="ARCHIVED")
    business.night()
    business.in_xero(1, status="ACTIVE")
    business.pull()
    return business


@contextmanager
def matching(business: Any) -> Iterator[None]:
    """What happens inside happens after everything was read and matched, and before it is stored."""
    with business.run("propose") as (services, seq):
        found = find_proposals(services, "contacts", read_situation(services, "contacts"))
        yield
        save_proposed(services, seq, found)


def proposal_of(business: Any, record_id: str) -> Proposal | None:
    return next((p for p in business.proposals("match") if p.record_id == record_id), None)


def decided(business: Any) -> dict[str, str]:
    """The standing decisions of all records."""
    with business.open() as services, reading(services.engine) as session:
        verdicts = {one.proposal_id: one.verdict for one in standing_decisions(session, services.org_id)}
    names = {p.id: p.record_id for p in business.proposals()}
    return {names.get(key, key): verdict for key, verdict in verdicts.items()}


def test_a_suggestion_nobody_judged_follows_what_was_found(business: Any) -> None:
    assert proposal_of(business, "C1").suggested == "create"
    with matching(business):
        pass
    assert proposal_of(business, "C1").suggested == "link"


@pytest.mark.parametrize("verdict", ["create", "skip", "ignore"])
def test_a_decision_made_meanwhile_is_not_withdrawn(business: Any, verdict: str) -> None:
    ann = proposal_of(business, "C1")
    with matching(business):
        business.decide([(ann, verdict, "")])
        stood, standing = decided(business), proposal_of(business, "C1")
    assert verdict in stood.values()
    assert (decided(business), proposal_of(business, "C1")) == (stood, standing)


def test_what_is_linked_meanwhile_is_asked_about_no_more(business: Any) -> None:
    bob = proposal_of(business, "C2")
    with matching(business):
        business.decide([(bob, "link", "X2")])
    assert business.links() == {"C2": "X2"}
    assert proposal_of(business, "C2") is None
    assert proposal_of(business, "X2") is None
    assert business.flags("contact_already_selected") == []


def test_the_next_night_looks_at_what_was_judged_meanwhile(business: Any) -> None:
    with matching(business):
        business.decide([(proposal_of(business, "C1"), "skip", "")])
    business.in_pooltrackr(1, category="Commercial")
    business.night()
    assert proposal_of(business, "C1").suggested == "link"
