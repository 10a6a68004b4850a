"""Independent proof: Xero's own Python SDK drives the sandbox over real HTTP."""

from datetime import UTC, date, datetime

import pytest
from xero_python.accounting import (
    Account,
    AccountingApi,
    Contact,
    Contacts,
    Invoice,
    Invoices,
    Item,
    Items,
    LineAmountTypes,
    LineItem,
    Payment,
    Payments,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from reconcile.sandbox.server import serve_in_thread

SCOPES = "offline_access accounting.contacts accounting.invoices accounting.payments accounting.settings"


@pytest.fixture
def served():
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def client(served, monkeypatch):
    """The SDK with the tokens of a consent; its token address is a class attribute of the SDK."""
    grants = served.sandbox.grants
    consent = grants.consent("app", frozenset(SCOPES.split()))
    grants.connect(consent, served.world.tenant_id)
    store = {"token": grants.issue(consent)}
    monkeypatch.setattr(TokenApi, "refresh_token_url", f"{served.url}/connect/token")
    client = ApiClient(Configuration(oauth2_token=OAuth2Token(client_id="app", client_secret="secret")), pool_threads=1)
    client.oauth2_token_getter(lambda: store["token"])
    client.oauth2_token_saver(lambda token: store.update(token=token))
    client.set_oauth2_token(store["token"])
    yield client
    client.pool.close()
    client.pool.join()


@pytest.fixture
def api(client, served):
    return AccountingApi(client, base_url=served.xero_api_url)


@pytest.fixture
def tenant(served):
    return served.world.tenant_id


def invoice_of(contact_id, **fields):
    line = LineItem(description="Pool clean", quantity=1, unit_amount=110, account_code="200", tax_type="OUTPUT")
    return Invoice(
        type="ACCREC",
        contact=Contact(contact_id=contact_id),
        line_items=[line],
        date=date(2026, 11, 20),
        due_date=date(2026, 12, 4),
        line_amount_types=LineAmountTypes.INCLUSIVE,
        status="AUTHORISED",
        **fields,
    )


def test_the_sdk_lists_connections(client, served, tenant):
    connections = IdentityApi(client, base_url=served.url).get_connections()

    assert [connection.tenant_id for connection in connections] == [tenant]


def test_the_sdk_creates_finds_updates_and_archives_contacts(api, tenant):
    made = api.create_contacts(tenant, Contacts(contacts=[Contact(name="Mary Smith", contact_number="PT-1")])).contacts[
        0
    ]
    api.update_contact(tenant, made.contact_id, Contacts(contacts=[Contact(email_address="m@example.com")]))
    api.update_contact(tenant, made.contact_id, Contacts(contacts=[Contact(contact_status="ARCHIVED")]))
    found = api.get_contact_by_contact_number(tenant, "PT-1").contacts[0]

    assert (found.email_address, found.contact_status) == ("m@example.com", "ARCHIVED")
    assert found.updated_date_utc.tzinfo is not None
    assert api.get_contacts(tenant, page=1, include_archived=True).pagination.item_count == 1
    assert api.get_contacts(tenant).contacts == []


def test_the_sdk_filters_by_time_and_by_where(api, tenant):
    api.create_contacts(tenant, Contacts(contacts=[Contact(name="A"), Contact(name="B")]))
    later = api.get_contacts(tenant, if_modified_since=datetime(2100, 1, 1, tzinfo=UTC))

    assert later.contacts == []
    assert [c.name for c in api.get_contacts(tenant, where='Name=="b"').contacts] == ["B"]


def test_the_sdk_sees_a_taken_name_as_a_bad_request(api, tenant):
    api.create_contacts(tenant, Contacts(contacts=[Contact(name="Mary")]), summarize_errors=True)

    with pytest.raises(AccountingBadRequestException) as refused:
        api.create_contacts(tenant, Contacts(contacts=[Contact(name="Mary")]), summarize_errors=True)
    assert "already assigned to another contact" in str(refused.value.error_data)


def test_the_sdk_sees_statuses_in_a_batch(api, tenant):
    batch = Contacts(contacts=[Contact(name="Good"), Contact(name="Good")])
    answer = api.create_contacts(tenant, batch, summarize_errors=False).contacts

    assert [contact.status_attribute_string for contact in answer] == ["OK", "ERROR"]
    assert answer[1].has_validation_errors is True


def test_the_sdk_reads_and_writes_items(api, tenant):
    api.create_items(tenant, Items(items=[Item(code="CHL-20", name="Chlorine 20 L")]))
    item = api.get_item(tenant, "CHL-20").items[0]
    api.delete_item(tenant, item.item_id)

    assert item.name == "Chlorine 20 L"
    assert api.get_items(tenant).items == []


def test_the_sdk_invoices_and_takes_payments(api, tenant):
    contact = api.create_contacts(tenant, Contacts(contacts=[Contact(name="Mary")])).contacts[0]
    made = api.create_invoices(tenant, Invoices(invoices=[invoice_of(contact.contact_id, reference="PT-7")])).invoices[
        0
    ]
    pay = Payment(
        invoice=Invoice(invoice_id=made.invoice_id), account=Account(code="090"), amount=110, date=date(2026, 11, 21)
    )
    payment = api.create_payments(tenant, Payments(payments=[pay])).payments[0]
    paid = api.get_invoice(tenant, made.invoice_id).invoices[0]

    assert (str(made.sub_total), str(made.total_tax), str(made.total)) == ("100.0", "10.0", "110.0")
    assert (made.invoice_number, made.date) == ("INV-0001", date(2026, 11, 20))
    assert (paid.status, paid.payments[0].payment_id) == ("PAID", payment.payment_id)
    assert api.get_payments(tenant, page=1).payments[0].invoice.invoice_number == "INV-0001"


def test_the_sdk_refreshes_its_token(client, api, served, tenant):
    before = served.sandbox.grants.refreshes
    client.refresh_oauth2_token()

    assert served.sandbox.grants.refreshes == before + 1
    assert api.get_organisations(tenant).organisations[0].base_currency.value == "AUD"


def test_the_sdk_reads_accounts_and_tax_rates(api, tenant):
    assert "OUTPUT" in {rate.tax_type for rate in api.get_tax_rates(tenant).tax_rates}
    assert "200" in {account.code for account in api.get_accounts(tenant).accounts}
