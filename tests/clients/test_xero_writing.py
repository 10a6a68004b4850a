"""Writing to Xero: what is sent, and what every element of the answer means."""

import json
from decimal import Decimal

import httpx
import pytest

from reconcile.clients.xero import XeroClient
from reconcile.errors import BadData, Conflict, ReconcileError, TargetGone, TargetTaken, Unknown
from reconcile.ports import Write

NOBODY = "00000000-0000-0000-0000-000000000000"


def create(name, number="", key="k"):
    body = {"Name": name} | ({"ContactNumber": number} if number else {})
    return Write("contacts", "create", body, key=key, stamp=number)


def shown(contact_id, **fields):
    return {"ContactID": contact_id, **fields}


def answer(*elements):
    return {"Contacts": list(elements)}


def test_creating_is_put_and_says_how_errors_shall_come(wired):
    session, wire = wired(answer(shown("c-1", Name="Ann", ContactNumber="PT-1")))

    made = XeroClient(session, "t-1").send(create("Ann", "PT-1", key="key-1"))

    (request,) = wire.requests
    assert (request.method, request.url.path) == ("PUT", "/api.xro/2.0/Contacts")
    assert dict(request.url.params) == {"summarizeErrors": "false"}
    assert json.loads(request.read()) == {"Contacts": [{"Name": "Ann", "ContactNumber": "PT-1"}]}
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["xero-tenant-id"] == "t-1"
    assert (made.id, made.contact_number) == ("c-1", "PT-1")


def test_changing_goes_to_the_records_own_address_never_by_name(wired):
    session, wire = wired(answer(shown("c-1", ContactNumber="PT-1")))

    XeroClient(session).send(Write("contacts", "update", {"ContactNumber": "PT-1"}, key="k", target_id="c-1"))

    (request,) = wire.requests
    assert (request.method, request.url.path) == ("POST", "/api.xro/2.0/Contacts/c-1")
    assert json.loads(request.read()) == {"Contacts": [{"ContactID": "c-1", "ContactNumber": "PT-1"}]}


def test_voiding_and_deleting_send_a_status_and_nothing_else(wired):
    session, wire = wired(
        {"Invoices": [{"InvoiceID": "i-1", "Status": "VOIDED"}]},
        {"Payments": [{"PaymentID": "p-1", "Status": "DELETED"}]},
    )
    client = XeroClient(session)

    assert client.send(Write("invoices", "void", key="k1", target_id="i-1")).status == "VOIDED"
    assert client.send(Write("payments", "delete", key="k2", target_id="p-1")).status == "DELETED"

    assert [json.loads(r.read()) for r in wire.requests] == [
        {"Invoices": [{"InvoiceID": "i-1", "Status": "VOIDED"}]},
        {"Status": "DELETED"},
    ]
    assert dict(wire.requests[0].url.params) == {"summarizeErrors": "false", "unitdp": "4"}


def test_money_in_a_body_is_written_as_it_is(wired):
    session, wire = wired({"Invoices": [{"InvoiceID": "i-1"}]})

    XeroClient(session).send(Write("invoices", "create", {"LineItems": [{"UnitAmount": Decimal("0.10")}]}, key="k"))

    assert b'"0.10"' in wire.requests[0].read()


@pytest.mark.parametrize(
    "write",
    [
        Write("products", "create", {"Code": "X"}),
        Write("accounts", "update", {"Code": "X"}, target_id="a"),
        Write("payments", "update", {"Amount": 1}, target_id="p"),
        Write("payments", "void", target_id="p"),
        Write("contacts", "delete", target_id="c"),
    ],
)
def test_what_xero_does_not_do_is_refused_before_anything_is_sent(wired, write):
    session, wire = wired({})

    with pytest.raises(BadData):
        XeroClient(session).send(write)
    assert wire.requests == []


def batch(wired, *elements):
    session, wire = wired(answer(*elements))
    writes = (create("Ann", "PT-1"), create("Bob", "PT-2"), create("Cy", "PT-3"))
    return XeroClient(session).send_batch(writes, "batch-key"), wire


def test_a_batch_is_one_request_with_one_key(wired):
    elements = [shown(f"c-{n}", ContactNumber=f"PT-{n}") for n in (1, 2, 3)]
    outcomes, wire = batch(wired, *elements)

    assert [outcome.id for outcome in outcomes] == ["c-1", "c-2", "c-3"]
    assert [r.headers["idempotency-key"] for r in wire.requests] == ["batch-key"]


def test_elements_in_another_order_are_put_in_ours(wired):
    elements = [shown(f"c-{n}", ContactNumber=f"PT-{n}") for n in (3, 1, 2)]

    assert [outcome.id for outcome in batch(wired, *elements)[0]] == ["c-1", "c-2", "c-3"]


