"""One request, many elements: summarizeErrors both ways, and bodies that Xero does not process."""

import pytest

GOOD, BAD = {"Name": "Good"}, {"Name": "Bad <"}


def put(xero, *elements, query=""):
    return xero.put(f"Contacts{query}", json={"Contacts": list(elements)})


def test_summarize_errors_false_answers_200_with_a_status_per_element_in_order(xero):
    answer = put(xero, BAD, GOOD, query="?summarizeErrors=false")
    bad, good = answer.json()["Contacts"]

    assert answer.status_code == 200
    assert (bad["StatusAttributeString"], good["StatusAttributeString"]) == ("ERROR", "OK")
    assert bad["ContactID"] == "00000000-0000-0000-0000-000000000000"
    assert bad["HasValidationErrors"] is True
    assert len(xero.get("Contacts").json()["Contacts"]) == 1


def test_summarised_errors_answer_400_with_the_refused_elements_only(xero):
    answer = put(xero, BAD, GOOD, query="?summarizeErrors=true")

    assert answer.status_code == 400
    assert answer.json()["Type"] == "ValidationException"
    assert [element["Name"] for element in answer.json()["Elements"]] == ["Bad <"]


def test_summarised_errors_save_nothing_unless_switched(xero, settings):
    put(xero, GOOD, BAD, query="?summarizeErrors=true")
    nothing = xero.get("Contacts").json()["Contacts"]
    settings.good_rows_saved_when_summarised = True
    put(xero, GOOD, BAD, query="?summarizeErrors=true")

    assert (nothing, len(xero.get("Contacts").json()["Contacts"])) == ([], 1)


def test_what_was_undone_leaves_no_event_and_no_name(xero, world):
    put(xero, GOOD, BAD)

    assert world.first_books.events == []
    assert put(xero, GOOD).status_code == 200


@pytest.mark.parametrize(("default", "status"), [(True, 400), (False, 200)])
def test_the_undocumented_default_can_be_switched(xero, settings, default, status):
    settings.summarize_errors_default = default

    assert put(xero, BAD).status_code == status


def test_sdks_send_booleans_capitalised(xero):
    assert put(xero, BAD, query="?summarizeErrors=False").status_code == 200


def test_two_elements_with_one_name_do_not_both_get_it(xero):
    statuses = [
        c["StatusAttributeString"] for c in put(xero, GOOD, GOOD, query="?summarizeErrors=false").json()["Contacts"]
    ]

    assert statuses == ["OK", "ERROR"]


def test_a_bare_object_is_accepted(xero):
    assert xero.put("Contacts", json=GOOD).status_code == 200


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"Contacts":[]}', b'{"Contacts":[1]}', b"{", b"", b'"x"', b"[" * 5000]
)
def test_a_body_without_elements_is_refused(xero, body):
    answer = xero.put("Contacts", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["Type"]) == (400, "PostDataInvalidException")


def test_a_wrong_element_in_a_batch_of_fifty_names_only_itself(xero):
    elements = [{"Name": f"Contact {number}"} for number in range(49)] + [BAD]
    answer = put(xero, *elements, query="?summarizeErrors=false").json()["Contacts"]

    assert [c["Name"] for c in answer if c["StatusAttributeString"] == "ERROR"] == ["Bad <"]


def test_a_request_has_at_most_ten_megabytes(xero):
    assert xero.put("Contacts", content=b" " * 10_000_001).status_code == 413


def test_every_answer_carries_a_correlation_id(xero):
    ids = {xero.get("Contacts").headers["xero-correlation-id"] for _ in range(3)}

    assert len(ids) == 3
