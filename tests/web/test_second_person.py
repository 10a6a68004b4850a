"""A second person: what needs one waits, nothing is sent before, and it is never the same person."""

import csv
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from cli.main import build
from reconcile.decisions import Accepted
from reconcile.errors import BadInput
from reconcile.organisation_settings import OrganisationSettings, SecondPerson
from reconcile.price_review import propose_updates
from reconcile.proposals import Proposal
from reconcile.records import Invoice, Payment, Product
from reconcile.second_person import Confirmer, amount_at_stake, require_second, why_it_waits
from reconcile.stages.decide import decide_file, decide_rows
from reconcile.stages.second import refuse_waiting
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.links import open_link
from reconcile.store.organisations import save_settings
from reconcile.store.proposals import save_proposals
from reconcile.store.runs import start_run
from reconcile.store.tables_review import SecondLook
from reconcile.web.desk import Doors
from reconcile.web.users import SignIn, add_user
from tests.web.conftest import Opener, Visitor, fill, mine, people, token_of
from tests.web.test_deciding import row_for

PASSWORD = "a long password"
INVOICE = Proposal(
    id="P1", entity="invoices", system="pooltrackr", record_id="V1", name="", basis="b", suggested="create"
)


def choice(verdict: str = "create", proposal: Proposal = INVOICE) -> Accepted:
    return Accepted(proposal=proposal, verdict=verdict)


@pytest.mark.parametrize(
    ("record", "amount"),
    [
        (Invoice(id="V1", total=Decimal("1100.00")), Decimal("1100.00")),
        (Payment(id="Y1", amount=Decimal("-20.00")), Decimal("20.00")),
        (Invoice(id="V1"), None),
        (None, None),
    ],
)
def test_the_amount_at_stake_is_that_of_the_document(record: Invoice | Payment | None, amount: Decimal | None) -> None:
    assert amount_at_stake(choice(), record, None) == amount


@pytest.mark.parametrize(
    ("verdict", "amount", "bulk", "why"),
    [
        ("create", "1000.01", False, "amount"),
        ("create", "1000.00", False, ""),
        ("void", "5000", False, "amount"),
        ("skip", "5000", True, ""),
        ("ignore", "5000", True, ""),
        ("link", None, True, "bulk"),
        ("link", None, False, ""),
    ],
)
def test_what_writes_above_the_limit_or_in_bulk_waits(verdict: str, amount: str | None, bulk: bool, why: str) -> None:
    rule = SecondPerson(bulk=True, above=Decimal(1000))
    assert why_it_waits(choice(verdict), Decimal(amount) if amount else None, rule, bulk=bulk) == why


