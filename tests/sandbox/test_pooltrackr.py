"""The Pooltrackr contract of docs/pooltrackr-api.yaml."""

from pathlib import Path

import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "pooltrackr-api.yaml"


@pytest.fixture(scope="module")
def contract():
    spec = yaml.safe_load(CONTRACT.read_text())
    return OpenAPI.from_dict(spec | {"servers": [{"url": "http://localhost/pooltrackr/v1"}]})


@pytest.fixture
def pooltrackr(pooltrackr, contract):
    """Every answer that these tests see is held against the published contract."""

    def check(response):
        response.read()
        asked = response.request
        request = MockRequest("http://localhost", asked.method.lower(), asked.url.path, args=dict(asked.url.params))
        contract.validate_response(request, MockResponse(response.content, response.status_code))

    pooltrackr.event_hooks = {"response": [check]}
    return pooltrackr


def error(answer):
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["field"]


@pytest.fixture
def made(pooltrackr):
    return pooltrackr.post("contacts", json={"first_name": "Mary", "last_name": "Smith"}).json()


def test_the_organisation(pooltrackr):
    assert set(pooltrackr.get("organisation").json()) == {"id", "name", "abn", "gst_registered"}


def test_a_token_is_needed(pooltrackr):
    assert error(pooltrackr.get("contacts", headers={"Authorization": ""})) == (401, "unauthorised", None)


def test_a_contact_is_created_with_a_name_made_of_its_parts(made):
    assert (made["name"], made["version"], made["archived"], made["emails"]) == ("Mary Smith", 1, False, [])
    assert made["created_at"] == made["updated_at"] == "2026-11-22T01:00:00.000Z"


@pytest.mark.parametrize(
    ("entity", "body"),
    [
        (
            "contacts",
            {"company": "Blue Pty Ltd", "type": "Company", "phones": [{"label": "mobile", "number": "0491570006"}]},
        ),
        ("pools", {"name": "Pool", "address": {"suburb": "Noosa"}}),
        ("products", {"title": "Chlorine 20 L", "price": "45.50", "gst_included": False, "sku": "CHL-20"}),
        ("invoices", {"number": "1", "total": "110.00", "lines": [{"description": "Clean", "unit_price": "110.00"}]}),
        ("payments", {"amount": "10.00", "date": "2026-11-01", "method": "stripe", "stripe_fee": "0.94"}),
    ],
)
def test_every_entity_is_created_read_listed_and_changed(pooltrackr, entity, body):
    made = pooltrackr.post(entity, json=body)
    path = f"{entity}/{made.json()['id']}"
    changed = pooltrackr.patch(path, json={"external_reference": "X-1"}).json()

    assert made.status_code == 201
    assert changed == made.json() | {"external_reference": "X-1", "version": 2}
    assert pooltrackr.get(path).json() == changed
    assert pooltrackr.get(entity).json()["data"] == [changed]


def test_a_pool_carries_its_people(pooltrackr, made):
    people = [{"contact_id": made["id"], "relationship": "tenant"}]

    assert pooltrackr.post("pools", json={"name": "Pool", "contacts": people}).json()["contacts"] == people


def test_an_address_keeps_the_parts_that_were_not_sent(pooltrackr):
    made = pooltrackr.post("contacts", json={"name": "A", "address": {"suburb": "Noosa", "state": "QLD"}}).json()
    changed = pooltrackr.patch(f"contacts/{made['id']}", json={"address": {"suburb": "Maleny"}}).json()

    assert (changed["address"]["suburb"], changed["address"]["state"]) == ("Maleny", "QLD")


@pytest.mark.parametrize(
    ("entity", "body", "field", "code"),
    [
        ("contacts", {}, "name", "required"),
        ("contacts", {"name": "A", "colour": "red"}, "colour", "unknown_field"),
        ("contacts", {"name": "A", "id": "mine"}, "id", "read_only"),
        ("contacts", {"name": 5}, "name", "invalid_field"),
        ("contacts", {"name": "A", "type": "Robot"}, "type", "invalid_field"),
        ("contacts", {"name": "A", "emails": "a@b.c"}, "emails", "invalid_field"),
        ("contacts", {"name": "A", "phones": [{"kind": "x"}]}, "phones[0].kind", "unknown_field"),
        ("contacts", {"name": "A", "address": "here"}, "address", "invalid_field"),
        ("contacts", {"name": "A", "archived": "yes"}, "archived", "invalid_field"),
        ("products", {"price": 12.5}, "price", "invalid_field"),
        ("products", {"price": "NaN"}, "price", "invalid_field"),
        ("products", {"price": "dear"}, "price", "invalid_field"),
        ("payments", {"date": "22/11/2026"}, "date", "invalid_field"),
        ("payments", {"date": "2026-02-30"}, "date", "invalid_field"),
        ("payments", {"invoice_id": "nothing"}, "invoice_id", "unknown_id"),
        ("invoices", {"contact_id": "nobody"}, "contact_id", "unknown_id"),
        ("invoices", {"lines": {}}, "lines", "invalid_field"),
    ],
)
def test_wrong_fields_are_refused_by_name(pooltrackr, entity, body, field, code):
    assert error(pooltrackr.post(entity, json=body)) == (422, code, field)


@pytest.mark.parametrize("body", [b"{", b"[]", b""])
def test_a_body_must_be_a_json_object(pooltrackr, body):
    assert error(pooltrackr.post("contacts", content=body)) == (400, "bad_json", None)


