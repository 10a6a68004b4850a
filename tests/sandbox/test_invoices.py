"""Invoices: numbers, statuses, due dates, lines, what a paid one lets you edit, lock dates."""

from dataclasses import replace
from datetime import date

import pytest

ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes."
)


def make(xero, body):
    return xero.put("Invoices", json=body).json()["Invoices"][0]


def pay(xero, invoice, amount):
    body = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "090"},
        "Amount": amount,
        "Date": "2026-11-21",
    }
    return xero.put("Payments", json=body)


def change(xero, invoice, **fields):
    return xero.post(f"Invoices/{invoice['InvoiceID']}", json=fields)


def test_a_number_left_out_is_given_by_xero(xero, approved_invoice):
    assert [make(xero, approved_invoice())["InvoiceNumber"] for _ in range(2)] == ["INV-0001", "INV-0002"]


def test_a_given_number_skips_the_automatic_one(xero, approved_invoice):
    make(xero, approved_invoice(InvoiceNumber="INV-0001"))

    assert make(xero, approved_invoice())["InvoiceNumber"] == "INV-0002"


def test_put_refuses_a_number_that_exists(xero, approved_invoice, messages):
    make(xero, approved_invoice(InvoiceNumber="A1"))

    assert messages(xero.put("Invoices", json=approved_invoice(InvoiceNumber="A1"))) == ["Invoice # must be unique."]


def test_the_number_of_a_voided_invoice_stays_taken_unless_switched(xero, approved_invoice, settings):
    change(xero, make(xero, approved_invoice(InvoiceNumber="A1")), Status="VOIDED")
    taken = xero.put("Invoices", json=approved_invoice(InvoiceNumber="A1")).status_code
    settings.voided_numbers_stay_taken = False

    assert (taken, xero.put("Invoices", json=approved_invoice(InvoiceNumber="A1")).status_code) == (400, 200)


def test_bills_may_share_a_number(xero, approved_invoice):
    lines = [{"Description": "Hose", "Quantity": 1, "UnitAmount": 5, "AccountCode": "429", "TaxType": "INPUT"}]
    body = approved_invoice(Type="ACCPAY", InvoiceNumber="B1", LineItems=lines)

    assert [xero.put("Invoices", json=body).status_code for _ in range(2)] == [200, 200]


def test_post_with_an_existing_number_edits_that_invoice(xero, approved_invoice):
    first = make(xero, approved_invoice(InvoiceNumber="A1"))
    answer = xero.post("Invoices", json=approved_invoice(InvoiceNumber="A1", Reference="again")).json()

    assert (answer["Invoices"][0]["InvoiceID"], answer["Invoices"][0]["Reference"]) == (first["InvoiceID"], "again")


def test_a_draft_needs_no_due_date_but_an_approved_one_does(xero, approved_invoice):
    assert xero.put("Invoices", json=approved_invoice(DueDate=None, Status="DRAFT")).status_code == 200
    assert xero.put("Invoices", json=approved_invoice(DueDate=None)).status_code == 400


def test_the_date_defaults_to_today_in_the_organisations_time_zone(xero, new_token, approved_invoice, clock):
    clock.advance(13 * 3600)  # 14:00 in UTC, past midnight in Sydney
    xero.headers["Authorization"] = f"Bearer {new_token()}"
    made = make(xero, approved_invoice(Date=None))

    assert made["DateString"] == "2026-11-23T00:00:00"