@pytest.mark.parametrize("name", ["Anna", " anna ", "ANNA"])
def test_the_second_person_is_never_the_first_however_the_name_is_written(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be the second person"):
        require_second("Anna", Confirmer(name, "page", proven=True))


def test_who_has_not_signed_in_cannot_be_told_apart() -> None:
    with pytest.raises(BadInput, match="cannot be told apart"):
        require_second("Anna", Confirmer("Ben", "page"))


def turn_on(services: Services, **rule: object) -> None:
    settings = OrganisationSettings(xero_price_basis="EX", second_person=SecondPerson(**rule))
    with writing(services.engine) as session:
        save_settings(session, services.org_id, settings, "Olga", services.clock.now())


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.json"
    for name in ("Anna", "Ben"):
        add_user(path, name, PASSWORD)
    return path


@pytest.fixture
def signed_in(client_of: Opener, users: Path) -> Callable[[str], Visitor]:
    """A browser in which somebody has signed in."""
    sign_in = SignIn(users)

    def enter(name: str) -> Visitor:
        visitor = client_of(Doors(sign_in=sign_in))
        token = token_of(visitor, "/sign-in")
        visitor.post("/sign-in", data={"token": token, "name": name, "password": PASSWORD})
        return visitor

    return enter


def accept_all(visitor: Visitor) -> None:
    page = visitor.get("/bulk/contacts?least=95").text
    seal = page.split('name="seal" value="')[1].split('"')[0]
    visitor.post("/bulk/contacts", data={"token": token_of(visitor), "least": "95", "seal": seal})


def answer(visitor: Visitor, deed: str, wait: str, **more: str) -> str:
    visitor.post("/second", data={"token": token_of(visitor, "/second"), "id": wait, "deed": deed, **more})
    return visitor.get("/second").text


def looks(services: Services) -> list[SecondLook]:
    with reading(services.engine) as session:
        return list(session.exec(select(SecondLook).where(mine(SecondLook)).order_by(SecondLook.id)))


def staged(services: Services) -> int:
    with reading(services.engine) as session:
        return len(session.exec(select(tables.PushOperation).where(mine(tables.PushOperation))).all())


def decisions(services: Services) -> list[tables.Decision]:
    with reading(services.engine) as session:
        return list(session.exec(select(tables.Decision).where(mine(tables.Decision))))


def test_a_bulk_accept_waits_until_somebody_else_confirms_it(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    anna, ben = signed_in("Anna"), signed_in("Ben")
    accept_all(anna)
    waiting = looks(services)
    assert [look.state for look in waiting] == ["waiting"] * 3
    assert (staged(services), decisions(services)) == (0, [])
    assert "3 waiting for a second person" in ben.get("/contacts").text
    own = answer(anna, "confirm", waiting[0].batch)
    assert "cannot be the second person" in own
    assert staged(services) == 0
    assert "Confirmed." in answer(ben, "confirm", waiting[0].batch)
    assert staged(services) > 0
    assert {(d.by, d.via) for d in decisions(services)} == {("Anna", "review page, confirmed by Ben (review page)")}
    confirmed = looks(services)[0]
    assert (confirmed.state, confirmed.settled_by, confirmed.settled_via) == ("confirmed", "Ben", "review page")
    assert confirmed.settled_basis == confirmed.basis
    assert confirmed.settled_at is not None


def test_what_is_refused_never_counts_and_is_to_be_decided_again(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    accept_all(signed_in("Anna"))
    ben = signed_in("Ben")
    answer(ben, "refuse", looks(services)[0].id, note="not these")
    assert sorted(look.state for look in looks(services)) == ["refused", "waiting", "waiting"]
    assert (staged(services), decisions(services)) == (0, [])
    assert "did not confirm Anna's decision (link): not these." in ben.get("/contacts").text


def test_the_first_person_can_take_it_back(services: Services, signed_in: Callable[[str], Visitor]) -> None:
    turn_on(services, bulk=True)
    anna = signed_in("Anna")
    accept_all(anna)
    assert "Taken back." in answer(anna, "back", looks(services)[0].batch)
    assert {look.state for look in looks(services)} == {"taken_back"}


def test_a_record_that_changes_meanwhile_voids_the_wait(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    accept_all(signed_in("Anna"))
    fill(services, "pooltrackr", "contacts", people("C", 1, "Somebody else"))
    page = answer(signed_in("Ben"), "confirm", looks(services)[0].batch)
    assert "1 of these changed after the first person decided" in page
    assert sorted(look.state for look in looks(services)) == ["void", "waiting", "waiting"]
    assert staged(services) == 0


def test_a_closed_proposal_voids_the_wait_for_good(services: Services, signed_in: Callable[[str], Visitor]) -> None:
    turn_on(services, bulk=True)
    accept_all(signed_in("Anna"))
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "propose", services.new_id(), 0, services.clock.now())
        save_proposals(session, services.org_id, "contacts", ["match"], [], seq, services.clock.now())
    assert {look.state for look in looks(services)} == {"void"}
    assert "Nothing waits." in signed_in("Ben").get("/second").text


def test_a_decision_is_replaced_while_it_waits_and_counts_at_once_when_it_sends_nothing(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    anna = signed_in("Anna")
    accept_all(anna)
    row = row_for(services, "C1", "skip")
    data = {"token": token_of(anna), "proposal": row.proposal_id, "basis": row.basis, "choice": "skip"}
    anna.post("/contacts/decide", data=data)
    assert [d.verdict for d in decisions(services)] == ["skip"]
    assert sorted(look.state for look in looks(services)) == ["replaced", "waiting", "waiting"]


def expensive(services: Services) -> Proposal:
    """A price that goes from 11 to 22 in Pooltrackr."""
    ours = Product(id="PR1", code="CHL", name="Chlorine", price=Decimal("11.00"), gst_included="true")
    item = Product(id="I1", code="CHL", name="Chlorine", price=Decimal("20.00"))
    fill(services, "pooltrackr", "products", [ours])
    fill(services, "xero", "products", [item])
    (update,) = propose_updates(services.org_id, [(ours, item)], OrganisationSettings(xero_price_basis="EX"))
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "propose", services.new_id(), 0, services.clock.now())
        save_proposals(session, services.org_id, "products", ["update"], [update], seq, services.clock.now())
    return update


@pytest.mark.parametrize(("limit", "waits"), [("21.99", True), ("22", False)])
def test_a_price_above_the_limit_waits(
    services: Services, signed_in: Callable[[str], Visitor], limit: str, waits: bool
) -> None:
    turn_on(services, above=Decimal(limit))
    update = expensive(services)
    anna = signed_in("Anna")
    data = {"token": token_of(anna), "proposal": update.id, "basis": update.basis, "choice": "update"}
    anna.post("/products/updates/decide", data=data)
    assert [look.amount for look in looks(services)] == (["22"] if waits else [])
    assert staged(services) == (0 if waits else 1)
    if waits:
        page = anna.get("/products/updates?state=waiting").text
        assert "Waits for a second person" in page
        assert "Take back" in page
        assert 'value="confirm"' in signed_in("Ben").get("/products/updates?state=waiting").text


def test_a_handed_in_file_says_what_waits(services: Services, tmp_path: Path) -> None:
    turn_on(services, above=Decimal(5))
    update = expensive(services)
    skipped = row_for(services, "C1", "skip")
    path = tmp_path / "products.csv"
    path.write_text(
        f"proposal_id,basis,decision\n{update.id},{update.basis},update\n{skipped.proposal_id},{skipped.basis},skip\n",
        encoding="utf-8",
    )
    decided = decide_file(services, path, "Anna")
    assert (decided.accepted, decided.waiting, decided.staged) == (1, 1, 0)
    (outcome,) = services.settings.reports_dir.rglob("outcome_*.csv")
    with outcome.open(encoding="utf-8-sig", newline="") as file:
        assert [row["outcome"] for row in csv.DictReader(file)] == ["waits for a second person", "applied"]


def test_where_nobody_signs_in_it_cannot_be_turned_on_or_confirmed(services: Services, client: Visitor) -> None:
    data = {"token": token_of(client), "version": "0", "default_sales_account": "200", "second_person.bulk": "on"}
    assert "cannot be told apart" in client.post("/configure", data=data).text
    turn_on(services, bulk=True)
    accept_all(client)
    assert len(looks(services)) == 3
    assert "Nobody signs in on this page" in client.get("/second").text
    assert "cannot be told apart" in answer(client, "confirm", looks(services)[0].batch)
    assert staged(services) == 0


def test_a_policy_waits_too_and_does_not_ask_again_what_was_refused(services: Services) -> None:
    turn_on(services, above=Decimal(5))
    update = expensive(services)
    row = replace(row_for(services, "C1", "update"), proposal_id=update.id, basis=update.basis)
    for _ in range(2):
        decide_rows(services, [row], Source("policy", services.clock.now(), "policy"))
    (look,) = looks(services)
    refuse_waiting(services, [look.id], Confirmer("Ben", "page", proven=True))
    decide_rows(services, [row], Source("policy", services.clock.now(), "policy"))
    assert [one.state for one in looks(services)] == ["refused"]


def test_the_command_confirms_with_a_password_only(
    services: Services, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(services, above=Decimal(5))
    update = expensive(services)
    path = services.settings.data_dir / "products.csv"
    path.write_text(f"proposal_id,basis,decision\n{update.id},{update.basis},update\n", encoding="utf-8")
    decide_file(services, path, "Anna")
    (look,) = looks(services)
    database = services.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("RECONCILE_DATABASE_URL", database)

    def call(*arguments: str, password: str = "") -> object:
        command = ["confirm", *arguments]
        return CliRunner().invoke(build(command), command, input=f"{password}\n")

    assert look.id in call().output
    assert isinstance(call(look.id, "--by", "Ben").exception, BadInput)
    assert isinstance(call(look.id, "--by", "Ben", "--users", str(users), password="wrong").exception, BadInput)
    assert isinstance(call(look.id, "--by", "Anna", "--users", str(users), password=PASSWORD).exception, BadInput)
    assert staged(services) == 0
    done = call(look.id, "--by", "Ben", "--users", str(users), password=PASSWORD)
    assert "1 decisions confirmed; 1 writes staged." in done.output
    assert staged(services) == 1


def ask_for_deactivation(visitor: Visitor) -> str:
    visitor.post("/products/deactivate", data={"token": token_of(visitor), "number": "1"})
    return visitor.get("/products/deactivate").text


def test_deactivating_products_waits_until_somebody_else_confirms_it(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    anna, ben = signed_in("Anna"), signed_in("Ben")
    page = ask_for_deactivation(anna)
    assert "once a second person has confirmed it" in page
    assert "1 product waits for a second person" in page
    assert "<strong>0</strong> products without a link" in page
    assert (staged(services), decisions(services)) == (0, [])
    assert list((services.settings.data_dir / "exports").rglob("products_before_*.csv"))
    (look,) = looks(services)
    listed = ben.get("/second").text
    assert "Deactivate it in Pooltrackr" in listed
    assert "/story/products/pooltrackr/PR1" in listed
    assert "cannot be the second person" in answer(anna, "confirm", look.batch)
    assert "Confirmed." in answer(ben, "confirm", look.batch)
    (decision,) = decisions(services)
    assert (decision.verdict, decision.by, decision.via) == (
        "deactivate", "Anna", "review page, confirmed by Ben (review page)"
    )  # fmt: skip
    assert staged(services) == 1
    assert "Nothing waits." in ben.get("/second").text
    anna.post("/products/restore", data={"token": token_of(anna)})
    assert "<strong>1</strong> product without a link" in anna.get("/products/deactivate").text


@pytest.mark.parametrize(("who", "deed"), [("Ben", "refuse"), ("Anna", "back")])
def test_a_refused_or_withdrawn_deactivation_leaves_the_product_as_it_is(
    services: Services, signed_in: Callable[[str], Visitor], who: str, deed: str
) -> None:
    turn_on(services, bulk=True)
    anna = signed_in("Anna")
    ask_for_deactivation(anna)
    answer(signed_in(who), deed, looks(services)[0].batch)
    assert (staged(services), decisions(services)) == (0, [])
    assert "<strong>1</strong> product without a link" in anna.get("/products/deactivate").text
    ask_for_deactivation(anna)
    assert [look.state for look in looks(services)].count("waiting") == 1


def test_a_product_that_changed_or_was_linked_meanwhile_cannot_be_deactivated_by_an_old_wish(
    services: Services, signed_in: Callable[[str], Visitor]
) -> None:
    turn_on(services, bulk=True)
    anna, ben = signed_in("Anna"), signed_in("Ben")
    ask_for_deactivation(anna)
    fill(services, "pooltrackr", "products", [Product(id="PR1", code="CHL", name="Chlorine, 20 l")])
    assert "changed after the first person decided" in answer(ben, "confirm", looks(services)[0].batch)
    ask_for_deactivation(anna)
    with writing(services.engine) as session:
        open_link(session, services.org_id, "products", "PR1", "I1", "", "test", services.clock.now())
    (waiting,) = [look for look in looks(services) if look.state == "waiting"]
    assert "changed after the first person decided" in answer(ben, "confirm", waiting.id)
    assert {look.state for look in looks(services)} == {"void"}
    assert staged(services) == 0
