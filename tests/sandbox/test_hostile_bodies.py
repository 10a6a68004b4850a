"""Whatever a caller sends, Xero's side answers with a status and Pooltrackr's side too: nothing falls over.

Every field of a good body is replaced by every hostile value in turn.
"""

import copy
import itertools
import json

import pytest

from reconcile.sandbox.clock import Clock
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.settings import Limits, Settings
from reconcile.sandbox.wire import Request, load_json
from reconcile.sandbox.world import empty_world

HOSTILE = [
    None, True, 0, -1, 10**400, 1e308, 1.23456789012345678, "", " ", "x" * 5000, "\x00", "٣", "🏊", "\ud800", "1e400",
    "NaN", "-Infinity", "<script>alert(1)</script>", "'; DROP TABLE x", "/Date(99999999999999999)/", "2026-13-45",
    "0001-01-01", "9999-12-31", "%s{}", [], [1], [[]], [None], {}, {"x": {}}, [{"x": []}],
]  # fmt: skip
LINE = {
    "LineItemID": "x", "Description": "Clean", "Quantity": 1, "UnitAmount": 5, "LineAmount": 5, "AccountCode": "200",
    "AccountID": "x", "TaxType": "OUTPUT", "TaxAmount": 0.45, "ItemCode": "A", "DiscountRate": 0, "DiscountAmount": 0,
    "Tracking": [{"Name": "Region"}],
}  # fmt: skip
PHONE, ADDRESS = (
    {"PhoneType": "MOBILE", "PhoneNumber": "1"},
    {"AddressType": "POBOX", "City": "Noosa", "Country": "Australia"},
)
GOOD = {
    "Contacts": {
        "ContactID": "x", "Name": "Ann", "ContactNumber": "1", "AccountNumber": "1", "EmailAddress": "a@example.com",
        "ContactStatus": "ACTIVE", "Phones": [PHONE], "Addresses": [ADDRESS], "ContactPersons": [{"FirstName": "B"}],
        "PaymentTerms": {"Sales": {"Day": 1}},
    },
    "Items": {"ItemID": "x", "Code": "B", "Name": "B", "IsSold": True, "SalesDetails": {"UnitPrice": 1, "AccountCode": "200"}},
    "Invoices": {
        "InvoiceID": "x", "Type": "ACCREC", "Contact": {"ContactID": "x", "Name": "Ann"}, "InvoiceNumber": "1",
        "Reference": "r", "Date": "2026-11-01", "DueDate": "2026-11-01", "ExpectedPaymentDate": "2026-11-01",
        "Status": "AUTHORISED", "LineAmountTypes": "Inclusive", "CurrencyCode": "AUD", "SentToContact": True,
        "Url": "https://example.com", "LineItems": [LINE],
    },
    "Payments": {
        "Invoice": {"InvoiceID": "x", "InvoiceNumber": "1"}, "Account": {"Code": "090", "AccountID": "x"}, "Amount": 1,
        "Date": "2026-11-01", "Reference": "r", "IsReconciled": False, "Status": "AUTHORISED",
    },
    "BankTransactions": {
        "BankTransactionID": "x", "Type": "SPEND", "BankAccount": {"Code": "090", "AccountID": "x"},
        "Contact": {"Name": "Ann"}, "LineItems": [LINE], "Date": "2026-11-01", "Status": "AUTHORISED", "Reference": "r",
    },
}  # fmt: skip
POOLTRACKR = {
    "contacts": {
        "name": "A",
        "type": "Company",
        "emails": ["a"],
        "phones": [{"label": "m", "number": "1"}],
        "address": {"street": "1"},
    },
    "pools": {"name": "P", "contacts": [{"contact_id": "c", "relationship": "owner"}]},
    "products": {"title": "P", "price": "1.00", "active": True, "gst_included": True},
    "invoices": {
        "contact_id": "",
        "total": "1.00",
        "issued_date": "2026-01-01",
        "lines": [{"quantity": "1"}],
        "payment": "paid",
    },
    "payments": {"invoice_id": "", "amount": "1.00", "date": "2026-01-01", "deleted": False},
}


