"""Large organisations: no page and no batch may cost a walk over everything. Bounds are generous, in processor time."""

import time
from datetime import date
from decimal import Decimal

import pytest

from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.pooltrackr.account import document
from reconcile.sandbox.settings import Limits, Settings
from reconcile.sandbox.wire import Request, dump_json, load_json
from reconcile.sandbox.world import empty_world
from reconcile.sandbox.xero.records import Contact, Invoice, Line

MANY = 10_000
DAY = date(2026, 1, 1)


def invoice(number):
    line = Line(f"l{number}", "Clean", Decimal(1), Decimal(110), "", "200", "OUTPUT", Decimal(10), Decimal(110))
    amounts = {"subtotal": Decimal(100), "total_tax": Decimal(10), "total": Decimal(110)}
    contact = f"c{number % 1000}"
    return Invoice(
        f"i{number:06}",
        number,
        "ACCREC",
        f"N{number}",
        contact,
        "AUTHORISED",
        DAY,
        DAY,
        "Inclusive",
        (line,),
        **amounts,
    )


@pytest.fixture(scope="module")
def large():
    limits = Limits(10**9, 10**9, 5, 10**9)
    world = empty_world(settings=Settings(limits=limits, accept_any_token=True))
    world.first_books.contacts.fill(Contact(f"c{number}", number, f"Contact {number}") for number in range(1000))
    world.first_books.invoices.fill(invoice(number) for number in range(MANY))
    fields = {"version": 1, "total": "110.00", "lines": [{"description": "Clean"}] * 3}
    world.pooltrackr.tables["invoices"].fill(document(number, fields | {"id": f"I{number}"}) for number in range(MANY))
    return Sandbox(world)


def ask(sandbox, method, path, body=b"", **query):
    headers = {"authorization": "Bearer x", "accept": "application/json"}
    return load_json(sandbox.handle(Request(method, path, query, headers, body)).body)


def test_a_full_pull_of_xero_reads_every_invoice_once_and_fast(large):
    began, seen = time.process_time(), []
    for page in range(1, MANY // 1000 + 1):
        answer = ask(large, "GET", "/api.xro/2.0/Invoices", page=str(page), pageSize="1000")
        seen += [row["InvoiceID"] for row in answer["Invoices"]]

    assert seen == [f"i{number:06}" for number in range(MANY)]
    assert time.process_time() - began < 8


def test_a_full_pull_of_pooltrackr_is_a_matter_of_joining(large):
    began, seen, page = time.process_time(), 0, 1
    while page:
        answer = ask(large, "GET", "/pooltrackr/v1/invoices", page=str(page), page_size="500", include_archived="true")
        seen, page = seen + len(answer["data"]), answer["next_page"]

    assert seen == MANY
    assert time.process_time() - began < 8


def test_batches_of_fifty_cost_the_same_however_much_is_there(large):
    began = time.process_time()
    line = {"Description": "Clean", "Quantity": 1, "UnitAmount": 110, "AccountCode": "200", "TaxType": "OUTPUT"}
    for batch in range(20):
        element = {"Type": "ACCREC", "Contact": {"ContactID": "c1"}, "DueDate": "2026-12-01", "LineItems": [line]}
        elements = [element | {"InvoiceNumber": f"B{batch}-{number}"} for number in range(50)]
        answer = ask(large, "PUT", "/api.xro/2.0/Invoices", dump_json({"Invoices": elements}), summarizeErrors="false")
        assert {row["StatusAttributeString"] for row in answer["Invoices"]} == {"OK"}

    assert len(large.world.first_books.invoices) == MANY + 1000
    assert time.process_time() - began < 10
