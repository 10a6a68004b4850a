"""A quiet night matches nothing, and whatever matters makes it a night that does."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from reconcile.stages.propose import propose_entity

CHANGES: dict[str, Callable[[Any], object]] = {
    "an edit in Pooltrackr": lambda b: b.in_pooltrackr(1, category="Commercial"),
    "an edit in Xero": lambda b: b.in_xero(1, name="Ann Other"),
    "a setting": lambda b: b.configure(wins={"name": "xero"}),
}


def statements(business: Any) -> list[str]:
    """What proposing says to the database."""
    said: list[str] = []
    with business.run("propose") as (services, seq):
        event.listen(services.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        propose_entity(services, seq, "contacts")
        return list(said)


def matched_again(business: Any) -> bool:
    """Whether the night read the records, which matching cannot do without."""
    return any("record_version.body" in statement for statement in statements(business))


def test_a_quiet_night_reads_no_record_and_writes_nothing(business: Any) -> None:
    business.night()
    business.pull()
    assert not matched_again(business)
    verbs = {statement.split(maxsplit=1)[0].upper() for statement in statements(business)}
    assert not verbs & {"INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changed_is_looked_at(business: Any, what: str) -> None:
    business.night()
    CHANGES[what](business)
    business.pull()
    assert matched_again(business)
    assert not matched_again(business)


def test_a_decision_and_its_push_are_looked_at(business: Any) -> None:
    business.in_xero(1, name="Ann Other")
    business.night()
    assert not matched_again(business)
    (proposal,) = business.proposals("update")
    business.decide([(proposal, "update", "")])
    assert matched_again(business)
    business.push()
    assert matched_again(business)
    assert not matched_again(business)
