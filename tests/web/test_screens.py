"""Settings, boards and stories as the page shows them; hostile names; how much a long list asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from reconcile.flagging import Selection, find_collisions
from reconcile.organisation_settings import OrganisationSettings
from reconcile.price_review import propose_updates
from reconcile.proposals import Candidate, Proposal
from reconcile.records import Contact, Product
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.flags import replace_flags
from reconcile.store.organisations import load_settings
from reconcile.store.proposals import save_proposals
from reconcile.store.review_list import PAGE
from reconcile.store.runs import start_run
from reconcile.web.app import create_app
from reconcile.web.desk import Desk, Doors
from reconcile.web.run_log import run_lines
from tests.web.conftest import Opener, Visitor, fill, mine, open_organisation, people, propose, suggest, token_of
from tests.web.test_deciding import decide

GOOD = {"default_sales_account": "200", "payment_account": "090", "xero_price_basis": "EX"}


def save(client: Visitor, **fields: str) -> int:
    page = client.get("/configure").text
    version = page.split('name="version" value="')[1].split('"')[0]
    return client.post("/configure", data={"token": token_of(client), "version": version} | GOOD | fields).status_code


def saved(services: Services) -> tuple[int, str]:
    with reading(services.engine) as session:
        version, settings = load_settings(session, services.org_id)
    return version, settings.payment_account


def test_saving_makes_a_version_and_the_gate_opens(client: Visitor, services: Services) -> None:
    assert "No payment account is set." in client.get("/configure").text
    assert save(client) == 303
    assert saved(services) == (1, "090")
    assert '<span class="open">complete</span>' in client.get("/configure").text


def test_saving_the_same_again_makes_no_version(client: Visitor, services: Services) -> None:
    save(client)
    save(client)
    assert saved(services)[0] == 1
    assert "Nothing was changed." in client.get("/configure").text


def test_an_account_that_xero_does_not_have_is_refused(client: Visitor, services: Services) -> None:
    assert save(client, payment_account="999") == 422
    assert saved(services)[0] == 0


def test_whoever_saves_second_is_told_and_changes_nothing(client_of: Opener, services: Services) -> None:
    anna, ben = client_of(Doors(by="Anna")), client_of(Doors(by="Ben"))
    form = {"token": token_of(ben), "version": "0"} | GOOD
    save(anna)
    assert ben.post("/configure", data=form | {"payment_account": ""}).status_code == 409
    assert saved(services) == (1, "090")


def test_completing_is_refused_while_a_gate_is_shut_and_done_once(client: Visitor, services: Services) -> None:
    token = {"token": token_of(client)}
    client.post("/complete", data=token)
    assert "gate is shut" in client.get("/").text
    decide(services, "C5", "create")
    save(client)
    client.post("/complete", data=token)
    assert "The set-up is complete." in client.get("/").text
    assert "The set-up was completed on" in client.get("/").text
    client.post("/complete", data=token)
    assert "Nothing had to be changed." in client.get("/").text


def fail_all(services: Services, problem: str) -> list[str]:
    with writing(services.engine) as session:
        operations = session.exec(select(tables.PushOperation).where(mine(tables.PushOperation))).all()
        for operation in operations:
            operation.status, operation.problem, operation.remedy = "failed", problem, "Correct it in Xero."
            session.add(operation)
        return [operation.id for operation in operations]


def statuses(services: Services) -> list[str]:
    with reading(services.engine) as session:
        return sorted(session.exec(select(tables.PushOperation.status).where(mine(tables.PushOperation))).all())


def test_failed_writes_show_cause_and_remedy_and_are_sent_again_one_by_one(client: Visitor, services: Services) -> None:
    decide(services, "C1", "link")
    operations = fail_all(services, "Email address must be valid.")
    page = client.get("/boards?on=failed").text
    assert "Email address must be valid." in page
    assert "Correct it in Xero." in page
    client.post("/boards/again", data={"token": token_of(client), "operation": operations[0]})
    assert statuses(services) == sorted(["staged", *["failed"] * (len(operations) - 1)])


def test_all_with_the_same_problem_are_sent_again(client: Visitor, services: Services) -> None:
    decide(services, "C1", "link")
    decide(services, "C2", "link")
    operations = fail_all(services, "the same")
    client.post("/boards/again", data={"token": token_of(client), "operation": operations[0], "all": "1"})
    assert set(statuses(services)) == {"staged"}


def test_the_boards_counts_add_up_to_all_writes(client: Visitor, services: Services) -> None:
    decide(services, "C1", "link")
    decide(services, "C2", "link")
    total = len(statuses(services))
    assert f"{total} writes in all." in client.get("/boards").text


def test_one_record_tells_its_whole_story(client: Visitor, services: Services) -> None:
    decide(services, "C1", "link")
    story = client.get("/story/contacts/pooltrackr/C1").text
    for words in (
        "Candidate 1: X1",
        "Decided link X1 Person 1 by Anna through review page",
        "C1 Person 1 is X1 Person 1",
    ):
        assert words in story
    assert client.get("/story/contacts/pooltrackr/nobody").status_code == 404


def test_a_product_that_changed_in_xero_is_shown_with_what_would_become_of_it(
    client: Visitor, services: Services
) -> None:
    ours = Product(id="PR1", code="CHL", name="Chlorine", price=Decimal("11.00"), gst_included="true")
    item = Product(id="I1", code="CHL-10", name="Chlorine", price=Decimal("20.00"))
    fill(services, "pooltrackr", "products", [ours])
    fill(services, "xero", "products", [item])
    (update,) = propose_updates(services.org_id, [(ours, item)], OrganisationSettings(xero_price_basis="EX"))
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "propose", services.new_id(), 0, services.clock.now())
        save_proposals(session, services.org_id, "products", ["update"], [update], seq, services.clock.now())
    page = client.get("/products/updates").text
    assert '<td data-label="Pooltrackr">11.00</td>' in page
    assert "Pooltrackr becomes <ins>22</ins>" in page
    assert "Pooltrackr becomes <ins>CHL-10</ins>" in page
    data = {"token": token_of(client), "proposal": update.id, "basis": update.basis, "choice": "update"}
    client.post("/products/updates/decide", data=data)
    assert statuses(services) == ["staged"]


def deactivate_all(client: Visitor) -> str:
    client.post("/products/deactivate", data={"token": token_of(client), "number": "1"})
    return client.get("/products/deactivate").text


def test_a_deactivation_that_was_not_sent_is_simply_taken_back(client: Visitor, services: Services) -> None:
    assert "to be deactivated by the next push" in deactivate_all(client)
    client.post("/products/restore", data={"token": token_of(client)})
    assert statuses(services) == ["withdrawn"]


def test_nothing_is_restored_while_it_is_on_its_way(client: Visitor, services: Services) -> None:
    deactivate_all(client)
    with writing(services.engine) as session:
        operation = session.exec(select(tables.PushOperation).where(mine(tables.PushOperation))).one()
        operation.status = "sending"
        session.add(operation)
    client.post("/products/restore", data={"token": token_of(client)})
    assert "Products are being deactivated right now." in client.get("/products/deactivate").text
    assert statuses(services) == ["sending"]


HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE proposal; --", "{{7*7}} {% raw %} ${x}",
    "\u202egnp.exe", "\U0001f4a9 𝕏", "%s %d {}", "a" * 3_000, "javascript:alert(1)", "&lt;b&gt;",
]  # fmt: skip


@pytest.fixture
def hostile(tmp_path: Path) -> Services:
    services = open_organisation(tmp_path)
    left = [
        Contact(id=f"C{i}", name=text, email=text, street=text, company=text, abn=text)
        for i, text in enumerate(HOSTILE)
    ]
    right = [Contact(id=f"X{i}", name=text, email=text, phone=text) for i, text in enumerate(HOSTILE)]
    fill(services, "pooltrackr", "contacts", left)
    fill(services, "xero", "contacts", right)
    org = services.org_id
    propose(
        services,
        "contacts",
        [suggest(org, "contacts", a, [(b, 0.97)], "auto") for a, b in zip(left, right, strict=True)],
    )
    return services


def test_hostile_names_are_inert_on_every_screen(hostile: Services) -> None:
    client = Visitor(create_app(Desk(hostile, Doors(by="Anna"))), ("127.0.0.1", 1))
    decide(hostile, "C0", "link")
    with reading(hostile.engine) as session:
        link = session.exec(select(tables.Link.id).where(mine(tables.Link))).one()
        proposals = session.exec(select(tables.Proposal.id).where(mine(tables.Proposal))).all()
    paths = ["/contacts?state=all", "/bulk/contacts?least=90", "/links", f"/links/{link}?q=script", "/boards", "/"]
    paths += [f"/compare/{proposal}?q=alert" for proposal in proposals]
    paths += [f"/story/contacts/pooltrackr/C{i}" for i in range(len(HOSTILE))]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
        assert "<img" not in answer.text, path
        assert "\u202e" not in answer.text, path
        assert "49 " not in answer.text or "{{7*7}}" in answer.text, path
    for text in HOSTILE:
        assert client.get("/contacts", params={"q": text}).status_code == 200
    assert statuses(hostile)
    client.close()
    hostile.close()


@contextmanager
def counting(services: Services) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(services.engine, "before_cursor_execute", note)
    yield asked
    event.remove(services.engine, "before_cursor_execute", note)


def test_a_list_of_any_length_asks_the_database_as_often_and_loads_one_page(tmp_path: Path) -> None:
    asked: dict[tuple[int, str], int] = {}
    paths = ("/contacts", "/contacts?page=2", "/contacts?flag=contact_already_selected", "/contacts?q=person+11", "/")
    for count in (150, 1_500):
        folder = tmp_path / str(count)
        folder.mkdir()
        services = open_organisation(folder)
        fill(services, "pooltrackr", "contacts", people("C", 150))
        fill(services, "xero", "contacts", people("X", 150))
        propose_plainly(services, count)
        client = Visitor(create_app(Desk(services, Doors(by="Anna"))), ("127.0.0.1", 1))
        client.get("/")
        for path in paths:
            with counting(services) as statements:
                page = client.get(path).text
            assert page.count('<li class="row') <= PAGE
            asked[count, path] = len(statements)
        client.close()
        services.close()
    for path in paths:
        assert asked[1_500, path] <= asked[150, path] + 2, path


def propose_plainly(services: Services, count: int) -> None:
    proposals = [plain_proposal(number) for number in range(1, count + 1)]
    collisions = find_collisions(
        (Selection(proposal=p, target_id=p.suggested_id) for p in proposals if p.score == 0.6), {}
    )
    with writing(services.engine) as session:
        now = services.clock.now()
        seq = start_run(session, services.org_id, "propose", services.new_id(), 0, now)
        save_proposals(session, services.org_id, "contacts", ["match"], proposals, seq, now)
        replace_flags(session, services.org_id, "contacts", ["contact_already_selected"], collisions, seq, now)


def plain_proposal(number: int) -> Proposal:
    """Every fiftieth wants the same as its neighbour."""
    pair = number % 50 in (0, 1) and number > 1
    target = f"X{number - number % 50}" if pair else f"X{number}"
    candidates = (Candidate(id=target, name=f"Person {number}", score=0.6), Candidate(id=f"X{number + 7}", score=0.1))
    return Proposal(
        id=f"P{number:015X}",
        entity="contacts",
        system="pooltrackr",
        record_id=f"C{number}",
        name=f"Person {number}",
        basis=f"{number:016x}",
        suggested="link",
        suggested_id=target,
        confidence="review" if number % 3 else "auto",
        score=0.6 if pair else 0.5 + number % 400 / 1000 + 0.0001,
        reasons="same e-mail; same mobile",
        candidates=candidates,
    )


def test_the_run_log_says_in_words_what_came_to_something() -> None:
    counts = {
        "checks": {"contacts": 0},
        "money": {"invoices": {"held": {"contact_not_linked": 3}, "sent": {"": 2}, "waiting": {}}},
        "pooltrackr contacts": {"new": 4, "changed": 0, "same": 9, "total": 13},
        "push contacts to xero": {"held": 2},
    }
    assert list(run_lines(counts)) == [
        "Read from Pooltrackr: contacts: new 4, in all 13",
        "Sent to Xero: contacts: held back 2",
        "Where invoices and payments stand: invoices 5 (held back 3 (Customer not linked 3), sent 2)",
    ]
    assert list(run_lines({"accepted": 0, "via": "review page"})) == []


def test_before_anything_was_read_no_gate_says_open_and_the_missing_accounts_are_said_plainly(tmp_path: Path) -> None:
    services = open_organisation(tmp_path)
    visitor = Visitor(create_app(Desk(services, Doors(by="Anna"))), ("127.0.0.1", 50000))
    for address in ("/", "/configure", "/contacts", "/invoices"):
        page = visitor.get(address).text
        assert "active income account" not in page
        assert "reconcile nightly" in page, address
    assert 'class="open"' not in visitor.get("/").text
    assert "neither Pooltrackr nor Xero had any contacts" in visitor.get("/contacts").text
    visitor.close()
    services.close()
