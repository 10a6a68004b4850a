"""What data ops see of what waits: ids and links, the most urgent first, nothing that says who it is."""

from typing import Any

import pytest

from reconcile.store.engine import reading
from reconcile.store.sync_waiting import Waiting, first_waiting
from tasks.waiting import waiting_rows

pytestmark = pytest.mark.flows


def test_what_is_in_dispute_comes_before_what_is_new_and_what_is_decided_is_left_out(business: Any) -> None:
    business.in_pooltrackr(2, phones=[{"label": "home", "number": "02 5550 7777"}])
    business.in_pooltrackr(3, emails=["cy@pt.example.com"])
    business.in_pooltrackr(1, emails=["ann@pt.example.com"])
    business.in_xero(1, email="ann@xero.example.com")
    business.night()
    with business.open() as services, reading(services.engine) as session:
        found = first_waiting(session, services.org_id, 50)
        assert [(each.what, each.pooltrackr_id) for each in found] == [
            ("conflict", "C1"),
            ("conflict", "C1"),
            ("update", "C2"),
            ("update", "C3"),
        ]
        assert {each.xero_id for each in found} == {f"X{n}" for n in (1, 2, 3)}
        assert first_waiting(session, services.org_id, 1) == [Waiting("conflict", "contacts", "C1", "X1")]
        rows = waiting_rows(session, services.org, services.settings_of_org)
    assert rows[0]["xero"].startswith("[X1](https://go.xero.com/")
    assert not [cell for row in rows for cell in row.values() if "ann" in cell.lower() or "example" in cell]
    business.decide([(p, "update", "") for p in business.proposals("update") if p.record_id == "C2"])
    with business.open() as services, reading(services.engine) as session:
        assert "C2" not in {each.pooltrackr_id for each in first_waiting(session, services.org_id, 50)}
