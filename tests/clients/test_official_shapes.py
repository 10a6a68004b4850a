"""Xero's official OpenAPI file: our requests are of its shapes, and we can read its own examples."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from openapi_core.validation.exceptions import ValidationError

from reconcile.clients.answers import decode
from reconcile.clients.xero import XeroClient
from reconcile.clients.xero.endpoints import ENDPOINTS
from reconcile.clients.xero.reference import read_organisation
from reconcile.content import from_json, to_json
from reconcile.ports import Write

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "xero" / "xero_accounting.json"
HOST = "http://localhost"
GUID = "11111111-2222-4333-8444-555555555555"
OTHER_GUID = "66666666-2222-4333-8444-555555555555"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def official():
    if not OFFICIAL.exists():
        pytest.skip(
            "Xero's official OpenAPI file is not beside the project (../shared/xero), so request shapes are not checked"
        )
    spec = json.loads(OFFICIAL.read_text())
    spec["servers"] = [{"url": HOST}]
    for operations in spec["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    return spec


@pytest.fixture(scope="module")
def shapes(official):
    return OpenAPI.from_dict(official)


def examples(official, operation_id):
    """The bodies that the file gives as examples for an operation's answer."""
    for operations in official["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict) and operation.get("operationId") == operation_id:
                content = operation["responses"]["200"]["content"]["application/json"]
                return [decode(json.dumps(content["example"]).encode())]
    raise AssertionError(f"no operation {operation_id}")


@pytest.mark.parametrize(
    ("entity", "operation"),
    [
        ("contacts", "getContacts"),
        ("contacts", "getContact"),
        ("products", "getItems"),
        ("accounts", "getAccounts"),
        ("tax_rates", "getTaxRates"),
        ("invoices", "getInvoices"),
        ("invoices", "getInvoice"),
        ("payments", "getPayments"),
        ("payments", "getPayment"),
    ],
)
def test_xeros_own_examples_can_be_read(official, entity, operation):
    endpoint = ENDPOINTS[entity][0]
    elements = [element for body in examples(official, operation) for element in body[endpoint.name]]

    records = [endpoint.read(element) for element in elements]

    assert elements
    assert [record.id for record in records] == [str(element[endpoint.id_field]) for element in elements]
    assert [from_json(entity, to_json(record)) for record in records] == records


@pytest.mark.parametrize(
    ("number", "operation"), [(0, "getCreditNotes"), (1, "getOverpayments"), (2, "getPrepayments")]
)
def test_xeros_own_examples_of_credits_can_be_read(official, number, operation):
    endpoint = ENDPOINTS["credits"][number]
    (body,) = examples(official, operation)

    records = [endpoint.read(element) for element in body[endpoint.name]]

    assert records
    assert all(record.id and record.total is not None for record in records)


def test_xeros_own_example_of_an_organisation_can_be_read(official):
    (body,) = examples(official, "getOrganisations")

    assert read_organisation(body["Organisations"][0], "t").currency


def do_everything(client):
    for entity in ENDPOINTS:
        list(client.pages(entity))
        list(client.pages(entity, SINCE))
        client.get(entity, GUID)
    client.organisation()
    for entity in ("contacts", "invoices", "payments"):
        client.find(entity, "PT-1")
        client.find_many(entity, ["PT-1", "PT-2"])
        client.get_many(entity, [GUID, OTHER_GUID])
    contact = {"Name": "Ann", "ContactNumber": "PT-1", "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "0491"}]}
    client.send(Write("contacts", "create", contact, key="k"))
    client.send(Write("contacts", "update", {"TaxNumber": "51824753556"}, key="k", target_id=GUID))
    client.send(Write("contacts", "deactivate", key="k", target_id=GUID))
    client.send_batch((Write("contacts", "create", contact),) * 2, "k")
    client.send_batch((Write("contacts", "update", contact, target_id=GUID),) * 2, "k")
    invoice = {"Type": "ACCREC", "Contact": {"ContactID": GUID}, "Date": "2026-11-01", "LineAmountTypes": "Inclusive"}
    client.send(Write("invoices", "create", invoice, key="k"))
    client.send(Write("invoices", "update", {"Reference": "r"}, key="k", target_id=GUID))
    client.send(Write("invoices", "void", key="k", target_id=GUID))
    client.send(Write("payments", "create", {"Invoice": {"InvoiceID": GUID}, "Date": "2026-11-01"}, key="k"))
    client.send(Write("payments", "delete", key="k", target_id=GUID))


ANSWERS = {
    "contacts": {"ContactID": GUID, "ContactNumber": "PT-1"},
    "invoices": {"InvoiceID": GUID, "Reference": "PT-1"},
    "banktransactions": {"BankTransactionID": GUID, "Type": "SPEND", "Status": "AUTHORISED"},
    "payments": {"PaymentID": GUID, "Reference": "PT-1"},
    "items": {"ItemID": GUID},
    "accounts": {"AccountID": GUID},
    "taxrates": {"TaxType": "OUTPUT"},
    "creditnotes": {"CreditNoteID": GUID},
    "overpayments": {"OverpaymentID": GUID},
    "prepayments": {"PrepaymentID": GUID},
    "organisation": {"OrganisationID": GUID},
}


def answer(request):
    """One element of whatever is asked for, as often as it was sent."""
    if request.url.path == "/connections":
        return httpx.Response(200, json=[{"tenantId": "t", "tenantName": "T", "tenantType": "ORGANISATION"}])
    name = request.url.path.split("/")[3]
    sent = json.loads(request.read() or b"{}")
    count = len(sent[name]) if isinstance(sent.get(name), list) else 1
    plural = "Organisations" if name == "Organisation" else name
    pagination = {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 1}
    return httpx.Response(200, json={plural: [ANSWERS[name.lower()]] * count, "pagination": pagination})


def test_every_request_is_of_the_official_shape(shapes, wired):
    session, wire = wired(answer)
    do_everything(XeroClient(session, "t"))
    checked = 0

    for request in wire.requests:
        if request.url.path != "/connections":
            shapes.validate_request(as_official(request))
            checked += 1

    assert checked > 40
    writes = [request for request in wire.requests if request.method in ("PUT", "POST")]
    single = [r for r in writes if r.url.path.count("/") == 4]
    assert all(r.url.params["summarizeErrors"] == "false" for r in writes)
    assert all(r.headers["idempotency-key"] == "k" for r in writes)
    assert single


def as_official(request):
    headers = {name.title(): value for name, value in request.headers.items() if name != "authorization"}
    body = request.read()
    return MockRequest(
        HOST,
        request.method.lower(),
        request.url.path,
        args=dict(request.url.params),
        headers=headers,
        data=body or None,
        content_type="application/json",
    )


def test_a_wrong_request_would_be_noticed(shapes, wired):
    session, wire = wired(answer)
    XeroClient(session).send(Write("contacts", "create", {"ContactStatus": "SLEEPING"}, key="k"))

    with pytest.raises(ValidationError):
        shapes.validate_request(as_official(wire.requests[0]))
