"""Contacts behave as the documentation and the reports say (names, numbers, archive, merge, replaced parts)."""

import pytest

from reconcile.sandbox import edits

TAKEN = "The contact {0} {1} is already assigned to another contact. The contact {0} must be unique across all {2}."


def put(xero, **fields):
    return xero.put("Contacts", json={"Contacts": [fields]})


def read(xero, key):
    return xero.get(f"Contacts/{key}").json()["Contacts"][0]


def test_put_refuses_a_name_that_an_active_contact_has(xero, contact, messages):
    answer = put(xero, Name="Mary Smith")

    assert answer.status_code == 400
    assert messages(answer) == [TAKEN.format("name", "Mary Smith", "active contacts")]


def test_names_are_compared_without_case(xero, contact):
    assert put(xero, Name="MARY smith").status_code == 400


def test_name_is_unique_among_active_contacts_only(xero, contact):
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})

    assert put(xero, Name="Mary Smith").status_code == 200


def test_contact_number_is_unique_among_all_contacts_archived_too(xero, contact, messages):
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})
    answer = put(xero, Name="Another", ContactNumber="PT-1")

    assert messages(answer) == [TAKEN.format("number", "PT-1", "contacts")]


def test_account_number_is_unique(xero, messages):
    put(xero, Name="One", AccountNumber="A1")

    assert messages(put(xero, Name="Two", AccountNumber="A1")) == [
        "The Account Number already exists. Please enter a different Account Number."
    ]


def test_email_and_phone_may_be_shared(xero):
    shared = {"EmailAddress": "a@example.com", "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "0491570006"}]}

    assert [put(xero, Name=name, **shared).status_code for name in ("One", "Two")] == [200, 200]


def test_post_without_an_id_overwrites_the_contact_with_that_name(xero, contact):
    answer = xero.post("Contacts", json={"Name": "Mary Smith", "EmailAddress": "new@example.com"}).json()

    assert answer["Contacts"][0]["ContactID"] == contact["ContactID"]
    assert read(xero, "PT-1")["EmailAddress"] == "new@example.com"


def test_post_without_an_id_finds_by_contact_number_too(xero, contact):
    answer = xero.post("Contacts", json={"Name": "Mary Jones", "ContactNumber": "PT-1"}).json()

    assert answer["Contacts"][0]["ContactID"] == contact["ContactID"]


def test_post_by_name_can_be_switched_to_refusal(xero, contact, settings):
    settings.post_overwrites_by_name = False

    assert xero.post("Contacts", json={"Name": "Mary Smith"}).status_code == 400


def test_an_update_keeps_what_was_not_sent(xero, contact):
    xero.post(f"Contacts/{contact['ContactID']}", json={"FirstName": "Mary"})
    xero.post("Contacts", json={"ContactID": contact["ContactID"], "LastName": "Smith"})
    shown = read(xero, contact["ContactID"])

    assert (shown["FirstName"], shown["LastName"], shown["ContactNumber"]) == ("Mary", "Smith", "PT-1")


def test_a_rename_to_a_taken_name_is_refused(xero, contact):
    other = put(xero, Name="Bob").json()["Contacts"][0]

    assert xero.post(f"Contacts/{other['ContactID']}", json={"Name": "mary smith"}).status_code == 400


def test_a_sent_phone_type_is_replaced_and_the_others_stay(xero, contact):
    phones = [{"PhoneType": "DEFAULT", "PhoneNumber": "5550 1111"}, {"PhoneType": "MOBILE", "PhoneNumber": "0491"}]
    xero.post(f"Contacts/{contact['ContactID']}", json={"Phones": phones})
    xero.post(f"Contacts/{contact['ContactID']}", json={"Phones": [{"PhoneType": "MOBILE", "PhoneNumber": ""}]})
    shown = {phone["PhoneType"]: phone["PhoneNumber"] for phone in read(xero, contact["ContactID"])["Phones"]}

    assert shown == {"DEFAULT": "5550 1111", "MOBILE": "", "DDI": "", "FAX": ""}


def test_contact_persons_are_replaced_by_a_list_and_kept_by_an_empty_one(xero, contact):
    people = [{"FirstName": "Ann", "LastName": "Lee"}, {"FirstName": "Bo", "LastName": "Lee"}]
    path = f"Contacts/{contact['ContactID']}"
    xero.post(path, json={"ContactPersons": people})
    xero.post(path, json={"ContactPersons": people[:1]})
    xero.post(path, json={"ContactPersons": []})

    assert read(xero, contact["ContactID"])["ContactPersons"] == people[:1]


def test_at_most_five_contact_persons(xero, contact):
    people = [{"FirstName": str(number)} for number in range(6)]

    assert xero.post(f"Contacts/{contact['ContactID']}", json={"ContactPersons": people}).status_code == 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Name": "x" * 256}, "The Name field must not be longer than 255 characters."),
        ({"Name": "A", "ContactNumber": "x" * 51}, "The ContactNumber field must not be longer than 50 characters."),
        ({"Name": "A", "EmailAddress": "nobody"}, "Email address must be valid"),
        ({"Name": "A", "EmailAddress": "jörg@example.com"}, "Email address must be valid"),
        ({"Name": "A <b>"}, "The contact name cannot contain angle brackets."),
        ({"Name": " A"}, "The contact name cannot begin or end with a space or contain double spaces."),
        ({"Name": "A  B"}, "The contact name cannot begin or end with a space or contain double spaces."),
        ({"FirstName": "A"}, "The Contact Name is mandatory."),
        ({"Name": "A", "Addresses": [{"AddressType": "HOME"}]}, "The AddressType HOME is not valid."),
        ({"Name": "A", "Addresses": [{"Country": "AU1"}]}, "The Country field may contain letters only."),
        ({"Name": "A", "Phones": [{"PhoneType": "PAGER"}]}, "The PhoneType PAGER is not valid."),
        ({"Name": "A", "ContactStatus": "GONE"}, "The ContactStatus GONE is not valid."),
    ],
)
def test_wrong_fields_are_refused_with_a_message(xero, messages, fields, said):
    assert messages(put(xero, **fields)) == [said]


