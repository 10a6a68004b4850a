"""Records that a complete listing does not show any more (fault 25)."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, update

from reconcile.stages.pull import WHOLE_EVERY
from reconcile.store import tables
from reconcile.store.engine import writing


def list_whole_again(business: Any) -> None:
    """As if the last complete listing were a week ago."""
    with business.open() as services, writing(services.engine) as session:
        past = services.clock.now() - WHOLE_EVERY - timedelta(minutes=1)
        ours = update(tables.Bookmark).where(col(tables.Bookmark.org_id) == services.org_id)
        session.connection().execute(ours.values(full_at=past))


def test_a_vanished_contact_is_seen_by_the_weekly_listing_and_proposed_to_be_unlinked_after_three(
    business: Any,
) -> None:
    business.world.pooltrackr.tables["contacts"].remove("C1")
    business.night()
    assert business.flags("missing") == []
    for week in (1, 2, 3):
        list_whole_again(business)
        business.night()
        assert [(system, record) for system, record, _ in business.flags("missing")] == [("pooltrackr", "C1")]
        assert len(business.proposals("unlink")) == (week == 3)
    (proposal,) = business.proposals("unlink")
    business.decide([(proposal, "unlink", "")])
    assert "C1" not in business.links()
    business.push()
    assert business.xero_contact(1).number == ""
    business.night()
    assert business.flags("missing") == []


def test_a_contact_that_comes_back_is_no_longer_missing(business: Any) -> None:
    table = business.world.pooltrackr.tables["contacts"]
    kept = table.rows["C1"]
    table.remove("C1")
    for _ in range(2):
        list_whole_again(business)
        business.night()
    table.put(kept)
    list_whole_again(business)
    business.night()
    assert business.flags("missing") == []
    table.remove("C1")
    list_whole_again(business)
    business.night()
    assert business.proposals("unlink") == []


def test_erasure_and_absence_never_unlink_by_themselves(business: Any) -> None:
    business.in_xero(2, status="GDPRREQUEST")
    business.world.pooltrackr.tables["contacts"].remove("C1")
    for _ in range(4):
        list_whole_again(business)
        business.night()
    assert len(business.links()) == 6
    assert {p.record_id for p in business.proposals("unlink")} == {"C1", "C2"}
