"""The Pooltrackr client on the sandbox, and against lists that do not add up."""

import json

import httpx
import pytest

from reconcile.clients.hosts import require_safe
from reconcile.clients.http import ApiSession, FixedToken
from reconcile.clients.limits import Limits
from reconcile.clients.pooltrackr import PooltrackrClient
from reconcile.clients.pooltrackr.refusals import explain
from reconcile.errors import BadData, BasisChanged, NotReady, Reconnect, Retry, TargetGone, TargetTaken, Unknown
from reconcile.ports import Write


def contact(reference="", **fields):
    body = {"type": "Individual", "first_name": "Ann", "last_name": "Lee", "external_reference": reference, **fields}
    return Write("contacts", "create", body, key=f"key-{reference}", stamp=reference)


def test_what_was_created_is_found_by_its_mark(pooltrackr):
    made = pooltrackr.send(contact("x-1", emails=["a@x.test"], phones=[{"label": "Mobile", "number": "0491 570 006"}]))

    assert pooltrackr.find("contacts", "x-1") == made == pooltrackr.get("contacts", made.id)
    assert (made.name, made.email, made.mobile, made.version) == ("Ann Lee", "a@x.test", "0491 570 006", 1)
    assert pooltrackr.find("contacts", "x-2") is None
    assert pooltrackr.get("contacts", "nobody") is None


def test_the_same_request_again_is_the_same_record(pooltrackr, served):
    assert pooltrackr.send(contact("x-1")) == pooltrackr.send(contact("x-1"))
    assert [call.key for call in served.calls] == ["key-x-1", "key-x-1"]


def test_a_second_record_with_the_same_mark_is_refused(pooltrackr):
    pooltrackr.send(contact("x-1"))

    with pytest.raises(TargetTaken):
        pooltrackr.send(Write("contacts", "create", contact("x-1").body, key="another"))


def test_a_change_states_the_version_it_was_made_on(pooltrackr):
    made = pooltrackr.send(contact("x-1"))
    change = Write("contacts", "update", {"xero_contact_id": "g"}, key="k", target_id=made.id, version=made.version)

    changed = pooltrackr.send(change)

    assert (changed.xero_contact_id, changed.version) == ("g", 2)
    with pytest.raises(BasisChanged):
        pooltrackr.send(Write("contacts", "update", {"abn": "1"}, key="k2", target_id=made.id, version=1))


def test_products_are_switched_off_and_on(pooltrackr):
    product = pooltrackr.send(Write("products", "create", {"title": "Chlorine", "price": "12.50"}, key="k"))

    off = pooltrackr.send(Write("products", "deactivate", key="k1", target_id=product.id))
    on = pooltrackr.send(Write("products", "activate", key="k2", target_id=product.id, version=off.version))

    assert (product.status, off.status, on.status) == ("active", "inactive", "active")


def test_what_pooltrackr_refuses_names_the_field_and_not_the_person(pooltrackr):
    with pytest.raises(BadData, match="field emails") as caught:
        pooltrackr.send(contact("x-1", emails="Canary Person"))
    assert "Canary" not in str(caught.value)


def test_a_record_that_is_gone_cannot_be_changed(pooltrackr):
    with pytest.raises(TargetGone):
        pooltrackr.send(Write("contacts", "update", {"abn": "1"}, key="k", target_id="nobody"))


@pytest.mark.parametrize(
    "write", [Write("contacts", "void", target_id="c"), Write("invoices", "deactivate", target_id="i")]
)
def test_what_pooltrackr_does_not_do_is_refused(pooltrackr, served, write):
    with pytest.raises(BadData):
        pooltrackr.send(write)
    with pytest.raises(NotReady):
        pooltrackr.get("accounts", "a")
    assert served.calls == []


def test_a_batch_is_settled_one_by_one_under_keys_of_its_own(pooltrackr, served):
    pooltrackr.send(contact("x-1"))
    bodies = [contact(reference).body for reference in ("x-2", "x-1", "x-3")]

    outcomes = pooltrackr.send_batch(tuple(Write("contacts", "create", body) for body in bodies), "batch")

    assert [type(outcome).__name__ for outcome in outcomes] == ["Contact", "TargetTaken", "Contact"]
    assert [call.key for call in served.calls[1:]] == ["batch-0", "batch-1", "batch-2"]


def test_many_are_looked_up_from_a_list_where_that_is_cheaper(pooltrackr, served):
    made = [pooltrackr.send(contact(f"x-{n}")) for n in range(20)]
    served.calls.clear()

    by_id = pooltrackr.get_many("contacts", [record.id for record in made[:15]])
    by_mark = pooltrackr.find_many("contacts", [f"x-{n}" for n in range(15)] + ["none"])
    few = pooltrackr.get_many("contacts", [made[0].id, "nobody"])

    assert list(by_id.values()) == sorted(made[:15], key=lambda record: record.id)
    assert by_mark == {f"x-{n}": made[n] for n in range(15)}
    assert few == {made[0].id: made[0]}
    assert len(served.calls) == 2 + 2 + 2


@pytest.fixture
def scripted(clock):
    def build(answer):
        base = require_safe("https://pt.example.test/v1", "RECONCILE_POOLTRACKR_URL")
        transport = httpx.MockTransport(answer)
        limits = Limits("pt", "", clock)
        return PooltrackrClient(
            ApiSession(base, "pooltrackr", FixedToken("t"), limits, clock, explain, transport=transport)
        )

    return build


def page(rows, number=1, total=None, size=500, more=None):
    total = len(rows) if total is None else total
    has_more = number * size < total if more is None else more
    body = {
        "data": rows,
        "page": number,
        "page_size": size,
        "total": total,
        "next_page": number + 1 if has_more else None,
    }
    return httpx.Response(200, content=json.dumps(body))


@pytest.mark.parametrize(
    "answer",
    [
        page([{"id": "1"}], total=2),
        page([{"id": "1"}], more=True),
        page([{"id": "1"}, {"name": "x"}]),
        page([{"id": "1"}], total="many", more=False),
        httpx.Response(200, json={"data": None}),
        httpx.Response(200, json=[]),
        httpx.Response(404, text="gone"),
    ],
)
def test_a_list_that_does_not_add_up_is_an_error(scripted, answer):
    with pytest.raises(Retry):
        list(scripted(lambda _: httpx.Response(answer.status_code, content=answer.content)).pages("contacts"))


def test_a_refused_token_names_the_setting(scripted):
    with pytest.raises(Reconnect, match="RECONCILE_POOLTRACKR_TOKEN"):
        scripted(lambda _: httpx.Response(401)).get("contacts", "c")


def test_an_answer_about_another_record_is_unknown(scripted):
    client = scripted(lambda _: httpx.Response(200, json={"id": "other"}))

    with pytest.raises(Unknown):
        client.send(Write("contacts", "update", {"abn": "1"}, key="k", target_id="c"))


def test_a_price_that_is_none_names_the_record(scripted):
    with pytest.raises(BadData, match="products R1"):
        list(scripted(lambda _: page([{"id": "R1", "price": "much"}])).pages("products"))
