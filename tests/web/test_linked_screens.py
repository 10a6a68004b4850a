"""What happened to linked contacts and products: changes, conflicts, records that went away, links taken apart."""

from dataclasses import replace

import pytest
from sqlmodel import select

from reconcile.decisions import DecisionRow
from reconcile.stages.propose import find_proposals, read_situation
from reconcile.stages.services import Services
from reconcile.stages.sync import sync_entity
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.links import open_links
from reconcile.store.proposals import current_proposals
from reconcile.store.review import rejected_pairs
from reconcile.store.runs import start_run
from reconcile.web.verdicts import decide_on_page
from tests.web.conftest import Visitor, fill, mine, people, token_of
from tests.web.test_deciding import decide

HOSTILE = '<script>alert(1)</script> "quoted" \u202eright to left ' + "x" * 10_000


def night(services: Services) -> None:
    """Compare what is linked, as the nightly run does."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "nightly", services.new_id(), 0, services.clock.now())
    sync_entity(services, seq, "contacts")


def link(services: Services, *ids: str) -> None:
    for record_id in ids:
        decide(services, record_id, "link")
    night(services)


def say(services: Services, system: str, record_id: str, **fields: str) -> None:
    """One record as its system says it now, the others as before."""
    prefix = "C" if system == "pooltrackr" else "X"
    known = {person.id: person for person in people(prefix, 6)}
    fill(services, "xero" if prefix == "X" else "pooltrackr", "contacts", [replace(known[record_id], **fields)])


def proposals(services: Services, kind: str) -> dict[str, str]:
    with reading(services.engine) as session:
        return {p.system: p.id for p in current_proposals(session, services.org_id, "contacts", [kind])}


def operations(services: Services) -> list[tables.PushOperation]:
    """The writes that are not about a fresh link."""
    with reading(services.engine) as session:
        rows = session.exec(select(tables.PushOperation).where(mine(tables.PushOperation)))
        return [row for row in rows if "contact_number" not in row.expect and "xero_contact_id" not in row.expect]


def post(client: Visitor, services: Services, kind: str, choice: str, system: str = "pooltrackr", **more: str) -> str:
    wanted = proposals(services, kind)
    with reading(services.engine) as session:
        basis = session.get_one(tables.Proposal, wanted[system]).basis
    path = "/contacts/apart" if kind == "unlink" else "/contacts/changes"
    data = {"token": token_of(client), "proposal": wanted[system], "basis": basis, "choice": choice, **more}
    client.post(f"{path}/decide", data=data)
    return client.get(path).text


def test_a_change_shows_what_was_agreed_what_each_says_and_where_it_goes(client: Visitor, services: Services) -> None:
    link(services, "C1")
    say(services, "pooltrackr", "C1", email="new@example.com")
    night(services)
    page = client.get("/contacts/changes").text
    for label, value in (("Agreed last", "p1@"), ("Pooltrackr", "new@"), ("Xero", "p1@")):
        assert f'<td data-label="{label}">{value}example.com</td>' in page
    assert "Xero becomes <ins>new@example.com</ins>" in page
    post(client, services, "update", "update")
    (operation,) = operations(services)
    assert (operation.target, operation.expect) == ("xero", '{"email":"new@example.com"}')


def contested(services: Services) -> None:
    """C1 and X1 have both got another e-mail address and another mobile number."""
    link(services, "C1")
    say(services, "pooltrackr", "C1", email="ours@example.com", mobile="0411 111 111")
    say(services, "xero", "X1", email="theirs@example.com", mobile="0422 222 222")
    night(services)


def test_a_conflict_is_one_row_with_three_values(client: Visitor, services: Services) -> None:
    contested(services)
    assert set(proposals(services, "conflict")) == {"pooltrackr", "xero"}
    page = client.get("/contacts/changes").text
    assert page.count('<li class="row') == 1
    for value in ("p1@example.com", "ours@example.com", "theirs@example.com"):
        assert value in page
    assert "Take Pooltrackr" in page
    assert "Take Xero" in page


@pytest.mark.parametrize(("side", "target"), [("pooltrackr", "xero"), ("xero", "pooltrackr")])
def test_one_sides_values_are_taken_as_a_whole(client: Visitor, services: Services, side: str, target: str) -> None:
    contested(services)
    assert "Nothing is left to decide here" in post(client, services, "conflict", f"update:{side}")
    (operation,) = operations(services)
    assert operation.target == target
    assert "take the values of" in client.get("/contacts/changes?state=decided").text


def test_a_conflict_is_decided_field_by_field(client: Visitor, services: Services) -> None:
    contested(services)
    chosen = {"side:email": "pooltrackr", "side:mobile": "xero"}
    post(client, services, "conflict", "parts", **chosen)
    written = {operation.target: operation.expect for operation in operations(services)}
    assert written == {"xero": '{"email":"ours@example.com"}', "pooltrackr": '{"mobile":"0422 222 222"}'}


def test_both_sides_of_the_same_field_are_refused(services: Services) -> None:
    contested(services)
    wanted = proposals(services, "conflict")
    with reading(services.engine) as session:
        bases = {key: session.get_one(tables.Proposal, key).basis for key in wanted.values()}
    first, second = (
        DecisionRow(row=n, proposal_id=key, basis=bases[key], decision="update", fields=("email",))
        for n, key in enumerate(wanted.values())
    )
    decide_on_page(services, [first], "Anna")
    with pytest.raises(Exception, match="Nothing was stored"):
        decide_on_page(services, [second], "Ben")
    assert len(operations(services)) == 1


def test_undoing_a_conflict_takes_both_directions_back(client: Visitor, services: Services) -> None:
    contested(services)
    post(client, services, "conflict", "update:xero")
    wanted = proposals(services, "conflict")
    data = {"token": token_of(client), "proposal": wanted["pooltrackr"], "opposite": wanted["xero"], "name": "it"}
    client.post("/contacts/changes/undo", data=data)
    assert "1 to decide" in client.get("/contacts/changes").text
    assert [operation.status for operation in operations(services)] == ["withdrawn"]


def test_many_changes_are_accepted_at_once_and_conflicts_never(client: Visitor, services: Services) -> None:
    link(services, "C1", "C2", "C3")
    for number in (1, 2):
        say(services, "pooltrackr", f"C{number}", email=f"new{number}@example.com")
    say(services, "pooltrackr", "C3", email="ours@example.com")
    say(services, "xero", "X3", email="theirs@example.com")
    night(services)
    page = client.get("/bulk/contacts-changes").text
    assert "<strong>2</strong> rows would be accepted" in page
    seal = page.split('name="seal" value="')[1].split('"')[0]
    data = {"token": token_of(client), "what": "update", "deed": "accept", "seal": seal}
    client.post("/bulk/contacts-changes", data=data)
    assert len(operations(services)) == 2
    skipped = client.get("/bulk/contacts-changes?deed=skip").text
    seal = skipped.split('name="seal" value="')[1].split('"')[0]
    client.post("/bulk/contacts-changes", data=data | {"deed": "skip", "seal": seal})
    assert "0 to decide" in client.get("/contacts/changes").text


def test_a_merged_contact_is_linked_to_the_one_that_is_left(client: Visitor, services: Services) -> None:
    link(services, "C1")
    say(services, "xero", "X1", status="archived", merged_to="X6")
    night(services)
    page = client.get("/contacts/apart").text
    assert "was merged in Xero into Person 6" in page
    assert "Link to Person 6 instead" in page
    post(client, services, "unlink", "link:X6")
    with reading(services.engine) as session:
        (standing,) = open_links(session, services.org_id, "contacts")
    assert standing.xero_id == "X6"


def test_the_link_of_an_archived_contact_is_kept_or_taken_apart(client: Visitor, services: Services) -> None:
    link(services, "C1")
    say(services, "xero", "X1", status="archived")
    night(services)
    page = client.get("/contacts/apart").text
    assert "Keep the link for now" in page
    assert "Take the link apart" in page
    post(client, services, "unlink", "unlink")
    with reading(services.engine) as session:
        assert open_links(session, services.org_id, "contacts") == []


def test_a_link_is_taken_apart_by_hand_and_the_pair_is_not_suggested_again(client: Visitor, services: Services) -> None:
    link(services, "C1")
    with reading(services.engine) as session:
        (standing,) = open_links(session, services.org_id, "contacts")
    data = {"token": token_of(client), "note": "another person"}
    client.post(f"/links/{standing.id}/apart", data=data)
    page = client.get(f"/links/{standing.id}").text
    assert "Both records are free again" in page
    assert "This link does not stand any more" in page
    with reading(services.engine) as session:
        assert open_links(session, services.org_id, "contacts") == []
        assert ("C1", "X1") in rejected_pairs(session, services.org_id, "contacts")
    free = {
        p.record_id: p.suggested_id
        for p in find_proposals(services, "contacts", read_situation(services, "contacts")).proposals
    }
    assert {"C1", "X1"} <= set(free)
    assert free["C1"] != "X1"
    client.post(f"/links/{standing.id}/apart", data=data)
    assert "does not stand any more" in client.get(f"/links/{standing.id}").text


def test_a_pair_that_was_taken_apart_by_mistake_may_be_suggested_again(client: Visitor, services: Services) -> None:
    link(services, "C1")
    with reading(services.engine) as session:
        (standing,) = open_links(session, services.org_id, "contacts")
    client.post(f"/links/{standing.id}/apart", data={"token": token_of(client), "again": "on"})
    with reading(services.engine) as session:
        assert ("C1", "X1") not in rejected_pairs(session, services.org_id, "contacts")


def test_what_is_out_of_step_is_listed_with_what_to_do(client: Visitor, services: Services) -> None:
    link(services, "C1")
    say(services, "pooltrackr", "C1", abn="51 824 753 556")
    night(services)
    page = client.get("/contacts/drift").text
    assert "Changed in the wrong system" in page
    assert "ABN is kept in Xero" in page


def test_hostile_values_are_shown_as_text_on_every_screen_of_linked_records(
    client: Visitor, services: Services
) -> None:
    link(services, "C1", "C2")
    say(services, "pooltrackr", "C1", name=HOSTILE)
    say(services, "xero", "X1", name="another " + HOSTILE)
    say(services, "pooltrackr", "C2", street=HOSTILE)
    night(services)
    paths = [f"/compare/{key}" for kind in ("conflict", "update") for key in proposals(services, kind).values()]
    for path in ("/contacts/changes", "/contacts/drift", "/contacts/apart", "/bulk/contacts-changes", "/links", *paths):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
    assert "&lt;script&gt;" in client.get("/contacts/changes").text