def test_pages_are_told_by_number(pooltrackr):
    for number in range(5):
        pooltrackr.post("products", json={"title": f"P{number}"})
    pages = [pooltrackr.get(f"products?page={page}&page_size=2").json() for page in (1, 2, 3)]

    assert [page["next_page"] for page in pages] == [2, 3, None]
    assert [row["title"] for page in pages for row in page["data"]] == [f"P{number}" for number in range(5)]
    assert (pages[0]["total"], pages[0]["page_size"]) == (5, 2)
    assert pages[0]["server_time"] == "2026-11-22T01:00:00.000Z"


def test_a_page_holds_at_most_500(pooltrackr):
    assert pooltrackr.get("products?page_size=9999").json()["page_size"] == 500


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=-1", "updated_since=yesterday"])
def test_wrong_parameters_are_refused(pooltrackr, query):
    assert error(pooltrackr.get(f"products?{query}")) == (400, "bad_parameter", query.split("=")[0])


def test_updated_since_is_inclusive_and_ordered_by_change(pooltrackr, clock):
    ids = []
    for number in range(3):
        ids.append(pooltrackr.post("products", json={"title": f"P{number}"}).json()["id"])
        clock.advance(60)
    pooltrackr.patch(f"products/{ids[0]}", json={"title": "changed"})
    changed = pooltrackr.get("products?updated_since=2026-11-22T01:01:00Z").json()["data"]

    assert [row["title"] for row in changed] == ["P1", "P2", "changed"]


def test_archived_and_inactive_records_are_listed_only_when_asked(pooltrackr, made):
    product = pooltrackr.post("products", json={"title": "P"}).json()
    pooltrackr.patch(f"contacts/{made['id']}", json={"archived": True})
    pooltrackr.post(f"products/{product['id']}/deactivate")
    totals = [
        [pooltrackr.get(f"{entity}{query}").json()["total"] for entity in ("contacts", "products")]
        for query in ("", "?include_archived=true")
    ]

    assert totals == [[0, 0], [1, 1]]


def test_a_product_is_deactivated_and_restored(pooltrackr):
    product = pooltrackr.post("products", json={"title": "P"}).json()
    path = f"products/{product['id']}"
    off, again = pooltrackr.post(f"{path}/deactivate").json(), pooltrackr.post(f"{path}/deactivate").json()
    on = pooltrackr.post(f"{path}/activate").json()

    assert (off["active"], on["active"]) == (False, True)
    assert (off["version"], again["version"], on["version"]) == (2, 2, 3)


def test_an_external_reference_is_unique_and_found(pooltrackr):
    made = pooltrackr.post("contacts", json={"name": "A", "external_reference": "XERO-1"}).json()
    again = pooltrackr.post("contacts", json={"name": "A", "external_reference": "XERO-1"})
    other = pooltrackr.post("contacts", json={"name": "B"}).json()

    assert error(again) == (409, "reference_taken", "external_reference")
    assert again.json()["error"]["id"] == made["id"]
    assert pooltrackr.get("contacts?external_reference=XERO-1").json()["data"] == [made]
    assert pooltrackr.get("contacts?external_reference=XERO-2").json()["data"] == []
    assert pooltrackr.patch(f"contacts/{other['id']}", json={"external_reference": "XERO-1"}).status_code == 409


def test_if_match_refuses_a_version_that_moved(pooltrackr, made):
    path = f"contacts/{made['id']}"
    first = pooltrackr.patch(path, json={"abn": "1"}, headers={"If-Match": "1"})
    second = pooltrackr.patch(path, json={"abn": "2"}, headers={"If-Match": '"1"'})

    assert first.headers["etag"] == '"2"'
    assert error(second) == (412, "version_moved", "version")
    assert pooltrackr.get(path).json()["abn"] == "1"


def test_an_idempotency_key_is_honoured_for_a_day(pooltrackr, clock):
    headers = {"Idempotency-Key": "k"}
    first = pooltrackr.post("contacts", json={"name": "A"}, headers=headers).json()
    clock.advance(86_399)
    second = pooltrackr.post("contacts", json={"name": "A"}, headers=headers).json()
    reused = pooltrackr.post("contacts", json={"name": "B"}, headers=headers)
    clock.advance(1)
    third = pooltrackr.post("contacts", json={"name": "A"}, headers=headers).json()

    assert first == second
    assert error(reused) == (409, "key_reused", None)
    assert third["id"] != first["id"]


def test_payments_that_reach_the_total_make_an_invoice_paid_and_a_deleted_one_opens_it(pooltrackr):
    invoice = pooltrackr.post("invoices", json={"number": "1", "total": "110.00"}).json()

    def state():
        return pooltrackr.get(f"invoices/{invoice['id']}").json()["payment"]

    pooltrackr.post("payments", json={"invoice_id": invoice["id"], "amount": "100.00"})
    part = state()
    rest = pooltrackr.post("payments", json={"invoice_id": invoice["id"], "amount": "10.00", "method": "xero"}).json()
    full = state()
    pooltrackr.patch(f"payments/{rest['id']}", json={"deleted": True})

    assert (part, full, state()) == ("unpaid", "paid", "unpaid")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "contacts/nobody", 404),
        ("DELETE", "contacts", 405),
        ("DELETE", "contacts/nobody", 404),
    ],
)
def test_what_is_not_there(pooltrackr, method, path, status):
    pooltrackr.event_hooks = {}

    assert pooltrackr.request(method, path).status_code == status
    assert pooltrackr.get("unicorns").status_code == 404
    assert pooltrackr.post("contacts/x/deactivate").status_code == 404
