"""Xero's official OpenAPI files agree with what the sandbox answers (shape only; behaviour has tests of its own)."""

import pytest
from openapi_core.validation.exceptions import ValidationError


@pytest.fixture
def official(shapes):
    if not shapes.specs:
        pytest.skip(
            "Xero's official OpenAPI files are not beside the project (../shared/xero), so shapes are not checked"
        )
    return shapes


def test_every_endpoint_answers_in_the_official_shape(official, xero, web, contact, invoice, approved_invoice):
    contact_id, invoice_id = contact["ContactID"], invoice["InvoiceID"]
    xero.put("Items", json={"Code": "A", "SalesDetails": {"UnitPrice": 1.5}})
    body = {"Invoice": {"InvoiceID": invoice_id}, "Account": {"Code": "090"}, "Amount": 1}
    payment = xero.put("Payments", json=body).json()["Payments"][0]
    line = {"Description": "fee", "Quantity": 1, "UnitAmount": 1, "AccountCode": "404"}
    spend = {"Type": "SPEND", "BankAccount": {"Code": "090"}, "Contact": {"ContactID": contact_id}, "LineItems": [line]}
    entry = xero.put("BankTransactions", json=spend).json()["BankTransactions"][0]
    xero.put(f"Invoices/{invoice_id}/History", json={"HistoryRecords": [{"Details": "x"}]})
    xero.put("Contacts", json={"Name": "Mary Smith"})
    xero.put("Invoices?summarizeErrors=false", json=approved_invoice(DueDate=None))
    reads = [
        "Organisation",
        "Accounts",
        "TaxRates",
        "Items",
        "CreditNotes",
        f"Contacts/{contact_id}",
        "Contacts?page=1",
    ]
    reads += [f"Invoices/{invoice_id}", f"Invoices/{invoice_id}/History", f"Payments/{payment['PaymentID']}"]
    reads += [
        "Invoices?page=1",
        "Payments?page=1",
        f"BankTransactions/{entry['BankTransactionID']}",
        "BankTransactions",
    ]
    for path in reads:
        assert xero.get(path).status_code == 200
    web.get("/Connections", headers={"Authorization": xero.headers["Authorization"]})

    wanted = {f"GET {path.partition('?')[0].partition('/')[0]} 200" for path in reads}
    wanted |= {"PUT Contacts 400", "PUT Invoices 200", "PUT Payments 200", "GET Connections 200"}
    assert wanted <= set(official.checked)


def test_a_wrong_answer_would_be_noticed(official, xero, world, contact):
    record = world.first_books.contacts.rows[contact["ContactID"]]
    object.__setattr__(record, "status", "SLEEPING")

    with pytest.raises(ValidationError):
        xero.get(f"Contacts/{contact['ContactID']}")
