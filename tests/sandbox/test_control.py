"""The control endpoint: faults, call log, clock, limits, state, edits, reset, revocation."""

import pytest

from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.wire import parse_request
from reconcile.sandbox.world import empty_world


@pytest.fixture
def control(web):
    def send(method, name, **body):
        return web.request(method, f"/_sandbox/{name}", json=body) if body else web.request(method, f"/_sandbox/{name}")

    return send


def test_ready(control, world):
    assert control("GET", "ready").json() == {"ready": True, "tenants": [world.tenant_id], "contacts": 0}


def test_the_call_log_has_method_path_key_and_status_but_no_secret(control, xero):
    control("DELETE", "calls")
    xero.put("Contacts?summarizeErrors=false", json={"Name": "A"}, headers={"Idempotency-Key": "k1"})
    text = control("GET", "calls").text
    (call,) = control("GET", "calls").json()["calls"]

    assert (call["method"], call["path"], call["query"]) == ("PUT", "/api.xro/2.0/Contacts", "summarizeErrors=false")
    assert (call["key"], call["status"], call["system"], call["fault"]) == ("k1", 200, "xero", "")
    assert xero.headers["Authorization"].split()[1] not in text


def test_the_consent_page_leaves_no_query_in_the_log(control, web):
    web.get("/identity/connect/authorize?state=secret-state")

    assert "secret-state" not in control("GET", "calls").text


def test_faults_are_added_shown_and_cleared(control, xero):
    control("POST", "faults", faults=[{"kind": "unavailable", "times": 0}])
    shown = control("GET", "faults").json()["faults"]
    down = xero.get("Contacts").status_code
    control("DELETE", "faults")

    assert (shown[0]["kind"], down, xero.get("Contacts").status_code) == ("unavailable", 503, 200)


def test_chances_are_set(control, xero):
    control("POST", "faults", chance={"seed": 3, "rate": 1, "kinds": ["server_error"], "path": "Contacts"})

    assert [xero.get("Contacts").status_code, xero.get("Items").status_code] == [500, 200]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", {"faults": [{"kind": "flood"}]}),
        ("faults", {"faults": [{"kind": "late", "colour": 1}]}),
        ("faults", {"chance": {"seed": 1, "rate": 1, "kinds": ["flood"]}}),
        ("clock", {}),
        ("limits", {"hour": 5}),
        ("settings", {"colour": 5}),
        ("xero/edit", {"entity": "contacts", "id": "nobody", "set": {}}),
        ("xero/edit", {"entity": "unicorns", "id": "x", "set": {}}),
        ("reset", {}),
    ],
)
def test_a_wrong_control_request_is_refused_with_the_reason(control, name, body):
    answer = control("POST", name, **body)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_unknown_control_request_lists_the_known_ones(control):
    assert "POST /_sandbox/clock" in control("GET", "nothing").json()["error"]


def test_the_clock_moves(control, xero):
    control("POST", "clock", advance_seconds=1800)

    assert xero.get("Contacts").status_code == 401


def test_limits_and_settings_are_switched(control, xero, settings):
    control("POST", "limits", minute=1)
    statuses = [xero.get("Contacts").status_code for _ in range(2)]
    control("POST", "settings", refresh_grace_seconds=0)

    assert statuses == [200, 429]
    assert settings.refresh_grace_seconds == 0


def test_a_person_archives_edits_and_merges_in_xero(control, xero, contact, clock):
    winner = xero.put("Contacts", json={"Name": "M Smith"}).json()["Contacts"][0]
    clock.advance(60)
    control("POST", "xero/edit", entity="contacts", id=winner["ContactID"], set={"email": "m@example.com"})
    control("POST", "xero/merge", loser=contact["ContactID"], winner=winner["ContactID"])
    shown = xero.get(f"Contacts/{contact['ContactID']}").json()["Contacts"][0]
    changed = xero.get(f"Contacts/{winner['ContactID']}").json()["Contacts"][0]

    assert (shown["ContactStatus"], shown["MergedToContactID"]) == ("ARCHIVED", winner["ContactID"])
    assert changed["EmailAddress"] == "m@example.com"
    assert changed["UpdatedDateUTC"] != winner["UpdatedDateUTC"]


