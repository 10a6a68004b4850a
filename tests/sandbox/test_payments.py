"""Payments: only against approved documents, never more than is due, deleted but never edited."""

import pytest

from reconcile.sandbox import edits


@pytest.fixture
def pay(xero, invoice):
    def post(amount=10, verb="PUT", **fields):
        body = {
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
            "Account": {"Code": "090"},
            "Date": "2026-11-21",
            "Amount": amount,
            "Reference": "PT-PAY-1",
        }
        return xero.request(verb, "Payments", json=body | fields)

    return post


@pytest.fixture
def state(xero, invoice):
    def read():
        shown = xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]
        return shown["Status"], shown["AmountPaid"], shown["AmountDue"]

    return read


def delete(xero, answer):
    return xero.post(f"Payments/{answer.json()['Payments'][0]['PaymentID']}", json={"Status": "DELETED"})


def test_a_part_payment_leaves_the_invoice_authorised(pay, state):
    pay(10)

    assert state() == ("AUTHORISED", 10, 100)


def test_the_last_payment_makes_it_paid(xero, invoice, pay, state):
    pay(10)
    pay(100)

    assert state() == ("PAID", 110, 0)
    shown = xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]
    assert [payment["Amount"] for payment in shown["Payments"]] == [10, 100]
    assert "FullyPaidOnDate" in shown


def test_more_than_is_due_is_refused(pay, messages):
    assert messages(pay(110.01)) == ["Payment amount exceeds the amount outstanding on this document"]


def test_two_payments_in_one_request_count_together(xero, invoice, pay, state):
    one = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "090"},
        "Amount": 60,
        "Date": "2026-11-21",
    }
    answer = xero.put("Payments?summarizeErrors=false", json={"Payments": [one, one]}).json()

    assert [payment["StatusAttributeString"] for payment in answer["Payments"]] == ["OK", "ERROR"]
    assert state() == ("AUTHORISED", 60, 50)


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_only_authorised_documents_take_payments(xero, approved_invoice, pay, messages, status):
    draft = xero.put("Invoices", json=approved_invoice(Status=status)).json()["Invoices"][0]

    assert messages(pay(1, Invoice={"InvoiceID": draft["InvoiceID"]})) == [
        "Payments can only be made against Authorised documents"
    ]


def test_a_paid_invoice_takes_no_more(pay, messages):
    pay(110)

    assert messages(pay(1)) == ["Payments can only be made against Authorised documents"]


@pytest.mark.parametrize(
    ("account", "status"),
    [({"Code": "090"}, 200), ({"Code": "835"}, 200), ({"Code": "200"}, 400), ({"Code": "999"}, 400), ({}, 400)],
)
def test_the_account_is_a_bank_or_has_payments_enabled(pay, account, status):
    assert pay(1, Account=account).status_code == status


def test_a_bank_account_without_a_code_is_named_by_id(world, pay):
    bank = world.first_books.accounts.find("code", "090")[0]
    edits.edit_xero(world, "accounts", bank.id, code="")

    assert pay(1, Account={"AccountID": bank.id}).status_code == 200


def test_the_invoice_may_be_named_by_its_number(invoice, pay):
    assert pay(1, Invoice={"InvoiceNumber": invoice["InvoiceNumber"]}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"Invoice": {}},
        {"CreditNote": {"CreditNoteID": "x"}},
        {"Amount": 0},
        {"Amount": -5},
        {"Amount": 0.001},
        {"Amount": None},
    ],
)
def test_wrong_payments_are_refused(pay, fields):
    assert pay(**fields).status_code == 400


def test_a_long_reference_comes_back_unchanged(pay):
    assert pay(1, Reference="r" * 300).json()["Payments"][0]["Reference"] == "r" * 300


def test_a_payment_is_deleted_by_its_status_and_the_invoice_opens_again(xero, pay, state):
    answer = pay(110)
    gone = delete(xero, answer)

    assert gone.json()["Payments"][0]["Status"] == "DELETED"
    assert state() == ("AUTHORISED", 0, 110)


def test_a_payment_cannot_be_updated(xero, pay):
    made = pay(10).json()["Payments"][0]

    assert xero.post(f"Payments/{made['PaymentID']}", json={"Amount": 20}).status_code == 400


def test_a_deleted_payment_cannot_be_deleted_again(xero, pay):
    answer = pay(10)
    delete(xero, answer)

    assert delete(xero, answer).status_code == 400


def test_a_payment_of_a_batch_cannot_be_deleted(xero, world, pay, messages):
    answer = pay(10)
    edits.edit_xero(world, "payments", answer.json()["Payments"][0]["PaymentID"], batch_payment_id=world.new_id())

    assert messages(delete(xero, answer)) == ["Payments within a batch cannot be deleted."]


def test_a_reconciled_payment_cannot_be_deleted(xero, pay):
    assert delete(xero, pay(10, IsReconciled=True)).status_code == 400


def test_deleted_payments_come_back_as_changes(xero, clock, pay):
    answer = pay(10)
    clock.advance(60)
    delete(xero, answer)
    changed = xero.get("Payments", headers={"If-Modified-Since": "2026-11-22T01:00:30"}).json()["Payments"]

    assert [payment["Status"] for payment in changed] == ["DELETED"]


def test_a_payment_bumps_its_invoice(xero, invoice, clock, pay):
    clock.advance(60)
    pay(10)
    changed = xero.get("Invoices", headers={"If-Modified-Since": "2026-11-22T01:00:30"}).json()["Invoices"]

    assert [row["InvoiceID"] for row in changed] == [invoice["InvoiceID"]]


def test_payments_are_filtered_by_type_invoice_and_reference(xero, invoice, pay):
    pay(10)

    def count(where):
        return len(xero.get("Payments", params={"where": where, "page": 1}).json()["Payments"])

    assert count('PaymentType=="ACCRECPAYMENT"') == 1
    assert count('PaymentType=="ACCPAYPAYMENT"') == 0
    assert count(f'Invoice.InvoiceID==guid("{invoice["InvoiceID"]}")') == 1
    assert count('Reference=="PT-PAY-1" AND Status=="AUTHORISED"') == 1


def test_a_payment_shows_the_head_of_its_invoice(invoice, pay):
    shown = pay(10, "POST").json()["Payments"][0]

    assert shown["Invoice"]["InvoiceNumber"] == invoice["InvoiceNumber"]
    assert (shown["PaymentType"], shown["Account"]["Code"], shown["HasAccount"]) == ("ACCRECPAYMENT", "090", True)


def test_a_credit_lowers_what_is_due_without_any_payment(xero, world, invoice, state):
    edits.credit_invoice(world, invoice["InvoiceID"], 10)

    assert state() == ("AUTHORISED", 0, 100)
    assert xero.get("Payments").json()["Payments"] == []


def test_an_unknown_payment_is_a_404(xero):
    assert xero.get("Payments/nope").status_code == 404
