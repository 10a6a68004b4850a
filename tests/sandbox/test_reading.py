"""Lists: paging, changed-since, filters, order, and what each view leaves out."""

import pytest


@pytest.fixture
def many(xero, clock):
    """Twelve contacts, one a minute."""
    made = []
    for number in range(12):
        body = {"Name": f"Contact {number:02}", "EmailAddress": f"c{number}@example.com", "ContactNumber": f"N{number}"}
        made += xero.put("Contacts", json=body).json()["Contacts"]
        clock.advance(60)
    return made


def names(answer):
    return [contact["Name"][-2:] for contact in answer.json()["Contacts"]]


def test_a_page_says_where_it_is(xero, many):
    answer = xero.get("Contacts?page=2&pageSize=5").json()

    assert answer["pagination"] == {"page": 2, "pageSize": 5, "pageCount": 3, "itemCount": 12}
    assert len(answer["Contacts"]) == 5


def test_a_page_beyond_the_last_is_empty(xero, many):
    assert xero.get("Contacts?page=4&pageSize=5").json()["Contacts"] == []


@pytest.mark.parametrize(("asked", "given"), [("5000", 1000), ("0", 100), ("-1", 100), ("", 100), ("250", 250)])
def test_page_size_is_clamped(xero, asked, given):
    assert xero.get(f"Contacts?page=1&pageSize={asked}").json()["pagination"]["pageSize"] == given


def test_an_unpaged_list_has_no_pagination(xero, many):
    answer = xero.get("Contacts").json()

    assert "pagination" not in answer
    assert len(answer["Contacts"]) == 12


def test_items_are_never_paged(xero):
    for code in ("A", "B"):
        xero.put("Items", json={"Code": code})

    assert [len(xero.get(f"Items?page={page}&pageSize=1").json()["Items"]) for page in (1, 2)] == [2, 2]


def test_the_default_order_is_by_last_change(xero, many):
    xero.post(f"Contacts/{many[3]['ContactID']}", json={"FirstName": "Last"})

    assert names(xero.get("Contacts"))[-1] == "03"


def test_order_by_a_field_both_ways(xero, many):
    assert names(xero.get("Contacts?order=Name DESC"))[0] == "11"
    assert names(xero.get("Contacts?order=Name"))[0] == "00"


def test_modified_since_counts_whole_seconds_in_utc(xero, many):
    changed = xero.get("Contacts", headers={"If-Modified-Since": "2026-11-22T01:08:59"})

    assert names(changed) == ["09", "10", "11"]


def test_modified_since_is_exclusive_unless_switched(xero, many, settings):
    header = {"If-Modified-Since": "2026-11-22T01:09:00"}
    exclusive = names(xero.get("Contacts", headers=header))
    settings.modified_since_inclusive = True
    xero.post("Contacts", json={"ContactNumber": "N0", "Name": "Contact 00"})

    assert exclusive == ["10", "11"]
    assert names(xero.get("Contacts", headers=header)) == ["09", "10", "11", "00"]


def test_modified_since_of_another_form_is_refused(xero):
    assert xero.get("Contacts", headers={"If-Modified-Since": "22/11/2026"}).status_code == 400


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Name=="contact 03"', ["03"]),
        ('EmailAddress="c7@example.com"', ["07"]),
        ('Name=="Contact 03" OR Name=="Contact 04"', ["03", "04"]),
        ('Name.Contains("1") AND Name!="Contact 01"', ["10", "11"]),
        ('Name.StartsWith("Contact 1")', ["10", "11"]),
        ('(Name=="Contact 03" || Name=="Contact 04") && EmailAddress=="c4@example.com"', ["04"]),
        ("UpdatedDateUTC>=DateTime(2026, 11, 22, 1, 10, 0)", ["10", "11"]),
        ("IsCustomer==true", []),
        ("FirstName==null", [f"{number:02}" for number in range(12)]),
    ],
)
def test_where(xero, many, where, found):
    assert names(xero.get("Contacts", params={"where": where})) == found


def test_where_by_guid(xero, many):
    where = f'ContactID==guid("{many[5]["ContactID"]}")'

    assert names(xero.get("Contacts", params={"where": where})) == ["05"]


@pytest.mark.parametrize(
    "where", ['Colour=="red"', "Name==", 'Name=="a', "Name", '(Name=="a"', "Name LIKE 3", "Name==x"]
)
def test_a_filter_that_cannot_be_read_is_refused(xero, where):
    answer = xero.get("Contacts", params={"where": where})

    assert (answer.status_code, answer.json()["Type"]) == (400, "QueryParseException")


def test_an_order_by_an_unknown_field_is_refused(xero):
    assert xero.get("Contacts?order=Colour").status_code == 400


def test_ids_pick_records(xero, many):
    ids = ",".join(many[number]["ContactID"] for number in (2, 4))

    assert names(xero.get(f"Contacts?IDs={ids}")) == ["02", "04"]


def test_search_term_looks_into_several_fields(xero, many):
    assert names(xero.get("Contacts?searchTerm=c11@")) == ["11"]
    assert names(xero.get("Contacts?searchTerm=n4")) == ["04"]


def test_summary_only_leaves_out_addresses_and_roles(xero, contact):
    shown = xero.get("Contacts?summaryOnly=true").json()["Contacts"][0]

    assert not {"Addresses", "ContactPersons", "IsCustomer", "IsSupplier"} & set(shown)


