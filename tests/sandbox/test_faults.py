"""Faults on demand: what the caller sees, and what was done all the same."""

import httpx
import pytest

from reconcile.sandbox.faults import Chance, Fault


@pytest.fixture
def put(xero):
    return lambda name="A": xero.put("Contacts", json={"Name": name})


def count(xero):
    return len(xero.get("Contacts").json()["Contacts"])


def test_a_lost_request_does_nothing(sandbox, xero, put):
    sandbox.faults.add(Fault("request_lost"))
    with pytest.raises(httpx.RemoteProtocolError):
        put()

    assert count(xero) == 0


def test_a_lost_answer_comes_after_the_work_is_done(sandbox, xero, put):
    sandbox.faults.add(Fault("answer_lost"))
    with pytest.raises(httpx.RemoteProtocolError):
        put()

    assert count(xero) == 1


def test_a_late_answer_takes_its_time(sandbox, put, clock):
    before = clock.now_ms()
    sandbox.faults.add(Fault("late", seconds=40))

    assert put().status_code == 200
    assert clock.now_ms() - before == 40_000


def test_a_late_delivery_is_done_when_the_caller_has_long_given_up(sandbox, xero, put, clock):
    sandbox.faults.add(Fault("late_delivery", seconds=120))
    with pytest.raises(httpx.RemoteProtocolError):
        put()
    clock.advance(119)
    before = count(xero)
    clock.advance(1)

    assert (before, count(xero)) == (0, 1)
    assert "delivered late" in [call.fault for call in sandbox.calls]


@pytest.mark.parametrize(
    ("problem", "retry_after"), [("minute", "60"), ("day", "36000"), ("concurrent", None), ("appminute", None)]
)
def test_limits_can_be_played(sandbox, put, problem, retry_after):
    sandbox.faults.add(Fault("rate_limit", problem=problem))
    answer = put()

    assert answer.status_code == 429
    assert answer.headers["x-rate-limit-problem"] == problem
    assert answer.headers.get("retry-after") == retry_after


def test_a_given_wait_is_told(sandbox, put):
    sandbox.faults.add(Fault("rate_limit", problem="day", retry_after=66_975))

    assert put().headers["retry-after"] == "66975"


def test_an_internal_error_does_nothing(sandbox, xero, put):
    sandbox.faults.add(Fault("server_error"))

    assert (put().status_code, count(xero)) == (500, 0)


def test_an_outage_answers_text(sandbox, put):
    sandbox.faults.add(Fault("unavailable"), Fault("unavailable", text="The Organisation is offline"))
    answers = [put(), put()]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert [answer.text for answer in answers] == [
        "The Xero API is temporarily unavailable",
        "The Organisation is offline",
    ]


@pytest.mark.parametrize("kind", ["truncated", "html"])
def test_an_unreadable_answer_comes_after_the_work_is_done(sandbox, xero, put, kind):
    sandbox.faults.add(Fault(kind))
    answer = put()
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()

    assert answer.status_code == 200
    assert count(xero) == 1


def test_a_token_can_expire_in_the_middle(sandbox, xero, put):
    sandbox.faults.add(Fault("token_expired", skip=1))

    assert [put(name).status_code for name in "ABC"] == [200, 401, 401]
    assert put().json()["Detail"].startswith("TokenExpired")


def test_a_grant_can_be_revoked_in_the_middle(sandbox, put):
    sandbox.faults.add(Fault("grant_revoked"))
    answer = put()

    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthenticationUnsuccessful")


def test_a_tenant_can_go(sandbox, put, new_token):
    sandbox.faults.add(Fault("tenant_gone"))

    assert [put().status_code, put().status_code] == [403, 403]


def test_a_rule_is_about_a_verb_a_path_and_a_number_of_calls(sandbox, xero, put):
    sandbox.faults.add(Fault("server_error", method="put", path="Contacts$", skip=1, times=2))
    xero.get("Contacts")

    assert [put(name).status_code for name in "ABCD"] == [200, 500, 500, 200]


def test_a_rule_can_stand_for_ever(sandbox, put):
    sandbox.faults.add(Fault("unavailable", times=0))

    assert {put(name).status_code for name in "ABCDE"} == {503}


def test_the_same_seed_gives_the_same_faults(sandbox, put):
    def run(seed):
        sandbox.faults.chance = Chance(seed, 0.3, ("server_error", "unavailable"), method="PUT")
        return [put(f"{seed} {number}").status_code for number in range(40)]

    assert run(1)[:5] != [500] * 5
    first, again = run(5), run(5)
    faulty = [status for status in first if status >= 500]
    assert [status >= 500 for status in first] == [status >= 500 for status in again]
    assert 5 <= len(faulty) <= 20
    assert set(faulty) == {500, 503}


def test_faults_happen_to_pooltrackr_too(sandbox, pooltrackr):
    kinds = [Fault("server_error"), Fault("unavailable"), Fault("rate_limit", retry_after=7)]
    sandbox.faults.add(*kinds)
    answers = [pooltrackr.get("contacts") for _ in kinds]

    assert [answer.status_code for answer in answers] == [500, 503, 429]
    assert answers[2].headers["retry-after"] == "7"


def test_faults_happen_to_the_token_endpoint_too(sandbox, web):
    sandbox.faults.add(Fault("unavailable", path="/connect/token"))

    assert web.post("/connect/token", data={}).status_code == 503


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="unknown fault flood; known: answer_lost"):
        Fault("flood")
