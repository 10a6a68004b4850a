"""Bank transactions (Stripe fees), credit notes and history notes."""

from datetime import date
from decimal import Decimal

import pytest

from reconcile.sandbox.xero.records import CreditNote


@pytest.fixture
def fee(xero, contact):
    def post(**fields):
        line = {"Description": "Stripe fee", "Quantity": 1, "UnitAmount": 0.94, "AccountCode": "404"}
        body = {
            "Type": "SPEND",
            "BankAccount": {"Code": "095"},
            "Contact": {"ContactID": contact["ContactID"]},
            "Reference": "po_1",
            "LineAmountTypes": "Inclusive",
            "LineItems": [line],
        }
        return xero.put("BankTransactions", json=body | fields)

    return post


def test_a_fee_is_spent_from_a_bank_account(xero, fee):
    made = fee().json()["BankTransactions"][0]

    assert (made["Total"], made["Status"], made["DateString"]) == (0.94, "AUTHORISED", "2026-11-22T00:00:00")
    assert xero.get(f"BankTransactions/{made['BankTransactionID']}").json()["BankTransactions"][0] == made


@pytest.mark.parametrize(
    "fields", [{"Type": "GIVE"}, {"BankAccount": {"Code": "200"}}, {"LineItems": []}, {"Contact": None}]
)
def test_wrong_bank_transactions_are_refused(fee, fields):
    assert fee(**fields).status_code == 400


def test_a_bank_transaction_is_deleted_by_status(xero, fee):
    made = fee().json()["BankTransactions"][0]
    path = f"BankTransactions/{made['BankTransactionID']}"

    assert xero.post(path, json={"Status": "DELETED"}).json()["BankTransactions"][0]["Status"] == "DELETED"
    assert xero.post(path, json={"Reference": "x"}).status_code == 400


def test_a_reconciled_bank_transaction_cannot_be_deleted(xero, fee):
    made = fee(IsReconciled=True).json()["BankTransactions"][0]
    answer = xero.post("BankTransactions", json={"BankTransactionID": made["BankTransactionID"], "Status": "DELETED"})

    assert answer.status_code == 400


def test_bank_transactions_are_listed_with_lines_only_when_paged(xero, fee):
    fee()
    lists = [xero.get(f"BankTransactions{query}").json()["BankTransactions"][0] for query in ("", "?page=1")]

    assert [len(entry["LineItems"]) for entry in lists] == [0, 1]


def test_credit_notes_are_read(xero, world, contact):
    note = CreditNote("11111111-1111-4111-8111-111111111111", 1, "ACCRECCREDIT", "CN-1", contact["ContactID"],
                      "AUTHORISED", date(2026, 11, 1), total=Decimal("11.00"), remaining=Decimal("11.00"))  # fmt: skip
    world.first_books.credit_notes.put(note)

    assert xero.get("CreditNotes?page=1").json()["CreditNotes"][0]["RemainingCredit"] == 11
    assert xero.get(f"CreditNotes/{note.id}").json()["CreditNotes"][0]["CreditNoteNumber"] == "CN-1"
    assert xero.get("CreditNotes/none").status_code == 404


def test_history_notes_are_appended(xero, invoice, clock):
    path = f"Invoices/{invoice['InvoiceID']}/History"
    for details in ("first", "second"):
        xero.put(path, json={"HistoryRecords": [{"Details": details}]})
    notes = xero.get(path).json()["HistoryRecords"]

    assert [(note["Details"], note["User"]) for note in notes] == [
        ("second", "System Generated"),
        ("first", "System Generated"),
    ]


def test_a_history_note_has_at_most_2500_characters(xero, invoice):
    path = f"Invoices/{invoice['InvoiceID']}/History"

    assert xero.put(path, json={"HistoryRecords": [{"Details": "x" * 2501}]}).status_code == 400
    assert xero.put("Invoices/nope/History", json={"HistoryRecords": [{"Details": "x"}]}).status_code == 404