def test_an_unpaged_invoice_list_has_no_lines_and_a_short_contact(xero, invoice):
    unpaged, paged = (xero.get(f"Invoices{query}").json()["Invoices"][0] for query in ("", "?page=1"))

    assert (unpaged["LineItems"], len(paged["LineItems"])) == ([], 1)
    assert "EmailAddress" not in unpaged["Contact"]
    assert "EmailAddress" in paged["Contact"]


def test_statuses_and_summary_only_page_by_themselves(xero, invoice):
    assert "pagination" in xero.get("Invoices?Statuses=AUTHORISED").json()
    assert "LineItems" not in xero.get("Invoices?summaryOnly=true").json()["Invoices"][0]


def test_voided_invoices_are_listed_only_when_asked(xero, invoice):
    xero.post(f"Invoices/{invoice['InvoiceID']}", json={"Status": "VOIDED"})

    assert xero.get("Invoices").json()["Invoices"] == []
    assert len(xero.get("Invoices?Statuses=VOIDED,DELETED").json()["Invoices"]) == 1
    assert len(xero.get("Invoices", params={"where": 'Status=="VOIDED"'}).json()["Invoices"]) == 1


def test_invoice_list_filters(xero, invoice, contact, world):
    def count(**query):
        return len(xero.get("Invoices", params=query).json()["Invoices"])

    assert count(InvoiceNumbers=f"{invoice['InvoiceNumber']},X") == 1
    assert count(InvoiceNumbers="X") == 0
    assert count(ContactIDs=contact["ContactID"]) == 1
    assert count(createdByMyApp="True") == 1
    assert count(IDs=invoice["InvoiceID"]) == 1
    assert count(where='Contact.ContactNumber=="PT-1" AND AmountDue>=110') == 1
    assert count(where='Type=="ACCREC" AND Date>=DateTime(2026, 11, 01) AND Contact.Name=="mary smith"') == 1
    assert count(where="Date>DateTime(2026, 11, 20)") == 0


def test_dates_are_milliseconds_and_text(invoice):
    assert invoice["Date"] == "/Date(1795132800000+0000)/"
    assert invoice["DateString"] == "2026-11-20T00:00:00"
    assert invoice["DueDateString"] == "2026-12-04T00:00:00"
    assert invoice["UpdatedDateUTC"] == "/Date(1795309200000+0000)/"
    assert invoice["UpdatedDateUTCString"] == "2026-11-22T01:00:00.000"


def test_xml_is_the_default(xero, contact):
    answer = xero.get("Contacts", headers={"Accept": "*/*"})

    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Contact><ContactID>" in answer.text


def test_reference_data(xero):
    organisation = xero.get("Organisation").json()["Organisations"][0]
    accounts = {account["Code"]: account for account in xero.get("Accounts").json()["Accounts"]}
    rates = {rate["TaxType"]: rate for rate in xero.get("TaxRates").json()["TaxRates"]}
    bank = xero.get("Accounts", params={"where": 'Type=="BANK"'}).json()["Accounts"]

    assert (organisation["BaseCurrency"], organisation["ShortCode"][0]) == ("AUD", "!")
    assert (accounts["200"]["Class"], accounts["860"]["SystemAccount"]) == ("REVENUE", "ROUNDING")
    assert (rates["OUTPUT"]["EffectiveRate"], rates["OUTPUT"]["CanApplyToRevenue"]) == (10, True)
    assert [account["Type"] for account in bank] == ["BANK", "BANK"]


def test_an_unknown_endpoint_is_a_404_and_a_verb_that_is_not_there_a_501(xero):
    assert xero.get("Unicorns").status_code == 404
    assert xero.delete("Contacts").status_code == 501


def test_an_index_and_a_scan_find_the_same(xero, many, contact, invoice):
    """A filter with an equality is answered by an index, the same one with an OR by reading everything."""
    pairs = [
        ("Contacts", 'Name=="contact 03"'),
        ("Contacts", 'EmailAddress=="C4@example.com" AND Name!="x"'),
        ("Contacts", 'ContactNumber=="n5"'),
        ("Contacts", 'ContactNumber=="N5" AND Name=="nobody"'),
        ("Invoices", f'InvoiceNumber=="{invoice["InvoiceNumber"].lower()}"'),
        ("Invoices", f'Contact.ContactID==guid("{contact["ContactID"].upper()}")'),
        ("Invoices", 'Reference=="none"'),
    ]
    never = {"Contacts": 'Name=="-"', "Invoices": "Total==-1"}
    for endpoint, where in pairs:
        asked = (where, f"({where}) OR {never[endpoint]}")
        indexed, scanned = (xero.get(endpoint, params={"where": text}).json()[endpoint] for text in asked)

        assert indexed == scanned, where


def test_an_empty_equality_is_not_taken_for_a_missing_key(xero, many):
    assert len(xero.get("Contacts", params={"where": 'FirstName==""'}).json()["Contacts"]) == 12
    assert len(xero.get("Contacts", params={"where": 'AccountNumber==""'}).json()["Contacts"]) == 12


def test_ids_and_numbers_respect_the_time_of_change(xero, many, invoice):
    late = {"If-Modified-Since": "2026-11-22T01:05:30"}
    ids = ",".join(contact["ContactID"] for contact in many[4:8]) + ",unknown"

    assert names(xero.get(f"Contacts?IDs={ids}", headers=late)) == ["06", "07"]
    number = invoice["InvoiceNumber"]
    assert (
        xero.get(f"Invoices?InvoiceNumbers={number}", headers={"If-Modified-Since": "2030-01-01"}).json()["Invoices"]
        == []
    )