def test_each_element_is_settled_for_itself(wired):
    taken = "The contact name Bob is already assigned to another contact. The contact name must be unique ..."
    outcomes, _ = batch(
        wired,
        shown("c-1", ContactNumber="PT-1", StatusAttributeString="OK"),
        shown(NOBODY, StatusAttributeString="ERROR", ValidationErrors=[{"Message": taken}]),
        shown("c-3", ContactNumber="PT-3", StatusAttributeString="WARNING", Warnings=[{"Message": "mind"}]),
    )

    assert (outcomes[0].id, type(outcomes[1]), outcomes[2].id) == ("c-1", TargetTaken, "c-3")


def test_an_element_that_is_missing_or_cannot_be_placed_is_unknown(wired):
    outcomes, _ = batch(wired, shown("c-1", ContactNumber="PT-1"), shown("c-3", ContactNumber="PT-3"))

    assert [type(outcome).__name__ for outcome in outcomes] == ["Contact", "Unknown", "Contact"]


def test_two_elements_for_one_write_are_unknown(wired):
    outcomes, _ = batch(
        wired, *(shown(f"c-{n}", ContactNumber="PT-1") for n in (1, 2)), shown("c-3", ContactNumber="PT-3")
    )

    assert [type(outcome).__name__ for outcome in outcomes] == ["Unknown", "Unknown", "Contact"]


@pytest.mark.parametrize("body", [{}, [], {"Contacts": None}, {"Contacts": ["x"]}, {"Contacts": []}, "x", 7])
def test_an_answer_that_says_nothing_is_unknown(wired, body):
    session, _ = wired(httpx.Response(200, json=body))

    with pytest.raises(Unknown):
        XeroClient(session).send(create("Ann", "PT-1"))


@pytest.mark.parametrize(
    "element",
    [
        {"ContactID": NOBODY, "Name": "Ann"},
        {"Name": "Ann"},
        {"ContactID": "c-1", "UpdatedDateUTC": "soon"},
        {"ContactID": "c-1", "ContactNumber": "PT-9"},
    ],
)
def test_an_element_without_a_proper_record_is_unknown(wired, element):
    session, _ = wired(answer(element))

    with pytest.raises(Unknown):
        XeroClient(session).send(create("Ann", "PT-1"))


@pytest.mark.parametrize(
    "mark",
    [
        {"StatusAttributeString": "ERROR"},
        {"HasErrors": True},
        {"HasValidationErrors": "true"},
        {"ValidationErrors": [{"Message": "no"}]},
        {"ValidationErrors": [{"Description": "no"}]},
    ],
)
def test_an_error_in_a_200_is_an_error(wired, mark):
    session, _ = wired(answer(shown("c-1", Name="Ann", **mark)))

    with pytest.raises(BadData):
        XeroClient(session).send(create("Ann"))


def test_batches_are_of_one_kind_and_at_most_fifty(wired):
    client = XeroClient(wired({})[0])

    assert client.send_batch((), "k") == ()
    with pytest.raises(ValueError, match="50"):
        client.send_batch(tuple(create(f"n{n}") for n in range(51)), "k")
    with pytest.raises(ValueError, match="one entity and verb"):
        client.send_batch((create("a"), Write("contacts", "update", {}, target_id="c")), "k")


def refused(wired, sentence, body=None, status=400):
    elements = [{"ContactID": NOBODY, **(body or {}), "ValidationErrors": [{"Message": sentence}]}]
    error = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred"}
    session, _ = wired(httpx.Response(status, json={**error, "Elements": elements}))
    with pytest.raises(ReconcileError) as caught:
        XeroClient(session).send(Write("contacts", "create", body or {"Name": "Ann"}, key="k"))
    return caught.value


def test_a_400_is_explained_by_its_elements(wired):
    sentence = "The contact with the specified contact details has been archived. The contact must be un-archived ..."

    error = refused(wired, sentence)

    assert type(error) is TargetGone
    assert "Restore the contact" in error.remedy


def test_a_sentence_that_nobody_knows_is_shown_without_names(wired):
    person = {
        "Name": "Canary Person",
        "EmailAddress": "canary@example.test",
        "Phones": [{"PhoneNumber": "0491 570 006"}],
    }

    error = refused(wired, "Quux: canary PERSON <other.canary@example.test> 0491570156 is not on", person)

    assert type(error) is BadData
    assert "Quux: … <…> … is not on" in error.message
    assert "canary" not in str(error).casefold()


def test_a_400_without_any_reason_is_bad_data(wired):
    session, _ = wired(httpx.Response(400, text="nope"))

    with pytest.raises(BadData, match="no reason was given"):
        XeroClient(session).send(create("Ann"))


def test_a_409_is_a_conflict(wired):
    session, _ = wired(httpx.Response(409, json={}))

    with pytest.raises(Conflict):
        XeroClient(session).send(create("Ann"))
