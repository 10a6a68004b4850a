"""Both systems answer over real HTTP."""

import httpx
import pytest

from reconcile.sandbox.server import serve_in_thread


@pytest.fixture
def served():
    with serve_in_thread() as served:
        yield served


def test_the_sandbox_says_when_it_is_up(served):
    assert httpx.get(f"{served.url}/_sandbox/ready").json()["ready"] is True


def test_xero_answers_with_a_token_of_the_client_credentials_grant(served):
    token = httpx.post(
        f"{served.xero_identity_url}/connect/token", data={"grant_type": "client_credentials"}, auth=("id", "secret")
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    made = httpx.put(f"{served.xero_api_url}/Contacts", headers=headers, json={"Name": "Joe", "ContactNumber": "PT-1"})
    read = httpx.get(f"{served.xero_api_url}/Contacts/PT-1", headers=headers)

    assert made.json()["Contacts"][0]["ContactID"] == read.json()["Contacts"][0]["ContactID"]


def test_pooltrackr_answers_with_any_token(served):
    headers = {"Authorization": "Bearer any"}
    made = httpx.post(f"{served.pooltrackr_url}/contacts", headers=headers, json={"company": "Blue Water Pty Ltd"})
    page = httpx.get(f"{served.pooltrackr_url}/contacts", headers=headers).json()

    assert made.status_code == 201
    assert [row["id"] for row in page["data"]] == [made.json()["id"]]
