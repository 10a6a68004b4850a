"""Sixty a minute, so many a day, five at once, ten thousand a minute for the app."""

import pytest

from reconcile.sandbox.limits import Meter
from reconcile.sandbox.settings import Limits


@pytest.fixture
def settings(settings):
    settings.limits = Limits()
    return settings


def burst(xero, calls):
    return [xero.get("Organisation") for _ in range(calls)]


def test_the_sixty_first_call_in_a_minute_is_refused_with_a_time_to_wait(xero, clock):
    burst(xero, 30)
    clock.advance(20)
    answers = burst(xero, 31)

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1].headers["x-rate-limit-problem"] == "minute"
    assert answers[-1].headers["retry-after"] == "40"


def test_waiting_as_told_is_enough(xero, clock):
    burst(xero, 60)
    clock.advance(int(xero.get("Organisation").headers["retry-after"]))

    assert xero.get("Organisation").status_code == 200


def test_a_refused_call_uses_no_quota(xero, clock):
    burst(xero, 70)
    clock.advance(60)

    assert [answer.status_code for answer in burst(xero, 60)] == [200] * 60


def test_every_answer_tells_what_is_left(xero):
    headers = burst(xero, 2)[-1].headers

    assert (headers["x-minlimit-remaining"], headers["x-daylimit-remaining"]) == ("58", "4998")
    assert headers["x-appminlimit-remaining"] == "9998"


def test_the_day_limit_refuses_for_hours(xero, settings):
    settings.limits.day = 3
    refused = burst(xero, 4)[-1]

    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "day"
    assert (refused.headers["x-daylimit-remaining"], refused.headers["x-minlimit-remaining"]) == ("0", "57")
    assert 60 < int(refused.headers["retry-after"]) <= 86_400


def test_the_day_opens_again_when_told(xero, new_token, settings, clock):
    settings.limits.day = 3
    clock.advance(int(burst(xero, 4)[-1].headers["retry-after"]))
    xero.headers["Authorization"] = f"Bearer {new_token()}"

    assert xero.get("Organisation").status_code == 200


def test_the_day_does_not_begin_at_midnight_utc_and_differs_by_tenant(settings):
    settings.limits.day = 1
    meter = Meter(settings)
    waits = set()
    for tenant in ("a", "b", "c"):
        meter.enter(tenant, "app", 0)
        waits.add(meter.enter(tenant, "app", 0).headers["retry-after"])

    assert len(waits) == 3
    assert "86400" not in waits


def test_a_sixth_call_at_once_is_refused_without_a_time_to_wait(settings):
    meter = Meter(settings)
    entered = [meter.enter("tenant", "app", 0) for _ in range(5)]
    refused = meter.enter("tenant", "app", 0)
    meter.leave("tenant")

    assert entered == [None] * 5
    assert refused.headers["x-rate-limit-problem"] == "concurrent"
    assert "retry-after" not in refused.headers
    assert meter.enter("tenant", "app", 0) is None


def test_the_app_has_a_minute_over_all_tenants(settings):
    settings.limits = Limits(app_minute=3)
    meter = Meter(settings)
    answers = [meter.enter(f"tenant {number}", "app", 0) for number in range(4)]

    assert answers[:3] == [None] * 3
    assert answers[3].headers["x-rate-limit-problem"] == "appminute"
    assert "retry-after" not in answers[3].headers


def test_connections_and_tokens_use_no_tenant_quota(xero, web, new_token):
    headers = {"Authorization": xero.headers["Authorization"]}
    answer = [web.get("/connections", headers=headers) for _ in range(70)][-1]

    assert answer.status_code == 200
    assert "x-appminlimit-remaining" in answer.headers
    assert "x-minlimit-remaining" not in answer.headers
    assert xero.get("Organisation").headers["x-minlimit-remaining"] == "59"