def paths(value, at=()):
    """Where the replaceable places of a body are, whole parts and leaves."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if at:
        yield at
    for name, part in inner:
        yield from paths(part, (*at, name))


def replaced(body, path, value):
    changed = copy.deepcopy(body)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return changed


def variants(body):
    for path, value in itertools.product(paths(body), HOSTILE):
        yield replaced(body, path, value)
    for path in paths(body):
        if isinstance(path[-1], str):
            at = changed = copy.deepcopy(body)
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            yield changed


@pytest.fixture
def send():
    limits = Limits(10**9, 10**9, 5, 10**9)
    sandbox = Sandbox(empty_world(Clock(), settings=Settings(limits=limits, accept_any_token=True)))

    def call(method, path, body=None, headers=(), **query):
        given = {"authorization": "Bearer x", "accept": "application/json", **dict(headers)}
        return sandbox.handle(Request(method, path, query, given, b"" if body is None else json.dumps(body).encode()))

    call("PUT", "/api.xro/2.0/Contacts", {"Name": "Ann"})
    call("PUT", "/api.xro/2.0/Items", {"Code": "A", "SalesDetails": {"UnitPrice": 1, "AccountCode": "200"}})
    return call


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("endpoint", sorted(GOOD))
def test_no_body_makes_xero_fall_over(send, endpoint, method):
    ids = {"ContactID", "ItemID", "InvoiceID", "BankTransactionID"} if method == "PUT" else set()
    good = {name: value for name, value in GOOD[endpoint].items() if name not in ids}
    for body in variants(good):
        answer = send(method, f"/api.xro/2.0/{endpoint}", body, summarizeErrors="false")

        assert answer.status in {200, 400, 404}, body
        assert answer.status == 404 or isinstance(load_json(answer.body), dict), body
    assert send("GET", f"/api.xro/2.0/{endpoint}", page="1", pageSize="1000").status == 200


@pytest.mark.parametrize("entity", sorted(POOLTRACKR))
def test_no_body_makes_pooltrackr_fall_over(send, entity):
    for body in variants(POOLTRACKR[entity]):
        assert send("POST", f"/pooltrackr/v1/{entity}", body).status in {201, 400, 409, 422}, body
    assert send("GET", f"/pooltrackr/v1/{entity}").status == 200


WHERE = [
    *(f"{field} {op} {value}" for field, op, value in itertools.product(
        ["Name", "UpdatedDateUTC", "IsCustomer", "ContactID"],
        ["==", "!=", ">", "<="],
        ['"x"', "1", "-1.5", "null", "true", "DateTime(2026,1,1)", "DateTime(2026,13,1)", "DateTime(1)", 'guid("x")'],
    )),
    "(" * 2000, "Name==" * 500, 'Name=="' + "x" * 5000, 'Name.Contains(1)', 'Name.Contains("x"', "\x00", "🏊", "&&", "Name . Contains",
]  # fmt: skip


@pytest.mark.parametrize(
    "endpoint", ["Contacts", "Items", "Invoices", "Payments", "Accounts", "TaxRates", "BankTransactions"]
)
def test_no_query_makes_a_list_fall_over(send, endpoint):
    for where in WHERE:
        assert send("GET", f"/api.xro/2.0/{endpoint}", where=where).status in {200, 400}, where
    for text in (value for value in HOSTILE if isinstance(value, str) and value.isprintable()):
        query = dict.fromkeys(("order", "page", "pageSize", "IDs", "searchTerm", "Statuses", "unitdp"), text)
        assert send("GET", f"/api.xro/2.0/{endpoint}", **query).status in {200, 400}, text
        assert send("GET", f"/api.xro/2.0/{endpoint}", headers={"if-modified-since": text}).status in {200, 400}, text