def test_a_quiet_edit_leaves_the_date(control, xero, contact, clock):
    clock.advance(60)
    body = {"entity": "contacts", "id": contact["ContactID"], "quiet": True, "set": {"is_supplier": True}}
    control("POST", "xero/edit", **body)
    shown = xero.get("Contacts/PT-1").json()["Contacts"][0]

    assert (shown["IsSupplier"], shown["UpdatedDateUTC"]) == (True, contact["UpdatedDateUTC"])


def test_a_merge_moves_the_invoices(control, xero, contact, invoice):
    winner = xero.put("Contacts", json={"Name": "M Smith"}).json()["Contacts"][0]
    control("POST", "xero/merge", loser=contact["ContactID"], winner=winner["ContactID"])
    moved = xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]

    assert moved["Contact"]["ContactID"] == winner["ContactID"]


def test_dates_and_amounts_are_read_in_edits(control, xero, invoice):
    body = {"entity": "invoices", "id": invoice["InvoiceID"], "set": {"due_date": "2026-12-31", "credited": "10.00"}}
    control("POST", "xero/edit", **body)
    shown = xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]

    assert (shown["DueDateString"], shown["AmountDue"]) == ("2026-12-31T00:00:00", 100)


def test_a_credit_and_a_deleted_item(control, xero, invoice):
    item = xero.put("Items", json={"Code": "A"}).json()["Items"][0]
    control("POST", "xero/credit", invoice_id=invoice["InvoiceID"], amount="110.00")
    control("POST", "xero/remove", entity="items", id=item["ItemID"])

    assert xero.get(f"Invoices/{invoice['InvoiceID']}").json()["Invoices"][0]["Status"] == "PAID"
    assert xero.get("Items").json()["Items"] == []


def test_a_person_edits_in_pooltrackr(control, pooltrackr):
    made = pooltrackr.post("contacts", json={"name": "A"}).json()
    control("POST", "pooltrackr/edit", entity="contacts", id=made["id"], set={"abn": "57999999012"})
    shown = pooltrackr.get(f"contacts/{made['id']}").json()

    assert (shown["abn"], shown["version"]) == ("57999999012", 2)


def test_a_refused_edit_in_pooltrackr_says_why(control):
    answer = control("POST", "pooltrackr/edit", entity="contacts", id="nobody", set={"abn": "1"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_the_state_is_dumped(control, contact, invoice, pooltrackr):
    pooltrackr.post("contacts", json={"name": "A"})
    state = control("GET", "state?entity=contacts").json()

    assert [row["name"] for row in state["xero"]["contacts"]] == ["Mary Smith"]
    assert [row["name"] for row in state["pooltrackr"]["contacts"]] == ["A"]
    assert control("GET", "state").json()["xero"]["invoices"][0]["lines"][0]["unit_amount"] == 110


def test_grants_and_connections_are_ended(control, xero, new_token):
    control("POST", "connections/remove")
    gone = xero.get("Contacts").status_code
    control("POST", "grants/revoke")

    assert (gone, xero.get("Contacts").status_code) == (403, 401)


def test_a_reset_builds_the_world_again():
    sandbox = Sandbox(empty_world(), rebuild=empty_world)
    headers, body = {"Authorization": "Bearer a"}, b'{"name": "A"}'
    sandbox.handle(parse_request("POST", "/pooltrackr/v1/contacts", headers, body))
    sandbox.handle(parse_request("POST", "/_sandbox/reset", {}, b""))

    assert len(sandbox.world.pooltrackr.tables["contacts"]) == 0
    assert sandbox.calls == []