@pytest.mark.parametrize(
    "fields",
    [
        {"Type": "SALE"},
        {"Status": "PAID"},
        {"Status": "VOIDED"},
        {"LineItems": []},
        {"Contact": None},
        {"Contact": {"ContactID": "00000000-0000-0000-0000-000000000000"}},
        {"LineAmountTypes": "Gross"},
        {"CurrencyCode": "EUR"},
        {"Reference": "x" * 256},
        {"InvoiceNumber": "№ 1"},
        {"Url": "https://xero.example.com/1"},
        {"LineItems": [{"Description": "No account", "Quantity": 1, "UnitAmount": 1}]},
        {"LineItems": [{"Description": "Only a note"}]},
        {"LineItems": [{"Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}]},
        {"LineItems": [{"Description": "x", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200", "TaxType": "WHAT"}]},
        {"LineItems": [{"Description": "x", "ItemCode": "NONE", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}]},
        {"LineItems": [{"Description": "x", "Quantity": 1, "UnitAmount": "10000000000", "AccountCode": "200"}]},
    ],
)
def test_wrong_invoices_are_refused(xero, approved_invoice, fields):
    assert xero.put("Invoices", json=approved_invoice(**fields)).status_code == 400


def test_messages_for_accounts_and_tax(xero, approved_invoice, messages):
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 1, "TaxType": "OUTPUT"}
    removed = approved_invoice(LineItems=[line | {"AccountCode": "476"}])
    wrong = approved_invoice(LineItems=[line | {"AccountCode": "200", "TaxType": "INPUT"}])
    none = approved_invoice(LineItems=[line])

    assert messages(xero.put("Invoices", json=removed)) == [
        "Account code '476' has been removed as it does not match a recognised account."
    ]
    assert messages(xero.put("Invoices", json=wrong)) == [
        "The TaxType code 'INPUT' cannot be used with account code '200'."
    ]
    assert messages(xero.put("Invoices", json=none)) == ["Account code must be specified"]


def test_an_archived_contact_cannot_be_invoiced(xero, contact, approved_invoice, messages):
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})

    assert messages(xero.put("Invoices", json=approved_invoice())) == [ARCHIVED]


def test_an_invoice_with_an_unknown_contact_name_makes_a_contact(xero, approved_invoice):
    made = make(xero, approved_invoice(Contact={"Name": "Marie Smith"}))

    assert xero.get(f"Contacts/{made['Contact']['ContactID']}").json()["Contacts"][0]["Name"] == "Marie Smith"


def test_an_invoice_by_contact_name_goes_to_the_namesake(xero, contact, approved_invoice):
    made = make(xero, approved_invoice(Contact={"Name": "MARY SMITH"}))

    assert made["Contact"]["ContactID"] == contact["ContactID"]


def test_extra_contact_fields_in_an_invoice_change_the_contact_and_drop_its_people(xero, contact, approved_invoice):
    path = f"Contacts/{contact['ContactID']}"
    xero.post(path, json={"ContactPersons": [{"FirstName": "Ann"}]})
    make(xero, approved_invoice(Contact={"ContactID": contact["ContactID"], "EmailAddress": "x@example.com"}))
    shown = xero.get(path).json()["Contacts"][0]

    assert (shown["EmailAddress"], shown["ContactPersons"]) == ("x@example.com", [])


@pytest.mark.parametrize(
    ("start", "wanted", "legal"),
    [
        ("DRAFT", "SUBMITTED", True),
        ("DRAFT", "AUTHORISED", True),
        ("DRAFT", "DELETED", True),
        ("DRAFT", "VOIDED", False),
        ("DRAFT", "PAID", False),
        ("SUBMITTED", "DRAFT", True),
        ("SUBMITTED", "AUTHORISED", True),
        ("SUBMITTED", "DELETED", True),
        ("SUBMITTED", "VOIDED", False),
        ("AUTHORISED", "VOIDED", True),
        ("AUTHORISED", "DRAFT", False),
        ("AUTHORISED", "DELETED", False),
        ("AUTHORISED", "PAID", False),
    ],
)
def test_invoice_status_machine(xero, approved_invoice, start, wanted, legal):
    answer = change(xero, make(xero, approved_invoice(Status=start)), Status=wanted)

    assert answer.status_code == (200 if legal else 400)


@pytest.mark.parametrize("end", ["DELETED", "VOIDED"])
def test_a_deleted_or_voided_invoice_cannot_be_changed(xero, approved_invoice, messages, end):
    made = make(xero, approved_invoice(Status="DRAFT" if end == "DELETED" else "AUTHORISED"))
    change(xero, made, Status=end)

    assert messages(change(xero, made, Reference="x")) == ["Invoice not of valid status for modification"]


def test_an_invoice_with_a_payment_cannot_be_voided(xero, invoice, messages):
    pay(xero, invoice, 10)

    assert messages(change(xero, invoice, Status="VOIDED")) == [
        "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it."
    ]


def test_a_line_with_its_id_is_updated_one_without_is_new_one_left_out_is_deleted(xero, approved_invoice):
    line = {"Quantity": 1, "UnitAmount": 11, "AccountCode": "200", "TaxType": "OUTPUT"}
    made = make(xero, approved_invoice(LineItems=[line | {"Description": name} for name in ("one", "two")]))
    first = made["LineItems"][0]["LineItemID"]
    sent = [{"LineItemID": first, "Description": "uno"}, line | {"Description": "three"}]
    lines = change(xero, made, LineItems=sent).json()["Invoices"][0]["LineItems"]

    assert [(row["Description"], row["UnitAmount"]) for row in lines] == [("uno", 11), ("three", 11)]
    assert lines[0]["LineItemID"] == first
    assert lines[1]["LineItemID"] not in {row["LineItemID"] for row in made["LineItems"]}


def test_lines_without_ids_are_deleted_and_made_anew(xero, approved_invoice):
    made = make(xero, approved_invoice())
    sent = [{k: v for k, v in row.items() if k != "LineItemID"} for row in made["LineItems"]]
    lines = change(xero, made, LineItems=sent).json()["Invoices"][0]["LineItems"]

    assert {row["LineItemID"] for row in lines}.isdisjoint({row["LineItemID"] for row in made["LineItems"]})


def test_a_status_only_change_keeps_the_lines(xero, approved_invoice):
    made = make(xero, approved_invoice(Status="DRAFT"))
    changed = change(xero, made, Status="AUTHORISED").json()["Invoices"][0]

    assert (changed["Status"], changed["LineItems"]) == ("AUTHORISED", made["LineItems"])


def test_a_paid_invoice_lets_labels_change(xero, invoice):
    pay(xero, invoice, 110)
    line = {
        "LineItemID": invoice["LineItems"][0]["LineItemID"],
        "Description": "Pool clean, July",
        "AccountCode": "260",
    }
    answer = change(xero, invoice, Reference="R2", DueDate="2026-12-31", InvoiceNumber="N2", LineItems=[line])

    assert answer.status_code == 200
    assert answer.json()["Invoices"][0]["Status"] == "PAID"


@pytest.mark.parametrize(
    "fields",
    [
        {"Date": "2026-11-01"},
        {"LineAmountTypes": "Exclusive"},
        {
            "LineItems": [
                {"Description": "Another", "Quantity": 1, "UnitAmount": 110, "AccountCode": "200"},
                {"Description": "x"},
            ]
        },
        {"LineItems": [{"Description": "Pool clean", "Quantity": 2, "UnitAmount": 55, "AccountCode": "200"}]},
    ],
)
def test_a_part_paid_invoice_lets_no_money_change(xero, invoice, messages, fields):
    pay(xero, invoice, 10)

    assert messages(change(xero, invoice, **fields)) == [
        "This document cannot be edited as it has a payment or credit note allocated to it."
    ]


def test_a_new_due_date_of_a_part_paid_invoice_does_not_bump_its_date(xero, invoice, clock):
    pay(xero, invoice, 10)
    before = xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]["UpdatedDateUTC"]
    clock.advance(60)
    quiet = change(xero, invoice, DueDate="2026-12-31").json()["Invoices"][0]["UpdatedDateUTC"]
    loud = change(xero, invoice, Reference="x").json()["Invoices"][0]["UpdatedDateUTC"]

    assert quiet == before != loud


@pytest.fixture
def locked(world):
    books = world.first_books
    books.organisation = replace(books.organisation, period_lock_date=date(2026, 10, 31))


def test_a_document_in_a_locked_period_is_refused(xero, locked, approved_invoice, messages):
    assert messages(xero.put("Invoices", json=approved_invoice(Date="2026-10-31"))) == [
        "The document date cannot be before the period lock date, currently set at 31 October 2026"
    ]
    assert xero.put("Invoices", json=approved_invoice(Date="2026-11-01")).status_code == 200


def test_an_invoice_cannot_be_changed_or_moved_into_a_locked_period(xero, invoice, world, locked):
    into = change(xero, invoice, Date="2026-10-01").status_code
    world.first_books.organisation = replace(world.first_books.organisation, end_of_year_lock_date=date(2026, 11, 20))

    assert (into, change(xero, invoice, Status="VOIDED").status_code) == (400, 400)


def test_a_line_takes_price_account_and_text_from_its_item(xero, approved_invoice):
    item = {
        "Code": "CHL",
        "Description": "Chlorine",
        "SalesDetails": {"UnitPrice": 22, "AccountCode": "260", "TaxType": "OUTPUT"},
    }
    xero.put("Items", json=item)
    line = make(xero, approved_invoice(LineItems=[{"ItemCode": "CHL", "Quantity": 3}]))["LineItems"][0]

    assert (line["Description"], line["UnitAmount"], line["AccountCode"], line["LineAmount"]) == (
        "Chlorine",
        22,
        "260",
        66,
    )


def test_an_unknown_invoice_is_a_404(xero):
    assert xero.get("Invoices/NOPE").status_code == 404


def test_a_small_plan_approves_only_so_many_invoices_a_month(xero, approved_invoice, settings, messages):
    settings.approved_invoices_a_month = 2
    for _ in range(2):
        make(xero, approved_invoice())
    draft = make(xero, approved_invoice(Status="DRAFT"))

    said = ["You have reached the limit of invoices you can approve"]
    assert messages(xero.put("Invoices", json=approved_invoice())) == said
    assert messages(change(xero, draft, Status="AUTHORISED")) == said
    assert xero.put("Invoices", json=approved_invoice(Date="2026-12-01")).status_code == 200


def test_an_online_invoice_is_there_once_approved(xero, invoice, approved_invoice):
    draft = make(xero, approved_invoice(Status="DRAFT"))
    shown = xero.get(f"Invoices/{invoice['InvoiceID']}/OnlineInvoice").json()["OnlineInvoices"]

    assert shown[0]["OnlineInvoiceUrl"].startswith("https://in.xero.com/")
    assert xero.get(f"Invoices/{draft['InvoiceID']}/OnlineInvoice").status_code == 400


def test_the_organisation_tells_what_the_user_may_do(xero):
    actions = {action["Name"]: action["Status"] for action in xero.get("Organisation/Actions").json()["Actions"]}

    assert (actions["CreateApprovedInvoice"], actions["UseMulticurrency"]) == ("ALLOWED", "NOT-ALLOWED")


def test_an_invoice_is_sent_to_the_contact_only_once_approved(xero, approved_invoice):
    sent = [
        make(xero, approved_invoice(Status=status, SentToContact=True))["SentToContact"]
        for status in ("DRAFT", "AUTHORISED")
    ]

    assert sent == [False, True]


def test_a_stated_tax_stays_when_only_the_text_of_its_line_changes(xero, approved_invoice):
    line = {
        "Description": "x",
        "Quantity": 1,
        "UnitAmount": 110,
        "AccountCode": "200",
        "TaxType": "OUTPUT",
        "TaxAmount": 9.99,
    }
    made = make(xero, approved_invoice(LineItems=[line]))
    kept = {"LineItemID": made["LineItems"][0]["LineItemID"]}
    relabelled = change(xero, made, LineItems=[kept | {"Description": "y"}]).json()["Invoices"][0]
    repriced = change(xero, made, LineItems=[kept | {"UnitAmount": 220}]).json()["Invoices"][0]

    assert (made["TotalTax"], relabelled["TotalTax"], repriced["TotalTax"]) == (9.99, 9.99, 20)
