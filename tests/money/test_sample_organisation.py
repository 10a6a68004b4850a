"""The sample organisation end to end over HTTP: every invoice arrives once and to the cent, or is held by name."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from reconcile.invoicing.reasons import REASONS
from reconcile.store import tables
from reconcile.store.engine import reading

from .conftest import BOTH_POLICIES, SAMPLES, Office


@pytest.fixture(scope="module")
def office(make_office, read_truth):
    office = make_office(SAMPLES)
    office.sandbox.world.settings.limits.minute = 100_000
    office.configure(policies=BOTH_POLICIES, reimbursement_account="260")
    office.pull_everything()
    office.link("contacts", *read_truth("contacts"))
    office.link("products", *read_truth("products"))
    office.already_there = {i.id for i in office.xero_invoices().values()}
    first = office.night()
    office.clock.ahead += timedelta(minutes=2)  # so that the minute's calls to Xero are there again
    office.tallies = [first, office.night()]
    return office


def sent_now(office: Office):
    return {n: i for n, i in office.xero_invoices().items() if i.id not in office.already_there}


def test_every_invoice_has_a_state_and_every_held_one_a_reason_and_a_remedy(office):
    rows = office.rows().values()
    held = [row for row in rows if row["state"] == "held"]

    assert {row["state"] for row in rows} == {"sent", "held", "ignored", "waiting"}
    assert all(row["proposal_id"] for row in rows if row["state"] == "waiting")
    assert len(held) > 50
    assert all(row["reason"] in REASONS and row["remedy"] and row["details"] for row in held)
    assert {"before_lock_date", "contact_not_linked", "total_differs", "number_taken", "zero_lines"} <= {
        row["reason"] for row in held
    }


def test_what_was_sent_is_equal_to_the_cent(office):
    rows = {row["xero_number"]: row for row in office.rows().values() if row["xero_id"]}
    sent = sent_now(office)

    assert len(sent) > 100
    for number, invoice in sent.items():
        assert (invoice.total, invoice.total_tax) == (Decimal(rows[number]["total"]), Decimal(rows[number]["gst"])), (
            number
        )


def test_each_invoice_was_created_exactly_once(office):
    sent = sent_now(office).values()
    created = [call for call in office.writes("/Invoices") if call.method == "PUT"]

    assert office.tallies[0]["invoices to xero"].done == len(sent)
    assert max(Counter(invoice.reference for invoice in sent).values()) == 1
    assert len(created) <= len(sent) // 40 + 1


def test_pooltrackr_knows_the_xero_invoice_and_its_number(office):
    row = next(row for row in office.rows().values() if row["xero_id"] and row["xero_id"] not in office.already_there)
    told = office.pooltrackr("GET", f"invoices/{row['pooltrackr_id']}")

    assert (told["xero_invoice_id"], told["xero_number"]) == (row["xero_id"], row["xero_number"])
    assert told["external_status"] == "synced"


def test_no_payment_is_doubled_or_above_what_is_due(office):
    live = [payment for payment in office.xero_payments() if payment.status != "DELETED"]
    ours = Counter(payment.reference for payment in live if payment.reference.startswith("PT-"))

    assert len(ours) > 50
    assert max(ours.values()) == 1
    assert all(invoice.amount_due >= 0 for invoice in office.xero_invoices().values())


def test_a_third_night_writes_nothing(office):
    before = len(office.writes())
    office.clock.ahead += timedelta(minutes=2)
    office.night()

    assert office.writes()[before:] == []


def test_only_the_linked_contact_id_names_the_customer(office):
    with reading(office.services.engine) as session:
        query = select(tables.PushOperation.body).where(
            tables.PushOperation.org_id == office.services.org_id,
            tables.PushOperation.entity == "invoices",
            tables.PushOperation.verb == "create",
        )
        contacts = [json.loads(body)["Contact"] for body in session.exec(query)]

    assert len(contacts) > 100
    assert {tuple(contact) for contact in contacts} == {("ContactID",)}
