"""Sentences on the page: records by their names, settings by the words of their form; limits that stop a push."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from reconcile.organisation_settings import Guards, OrganisationSettings
from reconcile.records import Contact, Product
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.naming import plain, read_names
from reconcile.store.organisations import load_settings, save_settings
from tests.web.conftest import Visitor, fill, mine, token_of


@pytest.fixture
def session(services: Services) -> Iterator[Session]:
    fill(services, "pooltrackr", "contacts", [Contact(id="C9", name="Hiroshi Scott"), Contact(id="77", name="Pat Ng")])
    fill(services, "pooltrackr", "products", [Product(id="100", name="Chlorine")])
    with reading(services.engine) as opened:
        yield opened


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("X1 is also selected by C9.", "Person 1 in Xero is also selected by Hiroshi Scott (C9)."),
        ("X1 is archived in Xero.", "Person 1 is archived in Xero."),
        ("C9: X1 is also selected by 77.", "Hiroshi Scott (C9): Person 1 in Xero is also selected by Pat Ng (77)."),
        ("Product 100 waits.", "Product Chlorine (100) waits."),
        ("Pooltrackr has 100 with 77 GST, 77.100 in all.", "Pooltrackr has 100 with 77 GST, 77.100 in all."),
        ("Write to C9@example.com or C99.", "Write to C9@example.com or C99."),
        ("fees_account is not set.", "fees account is not set."),
        ("", ""),
    ],
)
def test_ids_become_names_and_nothing_else_is_touched(session: Session, said: str, shown: str) -> None:
    assert read_names(session, "acme-pools", [said])(said) == shown


def test_the_words_of_settings_stand_without_underscores() -> None:
    assert plain("Put it into stripe_contact in the settings.") == "Put it into stripe contact in the settings."


def test_collisions_and_gates_name_people(client: Visitor) -> None:
    for page in (client.get("/").text, client.get("/contacts").text, client.get("/products").text):
        assert "Person 4 in Xero is also selected by Person 5 (C5)." in page
        assert "X4 is also" not in page


def allow_creates(services: Services, **guards: int) -> None:
    with writing(services.engine) as opened:
        settings = OrganisationSettings(xero_price_basis="EX", guards=Guards(**guards))
        save_settings(opened, services.org_id, settings, "Olga", services.clock.now())


def approve_everything(client: Visitor) -> None:
    page = client.get("/bulk/contacts?least=95").text
    seal = page.split('name="seal" value="')[1].split('"')[0]
    client.post("/bulk/contacts", data={"token": token_of(client), "least": "95", "seal": seal})


def wrote_before(services: Services) -> None:
    """One write to each system on each of five earlier days."""
    with writing(services.engine) as opened:
        waiting = opened.exec(select(tables.PushOperation).where(mine(tables.PushOperation))).all()
        for like in {operation.target: operation for operation in waiting}.values():
            same = like.model_dump(exclude={"id", "subject_id", "status", "sent_at"})
            for day in range(1, 6):
                sent = {"id": f"{like.target}{day}", "subject_id": f"C{day}0", "status": "done"}
                sent_at = services.clock.now() - timedelta(days=day, hours=1)
                opened.add(tables.PushOperation(**same, **sent, sent_at=sent_at))


def let_through(client: Visitor, mark: str) -> str:
    version = client.get("/configure").text.split('name="version" value="')[1].split('"')[0]
    data = {"token": token_of(client), "mark": mark, "version": version}
    client.post("/boards/let-through", data=data)
    return client.get("/boards?on=waiting").text


def test_an_unusual_push_is_explained_and_exactly_it_is_let_through(client: Visitor, services: Services) -> None:
    allow_creates(services, max_jump=2, jump_floor=1)
    approve_everything(client)
    wrote_before(services)
    page = client.get("/boards?on=waiting").text
    marks = [part.split('"')[0] for part in page.split('name="mark" value="')[1:]]
    assert "Let exactly these through" in page
    assert "Person 1" in page
    assert "has changed since you looked at it" in let_through(client, "00000000")
    remaining = let_through(client, marks[0])
    assert "The next push sends exactly these writes" in remaining
    assert f'value="{marks[0]}"' not in remaining
    with reading(services.engine) as opened:
        assert load_settings(opened, services.org_id)[1].guards.let_through == marks[0]


def test_a_plain_limit_is_explained_with_the_way_to_the_settings(client: Visitor, services: Services) -> None:
    allow_creates(services, max_updates=0)
    approve_everything(client)
    page = client.get("/boards?on=waiting").text
    assert "at most 0 are allowed" in page
    assert "/configure#limits" in page
    assert "Let exactly these through" not in page
    with reading(services.engine) as opened:
        assert opened.exec(select(tables.PushOperation).where(mine(tables.PushOperation))).first() is not None
