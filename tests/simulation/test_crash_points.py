"""Crashing at every boundary, one after the other: no dice, every point is reached."""

from datetime import timedelta

import pytest

from tests.simulation.hub import Hub, SimulatedCrash
from tests.simulation.invariants import violations
from tests.simulation.kinds import PLAIN_KINDS
from tests.simulation.protocols import REAL
from tests.simulation.template import build_from
from tests.simulation.workers import Chaos, Worker

WRITES = {
    "a contact created in Xero, and Pooltrackr told of it": ["create_in_xero"],
    "a link, marked on both sides": ["link"],
    "a price updated in Pooltrackr": ["update_price"],
    "a part payment": ["pay_part"],
    "two payments of one invoice": ["pay_twice"],
    "a payment deleted, and one received": ["delete_payment", "receive_payment"],
    "an invoice voided, and one changed": ["void_invoice", "update_invoice"],
    "a card payment's fee and surcharge": ["post_card_fee"],
    "invoices in one request, one of which is refused": ["send_invoice", "send_bad_invoice", "send_invoice"],
    "a batch of creates, updates and payments": [
        *PLAIN_KINDS,
        "create_in_xero",
        "pay_part",
        "send_invoice",
        "change_email",
        "pay_part",
    ],
}


def push_with_crash(kinds: list[str], crash_at: int) -> tuple[Worker, list[str], set[str]]:
    """Crash at the k-th boundary, let another process take over when the lease is over; what does not hold then."""
    hub = Hub(1)
    scene = build_from(hub, kinds, 0.0)
    worker = Worker(hub, scene, REAL, Chaos(), "first", crash_at=crash_at)
    try:
        worker.push_everything()
        worker.push_everything()
    except SimulatedCrash:
        hub.pause(700)
    successor = Worker(hub, scene, REAL, Chaos(), "second")
    successor.push_everything()
    successor.push_everything()
    hub.run(hub.now + timedelta(seconds=1))
    statuses = {operation.status for operation in scene.operations() if operation.subject_id not in scene.doomed}
    return worker, violations(scene), statuses


@pytest.mark.parametrize("kinds", WRITES.values(), ids=WRITES.keys())
def test_a_crash_at_any_boundary_neither_doubles_nor_loses_anything(kinds: list[str]) -> None:
    points = _points(kinds)
    assert points >= 7
    for crash_at in range(1, points + 1):
        _, broken, statuses = push_with_crash(kinds, crash_at)
        assert broken == [], f"crash at boundary {crash_at} of {points}"
        assert statuses == {"done"}, f"crash at boundary {crash_at} of {points}"


def _points(kinds: list[str]) -> int:
    worker, broken, statuses = push_with_crash(kinds, crash_at=0)
    assert broken == []
    assert statuses == {"done"}
    return worker.points


def test_every_named_boundary_is_among_them() -> None:
    passed: list[str] = []
    hub = Hub(1)
    worker = Worker(hub, build_from(hub, list(PLAIN_KINDS), 0.0), REAL, Chaos(), "first")
    worker.listen = passed.append
    worker.push_everything()
    assert {
        "after_claim",
        "after_look",
        "before_intend",
        "before_send",
        "after_send",
        "before_settle",
        "after_settle",
    } <= set(passed)