def test_a_contact_is_found_by_id_and_by_number_archived_or_not(xero, contact):
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})

    assert read(xero, contact["ContactID"])["ContactID"] == read(xero, "PT-1")["ContactID"]


def test_an_unknown_contact_is_a_404_that_is_not_json(xero):
    answer = xero.get("Contacts/PT-404")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_archived_contacts_are_listed_only_when_asked(xero, contact):
    xero.post(f"Contacts/{contact['ContactID']}", json={"ContactStatus": "ARCHIVED"})

    assert xero.get("Contacts").json()["Contacts"] == []
    assert len(xero.get("Contacts?includeArchived=true").json()["Contacts"]) == 1


def test_an_archived_contact_can_be_restored_unless_its_name_is_taken(xero, contact):
    path = f"Contacts/{contact['ContactID']}"
    xero.post(path, json={"ContactStatus": "ARCHIVED"})
    put(xero, Name="Mary Smith")

    assert xero.post(path, json={"ContactStatus": "ACTIVE"}).status_code == 400
    assert xero.post(path, json={"ContactStatus": "ACTIVE", "Name": "Mary Smith 2"}).status_code == 200


def test_a_merged_contact_points_to_the_winner_on_paged_and_single_reads_only(xero, world, contact):
    winner = put(xero, Name="M Smith").json()["Contacts"][0]
    edits.merge_contacts(world, contact["ContactID"], winner["ContactID"])
    lists = [xero.get(f"Contacts?includeArchived=true{page}").json()["Contacts"] for page in ("", "&page=1")]
    unpaged, paged = ({c["ContactID"]: c for c in rows}[contact["ContactID"]] for rows in lists)

    assert "MergedToContactID" not in unpaged
    assert paged["MergedToContactID"] == read(xero, contact["ContactID"])["MergedToContactID"] == winner["ContactID"]


def test_an_unpaged_list_leaves_out_the_people(xero, contact):
    assert "ContactPersons" not in xero.get("Contacts").json()["Contacts"][0]


def test_customer_is_set_by_the_first_invoice_without_a_new_date(xero, contact, invoice, clock):
    shown = read(xero, contact["ContactID"])

    assert (contact["IsCustomer"], shown["IsCustomer"]) == (False, True)
    assert shown["UpdatedDateUTC"] == contact["UpdatedDateUTC"]


def test_an_answer_carries_both_addresses_and_four_phones(contact):
    assert [address["AddressType"] for address in contact["Addresses"]] == ["STREET", "POBOX"]
    assert [phone["PhoneType"] for phone in contact["Phones"]] == ["DDI", "DEFAULT", "FAX", "MOBILE"]
