"""The sandbox mounted without a network; what it answers is checked against Xero's official shapes on the way out."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from reconcile.sandbox.clock import frozen_clock
from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.ids import seeded_ids
from reconcile.sandbox.settings import Limits, Settings
from reconcile.sandbox.wire import ConnectionCutError, transport
from reconcile.sandbox.world import empty_world

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "xero"
HOST = "http://localhost"


class Shapes:
    """Xero's official OpenAPI files, when they are there; `checked` counts answers that were held against them."""

    def __init__(self) -> None:
        self.checked: dict[str, int] = {}
        files = [OFFICIAL / "xero_accounting.json", OFFICIAL / "xero_identity.json"]
        self.specs = [self._load(file) for file in files] if all(file.exists() for file in files) else []

    def check(self, request: httpx.Request, response: httpx.Response) -> None:
        path = request.url.path
        if (
            not self.specs
            or response.status_code not in {200, 400}
            or "json" not in response.headers.get("content-type", "")
        ):
            return
        if request.method == "GET" and response.status_code == 400:
            return  # the official files list no refusal of a read
        if not path.startswith(("/api.xro/2.0/", "/Connections")) or path.endswith("/"):
            return
        asked = MockRequest(HOST, request.method.lower(), path, args=dict(request.url.params))
        spec = self.specs[1 if path.startswith("/Connections") else 0]
        spec.validate_response(asked, MockResponse(response.content, response.status_code))
        operation = (
            f"{request.method} {path.split('/')[3] if 'api.xro' in path else 'Connections'} {response.status_code}"
        )
        self.checked[operation] = self.checked.get(operation, 0) + 1

    @staticmethod
    def _load(file: Path) -> OpenAPI:
        spec = json.loads(file.read_text())
        spec["servers"] = [{"url": HOST}]
        for operations in spec["paths"].values():
            for operation in operations.values():
                if isinstance(operation, dict):
                    operation.pop("security", None)
        for name in ("createdDateUtc", "updatedDateUtc"):  # Xero sends these without a zone, whatever their format says
            spec["components"]["schemas"].get("Connection", {}).get("properties", {}).get(name, {}).pop("format", None)
        return OpenAPI.from_dict(spec)


@pytest.fixture(scope="session")
def shapes():
    return Shapes()


@pytest.fixture
def clock():
    return frozen_clock(datetime(2026, 11, 22, 1, 0, tzinfo=UTC))


@pytest.fixture
def settings():
    return Settings(limits=Limits(minute=100_000, day=1_000_000))


@pytest.fixture
def world(clock, settings):
    return empty_world(clock, seeded_ids(7), settings)


@pytest.fixture
def sandbox(world, clock):
    return Sandbox(world, sleep=clock.advance)


@pytest.fixture
def wire(sandbox, shapes):
    """An httpx transport over the sandbox. Late answers move the clock; broken wires raise what httpx raises."""
    answer = transport(sandbox.handle)

    def handle(request: httpx.Request) -> httpx.Response:
        try:
            given = answer(request)
        except ConnectionCutError as problem:
            raise httpx.RemoteProtocolError(str(problem), request=request) from problem
        response = httpx.Response(given.status, headers=dict(given.headers), content=given.body, request=request)
        if not sandbox.calls or sandbox.calls[-1].fault == "":
            shapes.check(request, response)
        return response

    return httpx.MockTransport(handle)


@pytest.fixture
def web(wire):
    with httpx.Client(transport=wire, base_url=HOST) as client:
        yield client


@pytest.fixture
def new_token(web):
    """A fresh access token of a Custom Connection, with some scopes or with all."""

    def ask(scope=""):
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        return web.post("/connect/token", data=form, auth=("app", "secret")).json()["access_token"]

    return ask


@pytest.fixture
def xero(wire, new_token):
    """A client of the Accounting API with the token of a Custom Connection."""
    headers = {"Authorization": f"Bearer {new_token()}", "Accept": "application/json"}
    with httpx.Client(transport=wire, base_url=f"{HOST}/api.xro/2.0/", headers=headers) as client:
        yield client


@pytest.fixture
def pooltrackr(wire):
    with httpx.Client(
        transport=wire, base_url=f"{HOST}/pooltrackr/v1/", headers={"Authorization": "Bearer any"}
    ) as client:
        yield client


@pytest.fixture
def contact(xero):
    """An active contact, as Xero shows it."""
    return xero.put("Contacts", json={"Name": "Mary Smith", "ContactNumber": "PT-1"}).json()["Contacts"][0]


@pytest.fixture
def invoice(xero, contact):
    """An approved invoice of 110.00."""
    return xero.put("Invoices", json=approved(contact)).json()["Invoices"][0]


def approved(contact, **fields):
    line = {"Description": "Pool clean", "Quantity": 1, "UnitAmount": 110, "AccountCode": "200", "TaxType": "OUTPUT"}
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": contact["ContactID"]},
        "Date": "2026-11-20",
        "DueDate": "2026-12-04",
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": [line],
    } | fields


@pytest.fixture
def approved_invoice(contact):
    """The body of an approved invoice, with changes by name."""
    return lambda **fields: approved(contact, **fields)


@pytest.fixture
def messages():
    """The validation messages of a 400, or of one element of a 200."""

    def read(response: httpx.Response) -> list[str]:
        body = response.json()
        elements = body.get("Elements") or next(value for value in body.values() if isinstance(value, list))
        return [error["Message"] for element in elements for error in element.get("ValidationErrors", [])]

    return read
