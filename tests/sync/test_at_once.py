"""What webhooks told is looked into at once; missed ones are repaired by the night."""

from datetime import timedelta
from typing import Any

from reconcile.stages.at_once import handle_events
from reconcile.store.engine import writing
from reconcile.store.sync_events import Told, store_events


def tell(business: Any, *ids: str) -> int:
    with business.open() as services, writing(services.engine) as session:
        now = services.clock.now()
        events = [Told("xero", "contacts", i, "UPDATE", now - timedelta(seconds=n)) for n, i in enumerate(ids)]
        return store_events(session, services.org_id, events, now)


def handle(business: Any) -> dict[str, int]:
    with business.open() as services:
        return handle_events(services)


def test_an_edit_that_was_told_of_is_proposed_at_once_and_only_looked_into_once(business: Any) -> None:
    business.in_xero(1, email="ann@new.example.com")
    assert tell(business, "X1", "X1", "X5") == 3
    counts = handle(business)
    assert (counts["events"], counts["contacts proposed"], counts["contacts pushed"]) == (3, 1, 0)
    assert [p.record_id for p in business.proposals("update")] == ["X1"]
    assert handle(business) == {}


def test_an_edit_that_nobody_told_of_is_found_by_the_night(business: Any) -> None:
    business.in_xero(1, email="ann@new.example.com")
    assert handle(business) == {}
    business.night()
    assert [p.record_id for p in business.proposals("update")] == ["X1"]
