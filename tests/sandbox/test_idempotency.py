"""Idempotency keys: six minutes, per app, errors remembered, another body refused."""

import pytest

from reconcile.sandbox.faults import Fault


@pytest.fixture
def put(xero):
    def send(name="A", key="k1", **headers):
        return xero.put("Contacts", json={"Name": name}, headers={"Idempotency-Key": key, **headers})

    return send


def test_the_same_key_and_body_gives_the_first_answer_and_does_nothing(xero, put):
    assert put().content == put().content
    assert len(xero.get("Contacts").json()["Contacts"]) == 1


def test_the_same_key_with_another_body_is_refused(put):
    put("A")
    answer = put("B")

    assert answer.status_code == 400
    assert answer.json()["Message"] == "Idempotency Key: k1 is used with a different request."


def test_a_key_is_forgotten_after_six_minutes_so_a_duplicate_is_possible(xero, clock, put):
    put()
    clock.advance(359)
    inside = put("A").status_code
    clock.advance(1)
    xero.post("Contacts", json={"Name": "A", "ContactStatus": "ARCHIVED"})

    assert (inside, put("A").status_code) == (200, 200)
    assert len(xero.get("Contacts?includeArchived=true").json()["Contacts"]) == 2


def test_the_six_minutes_run_from_the_first_call(clock, put):
    put()
    clock.advance(300)
    put()
    clock.advance(100)

    assert put("B").status_code == 200


def test_a_key_has_at_most_128_characters(put):
    assert [put("A", "k" * 128).status_code, put("B", "k" * 129).status_code] == [200, 400]


def test_an_internal_error_is_remembered_under_its_key(sandbox, xero, put):
    sandbox.faults.add(Fault("server_error", path="Contacts"))
    answers = [put().status_code for _ in range(3)]

    assert answers == [500, 500, 500]
    assert put("A", "k2").status_code == 200


def test_a_remembered_error_ends_with_the_key(sandbox, clock, put):
    sandbox.faults.add(Fault("server_error", path="Contacts"))
    put()
    clock.advance(361)

    assert put().status_code == 200


def test_a_validation_error_is_remembered_unless_switched(xero, contact, put, settings):
    put("Mary Smith")
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})
    remembered = put("Mary Smith").status_code
    settings.cache_validation_errors = False
    put("A <", "k3")

    assert remembered == 400
    assert put("B", "k3").status_code == 200


def test_keys_are_ignored_on_reads(xero):
    headers = {"Idempotency-Key": "k1"}

    assert [xero.get(path, headers=headers).status_code for path in ("Contacts", "Items")] == [200, 200]


def test_replays_use_quota(xero, put):
    left = [int(put().headers["x-minlimit-remaining"]) for _ in range(2)]

    assert left[0] - left[1] == 1


def test_without_a_key_every_call_does_its_work(xero):
    assert [xero.put("Contacts", json={"Name": "A"}).status_code for _ in range(2)] == [200, 400]
